"""Start, wait, go on: the order moves, and with it the timer of whoever works."""

from datetime import datetime

from sqlalchemy.orm import Session

from app.core.security import Actor
from app.resources.actions.opening import begin
from app.resources.actions.timing import end_timers, start_own_timer
from app.workorders.actions import life
from app.workorders.models import WorkOrder
from app.workorders.schemas import HoldInput


def start_work_order(
    session: Session, order_id: int, *, version: int | None = None, by: Actor, now: datetime
) -> WorkOrder:
    order = life.open_for_change(session, order_id, version=version, by=by)
    begin(session, order, by=by, now=now)
    return order


def hold_work_order(
    session: Session, order_id: int, data: HoldInput, *, version: int | None = None, by: Actor, now: datetime
) -> WorkOrder:
    """Nobody works on what waits."""
    order = life.hold_work_order(session, order_id, data, version=version, by=by, now=now)
    end_timers(session, order, now=now)
    return order


def resume_work_order(
    session: Session, order_id: int, *, version: int | None = None, by: Actor, now: datetime
) -> WorkOrder:
    """The timer of whoever takes it up again runs."""
    order = life.resume_work_order(session, order_id, version=version, by=by, now=now)
    start_own_timer(session, order, by=by, now=now)
    return order
