"""Log what I just did: work recorded after the fact, which counts for a plan where it should (S9)."""

from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.clock import today
from app.core.errors import Conflict
from app.core.i18n import N_
from app.core.security import Actor, Permission, require
from app.interventions.actions.completing import day_done, report
from app.interventions.schemas import CompletionInput, LogInput
from app.journal.actions import refuse_stale
from app.ledger.actions import outcomes as ledger
from app.ledger.models import Occurrence
from app.places.models import Site
from app.plans.models import PlanTarget
from app.workorders.actions.making import site_of
from app.workorders.actions.telling import tell
from app.workorders.models import WorkOrder
from app.workorders.queries.by_cycle import target_of
from app.workorders.queries.orders import get_plain_order, lock_order


@dataclass(frozen=True, slots=True)
class Logged:
    """`offered_due_on`: the next due date that this work could count for, if the person says so."""

    order: WorkOrder
    offered_due_on: date | None = None


def log_work(
    session: Session,
    data: LogInput,
    *,
    asked_at: datetime | None = None,
    files_dir: Path | None = None,
    by: Actor,
    now: datetime,
) -> Logged:
    """One form, one order, created and completed at once; or an open order of the same work, which it completes.

    `asked_at`: since when it was so, or was asked for, where that was before.
    """
    site_id = site_of(session, data, by=by)
    require(by, Permission.WORK, site_id=site_id)
    zone = session.scalars(select(Site.time_zone).where(Site.id == site_id)).one()
    completion = CompletionInput.model_validate(data.model_dump(include=set(CompletionInput.model_fields)))
    target_id = target_of(session, data.work_kind, equipment_id=data.equipment_id, location_id=data.location_id)
    done_on = day_done(completion, today(now, zone))
    counted = ledger.LoggedWork("extra")
    if target_id is not None:
        ledger.lock_target(session, target_id)  # before its orders are looked at: nobody ends them meanwhile
        counted = ledger.record_logged_work(
            session,
            target_id,
            done_on=done_on,
            open_occurrence_ids=_open_occurrences(session, target_id),
            is_counted=data.is_counted,
            now=now,
        )
    if counted.kind == "on_order":
        found = select(WorkOrder.id).where(WorkOrder.occurrence_id == counted.occurrence_id, WorkOrder.is_open)
        order = lock_order(session, session.scalars(found).one(), by=by)
    else:
        order = _new_order(session, data, site_id, target_id, counted.occurrence_id, done_on=done_on, by=by, now=now)
    if asked_at is not None and asked_at < (order.asked_at or order.created_at):
        order.asked_at = asked_at
    report(session, order, completion, files_dir=files_dir, by=by, now=now)
    return Logged(order, counted.offered_due_on)


def count_work_order(
    session: Session, order_id: int, *, version: int | None = None, by: Actor, now: datetime
) -> WorkOrder:
    """Take the offer of S9: work that was done beside the plan counts for the plan's next due date after all."""
    order = get_plain_order(session, order_id, by=by)
    require(by, Permission.WORK, site_id=order.site_id)
    item = {"equipment_id": order.equipment_id, "location_id": order.location_id}
    target_id = target_of(session, order.kind, **item) if order.occurrence_id is None else None
    if target_id is None:
        raise Conflict("nothing_to_count_for", N_("There is no due date that this work could count for."))
    ledger.lock_target(session, target_id)
    order = lock_order(session, order_id, by=by)
    refuse_stale(order, version)
    done_on = order.done_on
    if order.occurrence_id is not None or done_on is None:  # in the meantime
        raise Conflict("nothing_to_count_for", N_("There is no due date that this work could count for."))
    if _open_occurrences(session, target_id):
        raise Conflict("has_order", N_("The next due date has an order already: record the work on that one."))
    counted = ledger.record_logged_work(
        session, target_id, done_on=done_on, open_occurrence_ids=[], is_counted=True, now=now
    )
    if counted.occurrence_id is None:
        raise Conflict("nothing_to_count_for", N_("There is no due date that this work could count for."))
    before = order.due_on
    _belong(session, order, target_id, counted.occurrence_id)
    order.version += 1
    session.flush()
    ledger.record_completion(session, counted.occurrence_id, done_on=done_on, now=now)
    tell(session, order, "counted", by=by, now=now, changes={"due_on": [str(before), str(order.due_on)]})
    return order


def _belong(session: Session, order: WorkOrder, target_id: int, occurrence_id: int) -> None:
    """The order becomes the one of that cycle, with its plan and dates."""
    occurrence, target = session.get_one(Occurrence, occurrence_id), session.get_one(PlanTarget, target_id)
    order.type = "preventive"
    order.plan_id, order.plan_version_id = target.plan_id, occurrence.plan_version_id
    order.target_id, order.occurrence_id = target_id, occurrence_id
    order.due_on = occurrence.due_on
    order.window_first_on, order.window_last_on = occurrence.window_first_on, occurrence.window_last_on


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
    done_on: date,
    by: Actor,
    now: datetime,
) -> WorkOrder:
    order = WorkOrder(
        type=data.type,
        kind=data.work_kind,
        title=data.title,
        equipment_id=data.equipment_id,
        location_id=data.location_id,
        site_id=site_id,
        origin="manual",
        priority="normal",
        state="ready",
        due_on=done_on,
        assignee_id=by.person_id,
        created_at=now,
        created_by=by.user_id,
        released_at=now,
    )
    if target_id is not None and occurrence_id is not None:
        _belong(session, order, target_id, occurrence_id)
    session.add(order)
    session.flush()
    tell(session, order, "created", by=by, now=now, to_state="ready")
    return order
