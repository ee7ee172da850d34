"""Targets follow from the scope: items enter a plan, leave it and come back (S39)."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime
from itertools import islice
from typing import Any, NamedTuple

from sqlalchemy import (
    CTE,
    Boolean,
    ColumnElement,
    Date,
    case,
    column,
    func,
    insert,
    literal,
    select,
    true,
    update,
    values,
)
from sqlalchemy.orm import Session
from sqlalchemy.types import TypeEngine

from app.core.clock import start_of_day, today
from app.core.db import Instant, Key
from app.enrolment.actions.dates import returns
from app.enrolment.rules import Beginning, begin
from app.ledger.actions.outcomes import cancel_waiting
from app.plans.models import MaintenancePlan, PlanTarget
from app.plans.queries.calendars import work_calendars
from app.plans.queries.scope import is_member, members, scope_of
from app.plans.rules.calendar import WorkCalendar
from app.plans.rules.errors import RuleError
from app.plans.rules.policy import SPREAD_ITEM, SPREAD_PLAN, SPREAD_ROUND, anchor_of
from app.plans.rules.schedule import Schedule

BATCH = 500
GROUPS = 2_000  # a statement: ten values each, of the 32,766 that SQLite takes
NO_PAUSE: dict[str, Any] = {"pause_reason": None, "paused_until": None, "paused_by": None}
NEVER = date.min  # stands for a piece without a commissioning date, so that a join may be by equality


class Group(NamedTuple):
    """Items that share these share their first dates. `commissioned_on` is NEVER unless the anchor depends on it.

    `offset_days` is each item's share of the spread (S40).
    """

    site_id: int
    calendar_id: int
    commissioned_on: date
    offset_days: int
    enrolled_on: date
    anchor_on: date
    is_anchor_due: bool
    settled_through: date | None
    counted_after_on: date | None
    next_due_on: date | None
    wake_at: datetime | None


_TYPES: tuple[TypeEngine[Any], ...] = (
    Key,
    Key,
    Date(),
    Key,
    Date(),
    Date(),
    Boolean(),
    Date(),
    Date(),
    Date(),
    Instant(),
)


def enrol(session: Session, plan: MaintenancePlan, *, now: datetime, only_changed: bool = False) -> int:
    """Take in the items that belong and have no target, and take back those that had left; how many.

    1. What belongs is one statement. 2. First dates are computed once a group of items that share them. 3. The targets
    are made by INSERT ... SELECT, so that no piece is loaded.
    """
    session.execute(select(MaintenancePlan.id).where(MaintenancePlan.id == plan.id).with_for_update())
    found = members(scope_of(session, plan.current.id), plan.site_id, only_changed=only_changed)
    count = _take_back(session, plan, found, now=now)
    groups = _groups(session, plan, found, now=now)
    while batch := list(islice(groups, GROUPS)):
        count += _insert(session, plan, found, batch, now=now)
    return count


def _is_new(plan: MaintenancePlan, found: CTE) -> list[Any]:
    own = select(PlanTarget.id).where(PlanTarget.plan_id == plan.id)
    return [
        ~own.where(PlanTarget.equipment_id == found.c.equipment_id).exists(),
        ~own.where(PlanTarget.location_id == found.c.location_id).exists(),
    ]


def _offset_days(schedule: Schedule, plan_id: int, found: CTE) -> ColumnElement[int]:
    """`spread_of`, as a database reckons it."""
    if schedule.spread_days < 2:
        return literal(0, Key)
    dealt = func.coalesce(found.c.equipment_id, found.c.location_id) * SPREAD_ITEM + plan_id * SPREAD_PLAN
    return dealt % SPREAD_ROUND % schedule.spread_days


def _day_or_never(found: CTE) -> ColumnElement[date]:
    return func.coalesce(found.c.commissioned_on, literal(NEVER, Date()))


def _groups(session: Session, plan: MaintenancePlan, found: CTE, *, now: datetime) -> Iterator[Group]:
    version = plan.current
    commissioned_on = _day_or_never(found) if version.anchor_policy == "commissioning" else literal(NEVER, Date())
    schedule = Schedule.from_dict(version.schedule)
    offset_days = _offset_days(schedule, plan.id, found)
    rows = session.execute(
        select(found.c.site_id, found.c.time_zone, found.c.calendar_id, commissioned_on, offset_days)
        .where(*_is_new(plan, found))
        .distinct()
    ).all()
    calendars = work_calendars(session, {row[2] for row in rows})
    for site_id, time_zone, calendar_id, commissioned, offset in rows:
        on = today(now, time_zone)
        known = None if commissioned == NEVER else commissioned
        anchor_on, is_anchor_due = anchor_of(version.anchor_policy, version.anchor_on, known, on)
        start = _started(replace(schedule, offset_days=offset), calendars[calendar_id], (anchor_on, is_anchor_due), on)
        wake_at = start_of_day(start.wake_on, time_zone) if start.wake_on else None
        yield Group(
            site_id,
            calendar_id,
            commissioned,
            offset,
            on,
            anchor_on,
            is_anchor_due,
            start.settled_through,
            start.counted_after_on,
            start.next_due_on,
            None if wake_at is None else max(wake_at, now),
        )


def _started(schedule: Schedule, calendar: WorkCalendar, anchor: tuple[date, bool], on: date) -> Beginning:
    """A rule that fails is looked at by the next tick, which shows the error (S15)."""
    try:
        return begin(schedule, calendar, anchor, on)
    except RuleError:
        return Beginning(*anchor, settled_through=None, counted_after_on=None, next_due_on=None, wake_on=on)


def _insert(session: Session, plan: MaintenancePlan, found: CTE, groups: Sequence[Group], *, now: datetime) -> int:
    columns = [column(name, of_type) for name, of_type in zip(Group._fields, _TYPES, strict=True)]
    rows = [tuple(literal(value, of_type) for value, of_type in zip(group, _TYPES, strict=True)) for group in groups]
    group = values(*columns, name="first_dates").data(rows).cte("groups")
    belongs = (group.c.site_id == found.c.site_id) & (group.c.calendar_id == found.c.calendar_id)
    if plan.current.anchor_policy == "commissioning":
        belongs &= group.c.commissioned_on == _day_or_never(found)
    schedule = Schedule.from_dict(plan.current.schedule)
    if schedule.spread_days > 1:
        belongs &= group.c.offset_days == _offset_days(schedule, plan.id, found)
    is_paused = plan.state == "paused"
    own = {
        "plan_id": literal(plan.id, Key),
        "equipment_id": found.c.equipment_id,
        "location_id": found.c.location_id,
        "site_id": found.c.site_id,
        "state": literal("paused" if is_paused else "active"),
        "wake_at": literal(None, Instant()) if is_paused else group.c.wake_at,
        "idle_since": case((found.c.rests, group.c.enrolled_on)),
        "family_id": literal(plan.current.family_id, Key),
        "created_at": literal(now, Instant()),
        "updated_at": literal(now, Instant()),
    } | {name: group.c[name] for name in Group._fields[4:-1]}
    chosen = select(*own.values()).select_from(found).join(group, belongs).where(*_is_new(plan, found))
    chosen = chosen.order_by(found.c.equipment_id, found.c.location_id)
    made = insert(PlanTarget).from_select(list(own), chosen).execution_options(preserve_rowcount=True)
    result: Any = session.execute(made)
    count: int = result.rowcount
    return count


def _take_back(session: Session, plan: MaintenancePlan, found: CTE, *, now: datetime) -> int:
    """A target is re-used when its item comes back: what is settled stays so, and nothing is made up for (S14b)."""
    gone = iter(
        session.scalars(
            select(PlanTarget.id).where(PlanTarget.plan_id == plan.id, PlanTarget.state == "ended", is_member(found))
        ).all()
    )
    count = 0
    while ids := list(islice(gone, BATCH)):
        state = {"state": "active", "reason": None, "wake_at": now}
        if plan.state == "paused":
            state |= {"state": "paused", "wake_at": None}
        is_entry = plan.current.anchor_policy == "entry"
        session.execute(update(PlanTarget), [row | state for row in returns(session, ids, is_entry=is_entry, now=now)])
        count += len(ids)
    return count


def end_targets(session: Session, target_ids: Sequence[int], reason: str, *, now: datetime) -> None:
    """Whoever calls has settled them up to today (S36b). What waits is cancelled; an open order stays (S39)."""
    ids = iter(target_ids)
    while batch := list(islice(ids, BATCH)):
        session.execute(
            update(PlanTarget)
            .where(PlanTarget.id.in_(batch))
            .values(state="ended", reason=reason, next_due_on=None, wake_at=None, updated_at=now, **NO_PAUSE)
        )
        cancel_waiting(session, batch, now=now)


def rest_targets(session: Session, plan: MaintenancePlan, *, now: datetime) -> None:
    """S38: nothing is generated until the plan is resumed; open orders stay."""
    session.execute(
        update(PlanTarget)
        .where(PlanTarget.plan_id == plan.id, PlanTarget.state != "ended")
        .values(state="paused", next_due_on=None, wake_at=None, updated_at=now)
    )


def wake_targets(session: Session, plan: MaintenancePlan, *, ended_on: date, now: datetime) -> None:
    """They stay paused until the next tick has recorded what was due before that day as missed (S38).

    One that is paused by itself sleeps on: the tick looks when its own pause ends.
    """
    goes_on = PlanTarget.pause_reason.is_not(None) & func.coalesce(PlanTarget.paused_until > ended_on, true())
    until = case((goes_on, PlanTarget.paused_until), else_=ended_on)
    reason = case((goes_on, PlanTarget.pause_reason))
    session.execute(
        update(PlanTarget)
        .where(PlanTarget.plan_id == plan.id, PlanTarget.state == "paused")
        .values(wake_at=now, updated_at=now, paused_until=until, pause_reason=reason)
    )
