"""An order on which something is recorded: locked, and still open to it."""

from datetime import datetime

from sqlalchemy.orm import Session

from app.core.errors import Conflict
from app.core.i18n import N_
from app.core.security import Actor, Permission, require
from app.resources.actions.timing import start_own_timer
from app.workorders.actions import life
from app.workorders.models import WorkOrder
from app.workorders.queries.orders import lock_order
from app.workorders.rules.states import OPEN, State

RECORDED_ON = (*OPEN, State.COMPLETED)


def lock_for_record(session: Session, order_id: int, *, by: Actor) -> WorkOrder:
    """Time, parts and costs are added until the order is closed."""
    order = lock_order(session, order_id, by=by)
    require(by, Permission.WORK, site_id=order.site_id)
    if State(order.state) not in RECORDED_ON:
        raise Conflict("ended", N_("This order has ended. Reopen it to change it."))
    return order


def lock_for_work(session: Session, order_id: int, *, by: Actor, now: datetime) -> WorkOrder:
    """Whoever begins with the work begins the order."""
    order = life.open_for_work(session, order_id, version=None, by=by)
    if State(order.state) in (State.PLANNED, State.READY):
        begin(session, order, by=by, now=now)
    return order


def begin(session: Session, order: WorkOrder, *, by: Actor, now: datetime) -> None:
    """The timer of whoever begins runs."""
    life.begin(session, order, by=by, now=now)
    start_own_timer(session, order, by=by, now=now)
