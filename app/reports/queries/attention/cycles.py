"""Dates and readings that wait for somebody."""

from typing import Any

from sqlalchemy import ColumnElement, Date, Integer, cast, func, literal, select
from sqlalchemy.orm import Session, aliased

from app.core.i18n import gettext, ngettext
from app.core.i18n.formats import short_day
from app.equipment.models import Equipment
from app.ledger.models import Occurrence
from app.meters.models import Meter
from app.places.models import Location
from app.plans.models import MaintenancePlan, PlanTarget, PlanVersion
from app.reports.queries.attention.look import Look
from app.reports.schemas import AttentionEntry
from app.workorders.models import WorkOrder
from app.workorders.rules.states import order_number

_place = aliased(Location)
_NAME = func.coalesce(Equipment.name, Equipment.tag, _place.path).label("name")


def _of_items(*columns: Any) -> Any:
    """Rows that join PlanTarget, with what people call the item and its plan."""
    return select(
        *columns,
        PlanTarget.id.label("target_id"),
        PlanTarget.plan_id,
        PlanTarget.site_id,
        MaintenancePlan.title,
        _NAME,
    )


def _named(statement: Any) -> Any:
    return (
        statement.join(MaintenancePlan, MaintenancePlan.id == PlanTarget.plan_id)
        .outerjoin(Equipment, Equipment.id == PlanTarget.equipment_id)
        .outerjoin(_place, _place.id == PlanTarget.location_id)
    )


def _entry(row: Any, **more: Any) -> AttentionEntry:
    values = {"plan_id": row.plan_id, "target_id": row.target_id, "site_id": row.site_id}
    return AttentionEntry.model_validate({"what": f"{row.name} · {row.title}"} | values | more)


def waiting_orders(look: Look) -> list[AttentionEntry]:
    """S11: a floating target waits for an order that is overdue by more than one interval."""
    late = _days_since(look.session, WorkOrder.due_on, look)
    statement = (
        _named(
            _of_items(WorkOrder.id.label("order_id"), WorkOrder.due_on, late.label("days"))
            .join(PlanTarget, PlanTarget.id == WorkOrder.target_id)
            .join(Occurrence, Occurrence.id == WorkOrder.occurrence_id)
        )
        .join(
            PlanVersion,
            (PlanVersion.plan_id == MaintenancePlan.id) & (PlanVersion.number == MaintenancePlan.current_number),
        )
        .where(
            WorkOrder.is_open,
            WorkOrder.due_on < look.today,
            late > Occurrence.interval_days,
            PlanTarget.state == "active",
            PlanTarget.next_due_on.is_(None),
            PlanVersion.schedule["mode"].as_string() == "floating",
            WorkOrder.id > look.after_id,
            look.at(PlanTarget.site_id),
        )
        .order_by(WorkOrder.id)
        .limit(look.limit)
    )
    return [
        _entry(
            row,
            kind="waiting_order",
            id=row.order_id,
            since_on=row.due_on,
            why=ngettext(
                "It waits for %(order)s, %(num)s day late: longer than its whole interval.",
                "It waits for %(order)s, %(num)s days late: longer than its whole interval.",
                int(row.days),
            )
            % {"order": order_number(row.order_id), "num": int(row.days)},
            todo=gettext("Do the work or cancel the order: until then no other date comes."),
            page=f"/work-orders/{row.order_id}",
            work_order_id=row.order_id,
        )
        for row in look.session.execute(statement)
    ]


def _days_since(session: Session, day: Any, look: Look) -> ColumnElement[Any]:
    if session.get_bind().dialect.name == "sqlite":
        return cast(func.julianday(look.today.isoformat()) - func.julianday(day), Integer)
    days: ColumnElement[Any] = literal(look.today, Date()) - day
    return days


def asked(look: Look) -> list[AttentionEntry]:
    """S21: dates that passed while nothing ran, and wait for an answer."""
    statement = (
        _named(
            _of_items(Occurrence.id, Occurrence.due_on, Occurrence.decided_at).join(
                PlanTarget, PlanTarget.id == Occurrence.target_id
            )
        )
        .where(
            Occurrence.fate == "waiting",
            Occurrence.reason == "ask",
            Occurrence.id > look.after_id,
            look.at(PlanTarget.site_id),
        )
        .order_by(Occurrence.id)
        .limit(look.limit)
    )
    return [
        _entry(
            row,
            kind="catch_up",
            id=row.id,
            since_on=look.day(row.decided_at),
            why=gettext("%(day)s passed while nothing ran.") % {"day": short_day(row.due_on, year=True)},
            todo=gettext("Say whether it is to be made up for."),
            page=f"/plans/{row.plan_id}/items/{row.target_id}",
            occurrence_id=row.id,
        )
        for row in look.session.execute(statement)
    ]


def flagged(look: Look) -> list[AttentionEntry]:
    """S31: no working day within 31 days, so that the date stays where nobody works; while its order is open."""
    statement = (
        _named(
            _of_items(Occurrence.id, Occurrence.due_on, Occurrence.created_at, WorkOrder.id.label("order_id"))
            .join(PlanTarget, PlanTarget.id == Occurrence.target_id)
            .join(WorkOrder, (WorkOrder.occurrence_id == Occurrence.id) & WorkOrder.is_open)
        )
        .where(Occurrence.is_flagged, Occurrence.id > look.after_id, look.at(PlanTarget.site_id))
        .order_by(Occurrence.id)
        .limit(look.limit)
    )
    return [
        _entry(
            row,
            kind="flagged",
            id=row.id,
            since_on=look.day(row.created_at),
            why=gettext("Around %(day)s no day is worked within 31 days: the date stays as it is.")
            % {"day": short_day(row.due_on, year=True)},
            todo=gettext("Agree on a day with whoever works there, or correct the calendar."),
            page=f"/work-orders/{row.order_id}",
            occurrence_id=row.id,
            work_order_id=row.order_id,
        )
        for row in look.session.execute(statement)
    ]


def readings_overdue(look: Look) -> list[AttentionEntry]:
    """S29."""
    statement = (
        select(
            Meter.id,
            Meter.name.label("meter"),
            Meter.overdue_at,
            Meter.last_read_at,
            Meter.equipment_id,
            Equipment.site_id,
            func.coalesce(Equipment.name, Equipment.tag).label("name"),
        )
        .join(Equipment, Equipment.id == Meter.equipment_id)
        .where(
            Meter.overdue_at.is_not(None),
            Meter.overdue_at <= look.now,
            Meter.archived_at.is_(None),
            Equipment.archived_at.is_(None),
            Equipment.status.in_(("in_service", "in_maintenance", "out_of_order")),
            Meter.id > look.after_id,
            look.at(Equipment.site_id),
        )
        .order_by(Meter.id)
        .limit(look.limit)
    )
    return [
        AttentionEntry(
            kind="reading_overdue",
            id=row.id,
            what=f"{row.name} · {row.meter}",
            since_on=look.day(row.overdue_at),
            why=gettext("Last read on %(day)s.") % {"day": short_day(look.day(row.last_read_at), year=True)}
            if row.last_read_at
            else gettext("Never read yet."),
            todo=gettext("Read it: what goes by it makes no order meanwhile."),
            page=f"/meters/{row.id}",
            equipment_id=row.equipment_id,
            site_id=row.site_id,
        )
        for row in look.session.execute(statement)
    ]
