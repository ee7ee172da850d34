"""What is to come for one target under facts that hold, or would hold once something changes: nothing is written."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from itertools import islice, takewhile

from app.ledger.rules.coming import coming_cycles
from app.ledger.rules.deciding import decide
from app.ledger.rules.facts import Decision, Facts, OpenOrder, Waiting
from app.ledger.rules.generation import PAUSED
from app.ledger.rules.projecting import as_if_done
from app.plans.rules.schedule import Cycle
from app.reports.rules.comparing import BEYOND

ROUNDS = 50  # of 400 cycles each: a daily plan's fifty years without a tick
MOST = 1_000  # cycles of one target looked at: a daily plan's year, twice
DAY = timedelta(days=1)


def settled(facts: Facts, today: date) -> tuple[Facts, int]:
    """S36b: the target as the tick of this day leaves it, and how many cycles that records as missed."""
    missed = 0
    for _, decision, after in _ticks(facts, today):
        missed += sum(row.count for row in decision.rows if row.verdict.fate == "missed")
        missed += sum(change.verdict.fate == "missed" for change in decision.changes)
        facts = after
    return facts, missed


def made_up_for(facts: Facts, today: date) -> date | None:
    """S38: the latest day that a pause which ends now has held, where asking for it makes its order at once."""
    held: list[Waiting] = []
    for before, decision, after in _ticks(facts, today):
        missed = {change.key for change in decision.changes if change.verdict == PAUSED}
        held += [cycle for cycle in before.waiting if cycle.key in missed]
        cycles = [row.cycle for row in decision.rows if row.verdict == PAUSED]
        held += [Waiting(cycle.key, cycle.raw_due_on, cycle.comes_on, cycle.interval) for cycle in cycles]
        facts = after
    latest = max(held, key=lambda cycle: cycle.raw_due_on, default=None)
    if latest is None:
        return None
    waiting = (*facts.waiting, replace(latest, reason="came_back"))
    decision = decide(replace(facts, gap_reason="outage", paused_until=None, waiting=waiting), today)
    is_made = any(change.key == latest.key and change.verdict.fate == "generated" for change in decision.changes)
    return latest.due_on if is_made else None


def _ticks(facts: Facts, today: date) -> Iterator[tuple[Facts, Decision, Facts]]:
    """The decisions of one day, each with the facts before and after it."""
    for _ in range(ROUNDS):
        decision = decide(facts, today)
        after = _after(facts, decision, today)
        yield facts, decision, after
        if not decision.is_cut:
            return
        facts = after


def _after(facts: Facts, decision: Decision, today: date) -> Facts:
    judged = {change.key: change.verdict.fate for change in decision.changes}
    closed = {key for key, _ in decision.replaced}
    orders = [order for order in facts.open_orders if order.key not in closed]
    orders += [
        OpenOrder(cycle.key, cycle.raw_due_on, cycle.due_on, made_on=today)
        for cycle in facts.waiting
        if judged.get(cycle.key) == "generated"
    ]
    waiting = [cycle for cycle in facts.waiting if cycle.key not in judged]
    for row in decision.rows:
        cycle = row.cycle
        if row.verdict.fate == "generated" and cycle.key not in closed:
            on = cycle.scheduled_on
            orders.append(OpenOrder(cycle.key, cycle.raw_due_on, cycle.due_on, made_on=today, scheduled_on=on))
        elif row.verdict.fate == "waiting":
            reason = row.verdict.reason or "open_order"
            waiting.append(Waiting(cycle.key, cycle.raw_due_on, cycle.comes_on, cycle.interval, reason))
    return replace(
        facts,
        settled_through=decision.settled_through,
        counter=decision.counter,
        anchor_on=decision.anchor_on,
        counted_after_on=decision.counted_after_on,
        open_orders=tuple(orders),
        waiting=tuple(waiting),
    )


def coming(facts: Facts, today: date, last_on: date) -> list[Cycle]:
    """Dates that have no order yet, a little past the horizon; a floating target's as if each was done when due."""
    far = last_on + timedelta(days=BEYOND)
    cycles = takewhile(
        lambda cycle: cycle.comes_on <= far, islice(coming_cycles(_as_if_done(facts, today), today), MOST)
    )
    return [cycle for cycle in cycles if cycle.outcome == "due"]


def _as_if_done(facts: Facts, today: date) -> Facts:
    """S11: the next date of a floating target counts from its open order, done when due or, where it is late, today."""
    if facts.schedule.mode == "fixed" or not facts.open_orders:
        return facts
    done_on = max(today, *(order.comes_on for order in facts.open_orders))
    return as_if_done(facts, done_on)


def paused(facts: Facts, today: date, until: date | None, last_on: date) -> list[Cycle]:
    """S38: what is due during the pause is missed, and a floating clock goes on from the day on which it ends."""
    if until is None:
        return []
    cycles = coming(facts, today, last_on)
    if facts.schedule.mode == "fixed" or not cycles or cycles[0].comes_on >= until:
        return [cycle for cycle in cycles if cycle.due_on >= until]
    resting = replace(facts.schedule, catch_up="none", lead_days=0)
    rested = replace(_as_if_done(facts, today), schedule=resting, gap_reason="paused", waiting=())
    resumed, _ = settled(rested, until)
    return coming(replace(resumed, schedule=facts.schedule), until, last_on)
