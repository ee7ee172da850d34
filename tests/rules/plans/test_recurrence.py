"""Slots of a rule: S1 to S4 and S6, tables and an independent oracle."""

from contextlib import suppress
from datetime import date, timedelta
from itertools import islice, pairwise

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from app.plans.rules.calendar import Span, WorkCalendar
from app.plans.rules.errors import NeverMatches, RuleError
from app.plans.rules.policy import Schedule
from app.plans.rules.recurrence import Rule, check_rule, last_slot_before, next_slot, slots
from app.plans.rules.schedule import fixed_cycles
from tests.rules.plans import oracle


def days(*texts: str) -> list[date]:
    return [date.fromisoformat(text) for text in texts]


def first(rule: Rule, anchor: str, count: int, **more) -> list[date]:
    return list(slots(rule, date.fromisoformat(anchor), None, limit=count, **more))


# S1


def test_S01_monthly_from_the_31st_comes_back_to_the_31st():
    """OCA's maintenance plans chain from the previous date and stay on the 28th; GLPI overflows to 3 March."""
    assert first(Rule("month"), "2027-01-31", 5) == days(
        "2027-01-31", "2027-02-28", "2027-03-31", "2027-04-30", "2027-05-31"
    )


def test_S01_the_plans_own_anchor_is_due_if_it_satisfies_the_rule():
    assert first(Rule("week", weekdays=(0,)), "2026-11-23", 1) == days("2026-11-23")
    assert first(Rule("week", weekdays=(0,)), "2026-11-24", 1) == days("2026-11-30")


@pytest.mark.parametrize(
    ("rule", "slot"),
    [
        (Rule("day", 10), "2027-01-25"),
        (Rule("week", 2), "2027-01-29"),
        (Rule("month", 3), "2027-04-15"),
        (Rule("year"), "2028-01-15"),
        (Rule("working_day", 5), "2027-01-22"),
    ],
)
def test_S01_an_anchor_that_stands_for_work_is_not_due_itself(rule, slot):
    assert first(rule, "2027-01-15", 1, anchor_is_due=False) == days(slot)


# S2


@pytest.mark.parametrize(
    ("month_end", "anchor", "expected"),
    [
        ("clamp", "2026-12-31", ["2026-12-31", "2027-01-31", "2027-02-28", "2027-03-31"]),
        ("clamp", "2027-01-30", ["2027-01-30", "2027-02-28", "2027-03-30", "2027-04-30"]),
        ("skip", "2027-01-31", ["2027-01-31", "2027-03-31", "2027-05-31", "2027-07-31"]),
        ("last_day", "2027-02-28", ["2027-02-28", "2027-03-31", "2027-04-30", "2027-05-31"]),
        ("last_day", "2027-01-30", ["2027-01-30", "2027-02-28", "2027-03-30", "2027-04-30"]),
    ],
)
def test_S02_month_end_policies(month_end, anchor, expected):
    assert first(Rule("month", month_end=month_end), anchor, 4) == days(*expected)


def test_S02_yearly_on_29_february_clamps_to_the_28th():
    assert first(Rule("year"), "2024-02-29", 5) == days(
        "2024-02-29", "2025-02-28", "2026-02-28", "2027-02-28", "2028-02-29"
    )
    assert first(Rule("year", month_end="skip"), "2096-02-29", 2) == days("2096-02-29", "2104-02-29")


def test_S02_two_days_clamped_to_one_date_are_one_slot():
    assert first(Rule("month", month_days=(30, 31)), "2027-01-30", 4) == days(
        "2027-01-30", "2027-01-31", "2027-02-28", "2027-03-30"
    )


# S3


def test_S03_working_days_are_a_unit_of_their_own():
    fr = WorkCalendar(country="FR")
    assert first(Rule("working_day", 2), "2027-05-03", 4, calendar=fr) == days(
        "2027-05-03", "2027-05-05", "2027-05-10", "2027-05-12"
    )  # the 6th is Ascension Day
    assert first(Rule("day", 2), "2027-05-07", 2, calendar=fr) == days("2027-05-07", "2027-05-09")


