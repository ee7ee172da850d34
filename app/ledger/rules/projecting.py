"""What is to come of a plan that goes by a meter, as if its counter ran on at its average use (S25 to S27)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from app.ledger.rules.exceptions import decided
from app.ledger.rules.facts import Facts
from app.ledger.rules.metering import Reading, cycle_at, estimate, free, next_total, reading_of
from app.plans.rules.schedule import Cycle, floating_cycle


def coming_by_meter(facts: Facts, today: date | None) -> Iterator[Cycle]:
    """One a day, each as if it was done when due; what should have come since the last reading comes today."""
    reading = reading_of(facts)
    if facts.schedule.mode == "floating":
        yield from _whichever_first(facts, reading, today)
    elif reading is not None and reading.trigger.kind == "counter":
        yield from _steps(facts, reading, max(today or reading.last_on, reading.last_on))


def _steps(facts: Facts, reading: Reading, today: date) -> Iterator[Cycle]:
    before: date | None = None
    for step, _ in steps_ahead(reading, max(facts.counter, reading.first_step), today):
        cycle = estimate(facts, reading, step, today)
        if cycle is not None and cycle.due_on != before:
            yield cycle
            before = cycle.due_on


def steps_ahead(reading: Reading, settled: int, first_on: date) -> Iterator[tuple[int, date]]:
    """Steps after `settled` with their raw days, of each day the highest: a jump over several makes one order (S26)."""
    step = free(reading.meter, settled + 1)
    while (on := reading.day_of(reading.total_of(step), first_on)) is not None:
        top = max(step, reading.step_on(on))
        while top in reading.meter.taken:
            top -= 1
        yield top, on
        step = free(reading.meter, top + 1)


def _whichever_first(facts: Facts, reading: Reading | None, today: date | None) -> Iterator[Cycle]:
    """S25: so much use or so much time after the work, done when due; both clocks start anew with it."""
    anchor_on, after, number = facts.anchor_on, facts.counted_after_on, facts.counter + 1
    is_due, total = facts.anchor_is_due and facts.counter == 0, 0 if reading is None else next_total(facts, reading)
    while True:
        dated = floating_cycle(facts.schedule, facts.calendar, anchor_on, number, after=after, base_is_due=is_due)
        dated = dated and decided(dated, facts.exceptions, facts.schedule)
        metered = None
        if reading is not None:
            metered = cycle_at(facts, reading, f"N:{number}", total, max(today or reading.last_on, reading.last_on))
        found = [cycle for cycle in (dated, metered) if cycle is not None]
        if not found:
            return
        cycle = min(found, key=lambda each: each.due_on)
        yield cycle
        anchor_on, after, number, is_due = cycle.comes_on, None, number + 1, False
        if reading is not None:
            total = reading.total_on(anchor_on) + reading.every


def as_if_done(facts: Facts, done_on: date) -> Facts:
    """S11, S25: a floating target whose open order is done on that day: both its clocks start anew."""
    reading, meter = reading_of(facts), facts.meter
    if meter is not None and reading is not None:
        meter = replace(meter, base=reading.total_on(done_on), after=None)
    return replace(facts, open_orders=(), anchor_on=done_on, anchor_is_due=False, counted_after_on=None, meter=meter)
