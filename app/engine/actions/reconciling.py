"""Targets follow the registry (S39): after each change, and as a whole every night."""

from collections.abc import Sequence
from datetime import datetime
from itertools import islice

from sqlalchemy import ColumnElement, delete, or_, select, true, update
from sqlalchemy.orm import Session, aliased, joinedload

from app.core.clock import today
from app.core.security import Actor
from app.engine.actions.leaving import leave
from app.engine.actions.settling import settle_targets
from app.enrolment.actions.targets import enrol, wake_targets
from app.equipment.models import Equipment, EquipmentChange
from app.equipment.rules.registry import AT_REST
from app.places.models import Site
from app.plans.actions.plans import resume_plan
from app.plans.models import MaintenancePlan, PlanTarget
from app.plans.queries.calendars import house_calendar
from app.plans.queries.scope import leaving_targets, scope_of
from app.workorders.actions.life import open_for_change
from app.workorders.actions.telling import tell
from app.workorders.models import WorkOrder

CHANGES_PER_TICK = 10_000
BATCH = 500


def reconcile_changes(session: Session, *, now: datetime) -> int:
    """What changed since the last time; how many changes. Costs two looks where there are none."""
    changes = list(
        session.scalars(
            select(EquipmentChange.id)
            .order_by(EquipmentChange.id)
            .limit(CHANGES_PER_TICK)
            .with_for_update(skip_locked=True)
        )
    )
    if not changes:
        return 0
    follow_pieces(session, PlanTarget.equipment_id.in_(select(EquipmentChange.equipment_id)), now=now)
    move_open_orders(session, WorkOrder.equipment_id.in_(select(EquipmentChange.equipment_id)), now=now)
    for plan in _live_plans(session):
        reconcile_plan(session, plan, only_changed=True, now=now)
    changed = select(EquipmentChange.equipment_id).where(EquipmentChange.id.in_(changes))
    session.execute(  # a piece may stand under another calendar now
        update(PlanTarget).where(PlanTarget.equipment_id.in_(changed), PlanTarget.wake_at > now).values(wake_at=now)
    )
    session.execute(delete(EquipmentChange).where(EquipmentChange.id.in_(changes)))
    return len(changes)


def reconcile_all(session: Session, *, now: datetime) -> None:
    """Every night: whatever slipped through is found, and pauses whose day has come end (S38, S39)."""
    follow_pieces(session, true(), now=now)
    move_open_orders(session, true(), now=now)
    for plan in _live_plans(session):
        _, time_zone = house_calendar(session, plan.site_id)
        if plan.state == "paused" and plan.paused_until is not None and plan.paused_until <= today(now, time_zone):
            ended_on = plan.paused_until
            resume_plan(session, plan, by=Actor.system(), now=now)
            wake_targets(session, plan, ended_on=ended_on, now=now)
        reconcile_plan(session, plan, now=now)


def reconcile_plan(session: Session, plan: MaintenancePlan, *, now: datetime, only_changed: bool = False) -> None:
    """Those that no longer belong are settled up to today and end (S36b); then newcomers are taken in.

    The plan is locked before its targets, as an edit does: neither waits for the other in a circle.
    """
    session.execute(select(MaintenancePlan.id).where(MaintenancePlan.id == plan.id).with_for_update())
    scope = scope_of(session, plan.current.id)
    gone = leaving_targets(session, plan.id, scope, plan.site_id, only_changed=only_changed)
    if gone:
        settle_targets(session, gone, now=now)
        leave(session, gone, "scope", now=now)
    enrol(session, plan, only_changed=only_changed, now=now)


def _live_plans(session: Session) -> Sequence[MaintenancePlan]:
    statement = select(MaintenancePlan).where(MaintenancePlan.archived_at.is_(None)).order_by(MaintenancePlan.id)
    return session.scalars(statement.options(joinedload(MaintenancePlan.current))).all()


def follow_pieces(session: Session, which: ColumnElement[bool], *, now: datetime) -> None:
    """Where a piece stands now (S43), and whether it rests (S41), count for the cycles that have no order yet.

    Targets keep what held before, so that they can be settled under it first (S36b).
    """
    rests = Equipment.status.in_(AT_REST)
    differs = or_(Equipment.site_id != PlanTarget.site_id, rests != PlanTarget.idle_since.is_not(None))
    found = session.execute(
        select(PlanTarget.id, Equipment.site_id, Site.time_zone, PlanTarget.idle_since, rests.label("rests"))
        .join(Equipment, Equipment.id == PlanTarget.equipment_id)
        .join(Site, Site.id == Equipment.site_id)
        .where(which, differs)
    ).all()
    if not found:
        return
    settle_targets(session, [row.id for row in found], now=now)
    session.execute(
        update(PlanTarget),
        [
            {
                "id": row.id,
                "site_id": row.site_id,
                "idle_since": (row.idle_since or today(now, row.time_zone)) if row.rests else None,
            }
            for row in found
        ],
    )
    ids = iter([row.id for row in found])
    while batch := list(islice(ids, BATCH)):
        awake = update(PlanTarget).where(PlanTarget.id.in_(batch), PlanTarget.wake_at.is_not(None))
        session.execute(awake.values(wake_at=now))


def move_open_orders(session: Session, which: ColumnElement[bool], *, now: datetime) -> None:
    """Work on a piece is done where it stands now, and seen by who works there. Its dates stay (S43)."""
    was, there = aliased(Site), aliased(Site)
    moved = session.execute(
        select(WorkOrder.id, was.name.label("was"), there.name.label("there"))
        .join(Equipment, Equipment.id == WorkOrder.equipment_id)
        .join(was, was.id == WorkOrder.site_id)
        .join(there, there.id == Equipment.site_id)
        .where(which, WorkOrder.is_open, WorkOrder.site_id != Equipment.site_id)
        .order_by(WorkOrder.target_id, WorkOrder.id)
    ).all()
    for row in moved:
        order = open_for_change(session, row.id, version=None, by=Actor.system())
        if not order.is_open:  # ended while the lock was waited for
            continue
        site_id = select(Equipment.site_id).where(Equipment.id == order.equipment_id)
        order.site_id = session.scalars(site_id).one()
        order.version += 1
        session.flush()
        tell(session, order, "changed", by=Actor.system(), now=now, changes={"site": [row.was, row.there]})
