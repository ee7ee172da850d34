"""Slots of a rule: S1 to S4 and S6, tables and an independent oracle."""

from contextlib import suppress
from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from app.plans.rules.calendar import Span, WorkCalendar
from app.plans.rules.errors import NeverMatches, RuleError
from app.plans.rules.recurrence import Rule, check_rule, last_slot_before, next_slot, slots
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


# S4: RFC 5545, 3.8.5.3, within the subset; times left out


RFC = [
    ("day", {"count": 10}, "1997-09-02", ["1997-09-02", "1997-09-03"], 10, "1997-09-11"),
    ("day", {"until": date(1997, 12, 23)}, "1997-09-02", ["1997-09-02"], 113, "1997-12-23"),
    ("day", {"interval": 10, "count": 5}, "1997-09-02", ["1997-09-02", "1997-09-12", "1997-09-22"], 5, "1997-10-12"),
    ("day", {"months": (1,), "until": date(2000, 1, 31)}, "1998-01-01", ["1998-01-01"], 93, "2000-01-31"),
    ("week", {"count": 10}, "1997-09-02", ["1997-09-02", "1997-09-09"], 10, "1997-11-04"),
    (
        "week",
        {"weekdays": (1, 3), "count": 10, "week_start": 6},
        "1997-09-02",
        ["1997-09-02", "1997-09-04"],
        10,
        "1997-10-02",
    ),
    (
        "week",
        {"interval": 2, "weekdays": (0, 2, 4), "week_start": 6, "until": date(1997, 12, 23)},
        "1997-09-01",
        ["1997-09-01", "1997-09-03", "1997-09-05", "1997-09-15"],
        25,
        "1997-12-22",
    ),
    (
        "week",
        {"interval": 2, "weekdays": (1, 3), "count": 8, "week_start": 6},
        "1997-09-02",
        ["1997-09-02"],
        8,
        "1997-10-16",
    ),
    ("month", {"nth_weekdays": ((1, 4),), "count": 10}, "1997-09-05", ["1997-09-05", "1997-10-03"], 10, "1998-06-05"),
    (
        "month",
        {"interval": 2, "nth_weekdays": ((1, 6), (-1, 6)), "count": 10},
        "1997-09-07",
        ["1997-09-07", "1997-09-28", "1997-11-02", "1997-11-30", "1998-01-04"],
        10,
        "1998-05-31",
    ),
    ("month", {"nth_weekdays": ((-2, 0),), "count": 6}, "1997-09-22", ["1997-09-22", "1997-10-20"], 6, "1998-02-16"),
    ("month", {"month_days": (-3,), "count": 6}, "1997-09-28", ["1997-09-28", "1997-10-29"], 6, "1998-02-26"),
    ("month", {"month_days": (2, 15), "count": 10}, "1997-09-02", ["1997-09-02", "1997-09-15"], 10, "1998-01-15"),
    ("month", {"month_days": (1, -1), "count": 10}, "1997-09-30", ["1997-09-30", "1997-10-01"], 10, "1998-02-01"),
    (
        "month",
        {"interval": 18, "month_days": (10, 11, 12, 13, 14, 15), "count": 10},
        "1997-09-10",
        ["1997-09-10", "1997-09-11"],
        10,
        "1999-03-13",
    ),
    (
        "month",
        {"interval": 2, "weekdays": (1,), "count": 18},
        "1997-09-02",
        ["1997-09-02", "1997-09-09"],
        18,
        "1998-03-31",
    ),
    ("year", {"months": (6, 7), "count": 10}, "1997-06-10", ["1997-06-10", "1997-07-10"], 10, "2001-07-10"),
    (
        "year",
        {"interval": 2, "months": (1, 2, 3), "count": 10},
        "1997-03-10",
        ["1997-03-10", "1999-01-10"],
        10,
        "2003-03-10",
    ),
    ("year", {"nth_weekdays": ((20, 0),), "count": 3}, "1997-05-19", ["1997-05-19", "1998-05-18"], 3, "1999-05-17"),
    (
        "year",
        {"months": (3,), "weekdays": (3,), "count": 11},
        "1997-03-13",
        ["1997-03-13", "1997-03-20"],
        11,
        "1999-03-25",
    ),
    (
        "month",
        {"weekdays": (4,), "month_days": (13,), "count": 5},
        "1997-09-02",
        ["1998-02-13", "1998-03-13", "1998-11-13"],
        5,
        "2000-10-13",
    ),
    (
        "month",
        {"weekdays": (5,), "month_days": (7, 8, 9, 10, 11, 12, 13), "count": 10},
        "1997-09-13",
        ["1997-09-13", "1997-10-11"],
        10,
        "1998-06-13",
    ),
    (
        "year",
        {"interval": 4, "months": (11,), "weekdays": (1,), "month_days": (2, 3, 4, 5, 6, 7, 8), "count": 3},
        "1996-11-05",
        ["1996-11-05", "2000-11-07"],
        3,
        "2004-11-02",
    ),
    (
        "month",
        {"weekdays": (1, 2, 3), "set_positions": (3,), "count": 3},
        "1997-09-04",
        ["1997-09-04"],
        3,
        "1997-11-06",
    ),
    (
        "month",
        {"weekdays": (0, 1, 2, 3, 4), "set_positions": (-2,), "count": 7},
        "1997-09-29",
        ["1997-09-29", "1997-10-30", "1997-11-27"],
        7,
        "1998-03-30",
    ),
    (
        "week",
        {"interval": 2, "weekdays": (1, 6), "count": 4},
        "1997-08-05",
        ["1997-08-05", "1997-08-10"],
        4,
        "1997-08-24",
    ),
    (
        "week",
        {"interval": 2, "weekdays": (1, 6), "count": 4, "week_start": 6},
        "1997-08-05",
        ["1997-08-05", "1997-08-17"],
        4,
        "1997-08-31",
    ),
    ("month", {"month_days": (15, 30), "count": 5}, "2007-01-15", ["2007-01-15", "2007-01-30"], 5, "2007-03-30"),
]


@pytest.mark.parametrize(("freq", "parts", "anchor", "begin", "number", "end"), RFC)
def test_S04_the_examples_of_RFC_5545(freq, parts, anchor, begin, number, end):
    found = first(Rule(freq, month_end="skip", **parts), anchor, 200)
    assert found[: len(begin)] == days(*begin)
    assert (len(found), found[-1]) == (number, date.fromisoformat(end))


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
