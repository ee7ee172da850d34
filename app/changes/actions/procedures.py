"""A procedure's next version is put in force, with the orders in view that nobody has begun."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.security import Actor
from app.procedures.actions import publish_draft
from app.procedures.models import Procedure
from app.procedures.queries.versions import current_version_id
from app.procedures.schemas import PublishInput
from app.workorders.actions.telling import tell
from app.workorders.models import WorkOrder, WorkOrderProcedure
from app.workorders.queries.procedures import not_begun, versions_of


def publish_procedure(
    session: Session, procedure_id: int, data: PublishInput, *, version: int | None = None, by: Actor, now: datetime
) -> Procedure:
    """Orders that exist keep their version; with `update` those that nobody has begun get the new one."""
    procedure = publish_draft(session, procedure_id, version=version, by=by, now=now)
    after = current_version_id(session, procedure_id)
    if data.open_orders == "update" and after is not None:
        orders = select(WorkOrder).where(not_begun(procedure_id)).order_by(WorkOrder.id).with_for_update()
        known = set(session.scalars(versions_of(procedure_id)))
        for order in session.scalars(orders, execution_options={"populate_existing": True}).all():
            before = _renew(session, order, known, after)
            order.version += 1
            tell(session, order, "changed", by=by, now=now, changes={"procedure_version_id": [before, after]})
        session.flush()
    return procedure


def _renew(session: Session, order: WorkOrder, known: set[int], after: int) -> int | None:
    """Its own procedure, or that of a plan of its family: whichever it is; answers with the version before."""
    before = None
    if order.procedure_version_id in known:
        before, order.procedure_version_id = order.procedure_version_id, after
    further = select(WorkOrderProcedure).where(
        WorkOrderProcedure.order_id == order.id, WorkOrderProcedure.procedure_version_id.in_(known)
    )
    for row in session.scalars(further).all():
        before, row.procedure_version_id = row.procedure_version_id, after
    return before
