"""Cycles of a schedule: S1, S3, S7, S8, S12, S14b, S22, S30 to S32."""

from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise, takewhile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.plans.rules.calendar import Span, WorkCalendar
from app.plans.rules.errors import RuleError
from app.plans.rules.policy import window
from app.plans.rules.recurrence import Rule
from app.plans.rules.schedule import (
    Cycle,
    Schedule,
    Start,
    check_schedule,
    due_day,
    fixed_cycles,
    floating_cycle,
    group_same_day,
    interval_days,
    last_cycle_before,
    min_gap,
    upcoming,
)
from app.plans.rules.season import Season

FR = WorkCalendar(country="FR")
MONTHLY = Rule("month")


def day(text: str) -> date:
    return date.fromisoformat(text)


def preview(schedule: Schedule, anchor: str, count: int, calendar: WorkCalendar | None = FR) -> list[Cycle]:
    return upcoming(schedule, calendar, Start(day(anchor)), count)


def due_days(cycles: list[Cycle]) -> list[str]:
    return [cycle.due_on.isoformat() for cycle in cycles]


def test_S01_ocas_31st_every_month_of_a_year():
    assert due_days(preview(Schedule(MONTHLY), "2026-12-31", 13, None)) == [
        "2026-12-31", "2027-01-31", "2027-02-28", "2027-03-31", "2027-04-30", "2027-05-31", "2027-06-30",
        "2027-07-31", "2027-08-31", "2027-09-30", "2027-10-31", "2027-11-30", "2027-12-31",
    ]  # fmt: skip


def test_S07_the_lead_comes_off_the_due_date_and_moves_no_other():
    """GLPI adds the lead before the rule: 1 Jan, 1 Feb, 4 Mar, 1 Apr, 2 May."""
    cycles = preview(Schedule(MONTHLY, lead_days=3), "2027-01-01", 5, None)
    assert due_days(cycles) == ["2027-01-01", "2027-02-01", "2027-03-01", "2027-04-01", "2027-05-01"]
    assert [cycle.generate_on.isoformat() for cycle in cycles] == [
        "2026-12-29", "2027-01-29", "2027-02-26", "2027-03-29", "2027-04-28",
    ]  # fmt: skip


def test_S07_the_lead_comes_after_the_calendar():
    cycle = preview(Schedule(MONTHLY, shift="next", lead_days=14), "2027-01-01", 1)[0]
    assert (cycle.raw_due_on, cycle.due_on, cycle.generate_on) == (
        day("2027-01-01"),
        day("2027-01-04"),
        day("2026-12-21"),
    )


def test_S30_the_french_year_of_two_plans():
    half_yearly = Schedule(Rule("month", 6), shift="next", lead_days=14)
    assert due_days(preview(half_yearly, "2027-01-01", 2)) == ["2027-01-04", "2027-07-01"]
    monthly = Schedule(MONTHLY, shift="next", lead_days=14)
    assert due_days(preview(monthly, "2027-01-01", 12)) == [
        "2027-01-04", "2027-02-01", "2027-03-01", "2027-04-01", "2027-05-03", "2027-06-01",
        "2027-07-01", "2027-08-02", "2027-09-01", "2027-10-01", "2027-11-02", "2027-12-01",
    ]  # fmt: skip


def test_S14_a_fixed_key_is_the_raw_slot_and_a_floating_one_the_targets_counter():
    assert preview(Schedule(MONTHLY, shift="next"), "2027-01-01", 1)[0].key == "D:2027-01-01"
    floating = floating_cycle(Schedule(MONTHLY, "floating", shift="next"), FR, day("2027-01-31"), 3)
    assert floating is not None
    assert (floating.key, floating.raw_due_on, floating.due_on) == ("N:3", day("2027-02-28"), day("2027-03-01"))


# Windows and gaps


@pytest.mark.parametrize(("interval", "first", "last"), [(1, 0, 1), (7, 1, 1), (31, 6, 3), (92, 18, 9), (365, 73, 36)])
def test_S03_percentages_are_rounded_down_and_the_tolerance_after_is_a_day_at_least(interval, first, last):
    due = day("2027-06-15")
    assert window(Schedule(MONTHLY), due, interval) == (due - timedelta(days=first), due + timedelta(days=last))


