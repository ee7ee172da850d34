"""What a plan's family makes of a date that is wanted now (S24, S35)."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.errors import Conflict
from app.core.i18n import N_
from app.engine.actions.batch import judge
from app.engine.actions.settling import settle_targets
from app.ledger.models import Occurrence
from app.ledger.queries.facts import Schedules
from app.plans.models import PlanTarget
from app.workorders.models import WorkOrder
from app.workorders.rules.states import order_number


def refuse_held(session: Session, target: PlanTarget) -> None:
    """The work of its last cycle is part of an order of a plan of higher rank that is still open."""
    if target.family_id is None:
        return
    own = (Occurrence.target_id == target.id, Occurrence.fate.in_(("generated", "merged")))
    rows = select(Occurrence).where(*own, Occurrence.reason.is_distinct_from("same_day"))
    last = session.scalars(rows.order_by(Occurrence.raw_due_on.desc(), Occurrence.id.desc()).limit(1)).first()
    order = None if last is None else _order_above(session, last)
    if order is not None and order.is_open:
        said = N_("%(order)s is open and holds this work: do that one, or move it.")
        raise Conflict("order_open", said, order=order_number(order.id))


def merged_now(session: Session, target: PlanTarget, key: str, *, now: datetime) -> tuple[Occurrence, WorkOrder] | None:
    """The order of a plan of higher rank that the cycle, wanted today, becomes part of; made now where it is near.

    None where there is none such: then the cycle gets its own.
    """
    if target.family_id is None:
        return None
    judged = judge(session, [target.id], schedules=Schedules(), now=now).decided
    rows = next((item.decision.rows for item in judged if item.state.id == target.id), ())
    if not any(row.cycle.key == key and row.verdict.of is not None for row in rows):
        return None
    target.wake_at = now
    session.flush()
    settle_targets(session, [target.id], now=now)
    own = select(Occurrence).where(Occurrence.target_id == target.id, Occurrence.cycle_key == key)
    occurrence = session.scalars(own, execution_options={"populate_existing": True}).one()
    order = _order_above(session, occurrence)
    return None if order is None else (occurrence, order)


def _order_above(session: Session, row: Occurrence) -> WorkOrder | None:
    """The last order of the cycle that took this one in."""
    if row.because_target_id is None:
        return None
    orders = select(WorkOrder).join(Occurrence, Occurrence.id == WorkOrder.occurrence_id)
    named = Occurrence.target_id == row.because_target_id, Occurrence.cycle_key == row.because_key
    return session.scalars(orders.where(*named).order_by(WorkOrder.id.desc()).limit(1)).first()
