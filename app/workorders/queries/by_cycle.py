"""Orders by the cycle that they were made for, and a cycle's story with its orders named (S44)."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import and_, exists, func, select
from sqlalchemy.orm import Session

from app.core.errors import NotFound
from app.core.i18n import N_, gettext
from app.core.security import Actor
from app.ledger.models import Occurrence
from app.ledger.queries.explaining import explain_occurrence
from app.ledger.queries.occurrences import get_occurrence_view
from app.ledger.schemas import Explanation, OccurrenceView
from app.plans.models import MaintenancePlan, PlanTarget, PlanVersion
from app.workorders.models import WorkOrder
from app.workorders.queries.orders import get_plain_order
from app.workorders.rules.states import order_id_of, order_number


def orders_of_rows(session: Session, rows: Collection[OccurrenceView]) -> dict[tuple[int, str], int]:
    """By target and cycle key, the order of each row and of the cycle that it names as its reason.

    The last one made is the current one: an order may be cancelled and made anew on the same row (S36).
    """
    if not rows:
        return {}
    keys = {key for row in rows for key in (row.cycle_key, row.because_key) if key}
    targets = {target_id for row in rows for target_id in (row.target_id, row.because_target_id) if target_id}
    found = session.execute(
        select(Occurrence.target_id, Occurrence.cycle_key, WorkOrder.id)
        .join(WorkOrder, WorkOrder.occurrence_id == Occurrence.id)
        .where(Occurrence.target_id.in_(targets), Occurrence.cycle_key.in_(keys))
        .order_by(WorkOrder.id)
    )
    return {(row[0], row[1]): row[2] for row in found}


def explain_cycle(session: Session, occurrence_id: int, *, by: Actor) -> Explanation:
    row = get_occurrence_view(session, occurrence_id, by=by)
    return explain_occurrence(session, occurrence_id, order_names(orders_of_rows(session, [row]), row.target_id), by=by)


def order_names(orders: Mapping[tuple[int, str], int], target_id: int) -> dict[str, str]:
    """Order numbers by the key of their cycle; of another target's, by target and key (S24)."""
    return {key if of == target_id else f"{of}/{key}": order_number(order_id) for (of, key), order_id in orders.items()}


def explain_order(session: Session, number: str, *, by: Actor) -> Explanation:
    """Of OT-000123: the cycle that it was made for, or who asked for it otherwise."""
    order_id = order_id_of(number)
    if order_id is None:
        raise NotFound("no_order", N_("There is no order %(number)s."), number=number)
    order = get_plain_order(session, order_id, by=by)
    if order.occurrence_id is not None:
        return explain_cycle(session, order.occurrence_id, by=by)
    said = gettext("It was made by hand, for no date of a plan.")
    if order.parent_id is not None:
        said = gettext("It follows %(order)s.") % {"order": order_number(order.parent_id)}
    return Explanation(cycle_key=None, due_on=order.due_on, fate=None, trace=[], sentences=[said])


def count_not_started(session: Session, plan_id: int) -> int:
    """Open orders of a plan that nobody has started."""
    waiting = select(func.count()).where(WorkOrder.plan_id == plan_id, WorkOrder.state.in_(("planned", "ready")))
    return session.scalar(waiting) or 0


def target_of(session: Session, kind: str, *, equipment_id: int | None, location_id: int | None) -> int | None:
    """The one active plan of this kind on the item; where there are several, work counts for none by itself."""
    item = PlanTarget.equipment_id == equipment_id if equipment_id else PlanTarget.location_id == location_id
    found = session.scalars(
        select(PlanTarget.id)
        .join(MaintenancePlan, MaintenancePlan.id == PlanTarget.plan_id)
        .where(item, PlanTarget.state == "active", MaintenancePlan.kind == kind)
        .limit(2)
    ).all()
    return found[0] if len(found) == 1 else None


def offered_due_on(session: Session, order: WorkOrder) -> date | None:
    """S9: "count it for 1 October?": the next date of the plan that a piece of work was done beside."""
    if order.occurrence_id is not None or order.done_on is None:
        return None
    target_id = target_of(session, order.kind, equipment_id=order.equipment_id, location_id=order.location_id)
    if target_id is None:
        return None
    mode = PlanVersion.schedule["mode"].as_string()
    return session.scalar(
        select(PlanTarget.next_due_on)
        .join(MaintenancePlan, MaintenancePlan.id == PlanTarget.plan_id)
        .join(
            PlanVersion,
            and_(PlanVersion.plan_id == MaintenancePlan.id, PlanVersion.number == MaintenancePlan.current_number),
        )
        .where(
            PlanTarget.id == target_id,
            func.coalesce(mode, "fixed") == "fixed",
            PlanTarget.next_due_on > order.done_on,
            ~exists().where(WorkOrder.target_id == target_id, WorkOrder.is_open),
        )
    )


def open_of_target(session: Session, target_id: int) -> Sequence[Any]:
    """Its open orders that were made for a date: number, state, cycle, due date, and the day that a person chose."""
    columns = Occurrence.cycle_key, Occurrence.due_on, Occurrence.scheduled_on
    return session.execute(
        select(WorkOrder.id, WorkOrder.state, *columns)
        .join(Occurrence, Occurrence.id == WorkOrder.occurrence_id)
        .where(WorkOrder.target_id == target_id, WorkOrder.is_open)
        .order_by(Occurrence.raw_due_on)
    ).all()
