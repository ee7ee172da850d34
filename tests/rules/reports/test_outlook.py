"""What a change would do to the dates of one target (S34, S36, S38)."""

from dataclasses import replace
from datetime import date

import pytest

from app.ledger.rules.facts import Facts, OpenOrder
from app.plans.rules.calendar import Span, WorkCalendar
from app.plans.rules.rule import Rule
from app.plans.rules.schedule import Schedule
from app.reports.rules.comparing import Difference, compare
from app.reports.rules.outlook import coming, paused, settled

TODAY = date(2027, 1, 10)
LAST = date(2027, 12, 31)
MONTHLY = Schedule(Rule("month"))
WEEKDAYS = WorkCalendar()


def facts(schedule=MONTHLY, anchor=date(2027, 1, 1), calendar=WEEKDAYS, **more):
    return Facts(schedule, calendar, anchor, settled_through=date(2027, 1, 1), **more)


def differ(before, after, last=LAST):
    return compare(coming(before, TODAY, last), coming(after, TODAY, last), last)


def days(cycles):
    return [cycle.due_on for cycle in cycles]


def test_S36_nothing_differs_where_nothing_changes():
    assert differ(facts(), facts()).is_nothing


def test_S36_twice_the_interval_takes_every_second_date():
    found = differ(facts(), facts(Schedule(Rule("month", 2))))
    assert [day.month for day in found.disappear] == [2, 4, 6, 8, 10, 12]
    assert (found.appear, found.moves) == ((), ())


def test_S36_another_day_of_the_month_moves_every_date():
    found = differ(facts(), facts(Schedule(Rule("month", month_days=(12,)))))
    assert found.moves[0] == (date(2027, 2, 1), date(2027, 2, 12))
    assert (len(found.moves), found.disappear, found.appear) == (11, (), (date(2027, 1, 12),))


def test_S34_a_closure_moves_the_dates_that_fall_into_it_and_no_other():
    shifted = Schedule(Rule("week", weekdays=(0,)), shift="next")
    closed = WorkCalendar(closures=(Span(date(2027, 8, 2), date(2027, 8, 3), "Works"),))
    found = differ(facts(shifted), facts(shifted, calendar=closed))
    assert found == Difference(moves=((date(2027, 8, 2), date(2027, 8, 4)),))


def test_S34_a_date_that_is_left_out_disappears():
    skipped = Schedule(Rule("week", weekdays=(0,)), shift="skip")
    closed = WorkCalendar(closures=(Span(date(2027, 8, 2), date(2027, 8, 3), "Works"),))
    assert differ(facts(skipped), facts(skipped, calendar=closed)).disappear == (date(2027, 8, 2),)


def test_S36_a_date_that_leaves_the_horizon_has_moved_and_is_not_lost():
    after = replace(facts(Schedule(Rule("month", month_days=(9,)))), settled_through=date(2027, 1, 9))
    found = differ(facts(), after, last=date(2027, 2, 5))
    assert found == Difference(moves=((date(2027, 2, 1), date(2027, 2, 9)),))


def test_S36_a_floating_plan_is_compared_by_its_days():
    before = facts(Schedule(Rule("month"), mode="floating"), anchor_is_due=False)
    after = replace(before, schedule=Schedule(Rule("month", 2), mode="floating"))
    assert [day.month for day in differ(before, after).disappear] == [2, 4, 6, 8, 10, 12]


def test_S11_the_dates_of_a_floating_target_count_from_its_open_order():
    late = OpenOrder("N:1", date(2027, 1, 1), date(2027, 1, 1))
    found = facts(Schedule(Rule("month"), mode="floating"), counter=1, open_orders=(late,))
    assert days(coming(found, TODAY, LAST))[:2] == [date(2027, 2, 10), date(2027, 3, 10)]


def test_S36b_what_is_due_today_is_made_before_anything_changes():
    found, missed = settled(facts(schedule=replace(MONTHLY, lead_days=30)), TODAY)
    assert ([order.key for order in found.open_orders], missed) == (["D:2027-02-01"], 0)
    assert found.settled_through == date(2027, 2, 1)


def test_S38_dates_within_a_pause_disappear():
    assert paused(facts(), TODAY, None, LAST) == []
    assert days(paused(facts(), TODAY, date(2027, 4, 1), LAST))[0] == date(2027, 4, 1)


@pytest.mark.parametrize(
    ("until", "first"), [(date(2027, 1, 20), date(2027, 2, 1)), (date(2027, 4, 10), date(2027, 5, 1))]
)
def test_S38_a_floating_clock_goes_on_after_the_pause(until, first):
    floating = facts(Schedule(Rule("month"), mode="floating", lead_days=20), anchor_is_due=False)
    assert days(paused(floating, TODAY, until, LAST))[0] == first


def test_S38_what_passed_during_a_pause_is_counted_when_it_ends():
    resumed = facts(replace(MONTHLY, catch_up="none"), gap_reason="paused")
    assert settled(resumed, date(2027, 5, 15))[1] == 4
