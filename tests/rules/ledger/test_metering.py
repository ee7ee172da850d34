"""S25 to S28: what a counter brings, against a book that is kept by definition from the whole list of readings."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from itertools import islice

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.ledger.rules.coming import coming_cycles
from app.ledger.rules.deciding import decide
from app.ledger.rules.facts import Facts, Gauged, OpenOrder
from app.ledger.rules.metering import step_of
from app.meters.rules.use import Use
from app.meters.rules.values import Kind, Scale
from app.plans.rules.errors import RuleError
from app.plans.rules.rule import Rule
from app.plans.rules.schedule import Schedule
from app.plans.rules.trigger import Trigger, check_trigger

START = date(2026, 11, 2)  # a Monday
NOON = datetime.fromisoformat("2026-11-02T12:00:00+00:00")
PAGES = Trigger("counter", "Pages", every=Decimal(100))
METER = Gauged(7, Scale(Kind.COUNTER), last_on=START, total=0, base=0)
NO_DATES = Rule("none")


def plan(**more):
    return Schedule(NO_DATES, **{"trigger": PAGES, "overlap": "stack"} | more)


def facts(schedule=None, *, counter=0, **meter):
    return Facts(schedule or plan(), None, START, counter=counter, meter=replace(METER, **meter))


def said(decision):
    return [(row.cycle.key, row.verdict.fate, row.verdict.reason, row.count) for row in decision.rows]


def a_day(amount: int, total: int) -> Use:
    return Use(Fraction(amount), 3, NOON - timedelta(days=9), NOON, total)


@pytest.mark.parametrize(
    ("counter", "total", "rows", "after"),
    [
        (0, 99, [], 0),
        (0, 100, [("M:7:1", "generated", None, 1)], 1),
        (1, 199, [], 1),
        (1, 350, [("M:7:2", "missed", "passed", 1), ("M:7:3", "generated", None, 1)], 3),
        (1, 1_000_049, [("M:7:2", "missed", "passed", 9998), ("M:7:10000", "generated", None, 1)], 10000),
        (5, 300, [], 5),  # a correction set the total back: nothing fires again
    ],
)
def test_S26_a_step_is_a_multiple_of_the_lifetime_total(counter, total, rows, after):
    decision = decide(facts(counter=counter, total=total), START)
    assert (said(decision), decision.counter) == (rows, after)


@pytest.mark.parametrize(
    ("policy", "fates"),
    [
        ("latest", [("missed", "passed", 2), ("generated", None, 1)]),
        ("none", [("missed", "passed", 2), ("generated", None, 1)]),
        ("all", [("generated", None, 1)] * 3),
        ("ask", [("waiting", "ask", 1), ("waiting", "ask", 1), ("generated", None, 1)]),
    ],
)
def test_S26_the_steps_that_a_jump_passed_get_the_catch_up_policy(policy, fates):
    decision = decide(facts(plan(catch_up=policy), total=330), START)
    assert [row[1:] for row in said(decision)] == fates


def test_S14b_steps_from_before_the_item_entered_are_not_made_up_for():
    assert said(decide(facts(base=450, total=499), START)) == []
    assert said(decide(facts(base=450, total=500), START)) == [("M:7:5", "generated", None, 1)]


def test_S26_steps_may_count_from_a_total_of_their_own():
    schedule = plan(trigger=replace(PAGES, start_at=Decimal(50)))
    assert said(decide(facts(schedule, total=149), START)) == []
    assert said(decide(facts(schedule, total=150), START)) == [("M:7:1", "generated", None, 1)]


def test_S26_a_unit_with_decimals_is_scaled():
    schedule = plan(trigger=replace(PAGES, every=Decimal("2.5")))
    tenths = Scale(Kind.COUNTER, decimals=1)
    assert said(decide(facts(schedule, total=24, scale=tenths), START)) == []
    assert said(decide(facts(schedule, total=25, scale=tenths), START)) == [("M:7:1", "generated", None, 1)]


def test_S26_steps_that_have_a_row_are_passed_over_and_runs_stop_at_them():
    decision = decide(facts(counter=1, total=610, taken=frozenset({3, 6})), START)
    assert [(key, count) for key, _, _, count in said(decision)] == [("M:7:2", 1), ("M:7:4", 1), ("M:7:5", 1)]
    assert said(decision)[-1][1] == "generated"


def test_S36_a_number_that_another_step_size_used_is_told_apart_by_its_total():
    [row] = decide(facts(counter=1, total=210, used=frozenset({2})), START).rows
    assert (row.cycle.key, step_of(row.cycle.key)) == ("M:7:2@200", 2)


def test_S20_a_step_waits_while_an_earlier_order_is_open():
    order = OpenOrder("M:7:1", START - timedelta(days=3), START - timedelta(days=3))
    waiting = replace(facts(plan(overlap="suppress"), counter=1, total=210), open_orders=(order,))
    decision = decide(waiting, START)
    assert said(decision) == [("M:7:2", "waiting", "open_order", 1)]
    assert decision.wake_on == START + timedelta(days=1)


def test_S31_two_steps_of_one_day_make_one_order():
    order = OpenOrder("M:7:1", START, START)
    decision = decide(replace(facts(counter=1, total=210), open_orders=(order,)), START)
    assert said(decision) == [("M:7:2", "merged", "same_day", 1)]


def test_S38_what_a_pause_held_is_missed():
    paused = replace(facts(total=330), gap_reason="paused")
    assert said(decide(paused, START)) == [("M:7:1", "missed", "paused", 3)]


def test_S41_a_piece_at_rest_needs_nothing():
    idle = replace(facts(total=130), idle_since=START - timedelta(days=1))
    assert said(decide(idle, START)) == [("M:7:1", "skipped", "item_status", 1)]


def test_S27_the_estimate_is_shown_and_looked_at_but_makes_no_order():
    decision = decide(facts(total=40, use=a_day(10, 40)), START)
    assert (said(decision), decision.next_due_on) == ([], START + timedelta(days=6))
    assert decision.wake_on == START + timedelta(days=6)
    [first, second] = islice(coming_cycles(facts(total=40, use=a_day(10, 40))), 2)
    assert (first.due_on, second.due_on) == (START + timedelta(days=6), START + timedelta(days=16))
    assert first.trace[0]["per_day"] == "10"


def test_S27_what_should_have_come_since_the_last_reading_is_expected_today():
    known, late = facts(total=40, use=a_day(10, 40)), START + timedelta(days=30)
    [first, second] = islice(coming_cycles(known, late), 2)
    assert (first.key, first.due_on) == ("M:7:3", late)
    assert second.due_on == START + timedelta(days=36)
    floating = Facts(plan(mode="floating"), None, START, anchor_is_due=False, meter=known.meter)
    assert [cycle.due_on for cycle in islice(coming_cycles(floating, late), 2)] == [late, late + timedelta(days=10)]


def test_S25_time_or_meter_is_told_again_and_again():
    both = Schedule(Rule("day", 12), mode="floating", trigger=PAGES)
    known = Facts(both, None, START, anchor_is_due=False, meter=replace(METER, total=40, use=a_day(10, 40)))
    found = list(islice(coming_cycles(known), 3))
    assert [(cycle.key, cycle.due_on, cycle.trace[0]["step"]) for cycle in found] == [
        ("N:1", START + timedelta(days=6), "estimate"),
        ("N:2", START + timedelta(days=16), "estimate"),
        ("N:3", START + timedelta(days=26), "estimate"),
    ]
    slow = replace(known, meter=replace(METER, total=40, use=a_day(5, 40)))
    assert [cycle.trace[0]["step"] for cycle in islice(coming_cycles(slow), 3)] == ["rule", "rule", "rule"]


def test_S27_by_estimate_the_order_comes_its_lead_before():
    schedule = plan(trigger=replace(PAGES, is_estimated=True), lead_days=2)
    known = facts(schedule, total=40, use=a_day(10, 40))
    assert said(decide(known, START + timedelta(days=3))) == []
    decision = decide(known, START + timedelta(days=4))
    assert said(decision) == [("M:7:1", "generated", None, 1)]
    assert decision.rows[0].cycle.due_on == START + timedelta(days=6)
    assert said(decide(facts(schedule, counter=1, total=101, use=a_day(10, 101)), START + timedelta(days=7))) == []


def test_S27_without_an_average_there_is_no_estimate():
    decision = decide(facts(total=40), START)
    assert (decision.next_due_on, decision.wake_on) == (None, None)


def test_after_the_plans_last_day_nothing_that_is_read_brings_an_order():
    ended = replace(plan(), rule=Rule("none", until=START))
    assert said(decide(facts(ended, total=100), START)) == [("M:7:1", "generated", None, 1)]
    assert said(decide(facts(ended, total=100), START + timedelta(days=1))) == []
    soon = replace(ended, rule=Rule("none", until=START + timedelta(days=7)))
    [only] = islice(coming_cycles(facts(soon, total=40, use=a_day(10, 40))), 9)
    assert only.due_on == START + timedelta(days=6)


def test_S25_whichever_comes_first():
    schedule = Schedule(Rule("day", 10), mode="floating", trigger=PAGES)
    by_time = Facts(schedule, None, START, anchor_is_due=False, meter=replace(METER, total=60))
    assert said(decide(by_time, START + timedelta(days=9))) == []
    assert said(decide(by_time, START + timedelta(days=10))) == [("N:1", "generated", None, 1)]
    by_meter = replace(by_time, meter=replace(METER, total=100))
    [row] = decide(by_meter, START + timedelta(days=3)).rows
    assert (row.cycle.key, row.cycle.trace[0]["step"]) == ("N:1", "meter")


def test_S25_with_a_lead_the_meter_still_comes_first_where_it_is_reached_before_the_date():
    schedule = Schedule(Rule("day", 10), mode="floating", trigger=PAGES, lead_days=9)
    known = Facts(schedule, None, START, anchor_is_due=False, meter=replace(METER, total=100))
    [row] = decide(known, START + timedelta(days=2)).rows
    assert (row.cycle.due_on, row.cycle.trace[0]["step"]) == (START + timedelta(days=2), "meter")


def test_S12_a_floating_meter_that_was_not_done_comes_one_step_later():
    known = replace(facts(plan(mode="floating"), counter=1, total=170, after=150), counted_after_on=START)
    assert said(decide(known, START)) == []
    later = replace(known, meter=replace(known.meter, total=200))
    assert said(decide(later, START)) == [("N:2", "generated", None, 1)]


@pytest.mark.parametrize(
    ("trigger", "mode", "has_dates", "field"),
    [
        (None, "fixed", False, "freq"),
        (Trigger("counter", " "), "fixed", False, "trigger/meter"),
        (PAGES, "fixed", True, "mode"),
        (Trigger("counter", "Pages"), "fixed", False, "trigger/every"),
        (replace(PAGES, every=Decimal(0)), "fixed", False, "trigger/every"),
        (Trigger("condition", "T"), "fixed", False, "trigger/threshold"),
        (Trigger("condition", "T", threshold="3"), "floating", False, "mode"),
        (Trigger("condition", "T", threshold="3"), "fixed", True, "freq"),
        (Trigger("condition", "T", threshold="3", back_at="3"), "fixed", False, "trigger/back_at"),
        (Trigger("condition", "T", threshold="3", back_at="3,5"), "fixed", False, "trigger/back_at"),
        (Trigger("condition", "T", threshold="3", readings=0), "fixed", False, "trigger/readings"),
        (Trigger("condition", "T", threshold="3", cool_down_hours=9999), "fixed", False, "trigger/cool_down_hours"),
    ],
)
def test_a_trigger_that_makes_no_sense_is_refused(trigger, mode, has_dates, field):
    with pytest.raises(RuleError) as refused:
        check_trigger(trigger, mode, has_dates=has_dates)
    assert refused.value.field == field


def test_a_trigger_goes_into_json_and_back():
    trigger = replace(PAGES, start_at=Decimal("12.50"), is_estimated=True)
    assert Trigger.from_dict(trigger.to_dict()) == replace(trigger, start_at=Decimal("12.5"))


class Book:
    """Every step's fate, kept from decisions as the ledger keeps it."""

    def __init__(self) -> None:
        self.fates: dict[int, str] = {}
        self.counter = 0

    def take(self, total: int, day: date) -> None:
        known = facts(counter=self.counter, total=total, taken=frozenset(s for s in self.fates if s > self.counter))
        decision = decide(known, day)
        for row in decision.rows:
            first = step_of(row.cycle.key)
            for step in range(first, first + row.count):
                assert step not in self.fates, f"step {step} has two fates"
                self.fates[step] = row.verdict.fate
        self.counter = decision.counter

    def correct(self, total: int) -> None:
        """Rows of steps that have not come after all go, but for those that made an order."""
        if total // 100 < self.counter:
            self.counter = total // 100
            self.fates = {s: f for s, f in self.fates.items() if s <= self.counter or f == "generated"}


