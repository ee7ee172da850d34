"""Costs beside labour and stock: outside work, and the rest."""

from datetime import datetime

from sqlalchemy.orm import Session

from app.core.errors import InvalidInput
from app.core.i18n import N_
from app.core.security import Actor
from app.equipment.models import Supplier
from app.resources.actions.opening import lock_for_record
from app.resources.models import CostLine
from app.resources.queries import cost_line_row, house_currency
from app.resources.schemas import CostLineInput
from app.workorders.actions.telling import tell


def add_cost_line(session: Session, order_id: int, data: CostLineInput, *, by: Actor, now: datetime) -> CostLine:
    order = lock_for_record(session, order_id, by=by)
    if data.supplier_id is not None and session.get(Supplier, data.supplier_id) is None:
        raise InvalidInput.at("supplier_id", "unknown_supplier", N_("This supplier does not exist."))
    line = CostLine(
        **data.model_dump(),
        order_id=order.id,
        currency=house_currency(session),
        created_at=now,
        user_id=by.user_id,
        user_name=by.name,
    )
    session.add(line)
    session.flush()
    tell(session, order, "cost_added", by=by, now=now, changes={"cost": [None, _said(line)]})
    return line


def remove_cost_line(session: Session, order_id: int, line_id: int, *, by: Actor, now: datetime) -> None:
    """It was entered by mistake; the history says what it was."""
    order = lock_for_record(session, order_id, by=by)
    line = cost_line_row(session, order.id, line_id)
    session.delete(line)
    session.flush()
    tell(session, order, "cost_removed", by=by, now=now, changes={"cost": [_said(line), None]})


def _said(line: CostLine) -> str:
    return f"{line.label}: {line.amount_minor // 100}.{line.amount_minor % 100:02} {line.currency}"
