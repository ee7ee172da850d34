"""A procedure with what follows it in view: its next version is put in force, or it is given up."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.changes.models import CommissioningTask
from app.core.errors import Conflict
from app.core.i18n import N_
from app.core.security import Actor
from app.plans.queries.plans import plans_with_procedure
from app.procedures import actions as procedures
from app.procedures.actions import publish_draft
from app.procedures.actions.drafts import lock_procedure
from app.procedures.models import Procedure
from app.procedures.queries.versions import current_version_id
from app.procedures.schemas import PublishInput
from app.workorders.actions.telling import tell
from app.workorders.models import WorkOrder, WorkOrderProcedure
from app.workorders.queries.procedures import not_begun, versions_of

NAMED = 5


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


def archive_procedure(
    session: Session,
    procedure_id: int,
    *,
    is_archived: bool = True,
    version: int | None = None,
    by: Actor,
    now: datetime,
) -> Procedure:
    """Hidden from pickers. Refused while plans, or orders that put pieces into service, follow it: nothing that is made
    from now on may name what nobody can look after any more.
    """
    if is_archived:
        lock_procedure(session, procedure_id, version=version, by=by)
        if followers := _followers(session, procedure_id, by=by):
            told = ", ".join(followers[:NAMED]) + (", …" if len(followers) > NAMED else "")
            message = N_("This procedure is in use: %(names)s. Give them another one first.")
            raise Conflict("in_use", message, names=told)
    return procedures.archive_procedure(session, procedure_id, is_archived=is_archived, version=version, by=by, now=now)


def _followers(session: Session, procedure_id: int, *, by: Actor) -> list[str]:
    plans = [f"{title} ({code})" for _id, code, title in plans_with_procedure(session, procedure_id, by=by)]
    tasks = select(CommissioningTask.title).where(
        CommissioningTask.procedure_id == procedure_id, CommissioningTask.archived_at.is_(None)
    )
    return plans + list(session.scalars(tasks.order_by(CommissioningTask.id).limit(NAMED + 1)))


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
