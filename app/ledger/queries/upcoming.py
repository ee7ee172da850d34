"""Dates to come: computed when somebody looks, never stored (the future is virtual)."""

from collections.abc import Collection
from itertools import islice

from sqlalchemy.orm import Session

from app.core.security import Actor
from app.ledger.queries.facts import Schedules, calendars_of, exceptions_of, facts_of, facts_of_target, target_states
from app.ledger.rules.coming import foreseen
from app.ledger.rules.generation import PEEKED
from app.plans.queries.targets import get_target
from app.plans.queries.wording import cycle_view
from app.plans.schemas import CycleView

SHOWN = 12


def upcoming_of_target(session: Session, target_id: int, *, by: Actor, count: int = SHOWN) -> list[CycleView]:
    """Empty where nothing is to come: paused, ended, or a floating plan that waits for its open order (S11)."""
    target = get_target(session, target_id, by=by)
    if target.state not in ("active", "error") or (target.mode == "floating" and target.next_due_on is None):
        return []
    cycles = foreseen(facts_of_target(session, target_id), target.next_due_on)
    return [cycle_view(cycle) for cycle in islice(cycles, count)]


def next_dates(session: Session, target_ids: Collection[int]) -> dict[int, CycleView]:
    """The next date of each, where one is to come: as many questions for all as for one."""
    states = [state for state in target_states(session, target_ids) if state.state == "active"]
    ids = [state.id for state in states]
    schedules = Schedules().of_versions(session, [state.version_id for state in states])
    calendars, exceptions = calendars_of(session, ids), exceptions_of(session, ids)
    found = {}
    for state in states:
        schedule = schedules[state.version_id]
        facts = facts_of(state, schedule, calendars[state.id][1], exceptions=exceptions.get(state.id, ()))
        is_told_by_meter = schedule.trigger is not None
        cycles = () if is_told_by_meter else islice(foreseen(facts), PEEKED)
        cycle = next((cycle for cycle in cycles if cycle.outcome == "due"), None)
        if cycle is not None:
            found[state.id] = cycle_view(cycle)
    return found
