"""Every step of a trace in words, in both languages (S44)."""

from datetime import date

import pytest

from app.core.i18n import gettext, in_language, ngettext
from app.plans.rules.calendar import Span, WorkCalendar
from app.plans.rules.explain import move_note, refusal, trace_sentences
from app.plans.rules.speech import Speech

EN = Speech(gettext, ngettext, date.isoformat)
FR = Speech(gettext, ngettext, lambda day: f"{day:%d/%m/%Y}", "fr")
HOLIDAY = {"kind": "holiday", "name": "New Year's Day", "name_fr": "Jour de l’an"}
FREEZE = {"kind": "blackout", "name": "Gel"}
SATURDAY = {"kind": "weekday"}


def shift(how, why=SATURDAY, **more):
    return {"step": "shift", "was": "2027-01-02", "on": "2027-01-04", "shift": how, "why": why} | more


@pytest.mark.parametrize(
    ("step", "english", "french"),
    [
        (
            {"step": "rule", "anchor": "2027-01-31", "on": "2027-02-28"},
            "Counted from 2027-01-31, the rule gives 2027-02-28.",
            "À compter du 31/01/2027, la règle donne le 28/02/2027.",
        ),
        (
            {"step": "clamp", "day": 31, "on": "2027-02-28"},
            "This month has no 31st: its last day is taken.",
            "Ce mois n’a pas de 31\xa0: son dernier jour est retenu.",
        ),
        (
            {"step": "spread", "days": 1, "on": "2027-01-02"},
            "Spread over the items: 1 day later for this one, on 2027-01-02.",
            None,
        ),
        (
            {"step": "spread", "days": 5, "on": "2027-01-06"},
            "Spread over the items: 5 days later for this one, on 2027-01-06.",
            None,
        ),
        ({"step": "season", "was": "2027-01-02"}, "2027-01-02 is out of season.", None),
        (
            {"step": "season", "was": "2027-01-02", "on": "2027-05-01"},
            "2027-01-02 is out of season: put off to 2027-05-01.",
            None,
        ),
        (shift("next"), "2027-01-02 is a Saturday: moved to the next working day, 2027-01-04.", None),
        (shift("previous"), "2027-01-02 is a Saturday: moved to the previous working day, 2027-01-04.", None),
        (shift("nearest"), "2027-01-02 is a Saturday: moved to the nearest working day, 2027-01-04.", None),
        (shift("skip"), "2027-01-02 is a Saturday: moved to the next working day, 2027-01-04.", None),
        (
            shift("next", HOLIDAY, passed=[FREEZE]),
            (
                "2027-01-02 is a public holiday (New Year's Day): moved to the next working day, 2027-01-04."
                " In between: Gel."
            ),
            None,
        ),
        (
            shift("next", FREEZE, passed=[HOLIDAY, {"kind": "closure"}, {"kind": "outside_window"}]),
            (
                "2027-01-02 lies in a change freeze (Gel): moved to the next working day, 2027-01-04."
                " In between: New Year's Day, closing day and outside the allowed windows."
            ),
            None,
        ),
        (
            shift("next", {"kind": "holiday"}, passed=[{"kind": "blackout"}, {"kind": "holiday"}]),
            (
                "2027-01-02 is a public holiday: moved to the next working day, 2027-01-04."
                " In between: change freeze and public holiday."
            ),
            None,
        ),
        ({"step": "skip", "was": "2027-01-02", "why": SATURDAY}, "2027-01-02 is a Saturday: left out.", None),
        (
            {"step": "skip", "was": "2027-01-01", "why": {"kind": "closure", "name": "Pont"}},
            "2027-01-01 is closed (Pont): left out.",
            None,
        ),
        ({"step": "skip", "was": "2027-01-01", "why": {"kind": "closure"}}, "2027-01-01 is closed: left out.", None),
        (
            {"step": "flag", "was": "2027-01-01", "why": {"kind": "outside_window"}},
            "2027-01-01 lies outside the allowed windows, and no working day lies within 31 days: the date stays.",
            None,
        ),
        (
            {"step": "flag", "was": "2027-01-01", "why": {"kind": "blackout"}},
            "2027-01-01 lies in a change freeze, and no working day lies within 31 days: the date stays.",
            None,
        ),
        (
            {"step": "exception", "was": "2027-01-01", "on": "2027-01-09", "who": "Alice", "reason": "Move"},
            "Alice moved it from 2027-01-01 to 2027-01-09: Move",
            None,
        ),
        (
            {"step": "exception", "was": "2027-01-01", "who": "Alice", "reason": "Closed"},
            "Alice skipped 2027-01-01: Closed",
            None,
        ),
        (
            {"step": "lead", "days": 1, "on": "2026-12-31"},
            "The order is made 1 day before, on 2026-12-31.",
            None,
        ),
        ({"step": "lead", "days": 7, "on": "2026-12-25"}, "The order is made 7 days before, on 2026-12-25.", None),
    ],
)
def test_S44_each_step_is_a_sentence(step, english, french):
    assert trace_sentences([step], EN) == [english]
    with in_language("fr"):
        said = trace_sentences([step], FR)
    assert said == [french] if french else said != [english]


@pytest.mark.parametrize(
    ("trace", "note"),
    [
        ([], None),
        ([{"step": "rule", "anchor": "2027-01-01", "on": "2027-01-01"}], None),
        ([{"step": "lead", "days": 1, "on": "2026-12-31"}], None),
        ([shift("next")], "Saturday"),
        ([shift("next", HOLIDAY)], "New Year's Day"),
        ([shift("next", {"kind": "closure"}, passed=[FREEZE, HOLIDAY])], "closing day → Gel → New Year's Day"),
        ([{"step": "skip", "was": "2027-01-03", "why": SATURDAY}], "Sunday"),
        ([{"step": "flag", "was": "2027-01-03", "why": {"kind": "outside_window"}}], "outside the allowed windows"),
        ([{"step": "season", "was": "2027-01-02"}], "out of season"),
        (
            [
                shift("next"),
                {"step": "exception", "was": "2027-01-04", "on": "2027-01-09", "who": "Al", "reason": "No"},
            ],
            "moved by Al: No",
        ),
        ([{"step": "exception", "was": "2027-01-04", "who": "Al", "reason": "No"}], "skipped by Al: No"),
    ],
)
def test_S44_a_date_that_is_not_the_rules_own_has_its_reason_beside_it(trace, note):
    assert move_note(trace, EN) == note


@pytest.mark.parametrize(
    ("day", "english", "french"),
    [
        (date(2027, 1, 4), None, None),
        (date(2027, 1, 1), "2027-01-01 is a public holiday (New Year's Day)", "Le 01/01/2027 est férié (Jour de l’an)"),
        (date(2027, 1, 3), "2027-01-03 is a Sunday", "Le 03/01/2027 est un dimanche"),
        (date(2027, 1, 5), "2027-01-05 is closed (Inventory)", "Le 05/01/2027 est un jour de fermeture (Inventory)"),
    ],
)
def test_S33_why_a_calendar_refuses_a_day(day, english, french):
    calendar = WorkCalendar(country="FR", closures=(Span(date(2027, 1, 5), date(2027, 1, 5), "Inventory"),))
    assert refusal(calendar, day, EN) == english
    with in_language("fr"):
        assert refusal(calendar, day, FR) == french
