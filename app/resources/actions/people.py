"""Who works on an order: helpers beside the assignee, and who it is handed to."""

from datetime import datetime

from sqlalchemy import delete
from sqlalchemy.orm import Session

from app.core.errors import InvalidInput
from app.core.i18n import N_
from app.core.security import Actor
from app.equipment.models import Supplier
from app.people.models import Person, Team
from app.resources.actions.timing import end_timers
from app.resources.schemas import HandOverInput, HelperInput
from app.workorders.actions.life import hold_work_order, open_for_work
from app.workorders.actions.making import check_people
from app.workorders.actions.telling import tell
from app.workorders.models import WorkOrder, WorkOrderPerson
from app.workorders.rules.states import State
from app.workorders.schemas import HoldInput


def add_helper(session: Session, order_id: int, data: HelperInput, *, by: Actor, now: datetime) -> WorkOrder:
    order = open_for_work(session, order_id, version=None, by=by)
    check_people(session, {"assignee_id": data.person_id})
    if data.person_id == order.assignee_id:
        raise InvalidInput.at("person_id", "is_assignee", N_("This person has the order already."))
    if session.get(WorkOrderPerson, (order.id, data.person_id)) is None:
        session.add(WorkOrderPerson(order_id=order.id, person_id=data.person_id, added_at=now))
        session.flush()
        name = session.get_one(Person, data.person_id).name
        tell(session, order, "helper_added", by=by, now=now, changes={"helper": [None, name]})
    return order


def remove_helper(session: Session, order_id: int, person_id: int, *, by: Actor, now: datetime) -> WorkOrder:
    """Their time stays."""
    order = open_for_work(session, order_id, version=None, by=by)
    helper = session.get(WorkOrderPerson, (order.id, person_id))
    if helper is not None:
        end_timers(session, order, now=now, person_id=person_id)
        session.delete(helper)
        session.flush()
        name = session.get_one(Person, person_id).name
        tell(session, order, "helper_removed", by=by, now=now, changes={"helper": [name, None]})
    return order


def hand_over(
    session: Session, order_id: int, data: HandOverInput, *, version: int | None = None, by: Actor, now: datetime
) -> WorkOrder:
    """To somebody else: their timers end, the note stands in the history. A supplier who has it is waited for."""
    order = open_for_work(session, order_id, version=version, by=by)
    _check(session, data)
    before = _holders(session, order)
    end_timers(session, order, now=now)
    order.assignee_id, order.supplier_id = data.assignee_id, data.supplier_id
    order.team_id = data.team_id or order.team_id
    helping = WorkOrderPerson.order_id == order.id, WorkOrderPerson.person_id == data.assignee_id
    session.execute(delete(WorkOrderPerson).where(*helping))  # whoever has it helps nobody
    order.version += 1
    session.flush()
    changes = {name: [before[name], after] for name, after in _holders(session, order).items() if before[name] != after}
    tell(session, order, "handed_over", by=by, now=now, reason=data.note, changes=changes)
    if data.supplier_id is not None and State(order.state) is State.IN_PROGRESS:
        hold_work_order(session, order.id, HoldInput(reason="vendor", note=data.note), by=by, now=now)
    return order


def _check(session: Session, data: HandOverInput) -> None:
    check_people(session, {"assignee_id": data.assignee_id, "team_id": data.team_id})
    if data.supplier_id is not None and session.get(Supplier, data.supplier_id) is None:
        raise InvalidInput.at("supplier_id", "unknown_supplier", N_("This supplier does not exist."))


def _holders(session: Session, order: WorkOrder) -> dict[str, str | None]:
    """By name: the history is read by people."""
    kinds = {"assignee": (Person, order.assignee_id), "team": (Team, order.team_id)}
    found = {name: session.get(model, key).name if key else None for name, (model, key) in kinds.items()}  # type: ignore[union-attr]
    supplier = session.get(Supplier, order.supplier_id) if order.supplier_id else None
    return found | {"supplier": supplier.name if supplier else None}