def test_S03_given_days_win_over_percentages():
    schedule = Schedule(MONTHLY, tolerance_before_days=0, tolerance_after_days=5, min_gap_days=2)
    assert window(schedule, day("2027-06-15"), 30) == (day("2027-06-15"), day("2027-06-20"))
    assert (min_gap(schedule, 30), min_gap(Schedule(MONTHLY), 31)) == (2, 7)


def test_S03_an_interval_reaches_to_the_rules_next_slot_even_where_the_rule_ends():
    cycles = preview(Schedule(Rule("month", until=day("2027-02-15"))), "2027-01-01", 9, None)
    assert [cycle.interval for cycle in cycles] == [31, 28]
    dates = Rule("dates", dates=(day("2027-01-01"), day("2027-01-11")))
    assert [interval_days(dates, day("2027-01-01"), slot) for slot in dates.dates] == [10, 10]
    alone = Rule("dates", dates=(day("2027-01-01"),))
    assert interval_days(alone, day("2027-01-01"), day("2027-01-01")) == 0


# S8, S12: floating


def test_S08_floating_counts_from_the_day_the_work_was_done():
    cycle = floating_cycle(Schedule(Rule("month", 6), "floating"), FR, day("2027-03-17"), 1)
    assert cycle is not None
    assert (cycle.due_on, cycle.interval) == (day("2027-09-17"), 182)


def test_S12_after_a_cancelled_cycle_the_first_multiple_after_the_decision():
    schedule = Schedule(MONTHLY, "floating")
    cycle = floating_cycle(schedule, None, day("2027-01-31"), 2, after=day("2027-04-30"))
    assert cycle is not None
    assert cycle.due_on == day("2027-05-31")
    soon = floating_cycle(schedule, None, day("2027-01-31"), 2, after=day("2027-01-10"))
    assert soon is not None
    assert soon.due_on == day("2027-02-28")


def test_S01_a_floating_plans_own_anchor_is_its_first_cycle():
    assert due_days(upcoming(Schedule(MONTHLY, "floating"), None, Start(day("2027-01-15")), 2)) == [
        "2027-01-15",
        "2027-02-15",
    ]
    done = Start(day("2027-01-15"), anchor_is_due=False)
    assert due_days(upcoming(Schedule(MONTHLY, "floating"), None, done, 2)) == ["2027-02-15", "2027-03-15"]


def test_S08_a_floating_rule_ends_by_count_or_date():
    counted = Schedule(Rule("month", count=2), "floating")
    assert floating_cycle(counted, None, day("2027-01-15"), 2) is not None
    assert floating_cycle(counted, None, day("2027-01-15"), 3) is None
    dated = Schedule(Rule("month", until=day("2027-02-14")), "floating")
    assert floating_cycle(dated, None, day("2027-01-15"), 1) is None


# S14b, S22


@pytest.mark.parametrize(
    ("shift", "enrolled", "expected"),
    [
        ("none", "2027-06-15", "2027-06-01"),
        ("none", "2027-06-01", "2027-05-01"),
        ("none", "2027-01-01", None),
        ("next", "2027-05-02", "2027-04-01"),  # due on Monday the 3rd
        ("next", "2027-05-03", "2027-04-01"),
        ("next", "2027-05-04", "2027-05-01"),
        ("previous", "2027-05-01", "2027-05-01"),  # due on Friday 30 April
    ],
)
def test_S14b_enrolling_starts_at_the_last_slot_whose_due_date_lies_before(shift, enrolled, expected):
    schedule = Schedule(MONTHLY, shift=shift)
    found = last_cycle_before(schedule, FR, day("2027-01-01"), day(enrolled), True)
    assert found == (day(expected) if expected else None)