def test_S03_a_change_of_calendar_leaves_working_day_cycles_counted_from_the_last_recorded_one():
    closed = WorkCalendar(closures=(Span(date(2027, 1, 1), date(2027, 1, 31)),))
    assert next_slot(Rule("working_day", 3), date(2027, 1, 4), date(2027, 2, 2), closed) == date(2027, 2, 5)


# S4 (the examples of RFC 5545 stand in test_rfc5545)


def test_S04_a_list_of_dates():
    rule = Rule("dates", dates=tuple(days("2027-01-05", "2027-03-01", "2028-02-29")))
    assert first(rule, "2027-01-06", 9) == days("2027-03-01", "2028-02-29")
    assert last_slot_before(rule, date(2027, 1, 1), date(2027, 3, 1)) == date(2027, 1, 5)


@pytest.mark.parametrize(
    ("rule", "code"),
    [
        (Rule("fortnight"), "unknown_unit"),  # type: ignore[arg-type]
        (Rule("day", 0), "interval_out_of_range"),
        (Rule("month", -3), "interval_out_of_range"),
        (Rule("year", 101), "interval_out_of_range"),
        (Rule("week", month_days=(3,)), "part_does_not_fit"),
        (Rule("week", weekdays=(0,), set_positions=(1,)), "part_does_not_fit"),
        (Rule("working_day", weekdays=(0,)), "part_does_not_fit"),
        (Rule("month", month_days=(32,)), "out_of_range"),
        (Rule("month", month_days=(0,)), "out_of_range"),
        (Rule("month", nth_weekdays=((6, 0),)), "out_of_range"),
        (Rule("month", months=(13,)), "out_of_range"),
        (Rule("week", weekdays=(7,)), "out_of_range"),
        (Rule("year", month_days=(15,)), "months_missing"),
        (Rule("month", set_positions=(1,)), "positions_of_nothing"),
        (Rule("month", count=3, until=date(2027, 1, 1)), "two_ends"),
        (Rule("working_day", count=3), "count_of_working_days"),
        (Rule("day", count=0), "count_out_of_range"),
        (Rule("dates"), "dates_missing"),
        (Rule("dates", dates=(date(2027, 1, 2), date(2027, 1, 1))), "dates_out_of_order"),
    ],
)
def test_S04_what_cannot_be_is_refused(rule, code):
    with pytest.raises(RuleError) as refusal:
        check_rule(rule)
    assert refusal.value.code == code
    assert str(refusal.value)


# S6


@pytest.mark.parametrize(
    "rule",
    [
        Rule("month", month_days=(30,), months=(2,), month_end="skip"),
        Rule("year", month_days=(31,), months=(4, 6), month_end="skip"),
        Rule("day", 7, weekdays=(1,)),
        Rule("day", months=(2,), month_days=(30,), month_end="skip"),
        Rule("month", weekdays=(0,), set_positions=(6,)),
        Rule("year", months=(2,), nth_weekdays=((5, 0),), month_days=(1,)),
    ],
)
def test_S15_a_rule_that_never_matches_says_so_instead_of_searching_for_ever(rule):
    with pytest.raises(NeverMatches):
        next_slot(rule, date(2026, 11, 23), None)


def test_S15_a_calendar_closed_for_good_has_no_working_day():
    with pytest.raises(NeverMatches):
        next_slot(Rule("working_day"), date(2026, 11, 23), None, WorkCalendar(weekdays=()))


def test_S06_the_rule_stops_at_the_end_of_the_calendar():
    assert next_slot(Rule("year"), date(2020, 1, 1), date(9999, 6, 1)) is None
    assert next_slot(Rule("week"), date(2020, 1, 1), date(9999, 12, 31)) is None
    assert next_slot(Rule("day", 36_500), date(9999, 12, 31), None) == date(9999, 12, 31)
    assert next_slot(Rule("working_day"), date(2020, 1, 1), date(9999, 12, 31)) is None


