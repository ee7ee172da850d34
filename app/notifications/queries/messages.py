"""Mail that waits, and mail that nobody took."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.core.db import Order, one_page
from app.core.errors import NotFound
from app.core.i18n import N_
from app.core.security import Actor, Permission, require
from app.journal.models import Message

COLUMNS = (
    Message.id,
    Message.recipient,
    Message.subject,
    Message.entity,
    Message.entity_id,
    Message.site_id,
    Message.state,
    Message.attempts,
    Message.next_attempt_at,
    Message.error,
    Message.created_at,
    Message.sent_at,
)
ORDERS = {"id": Order((Message.id,), lambda row: (row.id,))}


def message_rows(
    session: Session,
    *,
    by: Actor,
    state: str | None = None,
    limit: int,
    sort: str = "-id",
    after: Sequence[Any] | None = None,
) -> Sequence[Any]:
    """The newest first; one row more than `limit` where there is more."""
    require(by, Permission.PLAN)
    statement = _seen(select(*COLUMNS), by)
    if state is not None:
        statement = statement.where(Message.state == state)
    return session.execute(one_page(statement, ORDERS, sort, after=after, limit=limit)).all()


def count_waiting(session: Session, *, by: Actor) -> int:
    require(by, Permission.PLAN)
    return session.scalar(_seen(select(func.count(Message.id)).where(Message.state == "queued"), by)) or 0


def lock_message(session: Session, message_id: int, *, by: Actor) -> Message:
    require(by, Permission.PLAN)
    named = select(Message).where(Message.id == message_id)
    message: Message | None = session.scalar(_seen(named, by).with_for_update())
    if message is None:
        raise NotFound("not_found", N_("This message does not exist."))
    return message


def next_to_send(session: Session, *, now: datetime) -> Message | None:
    """One that no other scheduler holds."""
    due = select(Message).where(Message.state == "queued", Message.next_attempt_at <= now)
    return session.scalar(due.order_by(Message.next_attempt_at, Message.id).limit(1).with_for_update(skip_locked=True))


def has_due_mail(session: Session, *, now: datetime) -> bool:
    due = select(Message.id).where(Message.state == "queued", Message.next_attempt_at <= now)
    return session.scalar(due.limit(1)) is not None


def _seen(statement: Any, by: Actor) -> Any:
    """A message of no site is the whole house's."""
    return statement if by.site_ids is None else statement.where(Message.site_id.in_(by.site_ids))
