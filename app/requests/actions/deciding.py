"""Triage: a request becomes an order, is refused with a reason, or is known already; a mistake is taken back."""

from datetime import datetime
from pathlib import Path

from sqlalchemy import func, or_, select, update
from sqlalchemy.orm import Session

from app.core.clock import today
from app.core.errors import Conflict, InvalidInput
from app.core.i18n import N_
from app.core.security import Actor, Permission, require
from app.interventions.actions import log_work
from app.interventions.actions.past_work import Logged
from app.interventions.schemas import LogInput
from app.journal.actions import edit_row
from app.journal.models import File
from app.places.models import Site
from app.requests.actions.answering import keep_message
from app.requests.actions.asking import ENTITY, show_on_order
from app.requests.actions.mailing import write_to_person
from app.requests.models import RequestFile, WorkRequest
from app.requests.queries import lock_request, order_of
from app.requests.rules import State, offer_for, refuse_unless_new, refuse_unless_reopenable, title_of
from app.requests.schemas import AcceptInput, DuplicateInput, RejectInput
from app.workorders.actions import create_work_order
from app.workorders.models import WorkOrder
from app.workorders.queries import get_plain_order
from app.workorders.schemas import WorkOrderInput

UNDECIDED = {"reason": None, "duplicate_of_id": None, "order_id": None, "decided_at": None}


def to_decide(session: Session, request_id: int, *, with_id: int | None = None, by: Actor) -> WorkRequest:
    """`with_id`: another one that is looked at beside it; both are locked, in the order of their ids."""
    if with_id is not None:
        both = select(WorkRequest.id).where(WorkRequest.id.in_((request_id, with_id))).order_by(WorkRequest.id)
        session.execute(both.with_for_update())
    request = lock_request(session, request_id, by=by)
    require(by, Permission.WORK, site_id=request.site_id)
    return request


def accept_request(
    session: Session,
    request_id: int,
    data: AcceptInput,
    *,
    version: int | None = None,
    base: str | None = None,
    by: Actor,
    now: datetime,
) -> WorkRequest:
    """It becomes an order, which shows its photos. `base` is where this installation is reached, for links in mail."""
    request = to_decide(session, request_id, by=by)
    refuse_unless_new(request.state)
    zone = session.get_one(Site, request.site_id).time_zone
    offer = offer_for(request.urgency, today(now, zone))
    order = create_work_order(
        session,
        WorkOrderInput(
            equipment_id=request.equipment_id,
            location_id=request.location_id,
            title=data.title or title_of(request.text),
            kind=data.kind,
            type=data.type,
            instructions=data.instructions or request.text,
            priority=data.priority or offer.priority,
            due_on=data.due_on or offer.due_on,
            team_id=data.team_id,
            assignee_id=data.assignee_id,
            estimate_minutes=data.estimate_minutes,
        ),
        origin="request",
        by=by,
        now=now,
    )
    decide(session, request, {"state": State.ACCEPTED.value, "order_id": order.id}, version=version, by=by, now=now)
    if data.answer:
        keep_message(session, request, data.answer, is_from_person=False, by=by, now=now)
    write_to_person(session, request, "accepted", data.answer, base=base, by=by, now=now)
    return request


def decide(
    session: Session, request: WorkRequest, values: dict[str, object], *, version: int | None, by: Actor, now: datetime
) -> None:
    decided = {"decided_at": now} | values
    edit_row(session, request, decided, entity=ENTITY, by=by, now=now, version=version, site_id=request.site_id)
    order = order_of(session, request)
    if order is not None:
        concerned = (WorkRequest.id == request.id) | (WorkRequest.duplicate_of_id == request.id)
        files = select(File).join(RequestFile).join(WorkRequest, WorkRequest.id == RequestFile.request_id)
        show_on_order(session, session.scalars(files.where(concerned)).all(), order.id)
        if order.is_open:
            count_since(session, order)


def count_since(session: Session, order: WorkOrder) -> None:
    """What an order is for began when the first who asked for it says so, else when they asked."""
    own = select(WorkRequest.id).where(WorkRequest.order_id == order.id)
    asked = WorkRequest.order_id == order.id, WorkRequest.duplicate_of_id.in_(own)
    begun = func.coalesce(WorkRequest.since_at, WorkRequest.created_at)
    first = session.scalar(select(func.min(begun, type_=WorkRequest.created_at.type)).where(or_(*asked)))
    order.asked_at = first if first is not None and first < order.created_at else None
    session.flush()