def test_S06_counting_ends_where_the_one_pass_expansion_ends():
    rule = Rule("month", count=3)
    assert next_slot(rule, date(2027, 1, 31), date(2027, 3, 30)) == date(2027, 3, 31)
    assert next_slot(rule, date(2027, 1, 31), date(2027, 3, 31)) is None
    assert first(rule, "2027-01-31", 9, anchor_is_due=False) == days("2027-02-28", "2027-03-31", "2027-04-30")


positions = st.lists(st.integers(-4, 4).filter(bool), max_size=2, unique=True)
MONTH_ENDS = [date(2024, 2, 29), date(2025, 2, 28), date(2026, 1, 31), date(2025, 4, 30), date(2026, 3, 30)]
month_days = st.one_of(st.sampled_from([1, 28, 29, 30, 31, -1]), st.integers(-31, -1), st.integers(1, 31))
weekday_sets = st.lists(st.integers(0, 6), max_size=3, unique=True)
near_days = st.dates(date(1999, 1, 1), date(2028, 12, 31))


@st.composite
def rules(draw) -> dict:
    freq = draw(st.sampled_from(["day", "week", "month", "year"]))
    rule = {"freq": freq, "interval": draw(st.integers(1, 5)), "weekdays": draw(weekday_sets)}
    rule["month_end"] = draw(st.sampled_from(["clamp", "skip", "last_day"]))
    rule["months"] = draw(st.lists(st.integers(1, 12), max_size=3, unique=True))
    if freq == "week":
        rule["week_start"] = draw(st.integers(0, 6))
    else:
        rule["month_days"] = draw(st.lists(month_days, max_size=3, unique=True))
    if freq in ("month", "year"):
        rule["nth_weekdays"] = draw(st.lists(st.tuples(st.integers(-5, 5).filter(bool), st.integers(0, 6)), max_size=2))
        if rule["weekdays"] or rule["month_days"] or rule["nth_weekdays"]:
            rule["set_positions"] = draw(positions)
    if freq == "year" and rule["month_days"] and not rule["months"]:
        rule["months"] = [draw(st.integers(1, 12))]
    end = draw(st.sampled_from(["none", "count", "until"]))
    if end == "count":
        rule["count"] = draw(st.integers(1, 12))
    elif end == "until":
        rule["until"] = draw(st.dates(date(2025, 1, 1), date(2030, 12, 31)))
    return {name: tuple(value) if isinstance(value, list) else value for name, value in rule.items()}


@settings(max_examples=100, deadline=None)
@given(rules(), st.one_of(st.dates(date(2023, 1, 1), date(2026, 12, 31)), st.sampled_from(MONTH_ENDS)))
def test_S06_the_slots_are_those_that_the_oracle_finds_day_by_day(parts, anchor):
    rule, last = Rule(**parts), anchor + timedelta(days=500)
    check_rule(rule)
    expected = list(oracle.walk(parts, anchor, last))
    assume(expected)
    assert list(slots(rule, anchor, None, until=last)) == expected
    probes = [
        *expected,
        *(day + timedelta(days=1) for day in expected[:20]),
        *(day - timedelta(days=1) for day in expected[:20]),
    ]
    for probe in probes:
        earlier = [day for day in expected if day < probe]
        assert last_slot_before(rule, anchor, probe) == (earlier[-1] if earlier else None)
        later = [day for day in expected if day > probe]
        if later:
            assert next_slot(rule, anchor, probe) == later[0]


@settings(max_examples=100, deadline=None)
@given(rules(), st.dates(date(2023, 1, 1), date(2026, 12, 31)), st.integers(-40, 400))
def test_S06_the_next_slot_lies_after_and_nothing_lies_between(parts, anchor, days_on):
    rule, after = Rule(**parts), anchor + timedelta(days=days_on)
    with suppress(NeverMatches):
        found = next_slot(rule, anchor, after)
        last = min(found or date(2032, 1, 1), anchor + timedelta(days=1500))
        between = [day for day in oracle.walk(parts, anchor, last) if after < day < (found or date.max)]
        assert between == []
        assert found is None or found > after