def test_S22_a_start_in_the_past_back_fills_nothing():
    schedule = Schedule(Rule("week"), shift="next")
    through = last_cycle_before(schedule, FR, day("2019-03-04"), day("2026-11-22"), True)
    start = Start(day("2019-03-04"), settled_through=through)
    assert due_days(upcoming(schedule, FR, start, 2)) == ["2026-11-23", "2026-11-30"]


def test_S22_working_days_too_start_after_the_enrolment():
    schedule = Schedule(Rule("working_day", 5))
    through = last_cycle_before(schedule, FR, day("2026-11-02"), day("2026-11-22"), True)
    assert through == day("2026-11-17")  # 2 and 9 November, then past Armistice Day


# S31


def test_S31_monday_to_friday_with_next_has_nine_merged_days_in_france_in_2026():
    schedule = Schedule(Rule("week", weekdays=(0, 1, 2, 3, 4)), shift="next")
    cycles = fixed_cycles(schedule, FR, day("2026-01-01"), None, True)
    groups = list(takewhile(lambda group: group.cycles[0].due_on.year == 2026, group_same_day(cycles)))
    merged = [group for group in groups if group.merged]
    assert len(merged) == 9
    assert all(group.survivor is not None and group.survivor.raw_due_on == group.survivor.due_on for group in merged)
    assert merged[1].merged[0].key == "D:2026-04-06"  # Easter Monday gives way to Tuesday's own cycle


def test_S31_of_two_equally_near_the_earlier_survives():
    schedule = Schedule(Rule("week", weekdays=(5, 0)), shift="nearest")
    calendar = WorkCalendar(weekdays=(6,))
    group = next(group_same_day(fixed_cycles(schedule, calendar, day("2027-01-02"), None, True)))
    assert group.survivor is not None
    assert (group.survivor.key, [cycle.key for cycle in group.merged]) == ("D:2027-01-02", ["D:2027-01-04"])


def test_S31_a_shift_never_moves_later_slots():
    cycles = preview(Schedule(Rule("week"), shift="next"), "2027-01-01", 3)
    assert due_days(cycles) == ["2027-01-04", "2027-01-08", "2027-01-15"]


def test_S31_skip_is_for_fixed_plans_and_floating_ones_shift_on():
    fixed = preview(Schedule(MONTHLY, shift="skip", lead_days=7), "2027-01-01", 2)
    assert [(cycle.outcome, cycle.due_on) for cycle in fixed] == [
        ("skipped_calendar", day("2027-01-01")),
        ("due", day("2027-02-01")),
    ]
    assert [step["step"] for step in fixed[0].trace] == ["rule", "skip"]
    floating = floating_cycle(Schedule(MONTHLY, "floating", shift="skip"), FR, day("2026-12-01"), 1)
    assert floating is not None
    assert (floating.outcome, floating.due_on) == ("due", day("2027-01-04"))


def test_S31_no_day_within_31_is_flagged_and_the_order_is_made():
    closed = WorkCalendar(closures=(Span(day("2026-12-01"), day("2027-03-31"), "Travaux"),))
    cycle = preview(Schedule(MONTHLY, shift="next"), "2027-01-01", 1, closed)[0]
    assert (cycle.is_flagged, cycle.outcome, cycle.due_on) == (True, "due", day("2027-01-01"))
    assert cycle.trace[-1] == {"step": "flag", "was": "2027-01-01", "why": {"kind": "closure", "name": "Travaux"}}


# S32


def test_S32_outside_the_season_a_fixed_cycle_is_skipped_or_put_off():
    season = Season((((5, 1), (9, 30)),))
    skipped = preview(Schedule(Rule("month", 3), season=season), "2027-01-15", 3)
    assert [cycle.outcome for cycle in skipped] == ["skipped_season", "skipped_season", "due"]
    deferring = Schedule(Rule("month", 3), shift="next", season=replace(season, outside="defer"))
    assert due_days(preview(deferring, "2027-01-15", 3)) == ["2027-05-03", "2027-05-03", "2027-07-15"]


