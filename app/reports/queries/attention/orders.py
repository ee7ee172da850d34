"""Orders that somebody has to look at now: urgent ones that nobody has, and those that went up a level unseen."""

from sqlalchemy import func, select

from app.assignments.models import Escalation
from app.core.i18n import gettext
from app.reports.queries.attention.look import Look
from app.reports.schemas import AttentionEntry
from app.workorders.models import WorkOrder
from app.workorders.rules.states import order_number


def unassigned_urgent(look: Look) -> list[AttentionEntry]:
    statement = (
        select(WorkOrder.id, WorkOrder.title, WorkOrder.created_at, WorkOrder.site_id)
        .where(
            WorkOrder.is_open,
            WorkOrder.priority == "urgent",
            WorkOrder.assignee_id.is_(None),
            WorkOrder.supplier_id.is_(None),
            WorkOrder.state.in_(("planned", "ready")),
            WorkOrder.id > look.after_id,
            look.at(WorkOrder.site_id),
        )
        .order_by(WorkOrder.id)
        .limit(look.limit)
    )
    return [
        AttentionEntry(
            kind="unassigned_urgent",
            id=row.id,
            what=f"{order_number(row.id)} {row.title}",
            since_on=look.day(row.created_at),
            why=gettext("It is urgent, and nobody has it."),
            todo=gettext("Give it to somebody, or let a rule do it."),
            page=f"/work-orders/{row.id}",
            work_order_id=row.id,
            site_id=row.site_id,
        )
        for row in look.session.execute(statement)
    ]


def escalated(look: Look) -> list[AttentionEntry]:
    """One entry an order, of its highest level; what somebody has seen, or what has ended, is no longer told."""
    statement = (
        select(
            WorkOrder.id,
            WorkOrder.title,
            WorkOrder.site_id,
            func.max(Escalation.level).label("level"),
            func.max(Escalation.at).label("at"),
        )
        .join(Escalation, Escalation.order_id == WorkOrder.id)
        .where(
            Escalation.acknowledged_at.is_(None),
            WorkOrder.is_open,
            WorkOrder.id > look.after_id,
            look.at(WorkOrder.site_id),
        )
        .group_by(WorkOrder.id, WorkOrder.title, WorkOrder.site_id)
        .order_by(WorkOrder.id)
        .limit(look.limit)
    )
    return [
        AttentionEntry(
            kind="escalated",
            id=row.id,
            what=f"{order_number(row.id)} {row.title}",
            since_on=look.day(row.at),
            why=gettext("It has reached level %(level)s, and nobody has said that they saw it.") % {"level": row.level},
            todo=gettext("Open it and say that you saw it; hand it over, or do it."),
            page=f"/work-orders/{row.id}",
            work_order_id=row.id,
            site_id=row.site_id,
        )
        for row in look.session.execute(statement)
    ]
