"""S39: targets end, and the open orders that they leave behind say so."""

from collections.abc import Sequence
from datetime import datetime
from itertools import islice

from sqlalchemy import insert, literal, select
from sqlalchemy.orm import Session

from app.core.i18n import N_
from app.engine.actions.orders import BY
from app.engine.actions.resting import record_rest
from app.enrolment.actions.targets import end_targets
from app.workorders.models import WorkOrder, WorkOrderEvent

BATCH = 500
NOTE = N_("The plan no longer covers this item.")


def leave(session: Session, target_ids: Sequence[int], reason: str, *, now: datetime) -> None:
    """Whoever calls has settled them up to today (S36b); of those that rest, what they missed is recorded here."""
    record_rest(session, target_ids, now=now)
    end_targets(session, target_ids, reason, now=now)
    ids = iter(target_ids)
    while batch := list(islice(ids, BATCH)):
        values = {
            "order_id": WorkOrder.id,
            "at": literal(now, WorkOrder.created_at.type),
            "user_name": literal(BY),
            "kind": literal("left"),
            "reason": literal(NOTE),
        }
        left = select(*values.values()).where(WorkOrder.target_id.in_(batch), WorkOrder.is_open).order_by(WorkOrder.id)
        session.execute(insert(WorkOrderEvent).from_select(list(values), left))
