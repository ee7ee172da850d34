"""What a tick decides: tables by rule."""

from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise

import pytest

from app.ledger.rules.deciding import decide
from app.ledger.rules.facts import Facts
from app.ledger.rules.settling import logged
from app.plans.rules.calendar import Span, WorkCalendar
from app.plans.rules.rule import Rule
from app.plans.rules.schedule import Schedule
from tests.rules.ledger.book import Book

MONTHLY = Rule("month")
DAILY = Rule("day")
FRANCE = WorkCalendar(country="FR")
WEEK_ONLY = WorkCalendar()


def book(rule=MONTHLY, anchor=date(2027, 1, 1), calendar=None, settled=None, **schedule):
    return Book(Facts(Schedule(rule, **schedule), calendar, anchor, settled_through=settled))


def test_S13_an_order_is_made_on_its_lead_date_and_not_a_day_before():
    b = book(lead_days=7)
    b.tick(date(2026, 12, 24))
    assert b.rows == []
    assert b.wake_on == date(2026, 12, 25)
    b.tick(date(2026, 12, 25))
    assert b.fates() == [("2027-01-01", "generated", 1)]


def test_S07_the_lead_is_taken_off_after_the_rule():
    b = book(lead_days=10, overlap="stack")
    b.days(date(2026, 12, 1), date(2027, 4, 25))
    assert b.made == [
        (date(2026, 12, 22), "D:2027-01-01"),
        (date(2027, 1, 22), "D:2027-02-01"),
        (date(2027, 2, 19), "D:2027-03-01"),
        (date(2027, 3, 22), "D:2027-04-01"),
        (date(2027, 4, 21), "D:2027-05-01"),
    ]


def test_S17_the_same_tick_twice_is_one_tick():
    b = book(overlap="stack", lead_days=3)
    b.tick(date(2027, 2, 1))
    rows, made = list(b.rows), list(b.made)
    b.tick(date(2027, 2, 1))
    assert (b.rows, b.made) == (rows, made)


def test_S14b_nothing_is_made_at_or_before_what_is_settled():
    b = book(settled=date(2027, 3, 1))
    b.tick(date(2027, 3, 31))
    assert b.rows == []
    b.tick(date(2027, 4, 1))
    assert b.fates() == [("2027-04-01", "generated", 1)]


@pytest.mark.parametrize(("late", "fate"), [("skip", "suppressed"), ("keep", "generated")])
def test_S14b_a_new_versions_first_slot_near_the_last_one_is_suppressed(late, fate):
    schedule = Schedule(MONTHLY, late=late)
    facts = Facts(schedule, None, date(2027, 1, 5), settled_through=date(2027, 3, 1), edited_through=date(2027, 3, 1))
    assert [row.verdict.fate for row in decide(facts, date(2027, 3, 5)).rows] == [fate]


def test_S23_a_clock_that_goes_back_makes_nothing():
    b = book(overlap="stack")
    b.tick(date(2027, 5, 1))
    rows = list(b.rows)
    b.tick(date(2027, 2, 1))
    assert b.rows == rows


def test_S20_suppress_waits_until_the_due_date_is_over():
    b = book(lead_days=7)
    b.days(date(2026, 12, 25), date(2027, 2, 1))
    assert b.fates() == [("2027-01-01", "generated", 1), ("2027-02-01", "waiting", 1)]
    assert b.wake_on == date(2027, 2, 2)
    b.tick(date(2027, 2, 2))
    assert b.fates()[1] == ("2027-02-01", "suppressed", 1)
    assert b.rows[1].named == "D:2027-01-01"


def test_S20_a_waiting_cycle_gets_its_order_once_the_earlier_one_is_done():
    b = book(lead_days=30)
    b.days(date(2026, 12, 2), date(2027, 1, 4))
    b.done("D:2027-01-01", date(2027, 1, 4))
    b.tick(date(2027, 1, 4))
    assert b.fates() == [("2027-01-01", "generated", 1), ("2027-02-01", "generated", 1)]


def test_S20_always_three_days_late_with_a_long_lead_loses_no_cycle():
    b = book(lead_days=30)
    day = date(2026, 12, 2)
    while day < date(2027, 12, 1):
        b.tick(day)
        for order in list(b.orders.values()):
            if day == order.due_on + timedelta(days=3):
                b.done(order.key, day)
                b.tick(day)
        day += timedelta(days=1)
    assert {row.fate for row in b.rows if row.due_on <= date(2027, 11, 1)} == {"generated"}


def test_S20_stack_makes_every_order():
    b = book(overlap="stack")
    b.days(date(2027, 1, 1), date(2027, 4, 1))
    assert [fate for _, fate, _ in b.fates()] == ["generated"] * 4