def reject_request(
    session: Session,
    request_id: int,
    data: RejectInput,
    *,
    version: int | None = None,
    base: str | None = None,
    by: Actor,
    now: datetime,
) -> WorkRequest:
    request = to_decide(session, request_id, by=by)
    refuse_unless_new(request.state)
    values: dict[str, object] = {"state": State.REJECTED.value, "reason": data.reason}
    decide(session, request, values, version=version, by=by, now=now)
    alike = select(WorkRequest).where(WorkRequest.duplicate_of_id == request.id).order_by(WorkRequest.id)
    for each in (request, *session.scalars(alike)):  # who asked the same was told that it is being worked on
        write_to_person(session, each, "rejected", data.reason, base=base, by=by, now=now)
    return request


def mark_duplicate(
    session: Session,
    request_id: int,
    data: DuplicateInput,
    *,
    version: int | None = None,
    base: str | None = None,
    by: Actor,
    now: datetime,
) -> WorkRequest:
    """Of a duplicate the original is taken; what was a duplicate of this one becomes one of that."""
    request = to_decide(session, request_id, with_id=data.request_id, by=by)
    refuse_unless_new(request.state)
    if data.request_id is not None:
        original_id = _original(session, data.request_id, request, by=by)
        followed: dict[str, object] = {"duplicate_of_id": original_id}
        session.execute(
            update(WorkRequest).where(WorkRequest.duplicate_of_id == request.id).values(duplicate_of_id=original_id)
        )
    else:
        followed = {"order_id": _open_order(session, data.order_id or 0, by=by).id}
    decide(session, request, {"state": State.DUPLICATE.value, **followed}, version=version, by=by, now=now)
    write_to_person(session, request, "duplicate", None, base=base, by=by, now=now)
    return request


def _original(session: Session, original_id: int, request: WorkRequest, *, by: Actor) -> int:
    """Raises InvalidInput where it is none that the actor sees, or would follow itself."""
    original = session.get(WorkRequest, original_id, populate_existing=True)
    if original is None or not by.sees_site(original.site_id):
        raise InvalidInput.at("request_id", "unknown_request", N_("This request does not exist."))
    if original.state == State.DUPLICATE and original.duplicate_of_id is None:
        raise InvalidInput.at("request_id", "of_an_order", N_("That one follows an order: choose the order itself."))
    if original.state == State.REJECTED:
        raise InvalidInput.at("request_id", "rejected", N_("That one was rejected: nobody works on it."))
    root = original.duplicate_of_id or original.id
    if root == request.id:
        raise InvalidInput.at("request_id", "itself", N_("A request cannot be a duplicate of itself."))
    return root


def _open_order(session: Session, order_id: int, *, by: Actor) -> WorkOrder:
    order = get_plain_order(session, order_id, by=by)
    if not order.is_open:
        raise InvalidInput.at("order_id", "not_open", N_("This order has ended: choose one that is open."))
    return order


def reopen_request(
    session: Session, request_id: int, *, version: int | None = None, by: Actor, now: datetime
) -> WorkRequest:
    """It waits for an answer again. The audit log keeps what was decided before."""
    request = to_decide(session, request_id, by=by)
    order = order_of(session, request)
    refuse_unless_reopenable(request.state, order.state if order else None)
    values = {"state": State.NEW.value, **UNDECIDED}
    edit_row(session, request, values, entity=ENTITY, by=by, now=now, version=version, site_id=request.site_id)
    if order is not None and order.is_open:
        count_since(session, order)
    return request


def log_request(
    session: Session,
    request_id: int,
    data: LogInput,
    *,
    version: int | None = None,
    files_dir: Path | None = None,
    by: Actor,
    now: datetime,
) -> Logged:
    """It was solved at once, on the phone: order and report in one. Raises Conflict for another item."""
    request = to_decide(session, request_id, by=by)
    refuse_unless_new(request.state)
    if (data.equipment_id, data.location_id) != (request.equipment_id, request.location_id):
        raise Conflict("other_item", N_("This request is about another item."))
    asked_at = request.since_at or request.created_at
    logged = log_work(session, data, asked_at=asked_at, files_dir=files_dir, by=by, now=now)
    if logged.order.origin == "manual" and logged.order.created_at == now:
        logged.order.origin = "request"
    values: dict[str, object] = {"state": State.ACCEPTED.value, "order_id": logged.order.id}
    decide(session, request, values, version=version, by=by, now=now)
    return logged
