"""What falls due ahead, and what it weighs by week."""

from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from itertools import islice

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.forecasts.rules.expansion import Series, due_days
from app.forecasts.rules.loads import Absence, Expansions, Horizon, OpenWork, Source, Work, Worker, capacity, loads
from app.ledger.rules.facts import Facts, Gauged
from app.ledger.rules.metering import Reading, reading_of
from app.meters.rules.use import Use
from app.meters.rules.values import Kind, Scale
from app.plans.rules.calendar import WorkCalendar
from app.plans.rules.rule import Rule
from app.plans.rules.schedule import Schedule, fixed_cycles, group_same_day
from app.plans.rules.season import Season
from app.plans.rules.trigger import Trigger

FR = WorkCalendar(country="FR")
TODAY = date(2026, 11, 23)  # a Monday
YEAR = Horizon.of(TODAY, 52, TODAY)


def days(series: Series, last: str) -> list[str]:
    return [str(day) for day in due_days(series, TODAY, date.fromisoformat(last))]


def test_a_fixed_plan_goes_on_from_what_is_settled():
    series = Series(Schedule(Rule("month"), shift="next"), FR, date(2026, 1, 1), settled_through=date(2026, 12, 1))
    assert days(series, "2027-05-31") == ["2027-01-04", "2027-02-01", "2027-03-01", "2027-04-01", "2027-05-03"]


def test_S31_dates_on_one_day_make_one_order_and_skipped_ones_none():
    daily = Series(Schedule(Rule("day"), shift="next"), FR, TODAY)
    assert days(daily, "2026-11-30")[-2:] == ["2026-11-27", "2026-11-30"]
    skipping = Series(Schedule(Rule("day"), shift="skip"), FR, TODAY)
    assert days(skipping, "2026-11-30") == days(daily, "2026-11-30")


def test_S32_out_of_season_nothing_is_due():
    summer = Schedule(Rule("month"), season=Season((((6, 1), (8, 31)),)))
    assert days(Series(summer, FR, date(2026, 1, 15)), "2027-12-31") == ["2027-06-15", "2027-07-15", "2027-08-15"]


def test_S08_a_floating_plan_counts_as_if_each_was_done_when_due():
    series = Series(Schedule(Rule("month", 2), "floating", shift="next"), FR, date(2026, 11, 1), counter=3)
    assert days(series, "2027-06-30") == ["2027-01-04", "2027-03-04", "2027-05-04"]


def test_S11_a_floating_plan_with_an_open_order_counts_from_it_or_from_today_where_it_is_late():
    plan = Schedule(Rule("month"), "floating")
    ahead = Series(plan, FR, date(2026, 1, 1), counter=1, waits_for_on=date(2026, 12, 10))
    late = Series(plan, FR, date(2026, 1, 1), counter=1, waits_for_on=date(2026, 6, 1))
    assert (days(ahead, "2027-02-28"), days(late, "2027-02-28")) == (
        ["2027-01-10", "2027-02-10"], ["2026-12-23", "2027-01-23", "2027-02-23"],
    )  # fmt: skip


def test_S38_a_pause_ends_on_its_day():
    series = Series(Schedule(Rule("month")), FR, date(2026, 1, 1), begins_on=date(2027, 2, 1))
    assert days(series, "2027-03-31") == ["2027-02-01", "2027-03-01"]


def test_S15_a_rule_that_never_matches_weighs_nothing():
    never = Rule("month", month_days=(30,), months=(2,), month_end="skip")
    assert days(Series(Schedule(never), FR, TODAY), "2027-12-31") == []


def test_S24_a_plan_of_higher_rank_takes_in_what_lies_near_its_dates():
    yearly = Series(Schedule(Rule("year")), FR, date(2027, 1, 10))
    half_yearly = Series(Schedule(Rule("month", 6)), FR, date(2027, 1, 1), higher=(yearly,), tolerance=15)
    assert days(half_yearly, "2028-07-31") == ["2027-07-01", "2028-07-01"]
    assert days(replace(half_yearly, tolerance=8), "2027-07-31") == ["2027-01-01", "2027-07-01"]
    made = replace(yearly, anchor_on=date(2027, 6, 1), open_on=date(2026, 12, 30))  # its order is open
    assert days(replace(half_yearly, higher=(made,)), "2027-07-31") == ["2027-07-01"]


def test_S24_a_floating_plan_starts_again_from_the_order_that_takes_it_in():
    yearly = Series(Schedule(Rule("year")), FR, date(2027, 3, 10))
    monthly = Series(Schedule(Rule("month"), "floating"), FR, date(2027, 1, 1), higher=(yearly,), tolerance=10)
    assert days(monthly, "2027-05-31") == ["2027-01-01", "2027-02-01", "2027-04-10", "2027-05-10"]


