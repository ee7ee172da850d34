"""An order is given a procedure after it was made."""

from datetime import datetime

from sqlalchemy.orm import Session

from app.core.errors import Conflict
from app.core.i18n import N_
from app.core.security import Actor
from app.interventions.schemas import ProcedureChoice
from app.procedures.queries.versions import estimate_of, usable_version_id
from app.workorders.actions.life import open_for_work
from app.workorders.actions.telling import tell
from app.workorders.models import WorkOrder
from app.workorders.queries.procedures import version_ids_of


def give_procedure(
    session: Session, order_id: int, data: ProcedureChoice, *, version: int | None = None, by: Actor, now: datetime
) -> WorkOrder:
    """The version in force now is kept, as by an order that is made with it; so is its estimate, where none was given.

    Once: answers belong to the steps of the version that asked for them.
    """
    order = open_for_work(session, order_id, version=version, by=by)
    if version_ids_of(session, order):
        raise Conflict("has_procedure", N_("This order has a procedure already."))
    version_id = usable_version_id(session, data.procedure_id)
    estimate = estimate_of(session, version_id) if order.estimate_minutes is None else order.estimate_minutes
    changes = {
        "procedure_version_id": [None, version_id],
        "estimate_minutes": [order.estimate_minutes, estimate],
    }
    order.procedure_version_id, order.estimate_minutes = version_id, estimate
    order.version += 1
    session.flush()
    said = {name: pair for name, pair in changes.items() if pair[0] != pair[1]}
    tell(session, order, "guided", by=by, now=now, changes=said)
    return order
