"""An order made by hand, and edited."""

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.errors import Conflict, InvalidInput
from app.core.i18n import N_
from app.core.security import Actor, Permission, require
from app.equipment.models import Equipment
from app.people.models import Person, Team
from app.places.models import Location
from app.workorders.actions.life import open_for_change
from app.workorders.actions.telling import tell
from app.workorders.models import WorkOrder
from app.workorders.queries.orders import seen
from app.workorders.rules.states import OPEN, State
from app.workorders.schemas import ItemInput, WorkOrderInput

NEVER_EMPTY = ("title", "priority")


def create_work_order(session: Session, data: WorkOrderInput, *, by: Actor, now: datetime) -> WorkOrder:
    site_id = site_of(session, data, by=by)
    require(by, Permission.WORK, site_id=site_id)
    check_people(session, data.model_dump())
    if data.parent_id is not None:
        seen(session.get(WorkOrder, data.parent_id), by)
    order = WorkOrder(
        **data.model_dump(),
        site_id=site_id,
        origin="follow_up" if data.parent_id else "manual",
        state="ready",
        created_at=now,
        created_by=by.user_id,
        released_at=now,
    )
    session.add(order)
    session.flush()
    tell(session, order, "created", by=by, now=now, to_state="ready")
    return order


def edit_work_order(
    session: Session, order_id: int, values: dict[str, Any], *, version: int | None = None, by: Actor, now: datetime
) -> WorkOrder:
    """Set the given fields (of `WorkOrderPatch`): hand over, postpone, re-rank. An ended order stays as it is."""
    order = open_for_change(session, order_id, version=version, by=by)
    require(by, Permission.WORK, site_id=order.site_id)
    if State(order.state) not in OPEN:
        raise Conflict("ended", N_("This order has ended. Reopen it to change it."))
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
        order.version += 1
        session.flush()
        tell(session, order, "changed", by=by, now=now, changes=changes)
    return order


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value


def site_of(session: Session, item: ItemInput, *, by: Actor) -> int:
    """The site of the item, which must be one that the actor sees."""
    table, row_id = (Equipment, item.equipment_id) if item.equipment_id else (Location, item.location_id)
    site_id = session.scalar(select(table.site_id).where(table.id == row_id, table.archived_at.is_(None)))
    if site_id is None or not by.sees_site(site_id):
        pointer = "equipment_id" if item.equipment_id else "location_id"
        raise InvalidInput.at(pointer, "unknown_item", N_("This equipment or place does not exist."))
    return site_id


def check_people(session: Session, values: dict[str, Any]) -> None:
    if values.get("assignee_id") is not None and session.get(Person, values["assignee_id"]) is None:
        raise InvalidInput.at("assignee_id", "unknown_person", N_("This person does not exist."))
    if values.get("team_id") is not None and session.get(Team, values["team_id"]) is None:
        raise InvalidInput.at("team_id", "unknown_team", N_("This team does not exist."))
