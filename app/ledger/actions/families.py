"""S24: what becomes of the plans below when an order of a higher one ends."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session, aliased

from app.ledger.models import Occurrence
from app.ledger.queries.families import together
from app.ledger.queries.metered import is_without_order
from app.ledger.rules.settling import WITH_ORDER
from app.plans.models import MaintenancePlan, PlanTarget, PlanVersion


def reset_below(session: Session, target: PlanTarget, key: str, done_on: date, *, now: datetime) -> None:
    """The work that was done takes in that of lower rank: floating clocks begin anew from its day.

    Not where an order of their own is open: that one goes by the day on which it is done itself. A clock is never set
    back to work that was done before.
    """
    taken = {row.target_id: row.cycle_key for row in _taken_in(session, target.id, key)}
    for lower, schedule in _lower(session, target, set(taken)):
        if schedule.get("mode", "fixed") != "floating":
            continue
        is_last = taken.get(lower.id) == f"N:{lower.counter}"
        is_running = lower.next_due_on is not None or (
            bool(schedule.get("trigger")) and is_without_order(session, lower.id, lower.last_done_on)
        )
        if is_last or (is_running and (lower.last_done_on is None or lower.last_done_on <= done_on)):
            lower.anchor_on, lower.is_anchor_due, lower.counted_after_on = done_on, False, None
            lower.last_done_on = done_on
    wake_family(session, target, now=now)


def give_back(session: Session, target_id: int, key: str, *, now: datetime) -> None:
    """The order of this cycle ended otherwise than done: of each plan below, the latest cycle that it took in is judged
    anew, unless one of that plan waits already or a later one has an order (S20).
    """
    latest: dict[int, Occurrence] = {}
    for row in _taken_in(session, target_id, key):
        latest[row.target_id] = row
    for row in latest.values():
        if not _is_overtaken(session, row):
            row.fate, row.reason, row.because_key, row.because_target_id = "waiting", "came_back", None, None
            row.decided_at = now
    awake = update(PlanTarget).where(PlanTarget.id.in_(latest), PlanTarget.state.in_(("active", "error")))
    if latest:
        session.flush()
        session.execute(awake.values(wake_at=now))


def wake_family(session: Session, target: PlanTarget, *, now: datetime) -> None:
    if target.family_id is not None:
        session.flush()
        kin = together(session, [target.id])
        awake = update(PlanTarget).where(PlanTarget.id.in_(kin), PlanTarget.state.in_(("active", "error")))
        session.execute(awake.values(wake_at=now))


def _taken_in(session: Session, target_id: int, key: str) -> list[Occurrence]:
    """Cycles of other targets that were merged into this one, in raw order."""
    rows = select(Occurrence).where(
        Occurrence.because_target_id == target_id, Occurrence.because_key == key, Occurrence.fate == "merged"
    )
    return list(session.scalars(rows.order_by(Occurrence.raw_due_on, Occurrence.id)))


def _is_overtaken(session: Session, row: Occurrence) -> bool:
    own = select(Occurrence.id).where(Occurrence.target_id == row.target_id)
    waits = own.where(Occurrence.fate == "waiting", Occurrence.reason != "ask")
    later = own.where(Occurrence.fate.in_(WITH_ORDER), Occurrence.raw_due_on > row.raw_due_on)
    return any(session.scalar(found.limit(1)) is not None for found in (waits, later))


def _lower(session: Session, target: PlanTarget, taken: set[int]) -> list[tuple[PlanTarget, dict[str, Any]]]:
    """Live targets of lower rank on the item, and those that the cycle took in; each with its schedule."""
    if target.family_id is None and not taken:
        return []
    kin = set(together(session, [target.id])) - {target.id}
    own, current = aliased(PlanVersion), aliased(MaintenancePlan)
    rank = session.scalar(
        select(own.rank)
        .join(current, (current.id == own.plan_id) & (current.current_number == own.number))
        .where(current.id == target.plan_id)
    )
    rows = session.execute(
        select(PlanTarget, PlanVersion.schedule, PlanVersion.rank)
        .join(MaintenancePlan, MaintenancePlan.id == PlanTarget.plan_id)
        .join(
            PlanVersion,
            (PlanVersion.plan_id == MaintenancePlan.id) & (PlanVersion.number == MaintenancePlan.current_number),
        )
        .where(PlanTarget.id.in_(kin | taken))
        .order_by(PlanTarget.id),
        execution_options={"populate_existing": True},
    )
    return [
        (row[0], row.schedule)
        for row in rows
        if row[0].id in taken or (rank is not None and row.rank is not None and row.rank < rank)
    ]


def follow_family(session: Session, plan: MaintenancePlan, *, now: datetime) -> None:
    """A new version belongs to another family, or has another rank in it: its targets are looked at anew."""
    of_plan = update(PlanTarget).where(PlanTarget.plan_id == plan.id)
    session.execute(of_plan.values(family_id=plan.current.family_id))
    session.execute(of_plan.where(PlanTarget.wake_at.is_not(None)).values(wake_at=now))