def test_S32_cycles_put_off_to_one_day_make_one_order():
    season = Season((((5, 1), (9, 30)),), outside="defer")
    groups = group_same_day(fixed_cycles(Schedule(MONTHLY, season=season), None, day("2027-01-15"), None, True))
    group = next(groups)
    assert group.survivor is not None
    assert (group.survivor.key, len(group.merged)) == ("D:2027-04-15", 3)


def test_S32_floating_plans_always_wait_for_the_season():
    schedule = Schedule(MONTHLY, "floating", season=Season((((5, 1), (9, 30)),), outside="skip"))
    cycle = floating_cycle(schedule, None, day("2027-09-20"), 1)
    assert cycle is not None
    assert (cycle.outcome, cycle.raw_due_on, cycle.due_on) == ("due", day("2027-10-20"), day("2028-05-01"))


def test_S31_a_skipped_cycle_between_two_of_one_day_stays_in_their_group():
    season = Season((((1, 1), (1, 2)), ((1, 4), (12, 31))))
    schedule = Schedule(Rule("day"), shift="next", season=season)
    groups = group_same_day(fixed_cycles(schedule, WorkCalendar(), day("2027-01-02"), None, True))
    first, second = next(groups), next(groups)
    assert [cycle.outcome for cycle in first.cycles] == ["due", "skipped_season", "due"]
    assert [cycle.key for cycle in first.merged] == ["D:2027-01-02"]
    assert [cycle.key for cycle in second.cycles] == ["D:2027-01-05"]


def test_S31_a_plan_that_is_skipped_for_ever_can_still_be_walked():
    open_once = WorkCalendar(allowed=(Span(day("2027-01-04"), day("2027-01-04")),))
    groups = group_same_day(fixed_cycles(Schedule(Rule("day"), shift="skip"), open_once, day("2027-01-04"), None, True))
    assert [next(groups).survivor is not None for _ in range(3)] == [True, False, False]


# S44


def test_S44_the_trace_tells_rule_clamp_shift_and_lead():
    cycle = preview(Schedule(MONTHLY, shift="next", lead_days=7), "2026-12-31", 11)[10]
    assert list(cycle.trace) == [
        {"step": "rule", "anchor": "2026-12-31", "on": "2027-10-31"},
        {
            "step": "shift",
            "was": "2027-10-31",
            "on": "2027-11-02",
            "shift": "next",
            "why": {"kind": "weekday"},
            "passed": [{"kind": "holiday", "name": "All Saints' Day", "name_fr": "Toussaint", "on": "2027-11-01"}],
        },
        {"step": "lead", "days": 7, "on": "2027-10-26"},
    ]
    february = preview(Schedule(MONTHLY), "2026-12-31", 3)[2]
    assert february.trace[1] == {"step": "clamp", "day": 31, "on": "2027-02-28"}


# What is refused


@pytest.mark.parametrize(
    ("schedule", "field"),
    [
        (Schedule(Rule("day", 0)), "interval"),
        (Schedule(Rule("week", weekdays=(0,)), "floating"), "mode"),
        (Schedule(MONTHLY, "sometimes"), "mode"),  # type: ignore[arg-type]
        (Schedule(MONTHLY, overlap="explode"), "overlap"),  # type: ignore[arg-type]
        (Schedule(MONTHLY, lead_days=-1), "lead_days"),
        (Schedule(MONTHLY, tolerance_after_days=0), "tolerance_after_days"),
        (Schedule(MONTHLY, min_gap_percent=101), "min_gap_percent"),
        (Schedule(MONTHLY, season=Season(())), "season"),
    ],
)
def test_what_cannot_be_is_refused(schedule, field):
    with pytest.raises(RuleError) as refusal:
        check_schedule(schedule)
    assert refusal.value.field == field


def test_a_schedule_survives_its_stored_form():
    schedule = Schedule(
        Rule("month", 3, month_days=(-1,), until=day("2030-01-01")),
        shift="previous",
        season=Season((((11, 15), (2, 10)),), "defer"),
        lead_days=7,
        overlap="stack",
        tolerance_after_days=3,
    )
    assert Schedule.from_dict(schedule.to_dict()) == schedule
    assert Schedule(MONTHLY).to_dict() == {"rule": {"freq": "month"}}


