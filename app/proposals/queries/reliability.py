"""Reliability of one piece over a period, from what was reported and what the ledger holds."""

from datetime import date, datetime, timedelta

from sqlalchemy import case, func, or_, select
from sqlalchemy.orm import Session, aliased

from app.core.clock import start_of_day, today
from app.core.errors import InvalidInput
from app.core.i18n import N_
from app.core.security import Actor
from app.equipment.models import Downtime, Equipment
from app.equipment.queries import get_equipment
from app.ledger.models import Occurrence
from app.plans.models import PlanTarget
from app.proposals.queries.reports import Told, reports_of
from app.proposals.rules.measuring import added
from app.proposals.rules.reliability import (
    Down,
    Figures,
    Span,
    compliance_percent,
    figures,
    replacement_value,
    share_percent,
)
from app.proposals.schemas import ReliabilityView
from app.workorders.models import WorkOrder

YEAR = timedelta(days=365)


def reliability(
    session: Session,
    equipment_id: int,
    *,
    by: Actor,
    now: datetime,
    from_on: date | None = None,
    until_on: date | None = None,
) -> ReliabilityView:
    """From the first day to the last, both included, in days of the piece's site; the last year where none is named.

    A piece counts from the day it was put into service, else registered, until it was retired, or now.
    """
    piece = get_equipment(session, equipment_id, by=by)
    zone = piece.site.time_zone
    last = until_on or today(now, zone)
    first = from_on or last - YEAR
    if first > last:
        raise InvalidInput.at("until", "before_start", N_("The end lies before the start."))
    service = _service(piece, first, last, now)
    told = reports_of(session, {equipment_id: zone})[equipment_id]
    model = piece.model
    value, currency = replacement_value(
        model.replacement_cost_minor if model else None,
        model.currency if model else None,
        piece.purchase_cost_minor,
        piece.currency,
    )
    reports = [each.as_report(currency) for each in told]
    corrective = [r for r in reports if r.type == "corrective" and first <= r.done_on <= last]
    cost = sum(report.cost_minor for report in corrective)
    cycles, in_window = _cycles(session, equipment_id, first, min(last, today(now, zone) - timedelta(days=1)))
    found = _figures(session, equipment_id, service, told, now)
    return ReliabilityView(
        equipment_id=equipment_id,
        from_on=first,
        until_on=last,
        **{name: getattr(found, name) for name in Figures.__dataclass_fields__},
        corrective_cost_minor=cost,
        other_corrective_costs=added(report.other_costs for report in corrective),
        replacement_value_minor=value,
        currency=currency,
        cost_share_percent=share_percent(cost, value),
        cycles=cycles,
        cycles_in_window=in_window,
        compliance_percent=compliance_percent(in_window, cycles),
    )


def _service(piece: Equipment, first: date, last: date, now: datetime) -> Span:
    zone = piece.site.time_zone
    began = start_of_day(piece.commissioned_on, zone) if piece.commissioned_on else piece.created_at
    ended = now if piece.retired_on is None else start_of_day(piece.retired_on + timedelta(days=1), zone)
    period = Span(start_of_day(first, zone), start_of_day(last + timedelta(days=1), zone))
    return Span(began, max(began, min(ended, now))).within(period)


def _figures(session: Session, equipment_id: int, service: Span, told: list[Told], now: datetime) -> Figures:
    """A failure is over when the downtime that its order began is, whichever order ended that; one that was asked about
    while the piece was down already, when its order ended that.
    """
    rows = session.execute(
        select(
            Downtime.from_at,
            Downtime.until_at,
            Downtime.is_planned,
            Downtime.order_id,
            Downtime.restored_by_order_id,
        ).where(
            Downtime.equipment_id == equipment_id,
            Downtime.from_at < service.until_at,
            or_(Downtime.until_at.is_(None), Downtime.until_at > service.from_at),
        )
    ).all()
    downs = [Down(Span(row.from_at, row.until_at or now), row.is_planned) for row in rows]
    restored = {row.restored_by_order_id: row.until_at for row in rows} | {row.order_id: row.until_at for row in rows}
    failures = [each.as_failure(restored.get(each.order_id)) for each in told if each.as_report(None).is_failure]
    return figures(service, failures, downs)


def _cycles(session: Session, equipment_id: int, first: date, last: date) -> tuple[int, int]:
    """Cycles whose window ended in the period, and how many of them were done within it.

    Left out: what calendar, season or the piece's rest skipped, and what was merged into an order that was done.
    """
    order, because = aliased(WorkOrder), aliased(Occurrence)
    holder = aliased(WorkOrder)
    rows = session.execute(
        select(
            func.coalesce(func.sum(Occurrence.count), 0),
            func.coalesce(func.sum(case((order.done_on <= Occurrence.window_last_on, 1), else_=0)), 0),
        )
        .join(PlanTarget, PlanTarget.id == Occurrence.target_id)
        .outerjoin(order, (order.occurrence_id == Occurrence.id) & (order.done_on >= Occurrence.window_first_on))
        .outerjoin(
            because,
            (because.target_id == func.coalesce(Occurrence.because_target_id, Occurrence.target_id))
            & (because.cycle_key == Occurrence.because_key)
            & (Occurrence.fate == "merged"),
        )
        .outerjoin(holder, (holder.occurrence_id == because.id) & holder.done_on.is_not(None))
        .where(
            PlanTarget.equipment_id == equipment_id,
            Occurrence.window_last_on.between(first, last),
            ~((Occurrence.fate == "skipped") & Occurrence.reason.in_(("calendar", "season", "item_status"))),
            holder.id.is_(None),
        )
    ).one()
    return int(rows[0]), int(rows[1])
