"""What leaves the house, who did what, attachments, long work, answers given once."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Base, Json, Key


class OutboxEvent(Base):
    """Written in the transaction of the change that it tells; published later by a job."""

    __tablename__ = "outbox_events"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    kind: Mapped[str]
    entity: Mapped[str]
    entity_id: Mapped[int] = mapped_column(Key)
    site_id: Mapped[int | None] = mapped_column(Key)
    payload: Mapped[dict[str, Any] | None] = mapped_column(Json)
    created_at: Mapped[datetime]
    published_at: Mapped[datetime | None]

    __table_args__ = (Index(None, "entity", "entity_id"),)


class AuditEntry(Base):
    """One row for each change that a person made; never changed, sealed into a block within a minute."""

    __tablename__ = "audit_entries"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    at: Mapped[datetime]
    user_id: Mapped[int | None] = mapped_column(Key)
    user_name: Mapped[str]
    action: Mapped[str]
    entity: Mapped[str]
    entity_id: Mapped[int] = mapped_column(Key)
    site_id: Mapped[int | None] = mapped_column(Key)
    changes: Mapped[dict[str, Any]] = mapped_column(Json)
    request_id: Mapped[str | None]

    __table_args__ = (Index(None, "entity", "entity_id"), {"sqlite_autoincrement": True})


class AuditBlock(Base):
    """Seals a run of entries: its hash covers them and the block before, so that tampering shows."""

    __tablename__ = "audit_blocks"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    first_entry_id: Mapped[int] = mapped_column(Key, unique=True)
    last_entry_id: Mapped[int] = mapped_column(Key, unique=True)
    entry_count: Mapped[int]
    previous_hash: Mapped[str]
    hash: Mapped[str]
    sealed_at: Mapped[datetime]


class File(Base):
    """An attachment's facts; its bytes lie in the files directory under their SHA-256."""

    __tablename__ = "files"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    sha256: Mapped[str] = mapped_column(index=True)
    name: Mapped[str]
    media_type: Mapped[str]
    size: Mapped[int]
    created_at: Mapped[datetime]
    created_by: Mapped[int | None] = mapped_column(Key)


class Job(Base):
    """Progress of long work, so that it can be left and found again."""

    __tablename__ = "jobs"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    kind: Mapped[str]
    state: Mapped[str]
    done: Mapped[int] = mapped_column(default=0)
    total: Mapped[int | None]
    result: Mapped[dict[str, Any] | None] = mapped_column(Json)
    file_id: Mapped[int | None] = mapped_column(ForeignKey("files.id"))
    created_by: Mapped[int | None] = mapped_column(Key)
    created_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]


class JobRun(Base):
    """One row per nightly job and day: several schedulers do it once (S17)."""

    __tablename__ = "job_runs"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    name: Mapped[str]
    day_on: Mapped[date]
    instance: Mapped[str]
    started_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    error: Mapped[str | None]

    __table_args__ = (UniqueConstraint("name", "day_on"),)


class Heartbeat(Base):
    """A scheduler that lives: when it was last seen, and how its last tick went."""

    __tablename__ = "heartbeats"

    instance: Mapped[str] = mapped_column(primary_key=True)
    started_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    ticked_at: Mapped[datetime | None]
    tick_ms: Mapped[int | None]
    error: Mapped[str | None]


class IdempotencyRecord(Base):
    """The answer that a POST with an Idempotency-Key was given, to be given again."""

    __tablename__ = "idempotency_records"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    principal: Mapped[str]
    key: Mapped[str]
    request_hash: Mapped[str]
    status: Mapped[int]
    headers: Mapped[dict[str, Any]] = mapped_column(Json)
    body: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(index=True)

    __table_args__ = (UniqueConstraint("principal", "key"),)


class Message(Base):
    """A mail, written in the transaction of what it tells; sent later by a job, again and again until it is taken.

    `message_key` makes its Message-ID: a mail that is sent twice is known as the same. `entity`: what it is about.
    """

    __tablename__ = "messages"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    message_key: Mapped[str] = mapped_column(unique=True)
    recipient: Mapped[str]
    subject: Mapped[str]
    body: Mapped[str]
    file_id: Mapped[int | None] = mapped_column(ForeignKey("files.id"))
    entity: Mapped[str | None]
    entity_id: Mapped[int | None] = mapped_column(Key)
    site_id: Mapped[int | None] = mapped_column(Key)
    state: Mapped[str] = mapped_column(default="queued")
    attempts: Mapped[int] = mapped_column(default=0)
    next_attempt_at: Mapped[datetime | None]
    error: Mapped[str | None]
    created_at: Mapped[datetime]
    created_by: Mapped[int | None] = mapped_column(Key)
    sent_at: Mapped[datetime | None]

    __table_args__ = (
        CheckConstraint("state IN ('queued', 'sent', 'dead')", name="state"),
        Index(None, "entity", "entity_id"),
        Index(
            "ix_messages_waiting",
            "next_attempt_at",
            sqlite_where=text("state = 'queued'"),
            postgresql_where=text("state = 'queued'"),
        ),
        Index(
            "ix_messages_dead",
            "id",
            sqlite_where=text("state = 'dead'"),
            postgresql_where=text("state = 'dead'"),
        ),
    )
