"""A counter turns out to have run less far than was read (S28)."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.ledger.models import Occurrence
from app.ledger.queries.facts import facts_of_target
from app.ledger.rules.metering import reading_of
from app.plans.models import PlanTarget


def take_back_steps(session: Session, target: PlanTarget, *, now: datetime) -> None:
    """Rows of steps that were passed without an order, and have not come after all, go: they will come.

    A step that has an order, or had one, keeps its row: it never fires twice.
    """
    facts = facts_of_target(session, target.id)
    reading = reading_of(facts)
    if facts.schedule.mode != "fixed" or reading is None:
        return
    reached = max(reading.first_step, reading.step)
    if reached >= target.counter:
        return
    own = Occurrence.cycle_key.like(f"M:{reading.meter.meter_id}:%")
    for row in session.scalars(select(Occurrence).where(Occurrence.target_id == target.id, own)):
        first = int(row.cycle_key.rpartition(":")[2])
        if (row.fate, row.reason) != ("missed", "passed") or first + row.count - 1 <= reached:
            continue
        if first > reached:
            session.delete(row)
        else:
            row.count, row.decided_at = reached - first + 1, now
    target.counter = reached
    session.flush()
