"""The procedure of an order: the versions that it was made with, and their steps."""

from typing import Any

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session

from app.core.security import Actor, Permission, require
from app.procedures.models import ProcedureVersion
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


def not_begun(procedure_id: int) -> ColumnElement[bool]:
    """Open orders by this procedure that nobody has started."""
    versions = versions_of(procedure_id)
    further = select(WorkOrderProcedure.order_id).where(WorkOrderProcedure.procedure_version_id.in_(versions))
    is_guided = WorkOrder.procedure_version_id.in_(versions) | WorkOrder.id.in_(further)
    return WorkOrder.is_open & WorkOrder.state.in_(("planned", "ready")) & WorkOrder.started_at.is_(None) & is_guided


def count_not_begun(session: Session, procedure_id: int, *, by: Actor) -> int:
    """Those that a version which is published now could be given to."""
    require(by, Permission.READ)
    return session.scalar(select(func.count()).select_from(WorkOrder).where(not_begun(procedure_id))) or 0


def versions_of(procedure_id: int) -> Select[Any]:
    return select(ProcedureVersion.id).where(ProcedureVersion.procedure_id == procedure_id)