def test_S20_replace_closes_an_order_that_is_over_and_not_started():
    b = book(overlap="replace", lead_days=40)
    b.days(date(2026, 12, 1), date(2027, 1, 1))
    assert b.fates() == [("2027-01-01", "generated", 1), ("2027-02-01", "waiting", 1)]
    assert b.wake_on == date(2027, 1, 2)
    b.tick(date(2027, 1, 2))
    assert b.fates()[:2] == [("2027-01-01", "missed", 1), ("2027-02-01", "generated", 1)]
    assert b.rows[0].reason == "replaced"


def test_S20_replace_waits_for_an_order_that_is_started():
    b = book(overlap="replace", lead_days=0)
    b.tick(date(2027, 1, 1))
    b.start("D:2027-01-01")
    b.days(date(2027, 1, 2), date(2027, 2, 1))
    assert b.fates() == [("2027-01-01", "generated", 1), ("2027-02-01", "waiting", 1)]


def test_S20_remind_raises_the_open_order_when_it_suppresses():
    b = book(overlap="remind")
    b.days(date(2027, 1, 1), date(2027, 2, 1))
    decision = decide(b._facts(), date(2027, 2, 2))
    assert decision.reminded == ("D:2027-01-01",)


def test_S20_a_completion_recorded_late_but_done_in_time_counts_as_in_time():
    b = book(DAILY)
    b.days(date(2027, 1, 1), date(2027, 1, 8))
    assert b.fates() == [("2027-01-01", "generated", 1), ("2027-01-02", "suppressed", 6), ("2027-01-08", "waiting", 1)]
    b.done("D:2027-01-01", date(2027, 1, 4))
    b.tick(date(2027, 1, 8))
    assert b.fates() == [
        ("2027-01-01", "generated", 1),
        ("2027-01-02", "suppressed", 2),
        ("2027-01-04", "generated", 1),
        ("2027-01-05", "suppressed", 3),
        ("2027-01-08", "waiting", 1),
    ]
    assert b.rows[3].named == "D:2027-01-04"


def test_S20_the_latest_suppressed_cycle_comes_back_when_its_order_is_cancelled():
    b = book(DAILY)
    b.days(date(2027, 1, 1), date(2027, 1, 5))
    b.tick(date(2027, 1, 6))
    b.cancel("D:2027-01-01", date(2027, 1, 6))
    assert b.fates()[-1] == ("2027-01-06", "waiting", 1)  # one still waits: none comes back
    monthly = book()
    monthly.days(date(2027, 1, 1), date(2027, 2, 20))
    monthly.cancel("D:2027-01-01", date(2027, 2, 20))
    monthly.tick(date(2027, 2, 20))
    assert monthly.fates() == [("2027-01-01", "cancelled", 1), ("2027-02-01", "generated", 1)]


def test_S20_a_cycle_that_came_back_is_split_off_its_row():
    b = book(Rule("week"), anchor=date(2027, 1, 4))
    b.days(date(2027, 1, 4), date(2027, 2, 3))
    assert b.fates() == [("2027-01-04", "generated", 1), ("2027-01-11", "suppressed", 4)]
    b.cancel("D:2027-01-04", date(2027, 2, 3))
    b.tick(date(2027, 2, 3))
    assert b.fates()[1:] == [("2027-01-11", "suppressed", 3), ("2027-02-01", "generated", 1)]


@pytest.mark.parametrize(("late", "fate"), [("skip", "suppressed"), ("keep", "generated")])
def test_S10_the_slot_after_late_work_may_be_skipped(late, fate):
    b = book(late=late)
    b.days(date(2027, 1, 1), date(2027, 1, 28))
    b.done("D:2027-01-01", date(2027, 1, 28))
    b.days(date(2027, 1, 28), date(2027, 2, 1))
    assert b.fates()[1] == ("2027-02-01", fate, 1)


def test_S10_the_gap_is_that_of_the_slots_own_interval_also_where_one_between_was_absorbed():
    b = book(late="skip")
    b.days(date(2027, 1, 1), date(2027, 3, 10))
    b.done("D:2027-01-01", date(2027, 2, 20))
    b.tick(date(2027, 3, 10))
    assert b.fates()[1:] == [("2027-02-01", "suppressed", 1), ("2027-03-01", "generated", 1)]


@pytest.mark.parametrize(
    ("catch_up", "expected"),
    [
        ("latest", [("missed", 3), ("generated", 1)]),
        ("none", [("missed", 4)]),
        ("all", [("generated", 1)] * 4),
        ("ask", [("waiting", 1)] * 4),
    ],
)
def test_S21_after_an_outage(catch_up, expected):
    b = book(overlap="stack", catch_up=catch_up)
    b.tick(date(2027, 4, 20))
    assert [(fate, count) for _, fate, count in b.fates()] == expected


