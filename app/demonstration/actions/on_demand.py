"""The demonstration on demand, beside everything else: in a house that has its administrator and nothing else yet."""

import json
import os
from dataclasses import asdict
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import structlog
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.clock import Clock
from app.core.db import Database
from app.core.errors import AppError, Conflict
from app.core.i18n import N_
from app.core.security import Actor, Permission, require
from app.demonstration.actions.demonstration import DAYS, found_firm, live_until
from app.demonstration.actions.firm import Login, refuse_registered
from app.journal.actions.jobs import advance_job, begin_job, finish_job
from app.journal.models import Job
from app.journal.queries import latest_job
from app.places.models import Organisation

KIND = "demonstration"
LOGINS = "demo-logins.json"
SEED = 1
SHOWN_EVERY = 5  # days
AT_MOST = timedelta(minutes=30)  # whoever takes longer was interrupted

log = structlog.get_logger()


def begin_demonstration(session: Session, *, by: Actor, now: datetime) -> int:
    """The job that shows how far it is. Whoever presses twice waits for himself, and is refused."""
    require(by, Permission.ADMINISTER)
    session.execute(select(Organisation.id).with_for_update())
    refuse_registered(session)
    if is_being_made(session, now=now):
        raise Conflict("being_made", N_("The demonstration is being made already."))
    return begin_job(session, KIND, total=DAYS + 1, by=by, now=now)


def is_possible(session: Session, *, by: Actor) -> bool:
    try:
        refuse_registered(session)
    except Conflict:
        return False
    return by.has(Permission.ADMINISTER)


def find_job(session: Session, *, by: Actor) -> Job | None:
    require(by, Permission.ADMINISTER)
    return latest_job(session, KIND)


def is_being_made(session: Session, *, now: datetime) -> bool:
    """While it is, the clock leaves the house alone: its year is lived day by day, and not made up for at once."""
    job = latest_job(session, KIND)
    return job is not None and job.state == "running" and now - job.created_at < AT_MOST


def make_demonstration(database: Database, job_id: int, data_dir: Path, *, on: date, clock: Clock) -> None:
    """Nobody waits for it: what goes wrong is told by the job and in the log."""
    try:
        firm = found_firm(database, seed=SEED, on=on, is_set_up=True)
        keep_logins(data_dir, firm.logins)
        for count, _day in enumerate(live_until(database, firm, seed=SEED, on=on), 1):
            if count % SHOWN_EVERY == 0:
                with database.writing() as session:
                    advance_job(session, job_id, count)
    except Exception as error:
        log.exception("demonstration failed")
        told = error.message if isinstance(error, AppError) else type(error).__name__
        with database.writing() as session:
            finish_job(session, job_id, "failed", now=clock(), result={"error": told})
    else:
        with database.writing() as session:
            advance_job(session, job_id, DAYS + 1)
            finish_job(session, job_id, "done", now=clock(), result={})


def keep_logins(data_dir: Path, logins: list[Login]) -> None:
    """For the owner of the installation alone; before the year is lived through, which somebody may interrupt."""
    path = data_dir / LOGINS
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        json.dump([asdict(login) for login in logins], file, ensure_ascii=False, indent=2)


def kept_logins(data_dir: Path) -> list[dict[str, Any]]:
    path = data_dir / LOGINS
    return json.loads(path.read_text(encoding="utf-8")) if path.exists() else []