# Properties


schedules = st.builds(
    Schedule,
    rule=st.one_of(
        st.builds(Rule, st.sampled_from(["day", "week", "month", "year", "working_day"]), st.integers(1, 9)),
        st.builds(
            Rule, st.just("week"), st.integers(1, 3), weekdays=st.sampled_from([(0,), (0, 3), (5, 6), (0, 1, 2, 3, 4)])
        ),
        st.builds(
            Rule, st.just("month"), st.integers(1, 6), month_days=st.sampled_from([(1,), (-1,), (15, 31), (29, 30)])
        ),
    ),
    shift=st.sampled_from(["none", "next", "previous", "nearest", "skip"]),
    shift_within_month=st.booleans(),
    season=st.sampled_from([None, Season((((5, 1), (9, 30)),)), Season((((11, 15), (2, 10)),), "defer")]),
    lead_days=st.integers(0, 40),
)
anchors = st.dates(date(2025, 1, 1), date(2027, 12, 31))


@settings(max_examples=60, deadline=None)
@given(schedules, anchors, st.integers(0, 25))
def test_S06_settling_step_by_step_gives_the_same_cycles_as_one_pass(schedule, anchor, cut):
    whole = upcoming(schedule, FR, Start(anchor), 26)
    settled = whole[cut].raw_due_on
    assert upcoming(schedule, FR, Start(anchor, settled_through=settled), 25 - cut) == whole[cut + 1 :]


@settings(max_examples=60, deadline=None)
@given(schedules, anchors)
def test_S30_cycles_ascend_and_keep_their_order(schedule, anchor):
    cycles = upcoming(schedule, FR, Start(anchor), 26)
    for earlier, later in pairwise(cycles):
        assert earlier.raw_due_on < later.raw_due_on
        assert earlier.interval == (later.raw_due_on - earlier.raw_due_on).days
    due = [cycle.due_on for cycle in cycles if cycle.outcome == "due"]
    assert due == sorted(due)
    for cycle in cycles:
        assert due_day(schedule, FR, cycle.raw_due_on) == cycle.due_on
        assert cycle.generate_on == cycle.due_on - timedelta(days=schedule.lead_days)
        assert cycle.window_first_on <= cycle.due_on < cycle.window_last_on


@settings(max_examples=60, deadline=None)
@given(schedules, anchors, st.integers(0, 400))
def test_S14b_nothing_due_from_the_enrolment_on_is_lost_and_nothing_before_is_made(schedule, anchor, days):
    enrolled = anchor + timedelta(days=days)
    through = last_cycle_before(schedule, FR, anchor, enrolled, True)
    walked = takewhile(
        lambda cycle: cycle.raw_due_on <= enrolled + timedelta(days=40), fixed_cycles(schedule, FR, anchor, None, True)
    )
    earlier = [cycle.raw_due_on for cycle in walked if cycle.due_on < enrolled]
    assert through == max(earlier, default=None)


@settings(max_examples=60, deadline=None)
@given(schedules, anchors)
def test_S31_grouping_loses_no_cycle_and_puts_one_order_on_a_day(schedule, anchor):
    cycles = upcoming(schedule, FR, Start(anchor), 26)
    groups = list(group_same_day(cycles))
    assert [cycle for group in groups for cycle in group.cycles] == cycles
    days = [group.survivor.due_on for group in groups if group.survivor]
    assert len(days) == len(set(days))
    for group in groups:
        due = [cycle for cycle in group.cycles if cycle.outcome == "due"]
        assert sorted([*group.merged, *filter(None, [group.survivor])], key=lambda cycle: cycle.raw_due_on) == due


@settings(max_examples=60, deadline=None)
@given(schedules, st.sampled_from([date.min, date(9999, 11, 1), date.max]))
def test_the_ends_of_the_calendar_break_no_schedule(schedule, anchor):
    for cycle in upcoming(schedule, FR, Start(anchor), 20):
        assert cycle.raw_due_on >= anchor
    last_cycle_before(schedule, FR, anchor, date.max, True) if anchor.year == 9999 else None
