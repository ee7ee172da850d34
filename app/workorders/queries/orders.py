"""One order, and what belongs to it."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session, joinedload

from app.core.errors import NotFound
from app.core.i18n import N_
from app.core.security import Actor, Permission, Role, require
from app.equipment.models import Equipment
from app.journal.models import File
from app.ledger.models import Occurrence
from app.people.models import Person, User
from app.places.models import Site
from app.workorders.models import Comment, Resolution, WorkOrder, WorkOrderEvent, WorkOrderFile
from app.workorders.queries.lists import rows_statement
from app.workorders.rules.states import DONE, State, order_number
from app.workorders.schemas import ResolutionView, WorkOrderView

REPORTED = (*DONE, State.MISSED)
PIECES = select(Equipment.id, Equipment.tag, Equipment.name, Equipment.site_id, Site.time_zone).join(
    Site, Site.id == Equipment.site_id
)


def get_order(session: Session, order_id: int, *, by: Actor) -> WorkOrder:
    """An order with its item, place, plan and people."""
    require(by, Permission.READ)
    order = session.scalar(
        select(WorkOrder)
        .where(WorkOrder.id == order_id)
        .options(
            joinedload(WorkOrder.equipment).joinedload(Equipment.location),
            joinedload(WorkOrder.equipment).joinedload(Equipment.model),
            joinedload(WorkOrder.location),
            joinedload(WorkOrder.site),
            joinedload(WorkOrder.plan),
            joinedload(WorkOrder.occurrence),
            joinedload(WorkOrder.team),
            joinedload(WorkOrder.assignee),
            joinedload(WorkOrder.supplier),
        )
    )
    return seen(order, by)


def get_order_view(session: Session, order_id: int, *, by: Actor) -> WorkOrderView:
    """An order with its report, and nothing beside it: what a program reads."""
    return view_of(session, get_plain_order(session, order_id, by=by))


def get_plain_order(session: Session, order_id: int, *, by: Actor) -> WorkOrder:
    """The order alone, for who needs no names around it: a third of the cost."""
    require(by, Permission.READ)
    return seen(session.get(WorkOrder, order_id), by)


def lock_order(session: Session, order_id: int, *, by: Actor) -> WorkOrder:
    """The order as it stands now, for a change. Its target is locked before (S16)."""
    order = session.scalar(
        select(WorkOrder).where(WorkOrder.id == order_id).with_for_update().execution_options(populate_existing=True)
    )
    return seen(order, by)


def seen(order: WorkOrder | None, by: Actor) -> WorkOrder:
    if order is None or not by.sees_site(order.site_id):
        raise NotFound("not_found", N_("This work order does not exist, or you have no access to it."))
    return order


def current_resolution(session: Session, order_id: int) -> Resolution | None:
    return session.scalar(select(Resolution).where(Resolution.order_id == order_id, Resolution.is_current))


def view_of(session: Session, order: WorkOrder) -> WorkOrderView:
    view = WorkOrderView.model_validate(order)
    found = current_resolution(session, order.id) if order.state in REPORTED else None
    return view.model_copy(update={"resolution": ResolutionView.model_validate(found) if found else None})


def events_of(session: Session, order_id: int) -> Sequence[WorkOrderEvent]:
    """The history, the newest first."""
    return session.scalars(
        select(WorkOrderEvent).where(WorkOrderEvent.order_id == order_id).order_by(WorkOrderEvent.id.desc())
    ).all()


def comments_of(session: Session, order_id: int) -> Sequence[Comment]:
    return session.scalars(select(Comment).where(Comment.order_id == order_id).order_by(Comment.id)).all()


def files_of(session: Session, order_id: int) -> Sequence[File]:
    return session.scalars(
        select(File).join(WorkOrderFile).where(WorkOrderFile.order_id == order_id).order_by(File.id)
    ).all()


def has_photo(session: Session, order_id: int) -> bool:
    photo = (
        select(File.id)
        .join(WorkOrderFile)
        .where(WorkOrderFile.order_id == order_id, File.media_type.startswith("image/"))
    )
    return session.scalar(photo.limit(1)) is not None


def get_order_file(session: Session, order_id: int, file_id: int, *, by: Actor) -> File:
    """A file, by way of the order that it hangs on: its own id opens nothing."""
    get_plain_order(session, order_id, by=by)
    attached = select(WorkOrderFile.file_id).where(WorkOrderFile.order_id == order_id)
    signed = select(Resolution.signature_file_id).where(Resolution.order_id == order_id)
    file = session.scalar(select(File).where(File.id == file_id, or_(File.id.in_(attached), File.id.in_(signed))))
    if file is None:
        raise NotFound("not_found", N_("This file does not exist."))
    return file


def previous_orders(session: Session, order: WorkOrder, *, by: Actor, limit: int = 3) -> Sequence[Any]:
    """The last interventions on the same item, with what was found; where it stood before, only as far as seen."""
    same = (
        WorkOrder.equipment_id == order.equipment_id
        if order.equipment_id is not None
        else WorkOrder.location_id == order.location_id
    )
    statement = (
        rows_statement()
        .add_columns(Resolution.kind.label("resolution"), Resolution.finding, Resolution.done_on, Resolution.observed)
        .join(Resolution, (Resolution.order_id == WorkOrder.id) & Resolution.is_current)
        .where(same, WorkOrder.id != order.id, WorkOrder.state.in_(DONE))
        .order_by(WorkOrder.id.desc())
        .limit(limit)
    )
    if by.site_ids is not None:
        statement = statement.where(WorkOrder.site_id.in_(by.site_ids))
    return session.execute(statement).all()


def interventions_on(session: Session, equipment_id: int, *, by: Actor, limit: int) -> Sequence[Any]:
    """What was done on a piece, or should have been, the newest first; one row more than `limit` where there is."""
    require(by, Permission.READ)
    statement = (
        rows_statement()
        .add_columns(
            WorkOrder.ended_reason,
            Resolution.kind.label("resolution"),
            Resolution.finding,
            Resolution.restoration,
            Resolution.observed,
            Resolution.minutes_spent,
            func.coalesce(Resolution.done_on, WorkOrder.due_on).label("done_on"),
        )
        .outerjoin(Resolution, (Resolution.order_id == WorkOrder.id) & Resolution.is_current)
        .where(WorkOrder.equipment_id == equipment_id, WorkOrder.is_open.is_(False))
        .order_by(WorkOrder.id.desc())
        .limit(limit + 1)
    )
    if by.site_ids is not None:
        statement = statement.where(WorkOrder.site_id.in_(by.site_ids))
    return session.execute(statement).all()


def colleagues(session: Session, *, by: Actor, limit: int = 200) -> Sequence[Any]:
    """Who can be given an order: people who sign in and work on them."""
    require(by, Permission.WORK)
    return session.execute(
        select(Person.id, Person.name)
        .join(User, User.person_id == Person.id)
        .where(User.is_active, User.role != Role.REQUESTER.value, Person.archived_at.is_(None))
        .order_by(Person.name, Person.id)
        .limit(limit)
    ).all()


def cycle_orders(session: Session, target_id: int) -> dict[str, str]:
    """The numbers of a target's latest orders, by the key of the cycle that they were made for."""
    rows = session.execute(
        select(Occurrence.cycle_key, WorkOrder.id)
        .join(WorkOrder, WorkOrder.occurrence_id == Occurrence.id)
        .where(Occurrence.target_id == target_id)
        .order_by(WorkOrder.id.desc())
        .limit(50)
    )
    return {key: order_number(order_id) for key, order_id in reversed(rows.all())}


def find_piece(session: Session, equipment_id: int, *, by: Actor) -> Any:
    """Tag, name and site of a piece that an order is to be made for; None where there is none to see."""
    found = session.execute(PIECES.where(Equipment.id == equipment_id)).first()
    return found if found is not None and by.sees_site(found.site_id) else None


def find_piece_by_tag(session: Session, tag: str, *, by: Actor) -> Any:
    """However the tag's letters are written; by the index first, since to look through all tags takes long."""
    said = tag.strip()
    wanted = PIECES.where(Equipment.archived_at.is_(None))
    if by.site_ids is not None:
        wanted = wanted.where(Equipment.site_id.in_(by.site_ids))
    for alike in (Equipment.tag == said, Equipment.tag == said.upper(), func.lower(Equipment.tag) == said.lower()):
        if (found := session.execute(wanted.where(alike).limit(1)).first()) is not None:
            return found
    return None
