"""The steps of a trace: what each holds, and where there is none (S2, S31, S35, S44)."""

from datetime import date

import pytest

from app.plans.rules.calendar import Span, WorkCalendar
from app.plans.rules.rule import Rule
from app.plans.rules.trace import exception_step, rule_steps, shift_step

JAN_31, FEB_28 = date(2027, 1, 31), date(2027, 2, 28)


@pytest.mark.parametrize(
    ("rule", "anchor", "raw", "stands_for"),
    [
        (Rule("month"), JAN_31, FEB_28, 31),
        (Rule("month"), date(2027, 1, 28), FEB_28, None),
        (Rule("month"), date(2027, 1, 15), date(2027, 2, 15), None),
        (Rule("day"), JAN_31, FEB_28, None),
        (Rule("week"), JAN_31, FEB_28, None),
        (Rule("month", month_end="skip"), JAN_31, FEB_28, None),
        (Rule("year"), date(2024, 2, 29), FEB_28, 29),
        (Rule("month", month_end="last_day"), JAN_31, FEB_28, None),
        (Rule("month", month_end="last_day"), date(2027, 1, 30), FEB_28, 30),
        (Rule("month", month_end="last_day"), FEB_28, date(2027, 4, 30), None),
        (Rule("month", weekdays=(6,)), JAN_31, FEB_28, None),
        (Rule("month", nth_weekdays=((-1, 6),)), JAN_31, FEB_28, None),
        (Rule("month", month_days=(30, 31)), JAN_31, FEB_28, 30),
        (Rule("month", month_days=(28, 30)), JAN_31, FEB_28, None),
        (Rule("month", month_days=(28, 31)), JAN_31, date(2028, 2, 28), None),
        (Rule("month", month_days=(30, -1)), JAN_31, FEB_28, None),
        (Rule("month", month_days=(15,)), JAN_31, FEB_28, None),
    ],
)
def test_S02_a_day_that_stands_for_one_that_the_month_lacks_says_so(rule, anchor, raw, stands_for):
    steps = rule_steps(rule, anchor, raw)
    said = [{"step": "clamp", "day": stands_for, "on": raw.isoformat()}] if stands_for else []
    assert steps == [{"step": "rule", "anchor": anchor.isoformat(), "on": raw.isoformat()}, *said]


def test_S35_a_persons_word_names_who_and_why_and_where_it_moves_the_day():
    said = {"step": "exception", "was": "2027-01-31", "who": "Alice", "reason": "Fair"}
    assert exception_step(JAN_31, None, "Alice", "Fair") == said
    assert exception_step(JAN_31, FEB_28, "Alice", "Fair") == said | {"on": "2027-02-28"}


FREEZE = {"kind": "closure", "name": "Freeze"}


@pytest.mark.parametrize(
    ("closures", "was", "on", "why", "passed"),
    [
        ([("Freeze", 8, 11)], 8, 12, FREEZE, None),  # over a weekend, and over days of its own
        ([("Freeze", 8, 8), ("Fair", 11, 11)], 8, 12, FREEZE, [{"kind": "closure", "name": "Fair"}]),
        ([("Freeze", 8, 8), ("Fair", 11, 12)], 8, 13, FREEZE, [{"kind": "closure", "name": "Fair"}]),
        ([("Freeze", 12, 12), ("Fair", 11, 11)], 12, 13, FREEZE, None),  # the other way
        ([("Freeze", 12, 12), ("Fair", 11, 11)], 12, 8, FREEZE, [{"kind": "closure", "name": "Fair"}]),
        ([("Fair", 11, 11)], 9, 12, {"kind": "weekday"}, [{"kind": "closure", "name": "Fair"}]),
    ],
)
def test_S31_what_a_shift_jumps_over_is_named_once_and_weekends_not_at_all(closures, was, on, why, passed):
    spans = tuple(Span(date(2027, 1, first), date(2027, 1, last), name) for name, first, last in closures)
    step = shift_step(WorkCalendar(closures=spans), date(2027, 1, was), date(2027, 1, on), "next")
    said = {"step": "shift", "was": f"2027-01-{was:02}", "on": f"2027-01-{on:02}", "shift": "next", "why": why}
    assert step == (said | {"passed": passed} if passed else said)


def test_S31_a_holiday_that_is_jumped_over_keeps_both_names_and_its_day():
    step = shift_step(WorkCalendar(country="FR"), date(2027, 1, 2), date(2026, 12, 31), "previous")
    assert step["passed"] == [
        {"kind": "holiday", "name": "New Year's Day", "name_fr": "Jour de l’an", "on": "2027-01-01"}
    ]
