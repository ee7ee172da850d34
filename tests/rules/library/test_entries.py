"""Each entry as it ships: complete in both languages, its steps and rules sound, written as French is written."""

import re

import pytest

from app.library.queries.shelf import catalogue
from app.library.queries.texts import draft_of, plan_input
from app.library.rules.entries import BrokenEntry, entry_of, said
from app.plans.schemas.inputs import Kind

WANTED = {
    "server-room-round", "ups-self-test", "ups-battery-replacement", "server-dust-cleaning", "disk-smart-raid",
    "switches-access-points", "printer-cleaning", "printer-maintenance-kit", "workstation-cleaning", "laptop-battery",
    "backup-restore-files", "backup-restore-full", "firmware-review", "air-conditioning-filters", "cabling-labels",
    "fleet-renewal", "workstation-handover",
}  # fmt: skip
STRAIGHT = re.compile(r"\w'\w|[^\u00a0\u202f\d][;:?!»%](?:\s|$)|«[^\u00a0\u202f]")


def texts(value):
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for part in value.values():
            yield from texts(part)
    elif isinstance(value, list):
        for part in value:
            yield from texts(part)


def test_all_that_the_domain_names_is_there():
    assert set(catalogue()) == WANTED


@pytest.mark.parametrize("code", sorted(WANTED))
def test_an_entry_is_sound_in_both_languages(code):
    entry = catalogue()[code]
    assert entry.kind in Kind.__args__
    for language in ("en", "fr"):
        draft = draft_of(entry, language)
        assert len(draft.steps) >= 5
        assert any(step.on_failure != "none" for step in draft.steps) or entry.is_commissioned
        for key in entry.plan_keys:
            plan_input(entry, key, language).schedule()
    steps = zip(*(draft_of(entry, language).steps for language in ("en", "fr")), strict=True)
    for english, french in steps:
        assert english.title != french.title
        assert (english.minimum, english.maximum, english.unit) == (french.minimum, french.maximum, french.unit)
        assert (english.section is None) == (french.section is None)


@pytest.mark.parametrize("code", sorted(WANTED))
def test_french_is_written_as_french_is(code):
    own = said({name: value for name, value in catalogue()[code].data.items() if name != "fits"}, "fr")
    assert [text for text in texts(own) if STRAIGHT.search(text)] == []


def test_a_text_in_one_language_is_refused():
    with pytest.raises(BrokenEntry, match="title"):
        entry_of({"code": "x", "title": {"en": "Round"}})
    with pytest.raises(BrokenEntry, match="choices"):
        entry_of({"code": "x", "choices": {"en": ["A", "B"], "fr": ["A"]}})
