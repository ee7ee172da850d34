"""The procedure of an order: the versions that it was made with, and their steps."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.procedures.queries.steps import Section, sections_of
from app.workorders.models import WorkOrder, WorkOrderProcedure


def version_ids_of(session: Session, order: WorkOrder) -> list[int]:
    """Its own first, then those of the plans that were merged into it (S24)."""
    further = select(WorkOrderProcedure.procedure_version_id).where(WorkOrderProcedure.order_id == order.id)
    own = [] if order.procedure_version_id is None else [order.procedure_version_id]
    return own + [key for key in session.scalars(further.order_by(WorkOrderProcedure.position)) if key not in own]


def steps_of(session: Session, order: WorkOrder) -> list[Section]:
    """Sections in the order in which they are done; empty where no procedure says how."""
    return sections_of(session, version_ids_of(session, order))
