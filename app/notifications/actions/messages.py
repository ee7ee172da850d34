"""What becomes of a mail that nobody took: tried once more, or given up by a person."""

from datetime import datetime

from sqlalchemy.orm import Session

from app.core.errors import Conflict
from app.core.i18n import N_
from app.core.security import Actor
from app.journal.actions import record_change
from app.journal.models import Message
from app.notifications import queries


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


def _dead(session: Session, message_id: int, *, by: Actor) -> Message:
    message = queries.lock_message(session, message_id, by=by)
    if message.state != "dead":
        raise Conflict("not_dead", N_("This message is on its way, or has arrived."))
    return message
