"""S36b: before something about targets changes, they are settled up to today under what holds now."""

from collections import Counter
from collections.abc import Collection, Sequence
from datetime import datetime
from itertools import islice
from uuid import uuid4

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from app.engine.actions.batch import generate_batch
from app.engine.actions.runs import begin_run, finish_run
from app.ledger.queries.facts import Schedules
from app.ledger.queries.families import lock_together
from app.plans.models import PlanTarget

BATCH = 500
ROUNDS = 1_000  # of 400 cycles each: a daily plan's thousand years


def settle_targets(session: Session, target_ids: Collection[int], *, now: datetime) -> None:
    """In the transaction of the change itself. A target that sleeps until later is settled already (S13)."""
    ids = iter(sorted(target_ids))
    schedules, counts, run_id = Schedules(), Counter[str](), None
    while chunk := list(islice(ids, BATCH)):
        lock_together(session, chunk)
        due = _due(session, chunk, now=now, with_failed=True)
        for _ in range(ROUNDS):
            if not due:
                break
            run_id = run_id or begin_run(session, instance="settle", as_of=now, now=now)
            report = generate_batch(session, due, run_id=run_id, batch=uuid4().hex, schedules=schedules, now=now)
            counts.update(report.cycles)
            due = _due(session, chunk, now=now)
    if run_id is not None:
        finish_run(session, run_id, counts=counts, errors=[], now=now)


def _due(session: Session, ids: Sequence[int], *, now: datetime, with_failed: bool = False) -> list[int]:
    """Locked (S16). One that failed is tried again although its turn has not come."""
    is_due = PlanTarget.wake_at <= now
    condition = or_(is_due, PlanTarget.state == "error") if with_failed else is_due
    statement = select(PlanTarget.id).where(PlanTarget.id.in_(ids), PlanTarget.wake_at.is_not(None), condition)
    return list(session.scalars(statement.order_by(PlanTarget.id).with_for_update()))
