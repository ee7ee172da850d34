"""Orders by the cycle that they were made for, and a cycle's story with its orders named (S44)."""

from collections.abc import Collection

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.core.security import Actor
from app.plans.models import Occurrence
from app.plans.queries.explaining import explain_occurrence
from app.plans.queries.occurrences import get_occurrence_view
from app.plans.schemas import Explanation, OccurrenceView
from app.workorders.models import WorkOrder
from app.workorders.rules.states import order_number


def orders_of_rows(session: Session, rows: Collection[OccurrenceView]) -> dict[tuple[int, str], int]:
    """By target and cycle key, the order of each row and of the cycle that it names as its reason.

    The last one made is the current one: an order may be cancelled and made anew on the same row (S36).
    """
    keys = {key for row in rows for key in (row.cycle_key, row.because_key) if key}
    found = session.execute(
        select(Occurrence.target_id, Occurrence.cycle_key, WorkOrder.id)
        .join(WorkOrder, WorkOrder.occurrence_id == Occurrence.id)
        .where(Occurrence.target_id.in_({row.target_id for row in rows}), Occurrence.cycle_key.in_(keys))
        .order_by(WorkOrder.id)
    )
    return {(row[0], row[1]): row[2] for row in found}


def explain_cycle(session: Session, occurrence_id: int, *, by: Actor) -> Explanation:
    row = get_occurrence_view(session, occurrence_id, by=by)
    orders = {key: order_number(order_id) for (_, key), order_id in orders_of_rows(session, [row]).items()}
    return explain_occurrence(session, occurrence_id, orders, by=by)


def count_not_started(session: Session, plan_id: int) -> int:
    """Open orders of a plan that nobody has started."""
    waiting = select(func.count()).where(WorkOrder.plan_id == plan_id, WorkOrder.state.in_(("planned", "ready")))
    return session.scalar(waiting) or 0
