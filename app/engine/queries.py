"""What a tick reads: which targets to look at, and the orders that are open on them."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, aliased, defer

from app.core import clock
from app.core.db import beyond
from app.core.db.bulk import one_of
from app.core.errors import NotFound
from app.core.i18n import N_
from app.core.security import Actor, Permission
from app.equipment.models import EquipmentChange
from app.ledger.models import GenerationRun, Occurrence
from app.ledger.queries.families import groups_of, lock_together
from app.ledger.rules.facts import OpenOrder
from app.places.rules import require_whole_house
from app.plans.models import PlanTarget
from app.workorders.models import WorkOrder


def has_due_targets(session: Session, *, now: datetime) -> bool:
    """S13: a look at one index; a tick with nothing to do ends here.

    The order makes PostgreSQL take that index: for any one row out of many it would rather read the table.
    """
    return session.scalar(_due(now).order_by(PlanTarget.wake_at).limit(1)) is not None


def has_equipment_changes(session: Session) -> bool:
    return session.scalar(select(EquipmentChange.id).limit(1)) is not None


def due_target_ids(session: Session, *, now: datetime, limit: int, after_id: int = 0) -> list[int]:
    """Due targets in the order of their ids, without a claim: for a look ahead that changes nothing."""
    statement = select(PlanTarget.id).where(PlanTarget.wake_at <= now, PlanTarget.wake_at.is_not(None))
    return list(session.scalars(statement.where(PlanTarget.id > after_id).order_by(PlanTarget.id).limit(limit)))


def claim_targets(session: Session, *, now: datetime, limit: int) -> list[int]:
    """Due targets that no other scheduler holds; locked until the transaction ends (S16).

    On SQLite the transaction itself, begun as IMMEDIATE, is the claim.
    """
    if families := _claim_families(session, now=now, limit=limit):
        return families
    alone = _due(now).where(PlanTarget.family_id.is_(None))
    return list(session.scalars(alone.order_by(PlanTarget.wake_at).limit(limit).with_for_update(skip_locked=True)))


def _claim_families(session: Session, *, now: datetime, limit: int) -> list[int]:
    """S24: an item with all its targets of a family, one of which is due.

    The lowest id of such a group stands for all of it, here and for whoever locks one by name (`lock_together`): who
    has it finds the others free, and nobody waits in a circle.
    """
    due = _due(now).where(PlanTarget.family_id.is_not(None)).order_by(PlanTarget.wake_at).limit(limit)
    if not (found := list(session.scalars(due))):
        return []
    groups = groups_of(session, found)
    firsts = select(PlanTarget.id).where(one_of(PlanTarget.id, [group[0] for group in groups]))
    held = set(session.scalars(firsts.order_by(PlanTarget.id).with_for_update(skip_locked=True)))
    return lock_together(session, held)


def claim_named(session: Session, target_ids: Collection[int], *, now: datetime) -> list[int]:
    """Of these targets the ones that are due, with their families; waits for whoever holds one."""
    kin = lock_together(session, target_ids)
    due = list(session.scalars(_due(now).where(PlanTarget.id.in_(target_ids)).with_for_update()))
    return sorted({*due, *kin}) if due else []


def _due(now: datetime) -> Select[int]:
    return select(PlanTarget.id).where(PlanTarget.wake_at <= now, PlanTarget.wake_at.is_not(None))


def list_runs(
    session: Session, *, by: Actor, limit: int = 50, after: Sequence[Any] | None = None
) -> Sequence[GenerationRun]:
    """The latest first; `limit + 1` rows, without what was taken back."""
    require_whole_house(by, Permission.PLAN)
    statement = select(GenerationRun).options(defer(GenerationRun.taken_back, raiseload=True))
    statement = statement.where(beyond(after, GenerationRun.id, descending=True))
    return session.scalars(statement.order_by(GenerationRun.id.desc()).limit(limit + 1)).all()


def get_run(session: Session, run_id: int, *, by: Actor) -> GenerationRun:
    require_whole_house(by, Permission.PLAN)
    run = session.get(GenerationRun, run_id)
    if run is None:
        raise NotFound("not_found", N_("This does not exist, or you have no access to it."))
    return run


def open_orders(
    session: Session, target_ids: Collection[int], time_zones: Mapping[int, str]
) -> dict[int, tuple[OpenOrder, ...]]:
    """By target, its open orders that were made for a cycle.

    Two questions, because most targets have none: joined, PostgreSQL reads the ledger for each batch.
    """
    rows = session.execute(
        select(WorkOrder.target_id, WorkOrder.occurrence_id, WorkOrder.started_at, WorkOrder.created_at).where(
            one_of(WorkOrder.target_id, target_ids), WorkOrder.is_open
        )
    ).all()
    orders = [order for order in rows if order.occurrence_id is not None]
    found: defaultdict[int, tuple[OpenOrder, ...]] = defaultdict(tuple)
    if not orders:
        return found
    named = ("id", "cycle_key", "raw_due_on", "due_on", "scheduled_on", "window_first_on")
    cycles = select(*(getattr(Occurrence, name) for name in named)).where(
        one_of(Occurrence.id, [order.occurrence_id for order in orders])
    )
    by_id = {cycle.id: cycle for cycle in session.execute(cycles)}
    for order in sorted(orders, key=lambda order: by_id[order.occurrence_id].raw_due_on):
        made_on = clock.today(order.created_at, time_zones[order.target_id])
        found[order.target_id] += (
            _open_order(by_id[order.occurrence_id], is_started=order.started_at is not None, made_on=made_on),
        )
    return found


def held_targets(session: Session, target_ids: Collection[int]) -> set[tuple[int, str]]:
    """Cycles that were merged into one of higher rank whose order is still open (S24), with their targets."""
    named = aliased(Occurrence)
    rows = session.execute(
        select(Occurrence.target_id, Occurrence.cycle_key)
        .join(
            named,
            (named.target_id == Occurrence.because_target_id) & (named.cycle_key == Occurrence.because_key),
        )
        .join(WorkOrder, WorkOrder.occurrence_id == named.id)
        .where(
            one_of(Occurrence.target_id, target_ids),
            Occurrence.because_target_id.is_not(None),
            Occurrence.fate == "merged",
            WorkOrder.is_open,
        )
    )
    return {(row.target_id, row.cycle_key) for row in rows}


def _open_order(cycle: Any, *, is_started: bool, made_on: date) -> OpenOrder:
    return OpenOrder(
        key=cycle.cycle_key,
        raw_due_on=cycle.raw_due_on,
        due_on=cycle.due_on,
        is_started=is_started,
        made_on=made_on,
        window_first_on=cycle.window_first_on,
        scheduled_on=cycle.scheduled_on,
    )
