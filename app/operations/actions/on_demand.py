"""A tick because somebody asks for it now: in the transaction of the request, and therefore bounded (S17)."""

from datetime import datetime

import structlog
from sqlalchemy.orm import Session

from app.core.security import Actor, Permission
from app.engine import queries
from app.engine.actions.batch import generate_batch
from app.engine.actions.reconciling import reconcile_changes
from app.engine.actions.runs import begin_run, finish_run
from app.ledger.models import GenerationRun
from app.ledger.queries.facts import Schedules
from app.operations.actions.tick import TickReport
from app.places.rules import require_whole_house
from app.proposals.actions.climbing import climb

BATCH = 500
BATCHES_MOST = 10  # the scheduler goes on from there


def generate_now(session: Session, *, by: Actor, now: datetime) -> GenerationRun:
    """The steps of a tick (operations/actions/tick.py). Whoever asks gets the record, also where nothing was due.

    In one transaction, targets are locked before pieces, as everybody does: ladders come last.
    """
    require_whole_house(by, Permission.PLAN)
    reconcile_changes(session, now=now)
    run_id = begin_run(session, instance=by.name, as_of=now, now=now)
    schedules, report = Schedules(), TickReport(now)
    for number in range(BATCHES_MOST):
        claimed = queries.claim_targets(session, now=now, limit=BATCH)
        if not claimed:
            break
        batch = f"{run_id}.{number}"
        report.add(generate_batch(session, claimed, run_id=run_id, batch=batch, schedules=schedules, now=now))
    _climb(session, now=now)
    finish_run(session, run_id, counts=report.counts(), errors=report.errors, now=now)
    return session.get_one(GenerationRun, run_id)


def _climb(session: Session, *, now: datetime) -> None:
    """Pieces that fail are left to the scheduler, which puts them aside one by one."""
    try:
        with session.begin_nested():
            climb(session, now=now)
    except Exception as error:  # noqa: BLE001 - S18
        structlog.get_logger().warning("climb_failed", error=repr(error))