@settings(max_examples=100, deadline=None)
@given(rules(), st.dates(date(2023, 1, 1), date(2026, 12, 31)), st.booleans(), st.integers(0, 11))
def test_S06_chaining_is_one_pass_and_starting_again_anywhere_changes_nothing(parts, anchor, is_due, at):
    rule = Rule(**parts)
    with suppress(NeverMatches):
        whole = list(slots(rule, anchor, None, limit=12, anchor_is_due=is_due))
        after = whole[min(at, len(whole) - 1)] if whole else None
        again = list(slots(rule, anchor, after, limit=12, anchor_is_due=is_due))
        assert again[: 11 - at] == whole[at + 1 :]
        for earlier, later in pairwise(whole):
            gap = (later - earlier).days
            for day in {earlier, earlier + timedelta(days=gap // 2), later - timedelta(days=1)}:
                assert next_slot(rule, anchor, day, anchor_is_due=is_due) == later


@settings(max_examples=60, deadline=None)
@given(rules(), st.dates(date(2023, 1, 1), date(2026, 12, 31)), st.sampled_from(["none", "next", "previous"]))
def test_S06_cycles_from_the_last_recorded_one_are_those_of_the_one_pass(parts, anchor, shift):
    schedule, french = Schedule(Rule(**parts), shift=shift, lead_days=7), WorkCalendar(country="FR")
    with suppress(NeverMatches):
        whole = list(islice(fixed_cycles(schedule, french, anchor, None, anchor_is_due=True), 10))
        for n, cycle in enumerate(whole):
            following = fixed_cycles(schedule, french, anchor, cycle.raw_due_on, anchor_is_due=True)
            assert list(islice(following, 9 - n)) == whole[n + 1 :]


@given(near_days, st.integers(1, 40), st.sampled_from(["day", "week", "month", "year"]))
def test_S06_slots_ascend_and_chaining_never_drifts(anchor, interval, freq):
    found = list(slots(Rule(freq, interval), anchor, None, limit=30))
    assert found[0] == anchor
    assert all(earlier < later for earlier, later in pairwise(found))


@given(rules())
def test_a_rule_survives_its_stored_form(parts):
    rule = Rule(**parts)
    assert Rule.from_dict(rule.to_dict()) == rule


def test_the_stored_form_says_only_what_differs_from_the_defaults():
    rule = Rule("month", 3, nth_weekdays=((-1, 4),), until=date(2027, 12, 31))
    assert rule.to_dict() == {"freq": "month", "interval": 3, "nth_weekdays": [[-1, 4]], "until": "2027-12-31"}


@given(st.integers(1, 30), st.dates(date(2024, 1, 1), date(2027, 12, 31)), st.booleans())
def test_S03_between_two_cycles_lie_as_many_working_days_as_the_interval_says(interval, anchor, anchor_is_due):
    fr = WorkCalendar(country="FR")
    rule = Rule("working_day", interval)
    found = list(slots(rule, anchor, None, fr, limit=12, anchor_is_due=anchor_is_due))
    for earlier, later in pairwise(found):
        between = [earlier + timedelta(days=n) for n in range(1, (later - earlier).days + 1)]
        assert sum(fr.is_working(day) for day in between) == interval
        assert last_slot_before(rule, anchor, later, fr, anchor_is_due=anchor_is_due) == earlier
    assert last_slot_before(rule, anchor, found[0], fr, anchor_is_due=anchor_is_due) is None


@given(rules(), st.sampled_from([date.min, date(1, 3, 1), date(9999, 2, 28), date.max]))
def test_the_ends_of_the_calendar_break_no_rule(parts, anchor):
    rule = Rule(**parts)
    with suppress(NeverMatches):
        for slot in slots(rule, anchor, None, limit=5):
            assert slot >= anchor
        last_slot_before(rule, anchor, anchor + timedelta(days=40) if anchor.year == 1 else date.max)
