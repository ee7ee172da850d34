"""Mail on its way out: written with the change that it tells, sent by a job of its own (room `notifications`)."""

import re
from datetime import datetime

from sqlalchemy.orm import Session

from app.core.errors import InvalidInput
from app.core.i18n import N_
from app.core.security import Actor, new_secret
from app.journal.models import Message

ADDRESS = re.compile(r"[^@\s<>,;:\"\\\x00-\x20\x7f]{1,64}@[^@\s<>,;:\"\\\x00-\x20\x7f]{1,190}")
CONTROL = re.compile(r"[\x00-\x1f\x7f\x85\u2028\u2029]")
SUBJECT_MAX = 200
BODY_MAX = 100_000


def enqueue_mail(
    session: Session,
    to: str,
    subject: str,
    text: str,
    *,
    about: tuple[str, int] | None = None,
    site_id: int | None = None,
    file_id: int | None = None,
    by: Actor,
    now: datetime,
) -> Message:
    """One mail to one address, sent once this transaction is committed; `file_id` goes along as an attachment.

    `about` is the entity and its id, as the audit log has them: ("work_order", 42).

    Raises InvalidInput for an address that is none, or that would smuggle in a header or a second recipient.
    """
    if not ADDRESS.fullmatch(to):
        raise InvalidInput.at("to", "bad_address", N_("This is no mail address."))
    if CONTROL.search(subject) or not subject.strip():
        raise InvalidInput.at("subject", "bad_subject", N_("The subject is one line of text."))
    message = Message(
        message_key=new_secret(),
        recipient=to,
        subject=subject.strip()[:SUBJECT_MAX],
        body=text.replace("\x00", "")[:BODY_MAX],
        file_id=file_id,
        entity=about[0] if about else None,
        entity_id=about[1] if about else None,
        site_id=site_id,
        next_attempt_at=now,
        created_at=now,
        created_by=by.user_id,
    )
    session.add(message)
    session.flush()
    return message
