"""Targets that have dates to come: those that are alike are counted by the database, and expanded once."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import ColumnElement, Date, case, cast, func, literal, null, select
from sqlalchemy.orm import Session

from app.core.security import Actor
from app.equipment.models import Equipment
from app.forecasts.rules.expansion import Series
from app.forecasts.rules.loads import Source, Work
from app.places.models import Site
from app.plans.models import MaintenancePlan, PlanFamily, PlanTarget, PlanVersion
from app.plans.queries.calendars import item_calendar, location_calendars, work_calendars
from app.plans.rules.calendar import WorkCalendar
from app.plans.rules.policy import SPREAD_ITEM, SPREAD_PLAN, SPREAD_ROUND, Schedule
from app.workorders.models import WorkOrder

_STATE = ("anchor_on", "is_anchor_due", "settled_through", "counter", "counted_after_on")
_CURRENT = (PlanVersion.plan_id == MaintenancePlan.id) & (PlanVersion.number == MaintenancePlan.current_number)


@dataclass(frozen=True, slots=True)
class Version:
    """One in force; a plan of a family has a rank in it (S24)."""

    schedule: Schedule
    work: Work
    rank: int | None
    tolerance: int


def sources(session: Session, *, by: Actor, plan_ids: Collection[int] | None = None) -> list[Source]:
    """Of active targets, of those that are retried, and of those paused until a day."""
    versions = _versions(session)
    rows = session.execute(_alike(versions, by, plan_ids)).all()
    calendars = work_calendars(session, {row.calendar_id for row in rows})
    known: dict[tuple[Any, ...], Series] = {}
    found: list[Source] = []
    families: defaultdict[tuple[Any, ...], list[tuple[Version, Source]]] = defaultdict(list)
    for row in rows:
        version = versions[row.version_id]
        if row.is_idle and version.schedule.when_idle == "skip":  # S41
            continue
        key = (row.version_id, row.calendar_id, *row[3:-4])
        series = known.get(key)
        if series is None:
            series = known[key] = _series(row, version, calendars[row.calendar_id])
        source = Source(series, version.work, row.site_id, row.items)
        if row.family_id is None:
            found.append(source)
        else:
            families[row.family_id, row.equipment_id, row.location_id].append((version, source))
    return [*found, *_together(families.values())]


def _series(row: Any, version: Version, calendar: WorkCalendar) -> Series:
    schedule = version.schedule
    return Series(
        replace(schedule, offset_days=row.offset_days) if row.offset_days else schedule,
        calendar,
        **{name: getattr(row, name) for name in _STATE},
        waits_for_on=row.waits_for_on,
        begins_on=row.paused_until if row.state == "paused" else None,
        estimated_on=row.estimated_on,
        open_on=row.open_on,
    )


def _together(items: Iterable[list[tuple[Version, Source]]]) -> list[Source]:
    """S24: each item's plans below those of higher rank; items whose plans stand alike are counted."""
    known: dict[tuple[int, ...], Series] = {}
    counted: dict[tuple[int, Work, int], Source] = {}
    for plans in items:
        above: list[Series] = []
        for version, source in sorted(plans, key=lambda each: -(each[0].rank or 0)):
            key = (id(source.series), *map(id, above))
            series = known.get(key)
            if series is None:
                series = known[key] = replace(source.series, higher=tuple(above), tolerance=version.tolerance)
            of = (id(series), source.work, source.site_id)
            before = counted.get(of)
            counted[of] = replace(source, series=series, items=source.items + (before.items if before else 0))
            above.append(series)
    return list(counted.values())