def pages(total: int = 40, per_day: int = 10, every: int = 100, **more) -> Reading:
    """Read today; ten pages a day, and work every hundred."""
    trigger = Trigger("counter", "pages", every=Decimal(every))
    use = Use(Fraction(per_day), 3, datetime(2026, 11, 1, tzinfo=UTC), datetime(2026, 11, 23, tzinfo=UTC), total)
    meter = Gauged(7, Scale(Kind.COUNTER, 0), TODAY, total, 0, use=use, **more)
    known = Facts(Schedule(Rule("none"), trigger=trigger), FR, TODAY, meter=meter)
    reading = reading_of(known)
    assert reading is not None
    return reading


NO_DATES = Schedule(Rule("none"))
BY_USE = Schedule(Rule("none"), "floating")


def test_S27_each_further_step_of_a_counter_is_foretold():
    assert days(Series(NO_DATES, FR, TODAY, reading=pages()), "2026-12-31") == [
        "2026-11-29", "2026-12-09", "2026-12-19", "2026-12-29",
    ]  # fmt: skip
    assert days(Series(NO_DATES, FR, TODAY), "2027-12-31") == []
    assert days(Series(NO_DATES, FR, TODAY, reading=pages(per_day=0)), "2027-12-31") == []
    ends = replace(NO_DATES, rule=Rule("none", until=date(2026, 12, 10)))
    assert days(Series(ends, FR, TODAY, reading=pages()), "2026-12-31") == ["2026-11-29", "2026-12-09"]


def test_S26_several_steps_a_day_or_on_days_that_are_not_worked_are_one_order():
    fast = Series(NO_DATES, FR, TODAY, reading=pages(per_day=250))
    assert days(fast, "2026-11-26") == ["2026-11-24", "2026-11-25", "2026-11-26"]
    worked = Series(Schedule(Rule("none"), shift="next"), FR, TODAY, reading=pages(per_day=100))
    assert days(worked, "2026-12-01") == [
        "2026-11-24", "2026-11-25", "2026-11-26", "2026-11-27", "2026-11-30", "2026-12-01",
    ]  # fmt: skip
    overdue = replace(pages(), last_on=date(2026, 9, 1))
    assert days(Series(NO_DATES, FR, TODAY, reading=overdue), "2026-12-05") == ["2026-11-23", "2026-11-26"]


def test_S28_steps_that_have_a_row_are_not_foretold_again():
    assert days(Series(NO_DATES, FR, TODAY, reading=pages(taken=frozenset({2}))), "2026-12-20") == [
        "2026-11-29", "2026-12-19",
    ]  # fmt: skip


def test_S25_time_or_meter_whichever_comes_first_each_time():
    weeks = Schedule(Rule("day", 14), "floating", shift="next")
    both = Series(weeks, FR, TODAY, is_anchor_due=False, reading=pages(), next_total=100)
    assert days(both, "2026-12-31") == ["2026-11-30", "2026-12-10", "2026-12-21", "2026-12-31"]
    slow = replace(both, reading=pages(per_day=5), next_total=100)
    assert days(slow, "2026-12-31") == ["2026-12-07", "2026-12-21"]
    alone = Series(BY_USE, FR, TODAY, reading=pages(), next_total=100, waits_for_on=date(2026, 12, 1))
    assert days(alone, "2026-12-31") == ["2026-12-11", "2026-12-21", "2026-12-31"]


def test_S38_what_a_meter_brings_during_a_pause_is_missed():
    until = date(2026, 12, 5)
    assert days(Series(NO_DATES, FR, TODAY, reading=pages(), begins_on=until), "2026-12-20") == [
        "2026-12-09", "2026-12-19",
    ]  # fmt: skip
    floating = Series(BY_USE, FR, TODAY, reading=pages(), next_total=100, begins_on=until)
    assert days(floating, "2026-12-20") == ["2026-12-09", "2026-12-19"]  # so many hundreds after the work last done
    dated = Series(Schedule(Rule("day", 10), "floating"), FR, date(2026, 11, 20), counter=1, begins_on=until)
    assert days(dated, "2026-12-31") == ["2026-12-10", "2026-12-20", "2026-12-30"]


def test_a_rule_ends_after_its_count():
    assert days(Series(Schedule(Rule("month", count=3)), FR, date(2026, 12, 1)), "2027-12-31")[-1] == "2027-02-01"
    floating = Series(Schedule(Rule("month", count=3), "floating"), FR, date(2026, 12, 1), counter=1)
    assert len(days(floating, "2027-12-31")) == 2


