"""Audit rows, events, versions, nightly runs, heartbeats, answers given once."""

import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

import structlog
from pydantic_core import to_jsonable_python
from sqlalchemy import delete, func, inspect, select, text, update
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.exc import InvalidRequestError, OperationalError
from sqlalchemy.orm import Session

from app.core.db import table_of
from app.core.db.bulk import insert_rows, instant
from app.core.errors import PreconditionFailed
from app.core.i18n import N_
from app.core.security import Actor
from app.journal import queries
from app.journal.models import AuditBlock, AuditEntry, Heartbeat, IdempotencyRecord, JobRun, OutboxEvent
from app.journal.rules import GENESIS, block_hash

EVENT = ("kind", "entity", "created_at", "entity_id", "site_id")
ENTRY = ("at", "user_id", "user_name", "action", "entity", "request_id", "entity_id", "site_id", "changes")


def record_change(
    session: Session,
    action: str,
    entity: str,
    entity_id: int,
    changes: dict[str, Any],
    *,
    by: Actor,
    now: datetime,
    site_id: int | None = None,
) -> None:
    """The audit row of a change and the event that tells others of it.

    `changes` is field -> [before, after], in JSON values. (What the clock generates has its record in the ledger.)
    """
    record_changes(session, action, entity, [(entity_id, site_id, changes)], by=by, now=now)


def record_changes(
    session: Session,
    action: str,
    entity: str,
    told: Sequence[tuple[int, int | None, dict[str, Any]]],
    *,
    by: Actor,
    now: datetime,
) -> None:
    """`record_change` for many rows at once: id, site and changes of each."""
    if not told:
        return
    moment = instant(session, now)
    event = (f"{entity}.{action}", entity, moment)
    request_id = structlog.contextvars.get_contextvars().get("request_id")
    entry = (moment, by.user_id, by.name, action, entity, request_id)
    insert_rows(session, table_of(OutboxEvent), EVENT, [(*event, row_id, site_id) for row_id, site_id, _ in told])
    insert_rows(
        session,
        table_of(AuditEntry),
        ENTRY,
        [(*entry, row_id, site_id, json.dumps(changes)) for row_id, site_id, changes in told],
    )


def edit_row(
    session: Session,
    row: Any,
    values: Mapping[str, Any],
    *,
    entity: str,
    by: Actor,
    now: datetime,
    version: int | None = None,
    site_id: int | None = None,
) -> dict[str, list[Any]]:
    """Set what differs on a versioned row, leave one audit row and one event; where nothing differs, nothing happens.

    `version` is the one that the change was made from: raises PreconditionFailed where somebody was faster.
    Answers with field -> [before, after].
    """
    look_again(session, row)
    refuse_stale(row, version)
    changes = {
        name: [to_jsonable_python(before), to_jsonable_python(after)]
        for name, after in values.items()
        if (before := getattr(row, name)) != after
    }
    if not changes:
        return {}
    for name in changes:
        setattr(row, name, values[name])
    row.version += 1
    session.flush()
    record_change(session, "changed", entity, row.id, changes, by=by, now=now, site_id=site_id)
    return changes


def look_again(session: Session, row: Any) -> None:
    """The row as it is now, held until the end of this transaction: on PostgreSQL another one may have changed it since
    it was read. (Whoever writes on SQLite is alone.)
    """
    if session.get_bind().dialect.name == "sqlite":
        return
    session.flush()  # what is not yet written would be forgotten
    try:
        session.refresh(row, [column.key for column in inspect(row).mapper.column_attrs], with_for_update=True)
    except InvalidRequestError:  # it is gone
        raise stale() from None


def stale() -> PreconditionFailed:
    return PreconditionFailed(
        "stale", N_("Somebody else has changed this in the meantime. Look at the current state and try again.")
    )


def refuse_stale(row: Any, version: int | None) -> None:
    """None means that the caller did not look before: a form without a version, the clock.

    What is not there yet has version 0.
    """
    if version is not None and (row.version if row is not None else 0) != version:
        raise stale()


def remember_answer(
    session: Session,
    *,
    principal: str,
    key: str,
    request_hash: str,
    status: int,
    headers: dict[str, str],
    body: str,
    now: datetime,
) -> None:
    session.add(
        IdempotencyRecord(
            principal=principal,
            key=key,
            request_hash=request_hash,
            status=status,
            headers=headers,
            body=body,
            created_at=now,
        )
    )


def seal_audit(session: Session, *, now: datetime) -> int:
    """Seal all entries that are not sealed yet into a block; answers how many.

    Ids are handed out before commit, so a lower id could still appear after a higher one: it is done in a moment
    without another writer, and left to the next round where none is found (an import that takes long).
    """
    if not _stop_writers(session):
        return 0
    last = queries.last_block(session)
    first_id = last.last_entry_id + 1 if last else 1
    newest = session.scalar(select(func.max(AuditEntry.id)))
    if newest is None or newest < first_id:
        return 0
    entries = queries.entries_between(session, first_id, newest)
    previous = last.hash if last else GENESIS
    session.add(
        AuditBlock(
            first_entry_id=first_id,
            last_entry_id=newest,
            entry_count=len(entries),
            previous_hash=previous,
            hash=block_hash(previous, entries),
            sealed_at=now,
        )
    )
    session.flush()
    return len(entries)


def _stop_writers(session: Session) -> bool:
    """Until the end of this transaction. On SQLite whoever writes is alone anyway."""
    if session.get_bind().dialect.name == "sqlite":
        return True
    try:
        with session.begin_nested():
            session.execute(text("SET LOCAL lock_timeout = '200ms'"))
            session.execute(text("LOCK TABLE audit_entries IN SHARE MODE"))
    except OperationalError:
        return False
    return True


def claim_job_run(session: Session, name: str, day: date, *, instance: str, now: datetime) -> bool:
    """Whether this scheduler is the one that does the nightly job of that day (S17)."""
    dialect_insert = postgresql_insert if session.get_bind().dialect.name == "postgresql" else sqlite_insert
    values = {"name": name, "day_on": day, "instance": instance, "started_at": now}
    return (
        session.scalar(dialect_insert(JobRun).values(**values).on_conflict_do_nothing().returning(JobRun.id))
        is not None
    )


def finish_job_run(session: Session, name: str, day: date, *, now: datetime, error: str | None = None) -> None:
    session.execute(
        update(JobRun).where(JobRun.name == name, JobRun.day_on == day).values(finished_at=now, error=error)
    )


def beat(
    session: Session, instance: str, *, started_at: datetime, now: datetime, tick_ms: int | None, error: str | None
) -> None:
    """Say that this scheduler lives, and forget those silent for a week."""
    heartbeat = session.get(Heartbeat, instance)
    if heartbeat is None:
        heartbeat = Heartbeat(instance=instance, started_at=started_at, seen_at=now)
        session.add(heartbeat)
    heartbeat.seen_at, heartbeat.error = now, error
    if tick_ms is not None:
        heartbeat.ticked_at, heartbeat.tick_ms = now, tick_ms
    session.execute(delete(Heartbeat).where(Heartbeat.seen_at < now - timedelta(days=7)))


def forget_answers(session: Session, *, now: datetime, after: timedelta = timedelta(days=2)) -> None:
    """Drop answers that nobody retries any more."""
    session.execute(delete(IdempotencyRecord).where(IdempotencyRecord.created_at < now - after))
