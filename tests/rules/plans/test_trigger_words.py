"""A meter's part of a plan in words, in both languages (S44)."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from app.core.i18n import gettext, in_language, ngettext
from app.plans.rules.explain import trace_sentences
from app.plans.rules.rule import Rule
from app.plans.rules.schedule import Schedule
from app.plans.rules.speech import Speech
from app.plans.rules.trigger import Trigger
from app.plans.rules.trigger_words import estimate_note
from app.plans.rules.words import describe

SAY = Speech(gettext, ngettext, date.isoformat)
PAGES = Trigger("counter", "Pages", unit="p", every=Decimal(10000))
WARM = Trigger("condition", "T", unit="°C", threshold="30", back_at="27", readings=2, cool_down_hours=4)
STEP: Any = {"step": "meter", "meter": "Pages", "unit": "p", "at": "500", "shown": "510", "read_on": "2026-11-04",
        "on": "2026-11-05"}  # fmt: skip


@pytest.mark.parametrize(
    ("schedule", "english", "french"),
    [
        (
            Schedule(Rule("none"), trigger=PAGES),
            "Every 10000 p of “Pages”",
            "Chaque fois que « Pages » avance de 10000 p",
        ),
        (
            Schedule(Rule("none"), trigger=replace(PAGES, start_at=Decimal(50), is_estimated=True)),
            "Every 10000 p of “Pages”, counted from 50 p, also by estimate",
            "Chaque fois que « Pages » avance de 10000 p, comptés à partir de 50 p, aussi sur estimation",
        ),
        (
            Schedule(Rule("month"), mode="floating", trigger=PAGES),
            "Every month or 10000 p of “Pages”, whichever comes first, counted from the day the work was done",
            "Tous les mois ou dès que « Pages » a avancé de 10000 p, à compter du jour de réalisation",
        ),
        (
            Schedule(Rule("none"), trigger=WARM),
            "When “T” is at 30 °C or above, 2 readings in a row, over once it is back at 27 °C, then quiet for 4 hours",
            (
                "Quand « T » atteint 30 °C ou plus, 2 relevés de suite, terminé dès le retour à 27 °C, "
                "puis 4 heures de répit"
            ),
        ),
        (
            Schedule(Rule("none"), trigger=Trigger("condition", "Disk", threshold="critical", side="below")),
            "When “Disk” is at critical or below",
            "Quand « Disk » tombe à critical ou moins",
        ),
        (
            Schedule(Rule("none"), trigger=Trigger("condition", "T", threshold="27,5")),
            "When “T” is at 27.5 or above",
            "Quand « T » atteint 27.5 ou plus",
        ),
        (
            Schedule(Rule("none"), trigger=Trigger("condition", "T", threshold="1e999999")),  # no number to write out
            "When “T” is at 1e999999 or above",
            "Quand « T » atteint 1e999999 ou plus",
        ),
    ],
)
def test_S44_a_plan_by_a_meter_in_words(schedule, english, french):
    for language, words in (("en", english), ("fr", french)):
        with in_language(language):
            assert describe(schedule, SAY).replace("\u00a0", " ") == words


@pytest.mark.parametrize(
    ("step", "english"),
    [
        (STEP, "“Pages” reached 500 p: 510 p were read on 2026-11-04."),
        (
            STEP | {"step": "estimate", "shown": "400", "per_day": "25"},
            "“Pages” showed 400 p on 2026-11-04; at 25 p a day it reaches 500 p on 2026-11-05: an estimate.",
        ),
        (
            STEP | {"step": "condition", "side": "above", "readings": 2},
            "“Pages” showed 510 p on 2026-11-04: at or above 500 p. For 2 readings in a row.",
        ),
    ],
)
def test_S44_a_meters_step_is_told(step, english):
    assert [sentence.replace("\u00a0", " ") for sentence in trace_sentences([step], SAY)] == [english]


def test_S27_an_estimate_says_its_basis_and_a_reading_needs_none():
    assert estimate_note([STEP | {"step": "estimate", "per_day": "25"}], SAY) == "an estimate, at 25\u00a0p a day"
    assert estimate_note([STEP], SAY) is None
