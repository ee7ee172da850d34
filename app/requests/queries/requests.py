"""One request, and what belongs to it."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from app.core.errors import NotFound
from app.core.i18n import N_
from app.core.security import Actor, Permission, Role
from app.equipment.models import Equipment
from app.journal.models import File
from app.requests.models import RequestFile, RequestMessage, WorkRequest
from app.requests.queries.lists import RequestFilter, request_rows, rows_statement, seen_by
from app.requests.rules import status_of
from app.requests.schemas import RequestView
from app.workorders.models import WorkOrder
from app.workorders.queries import OrderFilter, order_rows

AROUND = (
    joinedload(WorkRequest.equipment).joinedload(Equipment.location),
    joinedload(WorkRequest.location),
    joinedload(WorkRequest.site),
    joinedload(WorkRequest.person),
)
SHOWN = 10


def not_found() -> NotFound:
    return NotFound("not_found", N_("This request does not exist, or you have no access to it."))


def is_seen(request: WorkRequest, by: Actor) -> bool:
    """By whoever works at its site, and by the person concerned."""
    if by.has(Permission.READ):
        return by.sees_site(request.site_id)
    return request.person_id is not None and request.person_id == by.person_id


def get_request(session: Session, request_id: int, *, by: Actor) -> WorkRequest:
    """With its item, place, site and person."""
    request = session.scalar(select(WorkRequest).where(WorkRequest.id == request_id).options(*AROUND))
    if request is None or not is_seen(request, by):
        raise not_found()
    return request


def get_request_of(session: Session, secret: str, *, is_locked: bool = False) -> WorkRequest:
    """The request whose link this is: whoever holds it may follow, answer and judge. `is_locked`: for a change."""
    wanted = select(WorkRequest).where(WorkRequest.secret == secret).options(*AROUND)
    if is_locked:
        wanted = wanted.with_for_update(of=WorkRequest).execution_options(populate_existing=True)
    request = session.scalar(wanted) if len(secret) < 200 and secret.isprintable() else None
    if request is None:
        raise NotFound("not_found", N_("This link leads nowhere. Look whether it is whole."))
    return request


def holder_of(request: WorkRequest) -> Actor:
    """Who acts by the link of a request."""
    return Actor(name=request.contact_name or "Anonymous", role=Role.REQUESTER, site_ids=frozenset({request.site_id}))


def lock_request(session: Session, request_id: int, *, by: Actor) -> WorkRequest:
    """As it stands now, for a change."""
    request = session.scalar(
        select(WorkRequest)
        .where(WorkRequest.id == request_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if request is None or not is_seen(request, by):
        raise not_found()
    return request


def original_of(session: Session, request: WorkRequest) -> WorkRequest:
    """The one that is followed: itself, or what it is a duplicate of."""
    return session.get_one(WorkRequest, request.duplicate_of_id) if request.duplicate_of_id else request


def order_of(session: Session, request: WorkRequest) -> WorkOrder | None:
    order_id = request.order_id or original_of(session, request).order_id
    return session.get(WorkOrder, order_id) if order_id else None


def view_of(session: Session, request: WorkRequest) -> RequestView:
    order = order_of(session, request)
    status = status_of(original_of(session, request).state, order.state if order else None)
    said = {name: getattr(request, name) for name in RequestView.model_fields if name != "status"}
    return RequestView.model_validate(said | {"status": status, "order_id": order.id if order else None})


def files_of(session: Session, request_id: int) -> Sequence[File]:
    return session.scalars(
        select(File).join(RequestFile).where(RequestFile.request_id == request_id).order_by(File.id)
    ).all()


def get_request_file(session: Session, request_id: int, file_id: int) -> File:
    """By way of a request that the caller was shown: its own id opens nothing."""
    wanted = select(File).join(RequestFile).where(RequestFile.request_id == request_id, File.id == file_id)
    file = session.scalar(wanted)
    if file is None:
        raise NotFound("not_found", N_("This file does not exist."))
    return file


def messages_of(session: Session, request_id: int) -> Sequence[RequestMessage]:
    return session.scalars(
        select(RequestMessage).where(RequestMessage.request_id == request_id).order_by(RequestMessage.id)
    ).all()


def same_item(request: WorkRequest) -> dict[str, Any]:
    name = "equipment_id" if request.equipment_id is not None else "location_id"
    return {name: getattr(request, name)}


def alike(session: Session, request: WorkRequest, *, by: Actor) -> tuple[Sequence[Any], Sequence[Any]]:
    """What is open on the same item: other requests, and orders."""
    waiting = request_rows(session, RequestFilter(state="new", **same_item(request)), by=by, limit=SHOWN, sort="-id")
    orders = order_rows(session, OrderFilter(is_open=True, **same_item(request)), by=by, limit=SHOWN)
    return [row for row in waiting if row.id != request.id][:SHOWN], orders[:SHOWN]


def open_requests_on(session: Session, equipment_id: int, *, by: Actor) -> Sequence[Any]:
    """Of a piece: those without an answer, and those whose order is not done."""
    statement = rows_statement().where(
        seen_by(by),
        WorkRequest.equipment_id == equipment_id,
        (WorkRequest.state == "new") | WorkOrder.is_open,
    )
    return session.execute(statement.order_by(WorkRequest.id.desc()).limit(SHOWN)).all()


def requests_of_order(session: Session, order_id: int, *, by: Actor) -> Sequence[Any]:
    """What an order was made for, duplicates too, with the answers of those who asked."""
    statement = rows_statement().add_columns(WorkRequest.feedback_text, WorkRequest.feedback_at)
    wanted = statement.where(WorkOrder.id == order_id, seen_by(by))
    return session.execute(wanted.order_by(WorkRequest.id).limit(SHOWN)).all()


def follow_up_of(session: Session, request_id: int) -> int | None:
    wanted = select(WorkRequest.id).where(WorkRequest.follow_up_of_id == request_id)
    return session.scalar(wanted.order_by(WorkRequest.id).limit(1))
