"""Writes of the journal: what every room leaves there in the transaction of its own change."""

from datetime import datetime
from typing import Any

import structlog
from sqlalchemy.orm import Session

from app.core.security import Actor
from app.journal.models import AuditEntry, IdempotencyRecord, OutboxEvent


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
    session.add(
        OutboxEvent(
            kind=f"{entity}.{action}", entity=entity, entity_id=entity_id, site_id=site_id, payload=None, created_at=now
        )
    )
    session.add(
        AuditEntry(
            at=now,
            user_id=by.user_id,
            user_name=by.name,
            action=action,
            entity=entity,
            entity_id=entity_id,
            site_id=site_id,
            changes=changes,
            request_id=structlog.contextvars.get_contextvars().get("request_id"),
        )
    )


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
