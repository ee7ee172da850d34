"""Dates to come of one target: computed when somebody looks, never stored (the future is virtual)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from datetime import date
from itertools import islice, takewhile

from app.ledger.rules.exceptions import Exceptions, decided, is_ahead
from app.ledger.rules.facts import Facts
from app.ledger.rules.generation import PEEKED, coming_groups
from app.ledger.rules.projecting import coming_by_meter
from app.plans.rules.errors import RuleError
from app.plans.rules.schedule import Cycle, floating_cycle


def coming_cycles(facts: Facts, today: date | None = None) -> Iterator[Cycle]:
    """The cycles that have no row yet, one a day (S31), skipped ones too; a floating plan's as if done when due.

    What a meter's estimate puts before `today` comes then.
    """
    if facts.schedule.trigger is not None:
        last_on = facts.schedule.rule.until or date.max
        yield from takewhile(lambda cycle: cycle.raw_due_on <= last_on, coming_by_meter(facts, today))
        return
    if facts.schedule.mode == "floating":
        yield from _floating(facts)
        return
    for group in islice(coming_groups(facts), PEEKED):
        yield from [group.survivor] if group.survivor else group.cycles


def foreseen(facts: Facts, today: date | None = None) -> Iterator[Cycle]:
    """The same for whoever only looks: as far as the rule gives any; that it fails, the next tick says (S15)."""
    with suppress(RuleError):
        yield from coming_cycles(facts, today)


def _floating(facts: Facts) -> Iterator[Cycle]:
    anchor_on, after, number = facts.anchor_on, facts.counted_after_on, facts.counter + 1
    is_due = facts.anchor_is_due and facts.counter == 0
    while (
        cycle := floating_cycle(facts.schedule, facts.calendar, anchor_on, number, after=after, base_is_due=is_due)
    ) is not None:
        cycle = decided(cycle, facts.exceptions, facts.schedule)
        yield cycle
        anchor_on, after, number, is_due = cycle.comes_on, None, number + 1, False


def dropped(facts: Facts) -> Exceptions:
    """What people decided about cycles ahead that the schedule no longer has (S36)."""
    waiting = [each for each in facts.exceptions if is_ahead(each.key, each.raw_due_on, *_settled(facts))]
    if not waiting:
        return ()
    last_on = max(each.raw_due_on for each in waiting)
    cycles = takewhile(lambda cycle: cycle.raw_due_on <= last_on, coming_cycles(facts))
    kept = {cycle.key for cycle in cycles if cycle.outcome == "skipped_person" or cycle.scheduled_on}
    return tuple(each for each in waiting if each.key not in kept)


def _settled(facts: Facts) -> tuple[date | None, int]:
    return facts.settled_through, facts.counter
