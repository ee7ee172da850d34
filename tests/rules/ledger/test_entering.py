"""Where an item's dates begin: on entering, on coming back, under a new version (S1, S14b, S22, S37)."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.enrolment.rules import begin
from app.ledger.rules.facts import Facts
from app.plans.rules.calendar import WorkCalendar
from app.plans.rules.policy import anchor_of
from app.plans.rules.rule import Rule
from app.plans.rules.schedule import Schedule, due_day
from app.plans.rules.season import Season

TODAY = date(2026, 11, 23)
FRANCE = WorkCalendar(country="FR")
MONTHLY = Schedule(Rule("month"))


@pytest.mark.parametrize(
    ("policy", "commissioned_on", "expected"),
    [
        ("plan", date(2020, 5, 5), (date(2026, 1, 10), True)),
        ("commissioning", date(2020, 5, 5), (date(2020, 5, 5), False)),
        ("commissioning", None, (TODAY, False)),
        ("entry", date(2020, 5, 5), (TODAY, False)),
    ],
)
def test_S01_only_a_plans_own_anchor_is_due_itself(policy, commissioned_on, expected):
    assert anchor_of(policy, date(2026, 1, 10), commissioned_on, TODAY) == expected


def test_S22_a_fixed_plan_begins_with_the_first_slot_that_is_not_over():
    start = begin(MONTHLY, None, (date(2020, 1, 15), True), TODAY)
    assert (start.settled_through, start.next_due_on, start.wake_on) == (
        date(2026, 11, 15),
        date(2026, 12, 15),
        date(2026, 12, 15),
    )


def test_S22_a_slot_of_today_is_still_to_be_done():
    start = begin(MONTHLY, None, (date(2020, 1, 23), True), TODAY)
    assert (start.settled_through, start.next_due_on, start.wake_on) == (date(2026, 10, 23), TODAY, TODAY)


def test_S13_it_wakes_on_the_lead_date_and_at_once_where_that_has_passed():
    schedule = Schedule(Rule("month"), lead_days=7)
    assert begin(schedule, None, (date(2026, 12, 15), True), TODAY).wake_on == date(2026, 12, 8)
    assert begin(schedule, None, (date(2026, 11, 26), True), TODAY).wake_on == TODAY


def test_S22_a_floating_plan_begins_with_a_whole_number_of_intervals_from_its_anchor():
    schedule = Schedule(Rule("month", interval=6), mode="floating")
    start = begin(schedule, None, (date(2020, 1, 10), False), TODAY)
    assert (start.next_due_on, start.counted_after_on) == (date(2027, 1, 10), date(2026, 11, 22))
    assert begin(schedule, None, (date(2027, 3, 1), True), TODAY).next_due_on == date(2027, 3, 1)


@pytest.mark.parametrize(
    ("put_off", "anchor_on", "next_due_on"),
    [
        ({"season": Season((((3, 1), (9, 30)),))}, date(2026, 5, 10), date(2027, 3, 1)),  # of 10 November
        ({"season": Season((((3, 1), (9, 30)),))}, date(2026, 1, 10), date(2027, 3, 1)),  # July's is over; of January
        ({"shift": "next"}, date(2026, 5, 21), TODAY),  # of Saturday
        ({"shift": "next"}, date(2026, 5, 20), date(2027, 5, 20)),  # of Friday: over
        ({"offset_days": 20}, date(2026, 5, 10), date(2026, 11, 30)),
        ({"offset_days": 2}, date(2026, 5, 10), date(2027, 5, 12)),
    ],
)
def test_S14b_a_floating_cycle_that_was_put_off_to_a_day_ahead_is_still_to_come(put_off, anchor_on, next_due_on):
    schedule = Schedule(Rule("month", interval=6), mode="floating", **put_off)
    assert begin(schedule, FRANCE, (anchor_on, False), TODAY).next_due_on == next_due_on


def test_a_rule_that_has_ended_never_wakes():
    start = begin(Schedule(Rule("month", until=date(2026, 6, 1))), None, (date(2026, 1, 1), True), TODAY)
    assert (start.next_due_on, start.wake_on) == (None, None)


def test_S14b_what_is_settled_stays_settled():
    before = Facts(MONTHLY, None, date(2026, 1, 1), settled_through=date(2027, 2, 1))
    start = begin(MONTHLY, None, (date(2026, 1, 1), True), TODAY, before)
    assert (start.settled_through, start.next_due_on) == (date(2027, 2, 1), date(2027, 3, 1))


@given(
    anchor=st.dates(date(2015, 1, 1), date(2030, 12, 31)),
    on=st.dates(date(2020, 1, 1), date(2028, 12, 31)),
    unit=st.sampled_from(["day", "week", "month", "year"]),
    interval=st.integers(1, 5),
    shift=st.sampled_from(["none", "next", "previous", "nearest"]),
)
def test_S14b_nothing_that_was_due_before_the_day_of_entry_comes_up(anchor, on, unit, interval, shift):
    schedule = Schedule(Rule(unit, interval=interval), shift=shift)
    start = begin(schedule, FRANCE, (anchor, True), on)
    assert start.next_due_on is not None
    assert start.next_due_on >= on
    if start.settled_through is not None:
        assert due_day(schedule, FRANCE, start.settled_through) < on