@pytest.mark.parametrize("catch_up", ["latest", "none", "all", "ask"])
def test_S21_a_cycle_due_today_is_made_whatever_the_policy(catch_up):
    b = book(overlap="stack", catch_up=catch_up)
    b.tick(date(2027, 1, 1))
    assert b.fates() == [("2027-01-01", "generated", 1)]


def test_S21_ten_years_of_a_daily_plan_are_bounded_pieces_and_one_row():
    b = book(DAILY, anchor=date(2017, 1, 1))
    b.tick(date(2027, 1, 1), limit=100)
    assert b.fates() == [("2017-01-01", "missed", 3652), ("2027-01-01", "generated", 1)]
    assert b.decisions > 30


def test_S21b_three_years_with_one_open_order_are_three_rows():
    b = book(DAILY, anchor=date(2024, 1, 1))
    b.days(date(2024, 1, 1), date(2026, 12, 31))
    assert b.fates() == [
        ("2024-01-01", "generated", 1),
        ("2024-01-02", "suppressed", 1094),
        ("2026-12-31", "waiting", 1),
    ]


def test_S21b_merged_and_skipped_days_do_not_break_a_row():
    b = book(DAILY, anchor=date(2027, 1, 4), calendar=WEEK_ONLY, shift="next")
    b.days(date(2027, 1, 4), date(2027, 1, 19))
    rows = {row.key: row for row in b.rows}
    assert dict(rows["D:2027-01-05"].counts) == {"suppressed": 10, "merged": 4}
    assert [fate for _, fate, _ in b.fates()] == ["generated", "suppressed", "waiting"]


def test_S38_what_was_due_during_a_pause_is_missed_waiting_ones_too():
    b = book(lead_days=40)
    b.tick(date(2026, 12, 25))
    assert b.fates() == [("2027-01-01", "generated", 1), ("2027-02-01", "waiting", 1)]
    b.facts = replace(b.facts, gap_reason="paused", schedule=replace(b.facts.schedule, catch_up="none"))
    b.tick(date(2027, 4, 1))
    assert b.fates() == [("2027-01-01", "generated", 1), ("2027-02-01", "missed", 2), ("2027-04-01", "waiting", 1),
                         ("2027-05-01", "waiting", 1)]  # fmt: skip


def test_S31_nine_days_with_two_cycles_in_france_in_2026():
    weekdays = Rule("week", weekdays=(0, 1, 2, 3, 4))
    b = book(weekdays, anchor=date(2026, 1, 1), calendar=FRANCE, shift="next", overlap="stack")
    b.days(date(2026, 1, 1), date(2026, 12, 31))
    merged = [row for row in b.cycles() if row.fate == "merged"]
    assert len(merged) == 9
    assert all(later.due_on > earlier.due_on for earlier, later in pairwise(r for r in b.rows if r.fate == "generated"))


def test_S31_a_group_is_not_cut_by_the_bound():
    closed = WorkCalendar(closures=(Span(date(2027, 8, 2), date(2027, 8, 15)),))
    b = book(DAILY, anchor=date(2027, 8, 1), calendar=closed, shift="next", overlap="stack", catch_up="all")
    b.tick(date(2027, 8, 20), limit=2)
    whole = book(DAILY, anchor=date(2027, 8, 1), calendar=closed, shift="next", overlap="stack", catch_up="all")
    whole.tick(date(2027, 8, 20))
    assert b.fates() == whole.fates()


def test_S31_the_order_already_made_for_a_day_is_the_only_one():
    b = book(DAILY, overlap="stack")
    b.days(date(2027, 1, 1), date(2027, 1, 2))
    closed = WorkCalendar(weekdays=tuple(range(7)), closures=(Span(date(2027, 1, 3), date(2027, 1, 4)),))
    b.facts = replace(b.facts, schedule=replace(b.facts.schedule, shift="previous"), calendar=closed)
    b.tick(date(2027, 1, 3))
    assert b.fates()[2:] == [("2027-01-03", "merged", 2)]
    assert b.rows[2].named == "D:2027-01-02"


def test_S31_an_order_already_done_for_a_day_is_the_only_one_too():
    b = book(DAILY)
    b.days(date(2027, 1, 1), date(2027, 1, 2))
    b.done("D:2027-01-01", date(2027, 1, 2))
    b.tick(date(2027, 1, 2))
    b.done("D:2027-01-02", date(2027, 1, 2))
    closed = WorkCalendar(weekdays=tuple(range(7)), closures=(Span(date(2027, 1, 3), date(2027, 1, 4)),))
    b.facts = replace(b.facts, schedule=replace(b.facts.schedule, shift="previous"), calendar=closed)
    b.tick(date(2027, 1, 3))
    assert b.fates()[2:] == [("2027-01-03", "merged", 2)]


