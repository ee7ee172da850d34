"""Targets whose dates to come are the same, counted by the database: one of them is looked at for all."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Integer, Row, case, cast, func, select
from sqlalchemy.orm import Session

from app.core.clock import today
from app.core.security import Actor
from app.engine.actions.batch import facts_of_states
from app.equipment.models import Equipment
from app.ledger.models import PlanException
from app.ledger.queries import facts as ledger
from app.ledger.rules.facts import Facts
from app.places.models import Site
from app.plans.models import MaintenancePlan, PlanTarget
from app.plans.queries.calendars import ChangedLocation, item_calendar, location_calendars
from app.workorders.models import WorkOrder

GROUPS = 80  # looked at, the largest first
# When work was last done matters to the cycles that are judged now (S10), not to the dates to come.
_PAST = {"last_done_on", "last_done_due_on"}
_DECIDING: Any = ledger.STATE_COLUMNS[ledger.DECIDING]
_STATE = [column for column in _DECIDING if getattr(column, "class_", None) is PlanTarget and column.key not in _PAST]


@dataclass(frozen=True, slots=True)
class Supposed:
    """The place of the items, or the calendar of their site, as it would be."""

    location: ChangedLocation | None = None
    site_calendar_id: int | None = None


@dataclass(frozen=True, slots=True)
class Alike:
    """`items` targets, of which `state` is one, today at its site; `calendar_id` is the one that it would go by."""

    state: Row[Any]
    facts: Facts
    today: date
    items: int
    calendar_id: int
    commissioned_on: date | None


@dataclass(frozen=True, slots=True)
class Found:
    groups: list[Alike]
    items: int  # of all groups, those included that are not looked at


def alike(
    session: Session,
    which: Sequence[ColumnElement[bool]],
    *,
    by: Actor,
    now: datetime,
    supposed: Supposed | None = None,
    with_commissioning: bool = False,
) -> Found:
    """Of the targets that still belong to a plan those that satisfy `which`."""
    statement = _grouped(which, supposed or Supposed(), by, with_commissioning=with_commissioning)
    found = statement.subquery()
    items = session.scalar(select(func.coalesce(func.sum(found.c.targets), 0)))
    rows = session.execute(statement.order_by(func.count().desc(), func.min(PlanTarget.id)).limit(GROUPS)).all()
    of_target = {row.target_id: row for row in rows}
    states = ledger.target_states(session, list(of_target))
    facts = {state.id: known for state, known, _ in facts_of_states(session, states, ledger.Schedules())}
    state_of = {state.id: state for state in states}
    groups = [
        Alike(
            state=state_of[target_id],
            facts=facts[target_id],
            today=today(now, state_of[target_id].time_zone),
            items=row.targets,
            calendar_id=row.calendar_id,
            commissioned_on=row.commissioned_on if with_commissioning else None,
        )
        for target_id, row in of_target.items()
    ]
    return Found(groups, int(items or 0))


def _grouped(which: Sequence[ColumnElement[bool]], supposed: Supposed, by: Actor, *, with_commissioning: bool) -> Any:
    """Alike are targets of one plan and calendar, with the same state and open orders as far as these count.

    One about whose dates a person has decided is like no other.
    """
    now_at, then_at = location_calendars(), location_calendars(supposed.location) if supposed.location else None
    standing = func.coalesce(PlanTarget.location_id, Equipment.location_id)
    own = Equipment.__table__.c.calendar_id
    then = item_calendar(now_at if then_at is None else then_at, own)
    if supposed.site_calendar_id is not None:
        of_place = now_at.c.calendar_id
        then = func.coalesce(own, of_place, supposed.site_calendar_id)
    orders = _open_orders(which)
    keys = [
        PlanTarget.plan_id,
        PlanTarget.state,
        PlanTarget.pause_reason.is_not(None),
        *_STATE,
        Site.time_zone,
        item_calendar(now_at, own),
        then.label("calendar_id"),
        *(orders.c[name] for name in ("orders", "started", "first_on", "last_on")),
        case((PlanTarget.id.in_(select(PlanException.target_id)), PlanTarget.id)),
        *([Equipment.commissioned_on] if with_commissioning else []),
    ]
    shown = [func.min(PlanTarget.id).label("target_id"), func.count().label("targets"), then.label("calendar_id")]
    statement: Any = (
        select(*shown, *([Equipment.commissioned_on] if with_commissioning else []))
        .join(MaintenancePlan, MaintenancePlan.id == PlanTarget.plan_id)
        .join(Site, Site.id == PlanTarget.site_id)
        .outerjoin(Equipment, Equipment.id == PlanTarget.equipment_id)
        .outerjoin(now_at, now_at.c.location_id == standing)
        .outerjoin(orders, orders.c.target_id == PlanTarget.id)
        .where(PlanTarget.state != "ended", MaintenancePlan.archived_at.is_(None), *which)
        .group_by(*keys)
    )
    if then_at is not None:
        statement = statement.outerjoin(then_at, then_at.c.location_id == standing)
    if by.site_ids is not None:
        statement = statement.where(PlanTarget.site_id.in_(by.site_ids))
    return statement


def _open_orders(which: Sequence[ColumnElement[bool]]) -> Any:
    is_started = cast(WorkOrder.started_at.is_not(None), Integer)
    return (
        select(
            WorkOrder.target_id,
            func.count().label("orders"),
            func.sum(is_started).label("started"),
            func.min(WorkOrder.due_on).label("first_on"),
            func.max(WorkOrder.due_on).label("last_on"),
        )
        .where(WorkOrder.is_open, WorkOrder.target_id.in_(select(PlanTarget.id).where(*which)))
        .group_by(WorkOrder.target_id)
        .subquery()
    )
