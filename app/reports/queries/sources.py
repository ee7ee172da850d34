"""What a forecast is made from: targets that are alike, counted by the database; orders that are open; people."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import replace
from typing import Any

from sqlalchemy import ColumnElement, case, func, literal, select
from sqlalchemy.orm import Session

from app.core.security import Actor
from app.equipment.models import Equipment
from app.people.models import Person, TeamMember, User
from app.places.models import Site
from app.plans.models import MaintenancePlan, PlanTarget, PlanVersion
from app.plans.queries.calendars import item_calendar, location_calendars, work_calendars
from app.plans.rules.calendar import WorkCalendar
from app.plans.rules.policy import SPREAD_ITEM, SPREAD_PLAN, SPREAD_ROUND, Schedule
from app.reports.rules.expansion import Series
from app.reports.rules.loads import WEEKLY_MINUTES, OpenWork, Source, Work, Worker
from app.workorders.models import WorkOrder

_STATE = ("anchor_on", "is_anchor_due", "settled_through", "counter", "counted_after_on")


def sources(session: Session, *, by: Actor, plan_ids: Collection[int] | None = None) -> list[Source]:
    """Targets that have dates to come: active ones, those that are retried, and those paused until a day."""
    versions = _versions(session)
    rows = session.execute(_alike({key: schedule.spread_days for key, (schedule, _) in versions.items()}, by, plan_ids))
    calendars: dict[int, WorkCalendar] = {}
    known: dict[tuple[Any, ...], Series] = {}
    found = []
    for row in rows.all():
        schedule, work = versions[row.version_id]
        if row.is_idle and schedule.when_idle == "skip":  # S41
            continue
        if row.calendar_id not in calendars:
            calendars |= work_calendars(session, [row.calendar_id])
        key = (row.version_id, row.calendar_id, *row[3:-1])
        series = known.get(key)
        if series is None:
            series = known[key] = Series(
                replace(schedule, offset_days=row.offset_days) if row.offset_days else schedule,
                calendars[row.calendar_id],
                **{name: getattr(row, name) for name in _STATE},
                waits_for_on=row.waits_for_on,
                begins_on=row.paused_until if row.state == "paused" else None,
            )
        found.append(Source(series, work, row.site_id, row.items))
    return found


def _alike(spreads: dict[int, int], by: Actor, plan_ids: Collection[int] | None) -> Any:
    of_location = location_calendars()
    open_orders = (
        select(WorkOrder.target_id, func.max(WorkOrder.due_on).label("due_on"))
        .where(WorkOrder.is_open, WorkOrder.target_id.is_not(None))
        .group_by(WorkOrder.target_id)
        .subquery()
    )
    paused_until = func.coalesce(PlanTarget.paused_until, MaintenancePlan.paused_until)
    statement = (
        select(
            PlanVersion.id.label("version_id"),
            item_calendar(of_location, Equipment.__table__.c.calendar_id).label("calendar_id"),
            PlanTarget.site_id,
            *(getattr(PlanTarget, name) for name in _STATE),
            case((PlanTarget.next_due_on.is_(None), open_orders.c.due_on)).label("waits_for_on"),
            PlanTarget.state,
            paused_until.label("paused_until"),
            PlanTarget.idle_since.is_not(None).label("is_idle"),
            _offset(spreads).label("offset_days"),
        )
        .join(MaintenancePlan, MaintenancePlan.id == PlanTarget.plan_id)
        .join(
            PlanVersion,
            (PlanVersion.plan_id == MaintenancePlan.id) & (PlanVersion.number == MaintenancePlan.current_number),
        )
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


def _offset(spreads: dict[int, int]) -> ColumnElement[int]:
    """S40, as `spread_of` deals it."""
    spread = {key: days for key, days in spreads.items() if days > 1}
    if not spread:
        return literal(0)
    item = func.coalesce(PlanTarget.equipment_id, PlanTarget.location_id)
    dealt = (item * SPREAD_ITEM + PlanTarget.plan_id * SPREAD_PLAN) % SPREAD_ROUND
    return dealt % case(spread, value=PlanVersion.id, else_=1)


def _versions(session: Session) -> dict[int, tuple[Schedule, Work]]:
    """Those in force."""
    own = (PlanVersion.plan_id, PlanVersion.team_id, PlanVersion.kind, PlanVersion.estimate_minutes)
    rows = session.execute(
        select(PlanVersion.id, PlanVersion.schedule, *own)
        .join(
            MaintenancePlan,
            (PlanVersion.plan_id == MaintenancePlan.id) & (PlanVersion.number == MaintenancePlan.current_number),
        )
        .where(MaintenancePlan.archived_at.is_(None))
    )
    return {row.id: (Schedule.from_dict(row.schedule), Work(*row[2:])) for row in rows}


def open_work(session: Session, *, by: Actor) -> list[OpenWork]:
    """Open orders by day, alike ones counted."""
    keys = (WorkOrder.plan_id, WorkOrder.team_id, WorkOrder.kind, WorkOrder.site_id, WorkOrder.due_on)
    statement = (
        select(
            *keys,
            func.count().label("orders"),
            func.coalesce(func.sum(WorkOrder.estimate_minutes), 0).label("minutes"),
            func.count().filter(WorkOrder.estimate_minutes.is_(None)).label("unestimated"),
        )
        .where(WorkOrder.is_open)
        .group_by(*keys)
    )
    if by.site_ids is not None:
        statement = statement.where(WorkOrder.site_id.in_(by.site_ids))
    return [
        OpenWork(Work(row[0], row[1], row[2], None), row.site_id, row.due_on, row.orders, int(row.minutes), row[7])
        for row in session.execute(statement)
    ]


def workers(session: Session) -> list[Worker]:
    """Who does the work: technicians who may sign in, and whoever is in a team."""
    teams: defaultdict[int, set[int]] = defaultdict(set)
    for team_id, person_id in session.execute(select(TeamMember.team_id, TeamMember.person_id)):
        teams[person_id].add(team_id)
    is_technician = select(User.person_id).where(User.role == "technician", User.is_active)
    statement = select(Person.id).where(
        Person.archived_at.is_(None), Person.id.in_(is_technician) | Person.id.in_(select(TeamMember.person_id))
    )
    people = session.scalars(statement.order_by(Person.id))
    return [Worker(person_id, frozenset(teams[person_id]), WEEKLY_MINUTES) for person_id in people]
