"""Lists of requests: whoever works sees those of their sites, everybody else their own."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal, cast

from sqlalchemy import ColumnElement, Select, case, func, literal_column, select, true
from sqlalchemy.orm import Session, aliased

from app.core.db import Order, one_page
from app.core.security import Actor, Permission
from app.equipment.models import Equipment
from app.people.queries import matches
from app.places.models import Location, Site
from app.requests.models import WorkRequest
from app.requests.rules import BY_ORDER, UNDER_WAY, URGENCY_RANK, Status, request_id_of, request_number
from app.requests.schemas import RequestRow
from app.workorders.models import WorkOrder

Sort = Literal["urgency", "-urgency", "id", "-id"]
Original = aliased(WorkRequest)
URGENCY = case({name.value: rank for name, rank in URGENCY_RANK.items()}, value=WorkRequest.urgency)
REQUEST_ORDERS = {
    "urgency": Order((URGENCY, WorkRequest.id), lambda row: (URGENCY_RANK[row.urgency], row.id)),
    "id": Order((WorkRequest.id,), lambda row: (row.id,)),
}
# `status_of`, said to the database.
STATUS = case(
    {state: status.value for state, status in BY_ORDER.items()},
    value=WorkOrder.state,
    else_=func.coalesce(Original.state, WorkRequest.state),
)
# As it is written in the index of what waits for an answer.
IS_NEW = WorkRequest.state == literal_column("'new'")


@dataclass(frozen=True, slots=True)
class RequestFilter:
    """What a list is narrowed to; None asks for nothing. `status` "open": accepted, and not done yet."""

    q: str | None = None
    state: str | None = None
    status: str | None = None
    feedback: str | None = None
    urgency: str | None = None
    channel: str | None = None
    site_id: int | None = None
    equipment_id: int | None = None
    location_id: int | None = None
    order_id: int | None = None


SAME = ("feedback", "urgency", "channel", "site_id", "equipment_id", "location_id")


def rows_statement() -> Select[Any]:
    """A request's line; a duplicate shows how far its original is."""
    columns: tuple[Any, ...] = (
        WorkRequest.id,
        WorkRequest.state,
        STATUS.label("status"),
        WorkRequest.channel,
        WorkRequest.urgency,
        WorkRequest.text,
        WorkRequest.contact_name,
        WorkRequest.equipment_id,
        WorkRequest.location_id,
        Equipment.tag,
        Equipment.name.label("item"),
        Location.path.label("place"),
        WorkRequest.site_id,
        Site.name.label("site"),
        WorkRequest.duplicate_of_id,
        WorkOrder.id.label("order_id"),
        WorkRequest.feedback,
        WorkRequest.created_at,
        WorkRequest.version,
    )
    return (
        select(*columns)
        .join(Site, Site.id == WorkRequest.site_id)
        .outerjoin(Equipment, Equipment.id == WorkRequest.equipment_id)
        .outerjoin(Location, Location.id == func.coalesce(WorkRequest.location_id, Equipment.location_id))
        .outerjoin(Original, Original.id == WorkRequest.duplicate_of_id)
        .outerjoin(WorkOrder, WorkOrder.id == func.coalesce(WorkRequest.order_id, Original.order_id))
    )


def seen_by(by: Actor) -> ColumnElement[bool]:
    if not by.has(Permission.READ):
        return WorkRequest.person_id == (by.person_id or 0)
    return true() if by.site_ids is None else WorkRequest.site_id.in_(by.site_ids)


def narrowed(wanted: RequestFilter) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = [
        getattr(WorkRequest, name) == value for name in SAME if (value := getattr(wanted, name)) is not None
    ]
    if wanted.order_id is not None:
        found.append(WorkOrder.id == wanted.order_id)
    if wanted.state is not None:
        found.append(IS_NEW if wanted.state == "new" else WorkRequest.state == wanted.state)
    if wanted.status is not None:
        found.append(has_status(wanted.status))
    if wanted.q:
        words = matches(wanted.q, WorkRequest.search_text, func.lower(Equipment.tag), Equipment.sort_name)
        number = request_id_of(wanted.q)
        found.append(words if number is None else words | (WorkRequest.id == number))
    return found


def has_status(status: str) -> ColumnElement[bool]:
    if status in (Status.NEW, Status.REJECTED):
        return func.coalesce(Original.state, WorkRequest.state) == status
    wanted = UNDER_WAY if status == "open" else (Status(status),)
    return WorkOrder.state.in_([state for state, means in BY_ORDER.items() if means in wanted])


def request_rows(
    session: Session,
    wanted: RequestFilter,
    *,
    by: Actor,
    limit: int,
    sort: str = "urgency",
    after: Sequence[Any] | None = None,
) -> Sequence[Any]:
    """A page of requests, one row more than `limit` where there is more."""
    statement = rows_statement().where(seen_by(by), *narrowed(wanted))
    return session.execute(one_page(statement, REQUEST_ORDERS, sort, after=after, limit=limit)).all()


def own_requests(session: Session, *, by: Actor, limit: int) -> Sequence[Any]:
    """The actor's own, the newest first, whatever else they see."""
    wanted = rows_statement().where(WorkRequest.person_id == (by.person_id or 0))
    return session.execute(wanted.order_by(WorkRequest.id.desc()).limit(limit)).all()


def lines_of(rows: Sequence[Any]) -> list[RequestRow]:
    """As REST tells them."""
    return [cast("RequestRow", dict(row._mapping) | {"number": request_number(row.id)}) for row in rows]  # noqa: SLF001 - its public name


def count_new(session: Session, *, by: Actor) -> int:
    """What waits for an answer."""
    statement = select(func.count()).select_from(WorkRequest).where(IS_NEW, seen_by(by))
    return session.scalar(statement) or 0
