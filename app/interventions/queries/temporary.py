"""Temporary fixes: faults that are out of sight and not yet mended (dépannages en attente de réparation)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, cast

from sqlalchemy import CTE, and_, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from app.core.db import Order, one_page
from app.core.security import Actor, Permission, require
from app.equipment.models import Equipment
from app.equipment.rules.availability import CURES
from app.places.models import Location, Site
from app.workorders.models import Resolution, WorkOrder
from app.workorders.rules.states import DONE, order_number
from app.workorders.schemas import TemporaryFixRow

FollowUp, FollowUpReport = aliased(WorkOrder), aliased(Resolution)
FIX_ORDERS = {
    "due_on": Order((Resolution.curative_due_on, WorkOrder.id), lambda row: (row.curative_due_on, row.id)),
    "done_on": Order((Resolution.done_on, WorkOrder.id), lambda row: (row.done_on, row.id)),
}


@dataclass(frozen=True, slots=True)
class FixFilter:
    """What the list is narrowed to; None asks for nothing."""

    site_id: int | None = None
    equipment_id: int | None = None


def chains() -> CTE:
    """Each temporary fix, and since when its fault is fixed for now alone: a fix that follows another one goes on."""
    order, report, before, said = aliased(WorkOrder), aliased(Resolution), aliased(WorkOrder), aliased(Resolution)
    follows = (
        exists()
        .where(before.id == order.parent_id, before.state.in_(DONE))
        .where(said.order_id == before.id, said.is_current, said.restoration == "palliative")
    )
    fixes = (
        select(order.id, report.done_on.label("since_on"))
        .join(report, and_(report.order_id == order.id, report.is_current))
        .where(report.restoration == "palliative", order.state.in_(DONE))
    )
    chain = fixes.where(~follows).cte("chain", recursive=True)
    further = fixes.with_only_columns(order.id, chain.c.since_on).join(chain, chain.c.id == order.parent_id)
    return chain.union_all(further)


def fixes_statement() -> Any:
    """A fix stays until work that follows it has mended the fault, or fixed it anew: then that one stands here."""
    mended = (
        exists()
        .where(FollowUp.parent_id == WorkOrder.id, FollowUp.state.in_(DONE))
        .where(FollowUpReport.order_id == FollowUp.id, FollowUpReport.is_current)
        .where(or_(FollowUpReport.restoration.is_not(None), FollowUpReport.kind.in_(CURES)))
    )
    follow_up = (
        select(func.min(FollowUp.id)).where(FollowUp.parent_id == WorkOrder.id, FollowUp.is_open).scalar_subquery()
    )
    chain = chains()
    is_gone = or_(Equipment.status == "retired", Equipment.archived_at.is_not(None))
    return (
        select(
            WorkOrder.id,
            WorkOrder.title,
            WorkOrder.equipment_id,
            WorkOrder.location_id,
            Equipment.tag,
            Equipment.name.label("item"),
            WorkOrder.site_id,
            Site.name.label("site"),
            Location.path.label("place"),
            Resolution.done_on,
            chain.c.since_on,
            Resolution.curative_due_on,
            Resolution.observed,
            follow_up.label("follow_up_id"),
        )
        .join(Resolution, and_(Resolution.order_id == WorkOrder.id, Resolution.is_current))
        .join(chain, chain.c.id == WorkOrder.id)
        .join(Site, Site.id == WorkOrder.site_id)
        .outerjoin(Equipment, Equipment.id == WorkOrder.equipment_id)
        .outerjoin(Location, Location.id == func.coalesce(WorkOrder.location_id, Equipment.location_id))
        .where(Resolution.restoration == "palliative", WorkOrder.state.in_(DONE), ~mended)
        .where(or_(WorkOrder.equipment_id.is_(None), ~is_gone))
    )


def temporary_fixes(
    session: Session,
    wanted: FixFilter,
    *,
    by: Actor,
    limit: int,
    sort: str = "due_on",
    after: Sequence[Any] | None = None,
) -> Sequence[Any]:
    """Those that should have been mended first; one row more than `limit` where there is more."""
    require(by, Permission.READ)
    statement = fixes_statement()
    if by.site_ids is not None:
        statement = statement.where(WorkOrder.site_id.in_(by.site_ids))
    if wanted.site_id is not None:
        statement = statement.where(WorkOrder.site_id == wanted.site_id)
    if wanted.equipment_id is not None:
        statement = statement.where(WorkOrder.equipment_id == wanted.equipment_id)
    return session.execute(one_page(statement, FIX_ORDERS, sort, after=after, limit=limit)).all()


def fix_lines(rows: Sequence[Any]) -> list[TemporaryFixRow]:
    return [cast("TemporaryFixRow", row._asdict() | {"number": order_number(row.id)}) for row in rows]