@settings(deadline=None)
@given(st.lists(st.tuples(st.sampled_from(["read", "read", "correct"]), st.integers(0, 700)), max_size=25))
def test_S28_every_step_up_to_the_total_has_one_fate_and_none_fires_twice(events):
    book, total, readings = Book(), 0, 0
    made: list[int] = []
    for place, (kind, amount) in enumerate(events):
        before = {step for step, fate in book.fates.items() if fate == "generated"}
        if kind == "read":
            total, readings = total + amount, readings + 1
        else:
            total = max(0, total - amount)
            book.correct(total)
        book.take(total, START + timedelta(days=place))
        made += sorted({s for s, fate in book.fates.items() if fate == "generated"} - before)
        assert {step for step in book.fates if step <= total // 100} == set(range(1, total // 100 + 1))
    assert len(made) == len(set(made))
    assert len(made) <= readings


@settings(deadline=None)
@given(st.lists(st.tuples(st.integers(0, 90), st.booleans()), max_size=40))
def test_S26_floating_orders_are_those_of_the_definition(days):
    """By definition: an order as soon as 100 were run since the work was done; done where the day says so."""
    total = base = expected_base = counter = 0
    is_open = False
    made: list[int] = []
    expected: list[int] = []
    expected_open = False
    for place, (run, is_done) in enumerate(days):
        total += run
        if not expected_open and total - expected_base >= 100:
            expected_open = True
            expected.append(place)
        if not is_open:
            decision = decide(facts(plan(mode="floating"), counter=counter, total=total, base=base), START)
            counter = decision.counter
            if decision.rows:
                is_open = True
                made.append(place)
        if is_done and expected_open:
            expected_open, expected_base = False, total
        if is_done and is_open:
            is_open, base = False, total
    assert made == expected