def _alike(versions: dict[int, Version], by: Actor, plan_ids: Collection[int] | None) -> Any:
    """Targets of a family one by one: what their item's other plans do counts for them."""
    of_location, open_orders = location_calendars(), _open_orders()
    paused_until = func.coalesce(PlanTarget.paused_until, MaintenancePlan.paused_until)
    is_of_family = PlanTarget.family_id.is_not(None)
    statement = (
        select(
            PlanVersion.id.label("version_id"),
            item_calendar(of_location, Equipment.__table__.c.calendar_id).label("calendar_id"),
            PlanTarget.site_id,
            *(getattr(PlanTarget, name) for name in _STATE),
            case((PlanTarget.next_due_on.is_(None), open_orders.c.due_on)).label("waits_for_on"),
            case((is_of_family, open_orders.c.due_on)).label("open_on"),
            _estimated(versions).label("estimated_on"),
            PlanTarget.state,
            paused_until.label("paused_until"),
            PlanTarget.idle_since.is_not(None).label("is_idle"),
            _offset(versions).label("offset_days"),
            PlanTarget.family_id,
            case((is_of_family, PlanTarget.equipment_id)).label("equipment_id"),
            case((is_of_family, PlanTarget.location_id)).label("location_id"),
        )
        .join(MaintenancePlan, MaintenancePlan.id == PlanTarget.plan_id)
        .join(PlanVersion, _CURRENT)
        .join(Site, Site.id == PlanTarget.site_id)
        .outerjoin(Equipment, Equipment.id == PlanTarget.equipment_id)
        .outerjoin(
            of_location, of_location.c.location_id == func.coalesce(PlanTarget.location_id, Equipment.location_id)
        )
        .outerjoin(open_orders, open_orders.c.target_id == PlanTarget.id)
        .where(
            MaintenancePlan.archived_at.is_(None),
            PlanTarget.state.in_(("active", "error")) | ((PlanTarget.state == "paused") & paused_until.is_not(None)),
        )
    )
    if by.site_ids is not None:
        statement = statement.where(PlanTarget.site_id.in_(by.site_ids))
    if plan_ids is not None:
        statement = statement.where(PlanTarget.plan_id.in_(plan_ids))
    each = statement.subquery()
    return select(*each.c, func.count().label("items")).group_by(*each.c)


def _open_orders() -> Any:
    return (
        select(WorkOrder.target_id, func.max(WorkOrder.due_on).label("due_on"))
        .where(WorkOrder.is_open, WorkOrder.target_id.is_not(None))
        .group_by(WorkOrder.target_id)
        .subquery()
    )


def _estimated(versions: dict[int, Version]) -> ColumnElement[Any]:
    """S27: where a meter alone says when, the next date is what its readings foretell."""
    metered = [key for key, version in versions.items() if version.schedule.rule.freq == "none"]
    if not metered:
        return cast(null(), Date)
    return case((PlanVersion.id.in_(metered), PlanTarget.next_due_on))


def _offset(versions: dict[int, Version]) -> ColumnElement[int]:
    """S40, as `spread_of` deals it."""
    days = {key: version.schedule.spread_days for key, version in versions.items() if version.schedule.spread_days > 1}
    if not days:
        return literal(0)
    item = func.coalesce(PlanTarget.equipment_id, PlanTarget.location_id)
    dealt = (item * SPREAD_ITEM + PlanTarget.plan_id * SPREAD_PLAN) % SPREAD_ROUND
    return dealt % case(days, value=PlanVersion.id, else_=1)


def _versions(session: Session) -> dict[int, Version]:
    rows = session.execute(
        select(
            PlanVersion.id,
            PlanVersion.schedule,
            PlanVersion.plan_id,
            PlanVersion.team_id,
            PlanVersion.kind,
            PlanVersion.estimate_minutes,
            PlanVersion.rank,
            PlanFamily.tolerance_days,
        )
        .join(MaintenancePlan, _CURRENT)
        .outerjoin(PlanFamily, PlanFamily.id == PlanVersion.family_id)
        .where(MaintenancePlan.archived_at.is_(None))
    )
    return {
        row.id: Version(Schedule.from_dict(row.schedule), Work(*row[2:6]), row.rank, row.tolerance_days or 0)
        for row in rows
    }
