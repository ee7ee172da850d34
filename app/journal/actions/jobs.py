"""Long work shows how far it is, so that it can be left and found again."""

from datetime import datetime
from typing import Any

from sqlalchemy import update
from sqlalchemy.orm import Session

from app.core.security import Actor
from app.journal.models import Job


def begin_job(session: Session, kind: str, *, total: int, by: Actor, now: datetime) -> int:
    job = Job(kind=kind, state="running", total=total, created_by=by.user_id, created_at=now)
    session.add(job)
    session.flush()
    return job.id


def advance_job(session: Session, job_id: int, done: int) -> None:
    session.execute(update(Job).where(Job.id == job_id).values(done=done))


def finish_job(session: Session, job_id: int, state: str, *, now: datetime, result: dict[str, Any]) -> None:
    """`state`: done or failed."""
    session.execute(update(Job).where(Job.id == job_id).values(state=state, finished_at=now, result=result))
