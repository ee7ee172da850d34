"""Log what I just did: work recorded after the fact, which counts for a plan where it should (S9)."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.clock import today
from app.core.security import Actor, Permission, require
from app.places.models import Site
from app.plans.actions import ledger
from app.plans.models import MaintenancePlan, Occurrence, PlanTarget
from app.workorders.actions.completing import day_done, report
from app.workorders.actions.making import site_of
from app.workorders.actions.telling import tell
from app.workorders.models import WorkOrder
from app.workorders.queries.orders import lock_order
from app.workorders.schemas import CompletionInput, LogInput


@dataclass(frozen=True, slots=True)
class Logged:
    """`offered_due_on`: the next due date that this work could count for, if the person says so."""

    order: WorkOrder
    offered_due_on: date | None = None


def log_work(session: Session, data: LogInput, *, by: Actor, now: datetime) -> Logged:
    """One form, one order, created and completed at once; or an open order of the same work, which it completes."""
    site_id = site_of(session, data, by=by)
    require(by, Permission.WORK, site_id=site_id)
    zone = session.scalars(select(Site.time_zone).where(Site.id == site_id)).one()
    completion = CompletionInput.model_validate(data.model_dump(include=set(CompletionInput.model_fields)))
    target_id = _target_of(session, data)
    counted = ledger.LoggedWork("extra")
    if target_id is not None:
        counted = ledger.record_logged_work(
            session,
            target_id,
            done_on=day_done(completion, today(now, zone)),
            open_occurrence_ids=_open_occurrences(session, target_id),
            is_counted=data.is_counted,
            now=now,
        )
    if counted.kind == "on_order":
        found = select(WorkOrder.id).where(WorkOrder.occurrence_id == counted.occurrence_id, WorkOrder.is_open)
        order = lock_order(session, session.scalars(found).one(), by=by)
    else:
        order = _new_order(session, data, site_id, target_id, counted.occurrence_id, by=by, now=now)
    report(session, order, completion, by=by, now=now)
    return Logged(order, counted.offered_due_on)


def _target_of(session: Session, data: LogInput) -> int | None:
    """The one active plan of this kind on the item; where there are several, the work counts for none by itself."""
    item = (
        PlanTarget.equipment_id == data.equipment_id
        if data.equipment_id
        else PlanTarget.location_id == data.location_id
    )
    found = session.scalars(
        select(PlanTarget.id)
        .join(MaintenancePlan, MaintenancePlan.id == PlanTarget.plan_id)
        .where(item, PlanTarget.state == "active", MaintenancePlan.kind == data.work_kind)
        .limit(2)
    ).all()
    return found[0] if len(found) == 1 else None


def _open_occurrences(session: Session, target_id: int) -> list[int]:
    statement = select(WorkOrder.occurrence_id).where(
        WorkOrder.target_id == target_id, WorkOrder.is_open, WorkOrder.occurrence_id.is_not(None)
    )
    return [occurrence_id for occurrence_id in session.scalars(statement) if occurrence_id is not None]


def _new_order(
    session: Session,
    data: LogInput,
    site_id: int,
    target_id: int | None,
    occurrence_id: int | None,
    *,
    by: Actor,
    now: datetime,
) -> WorkOrder:
    occurrence = session.get(Occurrence, occurrence_id) if occurrence_id else None
    zone = session.scalars(select(Site.time_zone).where(Site.id == site_id)).one()
    target = session.get(PlanTarget, target_id) if occurrence and target_id else None
    order = WorkOrder(
        type="preventive" if occurrence else data.type,
        kind=data.work_kind,
        title=data.title,
        equipment_id=data.equipment_id,
        location_id=data.location_id,
        site_id=site_id,
        origin="manual",
        plan_id=target.plan_id if target else None,
        plan_version_id=occurrence.plan_version_id if occurrence else None,
        target_id=target.id if target else None,
        occurrence_id=occurrence_id,
        priority="normal",
        state="ready",
        due_on=occurrence.due_on if occurrence else data.done_on or today(now, zone),
        window_first_on=occurrence.window_first_on if occurrence else None,
        window_last_on=occurrence.window_last_on if occurrence else None,
        assignee_id=by.person_id,
        created_at=now,
        created_by=by.user_id,
        released_at=now,
    )
    session.add(order)
    session.flush()
    tell(session, order, "created", by=by, now=now, to_state="ready")
    return order
