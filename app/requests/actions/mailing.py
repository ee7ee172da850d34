"""What is written to the person who asked, where they left an address: in their language, with their link."""

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

from app.core.errors import InvalidInput
from app.core.i18n import N_, gettext, in_language
from app.core.security import Actor
from app.journal.actions import enqueue_mail
from app.requests.models import WorkRequest
from app.requests.queries.lists import Original
from app.requests.rules import request_number
from app.workorders.models import Resolution, WorkOrder
from app.workorders.rules.states import DONE

SUBJECTS = {
    "accepted": N_("Your request %(number)s: we are on it"),
    "rejected": N_("Your request %(number)s: an answer"),
    "duplicate": N_("Your request %(number)s: already known"),
    "message": N_("Your request %(number)s: an answer"),
    "done": N_("Your request %(number)s: done"),
}
TEXTS = {
    "accepted": N_("Thank you for telling us. Your request is accepted, and will be worked on."),
    "rejected": N_("Your request will not be worked on. Why:"),
    "duplicate": N_("Thank you for telling us. The problem is known already, and is being worked on."),
    "message": N_("You have a message about your request:"),
    "done": N_("The work that you asked for is done."),
}
BATCH = 100
# Who reports may send the whole report, which says it too: so long the short word waits for it.
GRACE = timedelta(minutes=10)


def write_to_person(
    session: Session,
    request: WorkRequest,
    kind: str,
    words: str | None,
    *,
    base: str | None,
    by: Actor,
    now: datetime,
) -> None:
    """`base` is the configured address of this installation: never what a request's Host header says."""
    if not request.contact_email:
        return
    with in_language(request.language):
        subject = gettext(SUBJECTS[kind]) % {"number": request_number(request.id)}
        asked = gettext("You wrote: %(text)s") % {"text": request.text}
        parts = [gettext(TEXTS[kind]), words, asked, followed(request, kind, base)]
    text = "\n\n".join(part for part in parts if part)
    about = ("request", request.id)
    try:
        enqueue_mail(
            session, request.contact_email, subject, text, about=about, site_id=request.site_id, by=by, now=now
        )
    except InvalidInput:
        return  # an address that no mail reaches: the message is kept and shown


def followed(request: WorkRequest, kind: str, base: str | None) -> str | None:
    """Where the person follows and answers."""
    if not base:
        return None
    judged = gettext("Is it solved? Say so with one tap, or follow and answer here:")
    words = judged if kind == "done" else gettext("Follow it and answer here:")
    return f"{words}\n{base.rstrip('/')}/r/{request.secret}"


def is_to_be_told() -> ColumnElement[bool]:
    """The work is done, anew where it had solved nothing, and nobody has said so yet."""
    is_anew = or_(WorkRequest.feedback_at.is_(None), WorkOrder.completed_at > WorkRequest.feedback_at)
    return and_(WorkRequest.told_done_at.is_(None), WorkOrder.state.in_([state.value for state in DONE]), is_anew)


def told_by_report(session: Session, order_id: int, address: str, *, base: str | None, now: datetime) -> list[str]:
    """The report goes to who asked: that is the word that the work is done, with the same question at its end."""
    untold = (
        select(WorkRequest)
        .outerjoin(Original, Original.id == WorkRequest.duplicate_of_id)
        .join(WorkOrder, WorkOrder.id == func.coalesce(WorkRequest.order_id, Original.order_id))
        .where(WorkOrder.id == order_id, func.lower(WorkRequest.contact_email) == address.lower(), is_to_be_told())
        .order_by(WorkRequest.id)
    )
    found = session.scalars(untold.with_for_update(of=WorkRequest)).all()
    for request in found:
        request.told_done_at = now
    session.flush()
    return [text for request in found if (text := followed(request, "done", base))]


def tell_of_done_work(session: Session, *, base: str | None, now: datetime) -> int:
    """Who asked is written to once when the work is done, and again where it was done anew after "not solved".

    Whoever was sent the report knows (`told_by_report`).
    """
    wanted = (
        select(WorkRequest, Resolution.explanation)
        .outerjoin(Original, Original.id == WorkRequest.duplicate_of_id)
        .join(WorkOrder, WorkOrder.id == func.coalesce(WorkRequest.order_id, Original.order_id))
        .outerjoin(Resolution, (Resolution.order_id == WorkOrder.id) & Resolution.is_current)
        .where(
            WorkRequest.contact_email.is_not(None),
            WorkOrder.recorded_at <= now - GRACE,
            is_to_be_told(),
        )
        .order_by(WorkRequest.id)
        .limit(BATCH)
        .with_for_update(of=WorkRequest, skip_locked=True)
    )
    found = session.execute(wanted).all()
    for request, explanation in found:
        request.told_done_at = now
        write_to_person(session, request, "done", explanation, base=base, by=Actor.system(), now=now)
    session.flush()
    return len(found)
