"""S42: a piece takes the place of another, and the plans that cover both go on with it."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.clock import start_of_day, today
from app.core.security import Actor
from app.enrolment.rules import Beginning, begin
from app.ledger.queries.facts import facts_of_target
from app.ledger.rules.facts import Facts
from app.plans.models import MaintenancePlan, PlanTarget
from app.plans.queries.calendars import work_calendars
from app.plans.queries.plans import get_plan
from app.plans.queries.scope import members, scope_of

INHERITED = ("state", "pause_reason", "paused_until", "paused_by", "family_id")


def inherit_targets(
    session: Session, target_ids: Sequence[int], successor_id: int, commissioned_on: date, *, now: datetime
) -> list[PlanTarget]:
    """Those of the old piece's targets that its successor takes over, whether made or taken back.

    A plan that does not cover the successor ends with the old piece; one that covers it already goes on as it is.
    """
    taken = []
    for old in session.scalars(select(PlanTarget).where(PlanTarget.id.in_(target_ids)).order_by(PlanTarget.id)):
        plan = get_plan(session, old.plan_id, by=Actor.system())
        item = _as_member(session, plan, successor_id)
        own = _own_target(session, plan.id, successor_id)
        if item is None or (own is not None and own.state != "ended"):
            continue
        calendar = work_calendars(session, [item.calendar_id])[item.calendar_id]
        before = replace(facts_of_target(session, old.id), calendar=calendar, waiting=(), idle_since=None)
        start = _start(before, own, commissioned_on, today(now, item.time_zone))
        taken.append(_take_over(session, plan, old, own, successor_id, start, item, now=now))
    session.flush()
    return taken


def _as_member(session: Session, plan: MaintenancePlan, equipment_id: int) -> Any:
    found = members(scope_of(session, plan.current.id), plan.site_id)
    return session.execute(select(found).where(found.c.equipment_id == equipment_id)).first()


def _own_target(session: Session, plan_id: int, equipment_id: int) -> PlanTarget | None:
    own = select(PlanTarget).where(PlanTarget.plan_id == plan_id, PlanTarget.equipment_id == equipment_id)
    return session.scalars(own.with_for_update()).one_or_none()


def _start(before: Facts, own: PlanTarget | None, commissioned_on: date, on: date) -> Beginning:
    """Fixed dates keep their anchor and what is settled; floating ones and counters begin with the new piece."""
    if before.schedule.mode == "floating" or before.schedule.trigger is not None:
        return begin(before.schedule, before.calendar, (commissioned_on, False), on)
    known = before.settled_through, own.settled_through if own else None
    settled = [day for day in known if day is not None]
    before = replace(before, settled_through=max(settled, default=None))
    return begin(before.schedule, before.calendar, (before.anchor_on, before.anchor_is_due), on, before)


def _take_over(
    session: Session,
    plan: MaintenancePlan,
    old: PlanTarget,
    own: PlanTarget | None,
    successor_id: int,
    start: Beginning,
    item: Any,
    *,
    now: datetime,
) -> PlanTarget:
    on = today(now, item.time_zone)
    target = own or PlanTarget(plan_id=plan.id, equipment_id=successor_id, counter=0, failure_count=0, created_at=now)
    for name in INHERITED:
        setattr(target, name, getattr(old, name))
    target.site_id, target.enrolled_on, target.reason, target.idle_since = item.site_id, on, None, None
    target.anchor_on, target.is_anchor_due = start.anchor_on, start.is_anchor_due
    target.settled_through, target.counted_after_on = start.settled_through, start.counted_after_on
    target.edited_through = target.last_done_on = target.last_done_due_on = None
    is_paused = old.state == "paused"
    target.next_due_on = None if is_paused else start.next_due_on
    wake_at = start_of_day(start.wake_on, item.time_zone) if start.wake_on and not is_paused else None
    target.wake_at = wake_at and max(wake_at, now)
    target.updated_at = now
    session.add(target)
    return target
