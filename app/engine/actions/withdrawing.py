"""S23: a run that a wrong clock made too early is taken back, as far as nobody has worked on what it made."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from app.core.clock import today
from app.core.errors import Conflict, NotFound
from app.core.i18n import N_
from app.core.security import Actor, Permission
from app.journal.actions import record_change
from app.ledger.actions.corrections import look_from
from app.ledger.actions.families import give_back
from app.ledger.actions.outcomes import lock_target, write_difference
from app.ledger.models import GenerationRun, Occurrence
from app.ledger.queries.earlier import earlier_facts
from app.ledger.queries.facts import calendars_of, facts_of_target, rows_from, target_states
from app.ledger.rules.metering import step_of
from app.ledger.rules.rows import difference
from app.ledger.rules.withdrawing import as_left_on
from app.places.rules import require_whole_house
from app.plans.models import MaintenancePlan, PlanTarget, PlanVersion
from app.plans.rules.policy import spread_of
from app.plans.rules.schedule import Schedule, last_cycle_before
from app.workorders.actions.telling import tell
from app.workorders.models import WorkOrder

DAY = timedelta(days=1)
REASON = N_("The run that made it was withdrawn.")
ROW = ("target_id", "cycle_key", "raw_due_on", "due_on", "last_due_on", "count", "fate", "reason", "because_key")


def withdraw_run(session: Session, run_id: int, *, by: Actor, now: datetime) -> GenerationRun:
    """For each target from its last row backwards, until a row of another run, or one whose order was touched.

    Untouched orders are cancelled, rows move into the run's record, `settled_through` and the counter go back, and the
    next tick decides anew. What it had added to a row of an earlier run is split off that row.
    """
    require_whole_house(by, Permission.PLAN)
    statement = select(GenerationRun).where(GenerationRun.id == run_id).with_for_update()
    run = session.scalars(statement, execution_options={"populate_existing": True}).one_or_none()
    if run is None:
        raise NotFound("not_found", N_("This does not exist, or you have no access to it."))
    if run.withdrawn_at is not None:
        raise Conflict("already_withdrawn", N_("This run has been withdrawn already."))
    taken_back: list[dict[str, Any]] = []
    own = or_(Occurrence.run_id == run_id, Occurrence.batch.like(f"{run_id}.%"))
    concerned = select(Occurrence.target_id).where(own).distinct().order_by(Occurrence.target_id)
    for target_id in session.scalars(concerned).all():
        taken_back += _take_back(session, lock_target(session, target_id), run_id, by=by, now=now)
    run.withdrawn_at, run.taken_back = now, taken_back
    changes = {"withdrawn_at": [None, now.isoformat()], "rows": [len(taken_back), 0]}
    record_change(session, "withdrawn", "generation_run", run_id, changes, by=by, now=now)
    session.flush()
    return run


def _take_back(session: Session, target: PlanTarget, run_id: int, *, by: Actor, now: datetime) -> list[dict[str, Any]]:
    taken: list[dict[str, Any]] = []
    rows = _rows(session, target.id)
    while rows:
        row = rows[-1]
        orders = _orders(session, row.id)
        is_own = row.run_id == run_id
        if not is_own and row.count > 1 and _is_touched_by(row, run_id):
            taken += _split_off(session, target, row, run_id, now=now)
            rows = _rows(session, target.id)
            break
        if not (is_own or _was_generated_by(row, run_id)) or any(map(_is_touched, orders)):
            break
        _cancel(session, orders, by=by, now=now)
        give_back(session, target.id, row.cycle_key, now=now)
        taken.append({name: _plain(getattr(row, name)) for name in ROW})
        if not is_own:
            row.fate, row.reason, row.batch = "waiting", "open_order", None  # as that run had found it
            break
        _count_from_where_it_did(target, row)
        if row.cycle_key.startswith("C:"):
            look_from(session, target, int(row.cycle_key.rpartition(":")[2]))
        session.delete(row)
        rows.pop()
    if taken:
        _set_back(session, target, rows, [row["cycle_key"] for row in taken], now=now)
    return taken


def _count_from_where_it_did(target: PlanTarget, row: Occurrence) -> None:
    """A floating clock that went on from a cycle which was not done (S12) counts from what that cycle was counted."""
    anchor = row.trace[0].get("anchor") if row.trace else None
    if row.cycle_key.startswith("N:") and row.fate != "generated" and anchor is not None:
        target.anchor_on, target.counted_after_on = date.fromisoformat(anchor), row.raw_due_on - DAY


def _rows(session: Session, target_id: int) -> list[Occurrence]:
    rows = select(Occurrence).where(Occurrence.target_id == target_id)
    return list(session.scalars(rows.order_by(Occurrence.raw_due_on, Occurrence.id)))


def _was_generated_by(row: Occurrence, run_id: int) -> bool:
    """A cycle that waited before that run, and got its order by it."""
    return row.fate == "generated" and _is_touched_by(row, run_id)


def _is_touched_by(row: Occurrence, run_id: int) -> bool:
    return row.batch is not None and row.batch.startswith(f"{run_id}.")


def _split_off(
    session: Session, target: PlanTarget, row: Occurrence, run_id: int, *, now: datetime
) -> list[dict[str, Any]]:
    """The row as the run before it left it; nothing, where that cannot be told any more."""
    before = rows_from(session, target.id, row.raw_due_on)[:1]
    looked_at = session.scalar(
        select(func.max(GenerationRun.as_of)).where(GenerationRun.id < run_id, GenerationRun.withdrawn_at.is_(None))
    )
    if looked_at is None:
        return []
    time_zone = target_states(session, [target.id])[0].time_zone
    facts = facts_of_target(session, target.id)
    facts = earlier_facts(session, target.id, facts, before).get(row.plan_version_id, facts)
    after = as_left_on(before[0], facts, today(looked_at, time_zone))
    if not after:
        return []
    taken = {name: _plain(getattr(row, name)) for name in ROW}
    taken["count"] = row.count - sum(each.count for each in after if each.fate != "waiting")
    write_difference(session, target.id, difference(before, after), lambda _row: facts, now=now)
    return [taken]


def _orders(session: Session, occurrence_id: int) -> Sequence[WorkOrder]:
    orders = select(WorkOrder).where(WorkOrder.occurrence_id == occurrence_id).with_for_update()
    return session.scalars(orders, execution_options={"populate_existing": True}).all()


def _is_touched(order: WorkOrder) -> bool:
    """Its release is the clock's own doing; anything else is somebody's."""
    return order.state not in ("planned", "ready") or order.started_at is not None or order.version > 2


def _cancel(session: Session, orders: Iterable[WorkOrder], *, by: Actor, now: datetime) -> None:
    for order in orders:
        tell(session, order, "cancel", by=by, now=now, from_state=order.state, to_state="cancelled", reason=REASON)
        order.state, order.ended_reason, order.occurrence_id = "cancelled", REASON, None
        order.version += 1
    session.flush()


def _set_back(
    session: Session, target: PlanTarget, rows: Sequence[Occurrence], taken: Sequence[str], *, now: datetime
) -> None:
    """To where it had come before the cycles of these keys: `rows` are left."""
    version = session.scalars(
        select(PlanVersion)
        .join(MaintenancePlan, MaintenancePlan.id == PlanVersion.plan_id)
        .where(MaintenancePlan.id == target.plan_id, PlanVersion.number == MaintenancePlan.current_number)
    ).one()
    schedule = spread_of(
        Schedule.from_dict(version.schedule), target.plan_id, target.equipment_id or target.location_id or 0
    )
    if schedule.mode == "floating":
        numbers = [int(row.cycle_key.removeprefix("N:")) for row in rows if row.cycle_key.startswith("N:")]
        target.counter = max(numbers, default=0)
    elif schedule.trigger is not None:  # steps of a counter (S26)
        steps = [step_of(key) - 1 for key in taken if key.startswith("M:")]
        target.counter = min([target.counter, *steps])
    elif rows:
        target.settled_through = rows[-1].last_raw_due_on
    else:
        calendar = calendars_of(session, [target.id])[target.id][1]
        target.settled_through = last_cycle_before(
            schedule, calendar, target.anchor_on, target.enrolled_on, target.is_anchor_due
        )
    target.next_due_on, target.updated_at = None, now
    target.wake_at = now if target.state in ("active", "error") else None
    session.flush()


def _plain(value: Any) -> Any:
    return value.isoformat() if hasattr(value, "isoformat") else value
