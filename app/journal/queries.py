"""Reads of the journal."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.core.errors import NotFound
from app.core.i18n import N_
from app.journal.models import AuditBlock, AuditEntry, File, Heartbeat, IdempotencyRecord, Job
from app.journal.rules import GENESIS, SWEPT, block_hash

ENTRY_COLUMNS = (
    AuditEntry.id,
    AuditEntry.at,
    AuditEntry.user_id,
    AuditEntry.user_name,
    AuditEntry.action,
    AuditEntry.entity,
    AuditEntry.entity_id,
    AuditEntry.site_id,
    AuditEntry.changes,
    AuditEntry.request_id,
)


def find_idempotency_record(session: Session, principal: str, key: str) -> IdempotencyRecord | None:
    return session.scalar(
        select(IdempotencyRecord).where(IdempotencyRecord.principal == principal, IdempotencyRecord.key == key)
    )


def get_file(session: Session, file_id: int) -> File:
    file = session.get(File, file_id)
    if file is None:
        raise NotFound("not_found", N_("This file does not exist."))
    return file


def latest_job(session: Session, kind: str) -> Job | None:
    return session.scalar(select(Job).where(Job.kind == kind).order_by(Job.id.desc()).limit(1))


def files_in(files_dir: Path) -> list[Path]:
    """What lies in the directory, but for what was set aside."""
    return [path for path in files_dir.rglob("*") if path.parent.name != SWEPT and path.is_file()]


def stray_files(
    session: Session, files_dir: Path, *, now: datetime, after: timedelta = timedelta(days=1)
) -> list[Path]:
    """Bytes that no attachment knows, and drafts that were left; young ones may be about to be known."""
    known = set(session.scalars(select(File.sha256)))
    born_before = (now - after).timestamp()
    return [path for path in files_in(files_dir) if path.name not in known and path.stat().st_mtime < born_before]


def history_of(session: Session, entity: str, entity_id: int, limit: int = 50) -> Sequence[AuditEntry]:
    """The changes of one thing, the newest first."""
    return session.scalars(
        select(AuditEntry)
        .where(AuditEntry.entity == entity, AuditEntry.entity_id == entity_id)
        .order_by(AuditEntry.id.desc())
        .limit(limit)
    ).all()


def entries_between(session: Session, first_id: int, last_id: int) -> list[tuple[Any, ...]]:
    """Entries as their block's hash covers them; instants as ISO text, alike on both databases."""
    rows = session.execute(
        select(*ENTRY_COLUMNS).where(AuditEntry.id.between(first_id, last_id)).order_by(AuditEntry.id)
    )
    return [(row.id, row.at.isoformat(), *row[2:]) for row in rows]


def last_block(session: Session) -> AuditBlock | None:
    return session.scalar(select(AuditBlock).order_by(AuditBlock.id.desc()).limit(1))


def broken_blocks(session: Session) -> Iterator[str]:
    """What is wrong with the audit chain, a line each: an edit, a deletion, a reordering, a block that lies."""
    previous, covered = GENESIS, 0
    for block in session.scalars(select(AuditBlock).order_by(AuditBlock.id)):
        entries = entries_between(session, block.first_entry_id, block.last_entry_id)
        if block.previous_hash != previous or block.first_entry_id <= covered:
            yield f"audit block {block.id} does not follow the one before it"
        elif len(entries) != block.entry_count or block_hash(previous, entries) != block.hash:
            yield f"audit entries {block.first_entry_id} to {block.last_entry_id} were changed or removed"
        previous, covered = block.hash, block.last_entry_id
    unsealed_before = session.scalar(select(func.count()).where(AuditEntry.id <= covered))
    sealed = session.scalar(select(func.coalesce(func.sum(AuditBlock.entry_count), 0)))
    if unsealed_before != sealed:
        yield f"{sealed} audit entries are sealed, {unsealed_before} are there"


def heartbeats(session: Session) -> Sequence[Heartbeat]:
    return session.scalars(select(Heartbeat).order_by(Heartbeat.seen_at.desc())).all()


def is_scheduler_silent(session: Session, *, now: datetime, after: timedelta = timedelta(minutes=5)) -> bool:
    """Whether no scheduler was seen for a while: nothing is generated then."""
    seen = session.scalar(select(func.max(Heartbeat.seen_at)))
    return seen is None or now - seen > after
