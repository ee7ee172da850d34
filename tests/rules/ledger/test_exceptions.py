"""What people decide about cycles ahead, pauses and spread, as pure decisions (S30, S35, S38, S40)."""

from collections import Counter
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.ledger.rules.coming import coming_cycles, dropped
from app.ledger.rules.exceptions import CycleException, is_ahead
from app.ledger.rules.facts import Facts
from app.plans.rules.calendar import WorkCalendar
from app.plans.rules.policy import spread_of
from app.plans.rules.rule import Rule
from app.plans.rules.schedule import Schedule, fixed_cycles, last_cycle_before
from app.plans.rules.season import Season
from tests.rules.ledger.book import Book
from tests.rules.ledger.test_generation import DAILY, MONTHLY, WEEK_ONLY, book
from tests.rules.ledger.test_generation_promise import DAY, START, cases

FEBRUARY = date(2027, 2, 1)


def word(raw, moved_on=None, key=None):
    return CycleException(key or f"D:{raw}", raw, moved_on, "Alice", "Works")


def said(b, *words):
    b.facts = replace(b.facts, exceptions=words)
    return b


def test_S35_a_skip_is_a_row_when_its_cycle_comes_and_not_before():
    b = said(book(overlap="stack", lead_days=3), word(FEBRUARY))
    b.days(date(2027, 1, 1), date(2027, 1, 28))
    assert b.fates() == [("2027-01-01", "generated", 1)]
    b.days(date(2027, 1, 29), date(2027, 3, 1))
    assert b.fates()[1:] == [("2027-02-01", "skipped", 1), ("2027-03-01", "generated", 1)]


@pytest.mark.parametrize("moved_on", [date(2027, 1, 10), date(2027, 2, 20)])
def test_S35_a_move_makes_its_order_on_its_own_lead_date(moved_on):
    b = said(book(overlap="stack", lead_days=4), word(FEBRUARY, moved_on))
    b.days(date(2026, 12, 28), date(2027, 3, 1))
    assert {key: day for day, key in b.made}["D:2027-02-01"] == moved_on - timedelta(days=4)
    assert [row.scheduled_on for row in b.rows if row.key == "D:2027-02-01"] == [moved_on]
    assert [row.due_on for row in b.rows][:3] == [date(2027, 1, 1), FEBRUARY, date(2027, 3, 1)]


def test_S35_a_move_to_a_later_day_is_not_caught_up_with_before_it():
    b = said(book(catch_up="none"), word(FEBRUARY, date(2027, 2, 20)))
    b.days(date(2027, 1, 1), date(2027, 1, 2))
    b.done("D:2027-01-01", date(2027, 1, 2))
    b.tick(date(2027, 2, 20))
    assert b.fates()[-1] == ("2027-02-01", "generated", 1)


def test_S20_a_moved_cycle_waits_until_its_own_day_is_over():
    b = said(book(), word(FEBRUARY, date(2027, 2, 10)))
    b.days(date(2027, 1, 1), date(2027, 2, 10))
    assert b.fates()[-1] == ("2027-02-01", "waiting", 1)
    b.tick(date(2027, 2, 11))
    assert b.fates()[-1] == ("2027-02-01", "suppressed", 1)


def test_S20_replace_leaves_a_moved_order_until_its_day():
    b = said(book(overlap="replace"), word(date(2027, 1, 1), date(2027, 1, 31)))
    b.days(date(2027, 1, 31), date(2027, 2, 1))
    assert [row.fate for row in b.rows] == ["missed", "generated"]


def test_S35_a_floating_cycle_that_is_skipped_comes_one_interval_later():
    facts = Facts(Schedule(MONTHLY, mode="floating"), None, date(2027, 1, 1))
    b = said(Book(facts), word(date(2027, 1, 1), key="N:1"))
    b.days(date(2026, 12, 30), date(2027, 2, 1))
    assert b.made == [(FEBRUARY, "N:2")]


def test_S35_what_was_said_of_a_floating_slot_is_void_where_the_slot_is_another():
    facts = Facts(Schedule(MONTHLY, mode="floating"), None, date(2027, 1, 5))
    b = said(Book(facts), word(date(2027, 1, 1), key="N:1"))
    b.tick(date(2027, 1, 5))
    assert b.made == [(date(2027, 1, 5), "N:1")]


def test_S31_a_skipped_day_takes_the_cycles_merged_into_it_along():
    b = said(book(DAILY, anchor=date(2027, 1, 9), calendar=WEEK_ONLY, shift="next"), word(date(2027, 1, 11)))
    b.tick(date(2027, 1, 11))
    assert [(row.key, row.fate) for row in b.rows] == [
        ("D:2027-01-09", "merged"),
        ("D:2027-01-11", "skipped"),
    ]
    assert b.made == []


def test_S38_only_what_fell_into_the_pause_is_laid_to_its_charge():
    b = book(overlap="stack")
    b.facts = replace(b.facts, gap_reason="paused", paused_until=date(2027, 3, 1))
    b.tick(date(2027, 4, 10))
    assert [(row.key, row.fate, row.reason, row.count) for row in b.rows] == [
        ("D:2027-01-01", "missed", "paused", 2),
        ("D:2027-03-01", "missed", "outage", 1),
        ("D:2027-04-01", "generated", None, 1),
    ]


def test_S36_a_word_about_a_slot_that_is_gone_drops():
    kept, gone, past = word(date(2027, 3, 1)), word(FEBRUARY), word(date(2026, 12, 1))
    facts = Facts(Schedule(Rule("month", 2)), None, date(2027, 1, 1), settled_through=date(2026, 12, 31))
    assert dropped(replace(facts, exceptions=(kept, gone, past))) == (gone,)


