"""Boundaries of the date engine: the first and last day, the first and last slot, one more and one less."""

from datetime import date, timedelta
from decimal import Decimal
from itertools import islice

import pytest

from app.core.i18n import gettext, in_language, ngettext
from app.meters.rules.values import DECIMALS_MAX
from app.plans.rules.calendar import Span, WorkCalendar
from app.plans.rules.errors import RuleError
from app.plans.rules.explain import move_note, trace_sentences
from app.plans.rules.policy import days_from, min_gap, spread_of, window
from app.plans.rules.rule import Rule
from app.plans.rules.schedule import (
    Schedule,
    Start,
    check_schedule,
    due_day,
    fixed_cycles,
    floating_cycle,
    group_same_day,
    interval_days,
    last_cycle_before,
    meter_cycle,
    upcoming,
)
from app.plans.rules.season import Season
from app.plans.rules.shift import Shifted, shift_day
from app.plans.rules.speech import Speech
from app.plans.rules.trace import TraceStep
from app.plans.rules.trigger import Trigger
from app.plans.rules.trigger_words import estimate_note

FR = WorkCalendar(country="FR")
EVERY_DAY = tuple(range(7))
EN = Speech(gettext, ngettext, date.isoformat)


def day(text: str) -> date:
    return date.fromisoformat(text)


def closed(first: date, last: date) -> WorkCalendar:
    """All days are worked but for these."""
    return WorkCalendar(EVERY_DAY, closures=(Span(first, last, "Works"),))


def raws(
    rule: Rule, anchor: str, count: int, *, is_due: bool = True, calendar: WorkCalendar | None = None
) -> list[str]:
    cycles = fixed_cycles(Schedule(rule), calendar, day(anchor), None, is_due)
    return [cycle.raw_due_on.isoformat() for cycle in islice(cycles, count)]


# Slots


def test_S03_working_days_count_over_the_calendars_holidays():
    cycles = list(islice(fixed_cycles(Schedule(Rule("working_day", 5)), FR, day("2027-05-03"), None, True), 3))
    assert [(c.raw_due_on.isoformat(), c.interval) for c in cycles] == [
        ("2027-05-03", 8), ("2027-05-11", 8), ("2027-05-19", 7),
    ]  # fmt: skip
    assert interval_days(Rule("working_day", 5), day("2027-05-03"), day("2027-05-03"), FR) == 8
    last = Rule("working_day", 5, until=day("2027-05-03"))
    assert next(fixed_cycles(Schedule(last), FR, day("2027-05-03"), None, True)).interval == 8


def test_S08_a_floating_working_day_counts_over_holidays_too():
    cycle = floating_cycle(Schedule(Rule("working_day", 5)), FR, day("2027-05-03"), 1)
    assert (cycle.raw_due_on, cycle.interval) == (day("2027-05-11"), 8)


def test_S01_an_anchor_that_stands_for_work_is_no_slot_and_takes_none_of_the_count():
    assert raws(Rule("month", count=3), "2027-01-10", 9, is_due=False) == ["2027-02-10", "2027-03-10", "2027-04-10"]
    assert raws(Rule("month", count=3), "2027-01-10", 9) == ["2027-01-10", "2027-02-10", "2027-03-10"]


def test_S12_a_floating_rule_that_ends_after_so_many_times_ends_by_its_number_alone():
    twice = Schedule(Rule("month", count=2))
    assert floating_cycle(twice, None, day("2027-01-10"), 2, after=day("2027-06-01")).raw_due_on == day("2027-06-10")
    assert floating_cycle(twice, None, day("2027-01-10"), 3) is None


def test_S03_the_interval_of_the_only_slot_is_that_of_the_rule_without_its_end():
    assert interval_days(Rule("month", count=1), day("2027-01-10"), day("2027-01-10")) == 31
    assert interval_days(Rule("month", until=day("2027-01-10")), day("2027-01-10"), day("2027-01-10")) == 31


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        (Rule("year", nth_weekdays=((1, 0),)), ["2027-01-04", "2028-01-03", "2029-01-01"]),
        (Rule("year", nth_weekdays=((2, 0),)), ["2027-01-11", "2028-01-10", "2029-01-08"]),
        (Rule("year", nth_weekdays=((-1, 6),)), ["2027-12-26", "2028-12-31", "2029-12-30"]),
        (Rule("year", nth_weekdays=((-1, 0),)), ["2027-12-27", "2028-12-25", "2029-12-31"]),
        (Rule("year", nth_weekdays=((-1, 5),)), ["2027-12-25", "2028-12-30", "2029-12-29"]),
        (Rule("year", nth_weekdays=((53, 4),)), ["2027-12-31", "2032-12-31", "2038-12-31"]),
        (Rule("year", nth_weekdays=((-53, 4),)), ["2027-01-01", "2032-01-02", "2038-01-01"]),
        (Rule("year", weekdays=(0,), set_positions=(-1,)), ["2027-12-27", "2028-12-25", "2029-12-31"]),
        (Rule("year", weekdays=(0,), set_positions=(1,)), ["2027-01-04", "2028-01-03", "2029-01-01"]),
        (
            Rule("year", months=(3,), month_days=(1, 15), set_positions=(-1,)),
            ["2027-03-15", "2028-03-15", "2029-03-15"],
        ),
        (Rule("month", nth_weekdays=((5, 4),)), ["2027-01-29", "2027-04-30", "2027-07-30"]),
    ],
)
def test_S04_days_counted_within_a_year_or_month(rule, expected):
    assert raws(rule, "2027-01-01", 3) == expected


