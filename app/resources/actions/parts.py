"""Parts that an order takes from the shelf, and gives back unused: with their stock, in one transaction."""

from datetime import datetime

from sqlalchemy.orm import Session

from app.core.errors import Conflict
from app.core.i18n import N_
from app.core.security import Actor
from app.parts import actions as parts
from app.resources.actions.opening import lock_for_record
from app.resources.models import PartUsage
from app.resources.queries import usage_row
from app.resources.schemas import PartReturnInput, PartUseInput
from app.workorders.actions.telling import tell


def use_part(session: Session, order_id: int, data: PartUseInput, *, by: Actor, now: datetime) -> PartUsage:
    """At what one costs now; more than lies there is refused."""
    order = lock_for_record(session, order_id, by=by)
    part, movement = parts.take_part(session, data.part_id, data.quantity, order_id=order.id, by=by, now=now)
    usage = PartUsage(
        order_id=order.id,
        part_id=part.id,
        quantity=data.quantity,
        returned=0,
        unit_cost_minor=part.unit_cost_minor,
        currency=part.currency,
        movement_id=movement.id,
        used_at=now,
        user_id=by.user_id,
        user_name=by.name,
    )
    session.add(usage)
    session.flush()
    tell(session, order, "part_used", by=by, now=now, changes={"part": [None, f"{data.quantity} × {part.name}"]})
    return usage


def return_part(
    session: Session, order_id: int, usage_id: int, data: PartReturnInput, *, by: Actor, now: datetime
) -> PartUsage:
    order = lock_for_record(session, order_id, by=by)
    usage = usage_row(session, order.id, usage_id)
    left = usage.quantity - usage.returned
    if data.quantity > left:
        raise Conflict("too_many", N_("Only %(left)s of these can go back."), left=left)
    parts.return_part(session, usage.part_id, data.quantity, order_id=order.id, by=by, now=now)
    usage.returned += data.quantity
    session.flush()
    tell(session, order, "part_returned", by=by, now=now, changes={"part": [None, str(data.quantity)]})
    return usage
