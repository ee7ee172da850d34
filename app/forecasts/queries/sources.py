"""Targets that have dates to come: those that are alike are counted by the database, and expanded once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Hashable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import Any

from sqlalchemy import ColumnElement, case, false, func, literal, select, true
from sqlalchemy.orm import Session

from app.core.security import Actor
from app.equipment.models import Equipment
from app.forecasts.rules.expansion import Series
from app.forecasts.rules.loads import Source, Work
from app.ledger.models import Occurrence
from app.ledger.queries.gauges import gauges_of
from app.ledger.rules.facts import Facts
from app.ledger.rules.metering import Reading, next_total, reading_of
from app.places.models import Site
from app.plans.models import MaintenancePlan, PlanFamily, PlanTarget, PlanVersion
from app.plans.queries.calendars import item_calendar, location_calendars, work_calendars
from app.plans.rules.calendar import WorkCalendar
from app.plans.rules.policy import SPREAD_ITEM, SPREAD_PLAN, SPREAD_ROUND, Schedule
from app.procedures.queries.versions import estimate_in_force
from app.workorders.models import WorkOrder

AT_ONCE = 500  # targets
_STATE = ("anchor_on", "is_anchor_due", "settled_through", "counter", "counted_after_on")
_CURRENT = (PlanVersion.plan_id == MaintenancePlan.id) & (PlanVersion.number == MaintenancePlan.current_number)


@dataclass(frozen=True, slots=True)
class Version:
    """One in force, or as it would be; a plan of a family has a rank in it (S24)."""

    schedule: Schedule
    work: Work
    family_id: int | None = None
    rank: int | None = None
    tolerance: int = 0

    @property
    def is_by_counter(self) -> bool:
        return self.schedule.trigger is not None and self.schedule.trigger.kind == "counter"


@dataclass(frozen=True, slots=True)
class OfFamily:
    """One item's dates of a plan in a family: what the item's other plans do counts for them (S24)."""

    item: tuple[Hashable, ...]  # equipment or place
    version: Version
    source: Source


@dataclass(frozen=True, slots=True)
class Ahead:
    """All that has dates to come."""

    alone: list[Source] = field(default_factory=list)
    of_families: list[OfFamily] = field(default_factory=list)

    def without(self, plan_ids: Collection[int]) -> Ahead:
        """The same, plans left out."""
        return Ahead(
            [source for source in self.alone if source.work.plan_id not in plan_ids],
            [each for each in self.of_families if each.source.work.plan_id not in plan_ids],
        )

    def add(self, version: Version, item: tuple[Hashable, ...], source: Source) -> None:
        if version.family_id is None:
            self.alone.append(source)
        else:
            self.of_families.append(OfFamily(item, version, source))

    def join(self, other: Ahead) -> None:
        self.alone.extend(other.alone)
        self.of_families.extend(other.of_families)

    def sources(self) -> list[Source]:
        return [*self.alone, *together(self.of_families)]


def ahead(
    session: Session,
    versions: dict[int, Version],
    *,
    by: Actor,
    plan_id: int | None = None,
    among: ColumnElement[bool] | None = None,
) -> Ahead:
    """Of active targets, of those that are retried, and of those paused until a day; `among`: of some alone."""
    rows = session.execute(_alike(versions, by, plan_id, true() if among is None else among)).all()
    calendars = work_calendars(session, {row.calendar_id for row in rows})
    readings = _readings(session, rows, versions, calendars)
    known: dict[tuple[Any, ...], Series] = {}
    found = Ahead()
    for row in rows:
        version = versions[row.version_id]
        if row.is_idle and version.schedule.when_idle == "skip":  # S41
            continue
        key = (row.version_id, row.calendar_id, *row[3:-3])
        series = known.get(key)
        if series is None:
            series = known[key] = _series(row, version, calendars[row.calendar_id], readings.get(row.counted_id))
        source = Source(series, version.work, row.site_id, row.items)
        found.add(version, (row.equipment_id, row.location_id), source)
    return found


def _series(row: Any, version: Version, calendar: WorkCalendar, counted: tuple[Reading, int] | None) -> Series:
    schedule = version.schedule
    reading, next_total = counted or (None, 0)
    return Series(
        replace(schedule, offset_days=row.offset_days) if row.offset_days else schedule,
        calendar,
        **{name: getattr(row, name) for name in _STATE},
        waits_for_on=row.waits_for_on,
        begins_on=row.paused_until if row.state == "paused" else None,
        reading=reading,
        next_total=next_total,
        open_on=row.open_on,
    )


def _readings(
    session: Session, rows: Sequence[Any], versions: dict[int, Version], calendars: dict[int, WorkCalendar]
) -> dict[int, tuple[Reading, int]]:
    """By target what its counter shows, and the total at which a floating plan is next due (S25 to S27)."""
    found: dict[int, tuple[Reading, int]] = {}
    metered = iter([row for row in rows if row.counted_id is not None])
    while some := list(islice(metered, AT_ONCE)):
        schedules = {row.counted_id: versions[row.version_id].schedule for row in some}
        gauges = gauges_of(session, schedules)
        for row in some:
            schedule, meter = schedules[row.counted_id], gauges.get(row.counted_id)
            state = row.anchor_on, row.is_anchor_due, row.settled_through, row.counter
            after = row.counted_after_on
            facts = Facts(schedule, calendars[row.calendar_id], *state, counted_after_on=after, meter=meter)
            reading = reading_of(facts)
            if reading is not None:
                found[row.counted_id] = reading, next_total(facts, reading)
    return found


def together(plans: Iterable[OfFamily]) -> list[Source]:
    """S24: each item's plans below those of higher rank; items whose plans stand alike are counted."""
    families: defaultdict[tuple[Any, ...], list[OfFamily]] = defaultdict(list)
    for plan in plans:
        families[plan.version.family_id, *plan.item].append(plan)
    known: dict[tuple[int, ...], Series] = {}
    counted: dict[tuple[int, Work, int], Source] = {}
    for members in families.values():
        above: list[Series] = []
        for each in sorted(members, key=lambda each: -(each.version.rank or 0)):
            source = each.source
            key = (id(source.series), *map(id, above))
            series = known.get(key)
            if series is None:
                series = known[key] = replace(source.series, higher=tuple(above), tolerance=each.version.tolerance)
            of = (id(series), source.work, source.site_id)
            before = counted.get(of)
            counted[of] = replace(source, series=series, items=source.items + (before.items if before else 0))
            above.append(series)
    return list(counted.values())


