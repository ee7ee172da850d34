"""The record of ticks that found something to do (S17)."""

from collections import Counter
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from app.ledger.models import GenerationRun


def begin_run(session: Session, *, instance: str, as_of: datetime, now: datetime) -> int:
    run = GenerationRun(instance=instance, as_of=as_of, started_at=now)
    session.add(run)
    session.flush()
    return run.id


def finish_run(
    session: Session, run_id: int, *, counts: Counter[str], errors: list[dict[str, Any]], now: datetime
) -> None:
    run = session.get_one(GenerationRun, run_id)
    run.counts, run.errors, run.finished_at = dict(counts), errors, now
    session.flush()
