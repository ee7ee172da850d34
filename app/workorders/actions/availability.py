"""A piece's status follows the orders that take it down: in maintenance while one is under way."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.security import Actor
from app.equipment.actions.availability import lock_piece, open_downtime, set_status
from app.equipment.rules.availability import TAKES_DOWN, status_when_begun, status_when_ended
from app.workorders.models import WorkOrder
from app.workorders.rules.states import State

UNDER_WAY = (State.IN_PROGRESS.value, State.ON_HOLD.value)


def follow_begun_work(session: Session, order: WorkOrder, *, by: Actor, now: datetime) -> None:
    if order.equipment_id is None or order.kind not in TAKES_DOWN:
        return
    piece = lock_piece(session, order.equipment_id)
    set_status(session, piece, status_when_begun(piece.status, order.kind), by=by, now=now)


def follow_ended_work(session: Session, order: WorkOrder, *, lifts: bool = False, by: Actor, now: datetime) -> None:
    """`lifts`: what was done put the piece back into service; otherwise maintenance alone ends."""
    if order.equipment_id is None:
        return
    piece = lock_piece(session, order.equipment_id)
    others = select(WorkOrder.id).where(
        WorkOrder.equipment_id == order.equipment_id,
        WorkOrder.id != order.id,
        WorkOrder.is_open,
        WorkOrder.state.in_(UNDER_WAY),
        WorkOrder.kind.in_(TAKES_DOWN),
    )
    failure = open_downtime(session, order.equipment_id)
    status = status_when_ended(
        piece.status,
        is_down=failure is not None,
        is_worked_on=session.scalar(others.limit(1)) is not None,
        lifts=lifts,
    )
    set_status(session, piece, status, by=by, now=now)