def test_S08_floating_counts_from_the_day_done():
    b = book(mode="floating")
    b.tick(date(2027, 1, 1))
    assert b.made == [(date(2027, 1, 1), "N:1")]
    b.done("N:1", date(2027, 1, 20))
    b.days(date(2027, 1, 20), date(2027, 2, 20))
    assert b.made[1] == (date(2027, 2, 20), "N:2")


def test_S11_floating_with_an_open_order_has_no_next_date():
    b = book(mode="floating")
    b.tick(date(2027, 1, 1))
    decision = decide(b._facts(), date(2027, 6, 1))
    assert (decision.next_due_on, decision.wake_on, decision.rows) == (None, None, ())


def test_S36b_a_cycle_that_waited_under_a_fixed_version_is_judged_by_a_floating_one():
    b = book(lead_days=40)
    b.tick(date(2026, 12, 25))
    b.facts = replace(b.facts, schedule=Schedule(MONTHLY, mode="floating"))
    b.tick(date(2027, 1, 5))
    assert b.wake_on == date(2027, 2, 2)
    b.orders.clear()
    b.tick(date(2027, 1, 6))
    assert b.fates() == [("2027-01-01", "generated", 1), ("2027-02-01", "generated", 1)]
    assert b.wake_on is None


def test_S12_floating_not_done_goes_on_at_the_first_interval_after_the_decision():
    facts = Facts(
        Schedule(MONTHLY, mode="floating"), None, date(2027, 1, 31), anchor_is_due=False, counter=4,
        counted_after_on=date(2027, 3, 15),
    )  # fmt: skip
    decision = decide(facts, date(2027, 3, 15))
    assert (decision.next_due_on, decision.rows) == (date(2027, 3, 31), ())


def test_S21_floating_with_none_records_the_missed_one_and_goes_on():
    b = book(mode="floating", catch_up="none")
    b.tick(date(2027, 3, 10))
    assert [row.fate for row in b.rows] == ["missed"]
    assert b.wake_on == date(2027, 4, 1)


def answered(b, key):
    """A person wants an asked date to be made up for."""
    b.rows = [replace(row, reason="came_back") if row.key == key else row for row in b.rows]


def test_S21_floating_with_ask_waits_for_the_answer_and_goes_on():
    b = book(mode="floating", catch_up="ask")
    b.tick(date(2027, 3, 10))
    assert b.fates() == [("N:1", "waiting", 1)]
    assert b.wake_on == date(2027, 4, 1)
    answered(b, "N:1")
    b.tick(date(2027, 3, 11))
    assert (b.fates(), b.wake_on) == ([("N:1", "generated", 1)], None)
    b.done("N:1", date(2027, 3, 15))
    b.tick(date(2027, 3, 15))
    assert b.wake_on == date(2027, 4, 15)


@pytest.mark.parametrize("overlap", ["suppress", "stack", "replace", "remind"])
def test_S21_an_asked_date_of_a_floating_plan_makes_no_second_order(overlap):
    b = book(mode="floating", catch_up="ask", overlap=overlap)
    b.tick(date(2027, 3, 10))
    b.tick(date(2027, 4, 1))
    answered(b, "N:1")
    b.tick(date(2027, 4, 20))
    assert b.fates() == [("N:1", "suppressed", 1), ("N:2", "generated", 1)]
    assert (b.rows[0].named, list(b.orders)) == ("N:2", ["N:2"])


def test_S09_work_logged_within_tolerance_settles_the_next_slot():
    facts = Facts(Schedule(MONTHLY), None, date(2027, 1, 1), settled_through=date(2027, 1, 1))
    assert logged(facts, date(2027, 1, 20)).kind == "extra"
    verdict = logged(facts, date(2027, 1, 28))
    assert (verdict.kind, verdict.key) == ("settles", "D:2027-02-01")
    assert [row.verdict.fate for row in verdict.rows] == ["generated"]


def test_S09_work_logged_while_the_slots_order_is_open_is_recorded_on_it():
    b = book(lead_days=10)
    b.tick(date(2026, 12, 28))
    assert logged(b._facts(), date(2027, 1, 1)).kind == "on_order"


def test_S15_a_rule_that_ends_leaves_nothing_to_wake_for():
    b = book(Rule("month", count=2), overlap="stack")
    b.days(date(2027, 1, 1), date(2027, 5, 1))
    assert len(b.rows) == 2
    assert b.wake_on is None
