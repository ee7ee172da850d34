"""Dates to come: computed when somebody looks, never stored (the future is virtual)."""

from itertools import islice

from sqlalchemy.orm import Session

from app.core.security import Actor
from app.ledger.queries.facts import facts_of_target
from app.ledger.rules.coming import coming_cycles
from app.plans.queries.targets import get_target
from app.plans.queries.wording import cycle_view
from app.plans.schemas import CycleView

SHOWN = 12


def upcoming_of_target(session: Session, target_id: int, *, by: Actor, count: int = SHOWN) -> list[CycleView]:
    """Empty where nothing is to come: paused, ended, or a floating plan that waits for its open order (S11)."""
    target = get_target(session, target_id, by=by)
    if target.state not in ("active", "error") or (target.mode == "floating" and target.next_due_on is None):
        return []
    return [cycle_view(cycle) for cycle in islice(coming_cycles(facts_of_target(session, target_id)), count)]
