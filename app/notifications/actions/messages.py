"""What becomes of a mail that nobody took: tried once more, or given up by a person."""

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, delete, select
from sqlalchemy.orm import Session

from app.core.errors import Conflict
from app.core.i18n import N_
from app.core.security import Actor
from app.journal.actions import record_change
from app.journal.models import File, Message
from app.notifications import queries

BATCH = 5_000  # a night's share


def retry_message(session: Session, message_id: int, *, by: Actor, now: datetime) -> Message:
    """From its first attempt on: whatever was wrong has been put right."""
    message = _dead(session, message_id, by=by)
    message.state, message.attempts, message.next_attempt_at = "queued", 0, now
    session.flush()
    changes = {"state": ["dead", "queued"]}
    record_change(session, "retried", "message", message.id, changes, by=by, now=now, site_id=message.site_id)
    return message


def drop_message(session: Session, message_id: int, *, by: Actor, now: datetime) -> None:
    """The audit log keeps whom it was for."""
    message = _dead(session, message_id, by=by)
    told = {"recipient": [message.recipient, None], "subject": [message.subject, None]}
    record_change(session, "dropped", "message", message.id, told, by=by, now=now, site_id=message.site_id)
    session.delete(message)
    session.flush()


def forget_sent_mail(session: Session, *, now: datetime, after: timedelta = timedelta(days=90)) -> int:
    """What was written to people is not kept for ever; the audit log says that it was. Answers how many went."""
    return _forget(session, Message.state == "sent", Message.sent_at < now - after)


def forget_untried_mail(session: Session, *, now: datetime, after: timedelta = timedelta(days=7)) -> int:
    """Where no server is set up nothing is tried; whoever sets one up later writes to nobody about last year's work."""
    return _forget(session, Message.state == "queued", Message.attempts == 0, Message.created_at < now - after)


def _forget(session: Session, *which: ColumnElement[bool]) -> int:
    gone = session.execute(select(Message.id, Message.file_id).where(*which).limit(BATCH)).all()
    session.execute(delete(Message).where(Message.id.in_([row.id for row in gone])))
    papers = [row.file_id for row in gone if row.file_id is not None]
    session.execute(delete(File).where(File.id.in_(papers)))  # made for this mail; the sweep takes the bytes
    return len(gone)


def _dead(session: Session, message_id: int, *, by: Actor) -> Message:
    message = queries.lock_message(session, message_id, by=by)
    if message.state != "dead":
        raise Conflict("not_dead", N_("This message is on its way, or has arrived."))
    return message