@settings(max_examples=60, deadline=None)
@given(
    freq=st.sampled_from(["day", "week", "month", "working_day"]),
    interval=st.integers(1, 9),
    shift=st.sampled_from(["none", "next", "previous", "nearest", "skip"]),
    anchor=st.dates(date(2025, 1, 1), date(2027, 3, 1)),
)
def test_the_days_are_those_of_the_cycles_one_a_day(freq, interval, shift, anchor):
    schedule, last = Schedule(Rule(freq, interval), shift=shift), date(2027, 8, 31)
    groups = group_same_day(islice(fixed_cycles(schedule, FR, anchor, None, anchor_is_due=True), 1200))
    expected = [group.survivor.due_on for group in groups if group.survivor]
    found = list(due_days(Series(schedule, FR, anchor), TODAY, last))
    assert found == [day for day in expected if TODAY <= day <= last]


def test_weeks_begin_on_mondays_and_what_is_late_is_this_weeks_work():
    assert (YEAR.first_on, YEAR.last_on) == (date(2026, 11, 23), date(2027, 11, 21))
    assert Horizon.of(date(2026, 11, 29), 2, TODAY).first_on == TODAY
    assert Horizon.of(date(2020, 1, 1), 2, TODAY).first_on == TODAY
    assert YEAR.week_of(date(2026, 1, 1)) == 0
    assert YEAR.week_of(date(2027, 11, 22)) is None
    later = Horizon.of(date(2027, 3, 3), 4, TODAY)
    assert (later.first_on, later.week_of(date(2026, 1, 1))) == (date(2027, 3, 1), None)


def test_work_is_counted_by_team_site_and_kind():
    monthly = Series(Schedule(Rule("month")), FR, date(2026, 12, 1))
    cleaning, unknown = Work(1, 7, "cleaning", 30), Work(2, None, "inspection", None)
    found = loads(
        [Source(monthly, cleaning, 1, 10), Source(monthly, cleaning, 2, 5), Source(monthly, unknown, 1, 2)],
        [OpenWork(cleaning, 1, date(2026, 10, 1), 3, 90, 0)],
        Expansions(YEAR),
    )
    assert sorted(map(str, found)) == ["(7, 1, 'cleaning')", "(7, 2, 'cleaning')", "(None, 1, 'inspection')"]
    assert (found[7, 1, "cleaning"].orders[:2], found[7, 1, "cleaning"].minutes[:2]) == ([3, 10], [90, 300])
    assert (found[None, 1, "inspection"].minutes[1], found[None, 1, "inspection"].unestimated[1]) == (0, 2)
    assert sum(found[7, 2, "cleaning"].orders) == 60


def test_a_holiday_takes_a_day_off_everybodys_week():
    """Friday 25 December 2026 and Friday 1 January 2027."""
    team = [Worker(1, frozenset({7}), 2100), Worker(2, frozenset(), 1050)]
    assert capacity(team, [], FR, YEAR)[3:7] == [3150, 2520, 2520, 3150]


@pytest.mark.parametrize(
    ("absence", "expected"),
    [
        (Absence(date(2026, 11, 24), date(2026, 11, 25), person_id=1), [1260, 2100]),
        (Absence(date(2026, 11, 26), date(2026, 12, 1), team_id=7), [1260, 1260]),  # two days of each week
        (Absence(date(2026, 11, 23), date(2026, 12, 6), person_id=1, minutes_per_day=60), [1800, 1800]),
        (Absence(date(2026, 11, 28), date(2026, 11, 29), person_id=1), [2100, 2100]),  # a weekend
        (Absence(date(2026, 11, 23), date(2026, 11, 27), person_id=2), [2100, 2100]),  # somebody else
    ],
)
def test_who_is_away_is_missed_on_the_days_that_are_worked(absence, expected):
    assert capacity([Worker(1, frozenset({7}), 2100)], [absence], FR, YEAR)[:2] == expected


def test_being_away_twice_at_once_costs_no_more_than_the_day():
    day = date(2026, 11, 24)
    both = [Absence(day, day, person_id=1), Absence(day, day, team_id=7)]
    assert capacity([Worker(1, frozenset({7}), 2100)], both, FR, YEAR)[0] == 1680


def test_the_weeks_hold_every_day_once():
    series = Series(Schedule(Rule("week", weekdays=(1, 3)), shift="none"), FR, TODAY - timedelta(days=300))
    by_hand = Counter((day - TODAY).days // 7 for day in due_days(series, TODAY, YEAR.last_on))
    assert dict(Expansions(YEAR).weeks_of(series)) == by_hand == dict.fromkeys(range(52), 2)
