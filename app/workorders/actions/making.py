"""An order made by hand, and edited."""

from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, insert, select
from sqlalchemy.orm import Session

from app.core.clock import today
from app.core.db import table_of
from app.core.errors import InvalidInput
from app.core.i18n import N_
from app.core.security import Actor, Permission, require
from app.equipment.models import Equipment
from app.ledger.actions.moving import put_on
from app.ledger.models import Occurrence
from app.people.models import Person, Team
from app.places.models import Location, Site
from app.procedures.queries.versions import estimate_of, usable_version_id
from app.workorders.actions.life import open_for_work
from app.workorders.actions.telling import tell
from app.workorders.models import WorkOrder
from app.workorders.queries.orders import seen
from app.workorders.schemas import ItemInput, WorkOrderInput, WorkOrderView

NEVER_EMPTY = ("title", "priority")
# Put together once: they are asked for each order that is made.
NEW_ORDER = insert(table_of(WorkOrder)).returning(table_of(WorkOrder))
SITE_OF_PIECE, SITE_OF_PLACE = (
    select(table.c.site_id).where(table.c.id == bindparam("item_id"), table.c.archived_at.is_(None))
    for table in (table_of(Equipment), table_of(Location))
)


def create_work_order(
    session: Session, data: WorkOrderInput, *, origin: str | None = None, by: Actor, now: datetime
) -> WorkOrderView:
    """Made as a row, and answered as it is read: what makes orders all day long needs no object of the session.

    `origin`: what it follows from, such as a request; null: it is made by hand, or follows another order.
    """
    site_id = site_of(session, data, by=by)
    require(by, Permission.WORK, site_id=site_id)
    values = data.model_dump(exclude={"procedure_id"})
    check_people(session, values)
    if data.procedure_id is not None:
        values["procedure_version_id"] = usable_version_id(session, data.procedure_id)
        if data.estimate_minutes is None:
            values["estimate_minutes"] = estimate_of(session, values["procedure_version_id"])
    if data.parent_id is not None:
        seen(session.get(WorkOrder, data.parent_id), by)
    made = {
        "site_id": site_id,
        "origin": origin or ("follow_up" if data.parent_id else "manual"),
        "state": "ready",
        "created_at": now,
        "created_by": by.user_id,
        "released_at": now,
    }
    order: Any = session.execute(NEW_ORDER, values | made).one()
    tell(session, order, "created", by=by, now=now, to_state="ready")
    return WorkOrderView.model_validate(order)


def edit_work_order(
    session: Session, order_id: int, values: dict[str, Any], *, version: int | None = None, by: Actor, now: datetime
) -> WorkOrder:
    """Set the given fields (of `WorkOrderPatch`): hand over, postpone, re-rank. An ended order stays as it is."""
    order = open_for_work(session, order_id, version=version, by=by)
    for name in NEVER_EMPTY:
        if name in values and values[name] is None:
            raise InvalidInput.at(name, "required", N_("This is needed."))
    check_people(session, values)
    changes = {
        name: [_plain(getattr(order, name)), _plain(value)]
        for name, value in values.items()
        if getattr(order, name) != value
    }
    if changes:
        for name in changes:
            setattr(order, name, values[name])
        if "scheduled_start_at" in changes and order.occurrence_id is not None:
            _put_on(session, order, by=by, now=now)
        order.version += 1
        session.flush()
        tell(session, order, "changed", by=by, now=now, changes=changes)
    return order


def _put_on(session: Session, order: WorkOrder, *, by: Actor, now: datetime) -> None:
    """S30: the ledger knows the day for which an order is planned; without one, its due date holds again."""
    row, starts_at = session.get_one(Occurrence, order.occurrence_id), order.scheduled_start_at
    zone = session.get_one(Site, order.site_id).time_zone
    put_on(row, None if starts_at is None else today(starts_at, zone), "", by=by, now=now)


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value


def site_of(session: Session, item: ItemInput, *, by: Actor) -> int:
    """The site of the item, which must be one that the actor sees."""
    statement, pointer = (SITE_OF_PIECE, "equipment_id") if item.equipment_id else (SITE_OF_PLACE, "location_id")
    site_id: int | None = session.scalar(statement, {"item_id": getattr(item, pointer)})
    if site_id is None or not by.sees_site(site_id):
        raise InvalidInput.at(pointer, "unknown_item", N_("This equipment or place does not exist."))
    return site_id


def check_people(session: Session, values: dict[str, Any]) -> None:
    if values.get("assignee_id") is not None and session.get(Person, values["assignee_id"]) is None:
        raise InvalidInput.at("assignee_id", "unknown_person", N_("This person does not exist."))
    if values.get("team_id") is not None and session.get(Team, values["team_id"]) is None:
        raise InvalidInput.at("team_id", "unknown_team", N_("This team does not exist."))
