"""Dates to come: computed when somebody looks, never stored (the future is virtual)."""

from collections.abc import Iterator
from itertools import islice

from sqlalchemy.orm import Session

from app.core.security import Actor
from app.ledger.queries.facts import facts_of_target
from app.ledger.rules.facts import Facts
from app.ledger.rules.generation import PEEKED
from app.plans.queries.targets import get_target
from app.plans.queries.wording import cycle_view
from app.plans.rules.schedule import Cycle, fixed_cycles, floating_cycle, group_same_day
from app.plans.schemas import CycleView

SHOWN = 12


def coming_cycles(facts: Facts) -> Iterator[Cycle]:
    """The cycles that have no row yet, one a day (S31), skipped ones too; a floating plan's as if done when due."""
    if facts.schedule.mode == "floating":
        yield from _floating(facts)
        return
    cycles = fixed_cycles(facts.schedule, facts.calendar, facts.anchor_on, facts.settled_through, facts.anchor_is_due)
    for group in group_same_day(islice(cycles, PEEKED)):
        yield from [group.survivor] if group.survivor else group.cycles


def _floating(facts: Facts) -> Iterator[Cycle]:
    anchor_on, after, number = facts.anchor_on, facts.counted_after_on, facts.counter + 1
    is_due = facts.anchor_is_due and facts.counter == 0
    while (
        cycle := floating_cycle(facts.schedule, facts.calendar, anchor_on, number, after=after, base_is_due=is_due)
    ) is not None:
        yield cycle
        anchor_on, after, number, is_due = cycle.due_on, None, number + 1, False


def upcoming_of_target(session: Session, target_id: int, *, by: Actor, count: int = SHOWN) -> list[CycleView]:
    """Empty where nothing is to come: paused, ended, or a floating plan that waits for its open order (S11)."""
    target = get_target(session, target_id, by=by)
    if target.state not in ("active", "error") or (target.mode == "floating" and target.next_due_on is None):
        return []
    return [cycle_view(cycle) for cycle in islice(coming_cycles(facts_of_target(session, target_id)), count)]
