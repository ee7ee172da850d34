"""S36: cycles whose orders nobody has started take the first slots of a new version. S30: a person's day for one."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.clock import today
from app.core.security import Actor
from app.ledger.actions.outcomes import lock_target
from app.ledger.models import Occurrence
from app.ledger.queries.facts import facts_of_target, last_that_stays, target_states
from app.ledger.rules.facts import Facts, NewRow, Verdict
from app.ledger.rules.generation import day_rows
from app.ledger.rules.moving import fixed_slots, floating_slot
from app.plans.models import PlanTarget
from app.plans.rules.schedule import Cycle, DayGroup
from app.plans.rules.trace import exception_step


@dataclass(frozen=True, slots=True)
class _Move:
    """What a target's cycles move under."""

    facts: Facts
    version_id: int
    on: date
    now: datetime


def move_cycles(session: Session, target_id: int, occurrence_ids: Sequence[int], *, now: datetime) -> list[Occurrence]:
    """Key and dates are those of the new version's first slots from today on, after the last cycle that stays.

    `settled_through` becomes the last of these slots; days of the rule that are skipped or merged on the way get rows
    of their own. Answers with the rows that moved; where the rule has no slot left they stay as they are.
    """
    target = lock_target(session, target_id)
    state = target_states(session, [target_id])[0]
    move = _Move(facts_of_target(session, target_id), state.version_id, today(now, state.time_zone), now)
    statement = select(Occurrence).where(Occurrence.id.in_(occurrence_ids))
    rows = list(session.scalars(statement.order_by(Occurrence.raw_due_on, Occurrence.id)))
    is_floating = move.facts.schedule.mode == "floating"
    moved = _floating(rows, move) if is_floating else _fixed(session, target, rows, move)
    target.wake_at = target.updated_at = now
    session.flush()
    return moved


def _floating(rows: list[Occurrence], move: _Move) -> list[Occurrence]:
    moved = []
    for row in rows:
        cycle = floating_slot(move.facts, row.cycle_key, move.on)
        if cycle is not None:
            _take(row, cycle, move)
            moved.append(row)
    return moved


def _fixed(session: Session, target: PlanTarget, rows: list[Occurrence], move: _Move) -> list[Occurrence]:
    stays = last_that_stays(session, target.id, [row.id for row in rows])
    groups = list(islice(fixed_slots(move.facts, stays, move.on), len(rows)))
    was = {}
    for row, _ in zip(rows, groups, strict=False):
        was[row.cycle_key] = row
        row.cycle_key = f"moving:{row.id}"  # so that one may take the key that another one had
    session.flush()
    named = _that_name(session, target.id, was)
    moved = []
    for row, days in zip(rows, groups, strict=False):
        for group in days:
            session.add_all(_aside(target.id, new, move) for new in _others(group))
            if group.survivor is not None:
                _take(row, group.survivor, move)
        target.settled_through = days[-1].cycles[-1].raw_due_on
        moved.append(row)
    for other, row in named:
        other.because_key = row.cycle_key
    if moved:
        target.edited_through = None
    return moved


def _that_name(session: Session, target_id: int, keys: Mapping[str, Occurrence]) -> list[tuple[Occurrence, Occurrence]]:
    """Cycles that were absorbed by one that moves, or merged into it, with that one: they go on naming it."""
    own = (Occurrence.target_id == target_id) & Occurrence.because_target_id.is_(None)
    of_others = Occurrence.because_target_id == target_id
    rows = select(Occurrence).where(own | of_others, Occurrence.because_key.in_(keys))
    return [(row, keys[row.because_key]) for row in session.scalars(rows) if row.because_key]


def _others(group: DayGroup) -> Iterator[NewRow]:
    verdict = Verdict("generated") if group.survivor else None
    return (new for new in day_rows(group, verdict) if new.cycle is not group.survivor)


def _take(row: Occurrence, cycle: Cycle, move: _Move) -> None:
    row.cycle_key, row.plan_version_id = cycle.key, move.version_id
    row.raw_due_on = row.last_raw_due_on = cycle.raw_due_on
    row.due_on = row.last_due_on = cycle.due_on
    row.window_first_on, row.window_last_on = cycle.window_first_on, cycle.window_last_on
    row.interval_days, row.is_flagged = cycle.interval, cycle.is_flagged
    row.trace, row.decided_at = [*row.trace, *cycle.trace], move.now


def _aside(target_id: int, new: NewRow, move: _Move) -> Occurrence:
    row = Occurrence(
        target_id=target_id,
        fate=new.verdict.fate,
        reason=new.verdict.reason,
        because_key=new.verdict.named,
        trace=[],
        created_at=move.now,
    )
    _take(row, new.cycle, move)
    return row


def put_on(row: Occurrence, on: date | None, reason: str, *, by: Actor, now: datetime) -> None:
    """A person's day for a cycle that has its order: the ledger keeps it beside the due date; None: that one holds."""
    if on != row.scheduled_on:
        was, row.scheduled_on, row.decided_at = row.scheduled_on or row.due_on, on, now
        row.trace = [*row.trace, exception_step(was, on or row.due_on, by.name, reason)]