def _alike(versions: dict[int, Version], by: Actor, plan_id: int | None, among: ColumnElement[bool]) -> Any:
    """Targets of a family one by one, and those that go by a counter."""
    of_location, open_orders = location_calendars(), _open_orders()
    paused_until = func.coalesce(PlanTarget.paused_until, MaintenancePlan.paused_until)
    is_of_family = _is_of(key for key, version in versions.items() if version.family_id is not None)
    is_by_counter = _is_of(key for key, version in versions.items() if version.is_by_counter)
    statement = (
        select(
            PlanVersion.id.label("version_id"),
            item_calendar(of_location, Equipment.__table__.c.calendar_id).label("calendar_id"),
            PlanTarget.site_id,
            *(getattr(PlanTarget, name) for name in _STATE),
            case((PlanTarget.next_due_on.is_(None), open_orders.c.due_on)).label("waits_for_on"),
            case((is_of_family, open_orders.c.due_on)).label("open_on"),
            PlanTarget.state,
            paused_until.label("paused_until"),
            PlanTarget.idle_since.is_not(None).label("is_idle"),
            _offset(versions).label("offset_days"),
            case((is_by_counter, PlanTarget.id)).label("counted_id"),
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
            among,
        )
    )
    if by.site_ids is not None:
        statement = statement.where(PlanTarget.site_id.in_(by.site_ids))
    if plan_id is not None:
        statement = statement.where(PlanTarget.plan_id == plan_id)
    each = statement.subquery()
    return select(*each.c, func.count().label("items")).group_by(*each.c)


def _open_orders() -> Any:
    """By target, the day for which its open order stands in the diary."""
    return (
        select(WorkOrder.target_id, func.max(func.coalesce(Occurrence.scheduled_on, WorkOrder.due_on)).label("due_on"))
        .outerjoin(Occurrence, Occurrence.id == WorkOrder.occurrence_id)
        .where(WorkOrder.is_open, WorkOrder.target_id.is_not(None))
        .group_by(WorkOrder.target_id)
        .subquery()
    )


def _is_of(versions: Iterable[int]) -> ColumnElement[bool]:
    ids = list(versions)
    return PlanVersion.id.in_(ids) if ids else false()


def _offset(versions: dict[int, Version]) -> ColumnElement[int]:
    """S40, as `spread_of` deals it."""
    days = {key: version.schedule.spread_days for key, version in versions.items() if version.schedule.spread_days > 1}
    if not days:
        return literal(0)
    item = func.coalesce(PlanTarget.equipment_id, PlanTarget.location_id)
    dealt = (item * SPREAD_ITEM + PlanTarget.plan_id * SPREAD_PLAN) % SPREAD_ROUND
    return dealt % case(days, value=PlanVersion.id, else_=1)


def versions_in_force(session: Session) -> dict[int, Version]:
    rows = session.execute(
        select(
            PlanVersion.id,
            PlanVersion.schedule,
            PlanVersion.plan_id,
            PlanVersion.team_id,
            PlanVersion.kind,
            func.coalesce(PlanVersion.estimate_minutes, estimate_in_force(PlanVersion.procedure_id)),
            PlanVersion.family_id,
            PlanVersion.rank,
            PlanFamily.tolerance_days,
        )
        .join(MaintenancePlan, _CURRENT)
        .outerjoin(PlanFamily, PlanFamily.id == PlanVersion.family_id)
        .where(MaintenancePlan.archived_at.is_(None))
    )
    return {
        row.id: Version(
            Schedule.from_dict(row.schedule), Work(*row[2:6]), row.family_id, row.rank, row.tolerance_days or 0
        )
        for row in rows
    }
