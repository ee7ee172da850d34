"""What a person changes about a plan, with its orders in view: settled first under what held until now (S36b)."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.changes.actions.exceptions import drop_exceptions
from app.changes.actions.open_orders import treat_open_orders
from app.core.clock import today
from app.core.security import Actor, Permission
from app.engine.actions.leaving import leave
from app.engine.actions.reconciling import reconcile_plan
from app.engine.actions.settling import settle_targets
from app.enrolment.actions.dates import follow_version, redate_target
from app.enrolment.actions.targets import enrol, rest_targets, wake_targets
from app.ledger.actions.families import follow_family
from app.ledger.actions.outcomes import lock_target
from app.ledger.actions.resuming import bring_back
from app.ledger.schemas import DroppedException
from app.places.rules import require_whole_house
from app.plans.actions import families, plans
from app.plans.models import MaintenancePlan, PlanFamily, PlanTarget
from app.plans.queries.calendars import house_calendar
from app.plans.queries.plans import get_plan
from app.plans.queries.targets import get_target
from app.plans.schemas import Pause, PlanEdit, PlanInput, TargetEdit
from app.plans.schemas.families import FamilyPatch


def create_plan(session: Session, data: PlanInput, *, by: Actor, now: datetime) -> MaintenancePlan:
    plan = plans.create_plan(session, data, by=by, now=now)
    enrol(session, plan, now=now)
    return plan


@dataclass(frozen=True, slots=True)
class EditedPlan:
    """A plan with its new version, and what had been decided about dates that it no longer has."""

    plan: MaintenancePlan
    dropped: list[DroppedException]


def edit_plan(
    session: Session, plan_id: int, data: PlanEdit, *, by: Actor, now: datetime, version: int | None = None
) -> EditedPlan:
    """S36: 1. settle. 2. the new version. 3. who leaves and who enters. 4. orders that nobody has started.

    5. What people decided about dates that are gone drops.
    """
    plan = plans.lock_plan(session, plan_id, by=by, version=version)
    _settle(session, plan, now=now)
    changes = plans.edit_plan(session, plan, data, data.anchor, by=by, now=now)
    follow_version(session, plan, changes.keys(), data.anchor, now=now)
    if not changes.keys().isdisjoint({"family_id", "rank"}):
        follow_family(session, plan, now=now)
    if changes:
        reconcile_plan(session, plan, now=now)
        treat_open_orders(session, plan, data.open_orders, by=by, now=now)
    return EditedPlan(get_plan(session, plan_id, by=by), drop_exceptions(session, plan_id))


def pause_plan(
    session: Session, plan_id: int, data: Pause, *, by: Actor, now: datetime, version: int | None = None
) -> MaintenancePlan:
    plan = plans.lock_plan(session, plan_id, by=by, version=version)
    _settle(session, plan, now=now)
    plans.pause_plan(session, plan, data, by=by, now=now)
    rest_targets(session, plan, now=now)
    return plan


def resume_plan(
    session: Session,
    plan_id: int,
    *,
    is_caught_up: bool = False,
    by: Actor,
    now: datetime,
    version: int | None = None,
) -> MaintenancePlan:
    """S38: the next tick records what was due during the pause as missed.

    Where it is to be caught up that is done at once, and the latest date of each item is judged anew. At once, too,
    where a meter says when: what is read from now on is of no pause.
    """
    plan = plans.lock_plan(session, plan_id, by=by, version=version)
    plans.resume_plan(session, plan, by=by, now=now)
    wake_targets(session, plan, ended_on=today(now, house_calendar(session, plan.site_id)[1]), now=now)
    if is_caught_up or plan.current.schedule.get("trigger"):
        settled = _settle(session, plan, now=now)
        if is_caught_up:
            settle_targets(session, bring_back(session, settled, now=now), now=now)
    return plan


def archive_plan(
    session: Session, plan_id: int, *, by: Actor, now: datetime, version: int | None = None
) -> MaintenancePlan:
    """Its open orders stay, for a person to decide on."""
    plan = plans.lock_plan(session, plan_id, by=by, version=version)
    leave(session, _settle(session, plan, now=now), "archived", now=now)
    plans.archive_plan(session, plan, by=by, now=now)
    return plan


def edit_target(session: Session, target_id: int, data: TargetEdit, *, by: Actor, now: datetime) -> None:
    """S22, S37: when the work was last done on an item, and where its dates count from."""
    plan_id = get_target(session, target_id, by=by).plan_id
    plan = get_plan(session, plan_id, by=by)
    target = lock_target(session, target_id)
    plans.require_plan(by, plan.site_id or target.site_id)
    settle_targets(session, [target_id], now=now)
    redate_target(session, lock_target(session, target_id), data, by=by, now=now)


def _settle(session: Session, plan: MaintenancePlan, *, now: datetime) -> list[int]:
    """All that the plan covers, under what held until now; a paused plan generates nothing."""
    covered = select(PlanTarget.id).where(PlanTarget.plan_id == plan.id, PlanTarget.state != "ended")
    ids = list(session.scalars(covered.order_by(PlanTarget.id)))
    settle_targets(session, ids, now=now)
    return ids


def edit_family(
    session: Session, family_id: int, data: FamilyPatch, *, version: int | None = None, by: Actor, now: datetime
) -> PlanFamily:
    """S24: another tolerance counts from now on; what was due is settled under the one before (S36b).

    All its targets are locked first, in the order of their ids as everybody locks them (S16).
    """
    require_whole_house(by, Permission.PLAN)
    awake = PlanTarget.family_id == family_id, PlanTarget.wake_at.is_not(None)
    session.scalars(select(PlanTarget.id).where(*awake).order_by(PlanTarget.id).with_for_update()).all()
    of_family = select(PlanTarget.id).where(PlanTarget.family_id == family_id, PlanTarget.wake_at <= now)
    settle_targets(session, list(session.scalars(of_family)), now=now)
    family = families.edit_family(session, family_id, data, version=version, by=by, now=now)
    session.execute(update(PlanTarget).where(*awake).values(wake_at=now))
    return family