# Meters


STEP: TraceStep = {
    "step": "meter", "meter": "Pages", "at": "500", "shown": "510", "read_on": "2027-01-02", "on": "2027-01-02"
}  # fmt: skip


@pytest.mark.parametrize(
    ("shift", "due"),
    [("none", "2027-01-02"), ("next", "2027-01-04"), ("previous", "2027-01-04"), ("skip", "2027-01-04")],
)
def test_S26_what_a_meter_brings_is_put_off_and_never_left_out_nor_put_on_an_earlier_day(shift, due):
    schedule = Schedule(Rule("none"), shift=shift, lead_days=1)
    cycle = meter_cycle(schedule, FR, "M:7:3", day("2027-01-02"), 40, STEP)
    assert (cycle.key, cycle.raw_due_on, cycle.due_on) == ("M:7:3", day("2027-01-02"), day(due))
    assert (cycle.outcome, cycle.interval, cycle.trace[0]) == ("due", 40, STEP)


def test_S32_what_a_meter_brings_out_of_season_waits_for_it():
    schedule = Schedule(Rule("none"), season=Season((((5, 1), (9, 30)),)))
    cycle = meter_cycle(schedule, None, "M:7:3", day("2027-01-02"), 40, STEP)
    assert (cycle.due_on, cycle.outcome) == (day("2027-05-01"), "due")


def test_S26_a_step_without_unit_and_one_of_a_condition_in_words():
    assert trace_sentences([STEP], EN) == ["“Pages” reached 500: 510 were read on 2027-01-02."]
    estimate: TraceStep = STEP | {"step": "estimate", "per_day": "7"}
    assert estimate_note([estimate], EN) == "an estimate, at 7 a day"
    held: TraceStep = STEP | {"step": "condition", "side": "above", "readings": 1}
    assert trace_sentences([held], EN) == ["“Pages” showed 510 on 2027-01-02: at or above 500."]
    with in_language("fr"):
        thrice = trace_sentences([held | {"readings": 3}], EN)[0]
    assert thrice.endswith("Pendant 3 relevés de suite.")


# Previews


def test_S22_a_preview_shows_twelve_dates_and_goes_on_from_the_targets_number():
    assert len(upcoming(Schedule(Rule("day")), None, Start(day("2027-01-01")))) == 12
    start = Start(day("2027-01-01"), anchor_is_due=False, counter=3)
    cycles = upcoming(Schedule(Rule("month"), "floating", shift="next"), FR, start, 3)
    assert [(c.key, c.due_on.isoformat()) for c in cycles] == [
        ("N:4", "2027-02-01"), ("N:5", "2027-03-01"), ("N:6", "2027-04-01"),
    ]  # fmt: skip
    start = Start(day("2027-01-02"))
    cycles = upcoming(Schedule(Rule("month"), "floating", shift="next"), FR, start, 2)
    assert [c.due_on.isoformat() for c in cycles] == ["2027-01-04", "2027-02-04"]


def test_S14b_a_slot_that_was_brought_forward_by_31_days_lies_before_the_enrolment():
    enrolled, slot = day("2027-03-01"), day("2027-03-31")
    calendar = closed(enrolled, slot)
    schedule = Schedule(Rule("dates", dates=(slot,)), shift="previous")
    assert due_day(schedule, calendar, slot) == day("2027-02-28")
    assert last_cycle_before(schedule, calendar, slot, enrolled, True) == slot


def test_S14b_an_anchor_that_stands_for_work_is_not_the_last_cycle_before():
    assert last_cycle_before(Schedule(Rule("month")), None, day("2027-01-10"), day("2027-02-01"), False) is None
    assert last_cycle_before(Schedule(Rule("month")), None, day("2027-01-10"), day("2027-02-01"), True) == day(
        "2027-01-10"
    )


def test_S31_a_slot_that_was_brought_forward_by_31_days_joins_the_day_it_falls_on():
    first = day("2027-03-01")
    calendar = closed(first + timedelta(days=1), first + timedelta(days=31))
    rule = Rule("dates", dates=(first, first + timedelta(days=31)))
    cycles = fixed_cycles(Schedule(rule, shift="previous"), calendar, first, None, True)
    assert [len(group.cycles) for group in group_same_day(cycles)] == [2]


def test_S31_without_a_calendar_nothing_is_shifted_and_nothing_flagged():
    schedule = Schedule(Rule("month"), shift="next")
    assert due_day(schedule, None, day("2027-01-02")) == day("2027-01-02")
    assert not upcoming(schedule, None, Start(day("2027-01-02")), 1)[0].is_flagged


# Shifts and seasons


