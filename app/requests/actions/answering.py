"""Words between the person and those who help, and the person's answer when the work is done."""

from datetime import datetime

from sqlalchemy.orm import Session

from app.core.errors import Conflict
from app.core.i18n import N_, gettext, in_language
from app.core.security import Actor, Permission, new_secret
from app.places.models import Organisation
from app.requests.actions.asking import tell
from app.requests.actions.mailing import write_to_person
from app.requests.models import RequestMessage, WorkRequest
from app.requests.queries import follow_up_of, get_request_of, holder_of, lock_request, order_of
from app.requests.rules import FOLLOW_UPS_MOST, Feedback, Status, request_number, status_of
from app.requests.schemas import FeedbackInput, MessageInput
from app.workorders.actions.papers import keep_comment

COPIED = (
    "equipment_id",
    "location_id",
    "site_id",
    "urgency",
    "person_id",
    "contact_name",
    "contact_email",
    "contact_phone",
    "language",
)


def write_message(
    session: Session, request_id: int, data: MessageInput, *, base: str | None = None, by: Actor, now: datetime
) -> RequestMessage:
    """Whoever works answers the person, by mail too where there is an address; the person writes to them."""
    request = lock_request(session, request_id, by=by)
    is_from_person = not by.has(Permission.WORK) or (by.person_id is not None and by.person_id == request.person_id)
    message = keep_message(session, request, data.text, is_from_person=is_from_person, by=by, now=now)
    if not is_from_person:
        write_to_person(session, request, "message", data.text, base=base, by=by, now=now)
    return message


def write_by_link(session: Session, secret: str, data: MessageInput, *, now: datetime) -> RequestMessage:
    request = get_request_of(session, secret, is_locked=True)
    return keep_message(session, request, data.text, is_from_person=True, by=holder_of(request), now=now)


def keep_message(
    session: Session, request: WorkRequest, text: str, *, is_from_person: bool, by: Actor, now: datetime
) -> RequestMessage:
    """What the person adds is seen on the order too, by who does the work."""
    message = RequestMessage(
        request_id=request.id,
        is_from_person=is_from_person,
        user_id=by.user_id,
        user_name=by.name,
        text=text,
        created_at=now,
    )
    session.add(message)
    session.flush()
    tell(session, request, "message", {"text": [None, text]}, by=by, now=now)
    order = order_of(session, request)
    if is_from_person and order is not None:
        keep_comment(session, order, text, by=by, now=now)
    return message


def judge_request(
    session: Session, request_id: int, data: FeedbackInput, *, by: Actor, now: datetime
) -> tuple[WorkRequest, int | None]:
    """Solved or not: the person's word, which the one who works may take down for them."""
    return _judge(session, lock_request(session, request_id, by=by), data, by=by, now=now)


def judge_by_link(
    session: Session, secret: str, data: FeedbackInput, *, now: datetime
) -> tuple[WorkRequest, WorkRequest | None]:
    request = get_request_of(session, secret, is_locked=True)
    by = holder_of(request)
    judged, follow_up_id = _judge(session, request, data, by=by, now=now)
    return judged, session.get(WorkRequest, follow_up_id) if follow_up_id else None


def _judge(
    session: Session, request: WorkRequest, data: FeedbackInput, *, by: Actor, now: datetime
) -> tuple[WorkRequest, int | None]:
    """The last answer counts; pressed twice it is one. Answers with the follow-up, where one was asked for."""
    order = order_of(session, request)
    if order is None or status_of(request.state, order.state) is not Status.DONE:
        raise Conflict("not_done", N_("The work is not done yet: write a message instead."))
    if request.feedback != data.feedback or data.text:
        changes = {"feedback": [request.feedback, data.feedback.value], "feedback_text": [None, data.text]}
        request.feedback, request.feedback_at = data.feedback.value, now
        request.feedback_text = data.text
        request.version += 1
        if data.feedback is Feedback.NOT_SOLVED:
            request.told_done_at = None
            with in_language(_house_language(session)):
                text = gettext("Not solved (%(number)s).") % {"number": request_number(request.id)}
            keep_comment(session, order, f"{text} {data.text or ''}".strip(), by=by, now=now)
        tell(session, request, "judged", changes, by=by, now=now)
    asks_again = data.feedback is Feedback.NOT_SOLVED and data.asks_again
    return request, _follow_up(session, request, data, by=by, now=now) if asks_again else None


def _house_language(session: Session) -> str:
    house = session.get(Organisation, 1)
    return house.language if house else "en"


def _follow_up(session: Session, request: WorkRequest, data: FeedbackInput, *, by: Actor, now: datetime) -> int:
    """A request of its own, once for each; after `FOLLOW_UPS_MOST` in a row people talk to one another instead."""
    before = follow_up_of(session, request.id)
    if before is not None:
        return before
    chain, last = 0, request
    while last.follow_up_of_id is not None and chain < FOLLOW_UPS_MOST:
        chain, last = chain + 1, session.get_one(WorkRequest, last.follow_up_of_id)
    if chain >= FOLLOW_UPS_MOST:
        raise Conflict("follow_up_limit", N_("It came back several times: write a message, and somebody calls you."))
    follow_up = WorkRequest(
        **{name: getattr(request, name) for name in COPIED},
        channel="portal",
        text=data.text or request.text,
        follow_up_of_id=request.id,
        secret=new_secret(),
        created_at=now,
        created_by=by.user_id,
    )
    session.add(follow_up)
    session.flush()
    told = {"text": [None, follow_up.text], "follow_up_of_id": [None, request.id]}
    tell(session, follow_up, "created", told, by=by, now=now)
    return follow_up.id