@pytest.mark.parametrize(
    ("key", "is_there"), [("N:3", True), ("N:2", False), ("D:2027-02-01", True), ("D:2027-01-01", False)]
)
def test_S35_a_cycle_lies_ahead_as_long_as_it_has_no_row(key, is_there):
    raw = date.fromisoformat(key[2:]) if key[0] == "D" else FEBRUARY
    assert is_ahead(key, raw, date(2027, 1, 1), 2) is is_there


@pytest.mark.parametrize(
    ("calendar", "shift", "season", "due_on"),
    [
        (None, "none", None, date(2027, 1, 4)),
        (WorkCalendar(country="FR"), "next", None, date(2027, 1, 4)),
        (WorkCalendar(weekdays=(1,)), "next", None, date(2027, 1, 5)),
        (None, "none", Season((((1, 10), (12, 31)),), "defer"), date(2027, 1, 10)),
    ],
)
def test_S40_the_spread_comes_before_season_and_calendar_and_leaves_the_key(calendar, shift, season, due_on):
    schedule = Schedule(MONTHLY, shift=shift, season=season, spread_days=5, offset_days=3)
    cycle = next(fixed_cycles(schedule, calendar, date(2027, 1, 1), None, anchor_is_due=True))
    assert (cycle.key, cycle.raw_due_on, cycle.due_on) == ("D:2027-01-01", date(2027, 1, 1), due_on)
    assert cycle.trace[1] == {"step": "spread", "days": 3, "on": "2027-01-04"}


def test_S40_two_hundred_items_are_dealt_out_evenly_and_for_ever_alike():
    schedule = Schedule(MONTHLY, spread_days=10)
    dealt = Counter(spread_of(schedule, 7, item).offset_days for item in range(1, 201))
    assert set(dealt) == set(range(10))
    assert max(dealt.values()) <= 30
    assert [spread_of(schedule, 7, item).offset_days for item in (1, 2, 3, 1_000_000)] == [1, 0, 9, 0]
    assert spread_of(Schedule(MONTHLY), 7, 3).offset_days == 0
    assert "offset_days" not in spread_of(schedule, 7, 3).to_dict()


def test_S40_an_item_that_enters_between_slot_and_spread_day_still_gets_its_date():
    schedule = Schedule(MONTHLY, spread_days=5, offset_days=4)
    assert last_cycle_before(schedule, None, date(2027, 1, 1), date(2027, 2, 3), True) == date(2027, 1, 1)


@st.composite
def decided(draw):
    """A book played with skips, moves between neighbours, work done at once, and pauses, ticked or not."""
    case = draw(cases())
    b = case.book()
    schedule = replace(b.facts.schedule, spread_days=9, offset_days=draw(st.integers(0, 8)))
    b.facts = replace(b.facts, schedule=schedule)
    events = st.sampled_from(["tick", "tick", "tick", "nothing", "skip", "move", "now", "done", "pause", "resume"])
    for n in range(case.span + 1):
        day = START + n * DAY
        event = draw(events)
        is_resting = b.facts.gap_reason == "paused"
        if event == "tick" and not is_resting:
            b.tick(day, draw(st.integers(1, 6)))
        elif event in ("skip", "move", "now"):
            decide_one(draw, b, day, event)
        elif event == "done" and b.orders:
            b.done(draw(st.sampled_from(sorted(b.orders))), day)
        elif event == "pause" and not is_resting:
            b.tick(day)
            b.facts = replace(b.facts, gap_reason="paused")
        elif event == "resume" and is_resting:
            b.facts = replace(b.facts, paused_until=day)
            b.tick(day)
            b.facts = replace(b.facts, gap_reason="outage", paused_until=None)
    b.facts = replace(b.facts, gap_reason="outage")
    b.tick(case.last())
    return case, b


def decide_one(draw, b, day, event):
    """As a person may: a cycle ahead, between its neighbours; "now" is a move of the next one to today."""
    coming = [cycle for _, cycle in zip(range(6), coming_cycles(b.facts), strict=False)]
    at = [i for i, cycle in enumerate(coming[:-1]) if cycle.outcome == "due" and cycle.scheduled_on is None]
    if not at:
        return
    i = at[0] if event == "now" else draw(st.sampled_from(at))
    before = coming[i - 1].comes_on if i else max([row.scheduled_on or row.last_due_on for row in b.rows], default=day)
    first, last = max(day, before + DAY), coming[i + 1].comes_on - DAY
    moved_on = None if event == "skip" else first if event == "now" else draw(st.dates(first, max(first, last)))
    if moved_on is None or first <= moved_on <= last:
        other = [each for each in b.facts.exceptions if each.key != coming[i].key]
        b.facts = replace(b.facts, exceptions=(*other, word(coming[i].raw_due_on, moved_on, coming[i].key)))


@settings(max_examples=100, deadline=None)
@given(decided())
def test_S35_whatever_people_decide_each_cycle_has_exactly_one_fate(game):
    case, b = game
    counted = Counter(row.key for row in b.cycles())
    assert set(counted.values()) <= {1}
    settled = b.facts.settled_through
    days = [START + n * DAY for n in range(case.span + 600)]
    assert set(counted) == {f"D:{day}" for day in days if case.is_slot(day) and settled is not None and day <= settled}
    for each in b.facts.exceptions:
        rows = [row for row in b.rows if row.key == each.key]
        assert all(row.scheduled_on == each.moved_on for row in rows)
        assert all(row.reason == "person" for row in rows if each.moved_on is None)
