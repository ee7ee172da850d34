"""Reads of the journal."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.journal.models import IdempotencyRecord


def find_idempotency_record(session: Session, principal: str, key: str) -> IdempotencyRecord | None:
    return session.scalar(
        select(IdempotencyRecord).where(IdempotencyRecord.principal == principal, IdempotencyRecord.key == key)
    )