@pytest.mark.parametrize(
    ("was", "shift", "on"),
    [("2027-01-16", "next", "2027-01-18"), ("2027-01-16", "previous", "2027-01-15"),
     ("2027-01-30", "next", "2027-01-29"), ("2027-05-01", "previous", "2027-05-03")],
)  # fmt: skip
def test_S31_within_the_month_a_shift_turns_round_at_its_edge_alone(was, shift, on):
    assert shift_day(day(was), shift, FR, is_within_month=True) == Shifted(day(on))


def test_S31_a_day_that_is_left_out_keeps_its_date():
    assert shift_day(day("2027-01-16"), "skip", FR) == Shifted(day("2027-01-16"), is_skipped=True)


@pytest.mark.parametrize(
    ("first", "last", "was", "shift", "on"),
    [
        (1, 1, 1, "nearest", 2),
        (2, 2, 2, "previous", 1),
        (1, 2, 2, "nearest", 3),
        (1, 2, 2, "previous", None),
        (-1, -1, -1, "next", 0),
        (0, 0, 0, "next", None),
        (-1, 0, 0, "nearest", -2),
    ],
)
def test_S31_a_shift_stays_within_the_calendar(first, last, was, shift, on):
    """From 1: days of the year 1; up to 0: of the year 9999, 0 being its last."""

    def at(n: int) -> date:
        return date.fromordinal(n if n > 0 else date.max.toordinal() + n)

    found = shift_day(at(was), shift, closed(at(first), at(last)))
    assert found == (Shifted(at(was), is_flagged=True) if on is None else Shifted(at(on)))


def test_S32_a_season_holds_its_first_and_its_last_day():
    one_day, winter = Season((((5, 1), (5, 1)),)), Season((((11, 1), (2, 28)),))
    assert [day(text) in one_day for text in ("2027-04-30", "2027-05-01", "2027-05-02")] == [False, True, False]
    assert [day(text) in winter for text in ("2027-10-31", "2027-11-01", "2027-02-28", "2027-03-01")] == [
        False, True, True, False,
    ]  # fmt: skip
    assert one_day.next_start(day("2027-05-01")) == day("2027-05-01")


def test_S32_at_the_end_of_the_calendar_a_season_does_not_begin_any_more():
    may = Season((((5, 1), (5, 31)),))
    assert may.next_start(date(9999, 1, 5)) == date(9999, 5, 1)
    assert may.next_start(date(9999, 12, 5)) == date(9999, 12, 5)
    assert Season.from_dict({"ranges": [[[5, 1], [5, 31]]]}) == may


@pytest.mark.parametrize(("year", "on"), [(1900, 28), (2000, 29), (2027, 28), (2028, 29), (2100, 28)])
def test_S33_a_yearly_closing_day_on_29_february_is_on_the_28th_in_other_years(year, on):
    calendar = WorkCalendar(EVERY_DAY, closures=(Span(date(2024, 2, 29), date(2024, 2, 29), "Fair", is_yearly=True),))
    days = [date(year, 2, 27) + timedelta(days=n) for n in range(3)]
    assert [each for each in days if not calendar.is_working(each)] == [date(year, 2, on)]


# Numbers


def test_S40_two_days_are_a_spread_and_one_is_none():
    dealt = {spread_of(Schedule(Rule("month"), spread_days=2), 1, item).offset_days for item in range(1, 9)}
    assert dealt == {0, 1}
    assert {spread_of(Schedule(Rule("month"), spread_days=1), 1, item).offset_days for item in range(1, 9)} == {0}


def test_S03_percentages_of_a_hundred_days():
    schedule, due = Schedule(Rule("day", 100)), day("2027-06-01")
    assert min_gap(schedule, 100) == 25
    assert window(schedule, due, 100) == (due - timedelta(days=20), due + timedelta(days=10))


def test_a_day_beyond_the_calendar_is_its_first_or_last():
    assert days_from(date.max, 1) == date.max
    assert days_from(date.min, -1) == date.min


def test_S26_the_smallest_step_is_one_of_the_last_decimal():
    least = Decimal(10) ** -DECIMALS_MAX
    check_schedule(Schedule(Rule("none"), trigger=Trigger("counter", "Pages", every=least)))
    with pytest.raises(RuleError):
        check_schedule(Schedule(Rule("none"), trigger=Trigger("counter", "Pages", every=least * Decimal("0.95"))))


def test_S26_a_trigger_is_stored_with_its_unit_and_plain_numbers():
    trigger = Trigger("counter", "Pages", unit="p", every=Decimal("1E+3"))
    assert trigger.to_dict() == {"kind": "counter", "meter": "Pages", "unit": "p", "every": "1000"}
    assert Trigger.from_dict(trigger.to_dict()) == trigger


def test_S44_a_reason_that_a_calendar_of_today_no_longer_gives_is_told_as_the_weekday():
    step: TraceStep = {"step": "skip", "was": "2027-01-02", "why": {}}
    assert trace_sentences([step], EN) == ["2027-01-02 is a Saturday: left out."]
    assert move_note([step], EN) == "Saturday"
