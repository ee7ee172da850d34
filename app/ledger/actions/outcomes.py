"""What work done, or not done, changes in the ledger (S9, S11b, S12, S20).

These judge no new cycle: what may get an order now is left waiting, and its target is woken for the next tick.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.ledger.actions.families import give_back, reset_below, wake_family
from app.ledger.models import Occurrence
from app.ledger.queries.earlier import earlier_facts
from app.ledger.queries.facts import facts_of_target, get_occurrence, rows_from, target_states
from app.ledger.queries.families import lock_together
from app.ledger.rules.facts import Facts, OpenOrder
from app.ledger.rules.metering import step_again
from app.ledger.rules.rows import Difference, Row, difference, new_row
from app.ledger.rules.settling import Logged, Past, after_done, after_not_done, logged
from app.plans.models import PlanTarget
from app.plans.rules.schedule import Cycle, fixed_cycles, floating_cycle

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class MovedCycle:
    """S11b: the dates that the next cycle's order takes if nobody has started it."""

    occurrence_id: int
    cycle: Cycle


@dataclass(frozen=True, slots=True)
class LoggedWork:
    """`occurrence_id`: the cycle that the work is recorded on. `offered_due_on`: "count it for that date?"."""

    kind: str  # on_order, settles, resets, extra: see settling.Logged
    occurrence_id: int | None = None
    offered_due_on: date | None = None


def cancel_waiting(session: Session, target_ids: Sequence[int], *, now: datetime) -> None:
    session.execute(
        update(Occurrence)
        .where(Occurrence.target_id.in_(target_ids), Occurrence.fate == "waiting")
        .values(fate="cancelled", reason="left", because_key=None, decided_at=now)
    )


def lock_target(session: Session, target_id: int) -> PlanTarget:
    """S16: whoever changes a cycle's fate locks the target first, then the order."""
    if session.scalar(select(PlanTarget.family_id).where(PlanTarget.id == target_id)) is not None:
        lock_together(session, [target_id])
    statement = select(PlanTarget).where(PlanTarget.id == target_id).with_for_update()
    return session.scalars(statement, execution_options={"populate_existing": True}).one()


def record_completion(session: Session, occurrence_id: int, *, done_on: date, now: datetime) -> MovedCycle | None:
    """The order of a cycle is done; or its day done was corrected, and this is the right one.

    Answers with new dates for the order of the cycle after it: they hold unless that order is started.
    """
    occurrence = get_occurrence(session, occurrence_id)
    target = lock_target(session, occurrence.target_id)
    facts = facts_of_target(session, target.id)
    is_floating = facts.schedule.mode == "floating"
    is_last = is_floating and _is_last(occurrence, target)
    was_done_on = target.last_done_on or done_on
    if is_last or target.last_done_due_on is None or occurrence.due_on >= target.last_done_due_on:
        target.last_done_on, target.last_done_due_on = done_on, occurrence.due_on
    moved = None
    if not is_floating:
        order = _order_of(occurrence)
        _rewrite(session, occurrence, facts, lambda rows, past: after_done(rows, facts, order, done_on, past), now=now)
    elif is_last:
        target.anchor_on, target.is_anchor_due, target.counted_after_on = done_on, False, None
    else:
        target.anchor_on = max(target.anchor_on, done_on)
        target.last_done_on = max(was_done_on, done_on)
        moved = _moved(session, occurrence, facts, done_on)
    _wake(session, target, now=now)
    reset_below(session, target, occurrence.cycle_key, done_on, now=now)
    return moved


def record_ending(
    session: Session, occurrence_id: int, *, fate: str, reason: str, ended_on: date, now: datetime
) -> None:
    """The order of a cycle ended otherwise than done: `fate` is cancelled, skipped or missed (S12, S20)."""
    occurrence = get_occurrence(session, occurrence_id)
    target = lock_target(session, occurrence.target_id)
    facts = facts_of_target(session, target.id)
    occurrence.fate, occurrence.reason, occurrence.because_key, occurrence.decided_at = fate, reason, None, now
    if facts.schedule.mode == "fixed":
        order = _order_of(occurrence)
        _rewrite(
            session, occurrence, facts, lambda rows, past: after_not_done(rows, facts, order, ended_on, past), now=now
        )
    elif _is_last(occurrence, target):
        target.anchor_on, target.is_anchor_due, target.counted_after_on = occurrence.due_on, False, ended_on
    _wake(session, target, now=now)
    give_back(session, target.id, occurrence.cycle_key, now=now)
    wake_family(session, target, now=now)


def record_reopening(session: Session, occurrence_id: int, *, now: datetime) -> None:
    """S11b: a floating target has no next date while the order is open again."""
    target = lock_target(session, get_occurrence(session, occurrence_id).target_id)
    if facts_of_target(session, target.id).schedule.mode == "floating":
        target.next_due_on = None
    _wake(session, target, now=now)
    wake_family(session, target, now=now)


def move_cycle(session: Session, moved: MovedCycle, *, now: datetime) -> None:
    """The ledger's half of S11b; the trace keeps both stories."""
    occurrence, cycle = get_occurrence(session, moved.occurrence_id), moved.cycle
    occurrence.raw_due_on = occurrence.last_raw_due_on = cycle.raw_due_on
    occurrence.due_on = occurrence.last_due_on = cycle.due_on
    occurrence.window_first_on, occurrence.window_last_on = cycle.window_first_on, cycle.window_last_on
    occurrence.trace = [*occurrence.trace, *cycle.trace]
    occurrence.decided_at = now
    session.flush()


def record_logged_work(
    session: Session,
    target_id: int,
    *,
    done_on: date,
    open_occurrence_ids: Sequence[int],
    is_counted: bool = False,
    now: datetime,
) -> LoggedWork:
    """Work that was not made for a cycle (S9); `is_counted` accepts the offer to count it for the next one."""
    target = lock_target(session, target_id)
    facts = facts_of_target(session, target_id)
    orders = [get_occurrence(session, occurrence_id) for occurrence_id in open_occurrence_ids]
    facts = replace(facts, open_orders=tuple(_order_of(order) for order in orders))
    verdict = logged(facts, done_on, is_counted=is_counted) if target.state == "active" else Logged("extra")
    if verdict.kind == "on_order":
        found = next(order for order in orders if order.cycle_key == verdict.key)
        return LoggedWork("on_order", found.id)
    if verdict.kind == "settles":
        occurrence_id = _settle(session, target, verdict, done_on, now=now)
        return LoggedWork("settles", occurrence_id)
    if verdict.kind == "resets":
        if target.last_done_on is not None and done_on < target.last_done_on:
            return LoggedWork("extra")  # work done since counts already: a clock is never set back
        target.anchor_on, target.is_anchor_due, target.counted_after_on = done_on, False, None
        target.last_done_on = done_on
        _wake(session, target, now=now)
        reset_below(session, target, "", done_on, now=now)
        return LoggedWork("resets")
    return LoggedWork("extra", offered_due_on=verdict.cycle.due_on if verdict.cycle else None)


def _settle(session: Session, target: PlanTarget, verdict: Logged, done_on: date, *, now: datetime) -> int:
    version_id = target_states(session, [target.id])[0].version_id
    made = [occurrence_of(target.id, new_row(row, version_id), row.cycle, now=now) for row in verdict.rows]
    session.add_all(made)
    session.flush()
    settled = next(row for row in made if row.cycle_key == verdict.key)
    target.settled_through = verdict.rows[-1].cycle.raw_due_on
    target.last_done_on, target.last_done_due_on = done_on, settled.due_on
    _wake(session, target, now=now)
    reset_below(session, target, settled.cycle_key, done_on, now=now)
    return settled.id


def _order_of(occurrence: Occurrence) -> OpenOrder:
    return OpenOrder(
        occurrence.cycle_key,
        occurrence.raw_due_on,
        occurrence.due_on,
        window_first_on=occurrence.window_first_on,
        scheduled_on=occurrence.scheduled_on,
    )


def _is_last(occurrence: Occurrence, target: PlanTarget) -> bool:
    """Whether a floating clock counts from this cycle. One of a fixed version, before the plan floated, is the last."""
    return not occurrence.cycle_key.startswith("N:") or _number(occurrence) == target.counter


def _number(occurrence: Occurrence) -> int:
    return int(occurrence.cycle_key.removeprefix("N:"))


def _moved(session: Session, occurrence: Occurrence, facts: Facts, done_on: date) -> MovedCycle | None:
    number = _number(occurrence) + 1
    following = session.scalar(
        select(Occurrence.id).where(Occurrence.target_id == occurrence.target_id, Occurrence.cycle_key == f"N:{number}")
    )
    cycle = floating_cycle(facts.schedule, facts.calendar, done_on, number)
    return MovedCycle(following, cycle) if following is not None and cycle is not None else None


def _rewrite(
    session: Session,
    occurrence: Occurrence,
    facts: Facts,
    rewrite: Callable[[list[Row], Past], list[Row]],
    *,
    now: datetime,
) -> None:
    """Judge the rows after an order's anew, and write what differs."""
    before = rows_from(session, occurrence.target_id, occurrence.raw_due_on + DAY)
    past = earlier_facts(session, occurrence.target_id, facts, before)
    found = difference(before, rewrite(before, past))
    write_difference(session, occurrence.target_id, found, lambda row: past.get(row.version, facts), now=now)


def write_difference(
    session: Session, target_id: int, found: Difference, facts_of: Callable[[Row], Facts], *, now: datetime
) -> None:
    stored = {row.cycle_key: row for row in _rows(session, target_id, [row.key for row in found.changed])}
    for gone in _rows(session, target_id, found.removed):
        session.delete(gone)
    session.flush()  # a row that is split off may take the key of one that is gone
    for row in found.changed:
        _write(stored[row.key], row, now=now)
    session.add_all(occurrence_of(target_id, row, _cycle_of(row, facts_of(row)), now=now) for row in found.added)
    session.flush()


def _rows(session: Session, target_id: int, keys: Sequence[str]) -> Sequence[Occurrence]:
    if not keys:
        return []
    return session.scalars(
        select(Occurrence).where(Occurrence.target_id == target_id, Occurrence.cycle_key.in_(keys))
    ).all()


def _write(stored: Occurrence, row: Row, *, now: datetime) -> None:
    stored.fate, stored.reason = row.fate, row.reason
    stored.because_key, stored.because_target_id = row.named, row.of
    stored.last_raw_due_on, stored.last_due_on = row.last_raw_due_on, row.last_due_on
    stored.count, stored.counts = row.count, dict(row.counts) or None
    stored.decided_at = now


def occurrence_of(target_id: int, row: Row, cycle: Cycle, *, now: datetime) -> Occurrence:
    stored = Occurrence(
        target_id=target_id,
        plan_version_id=row.version,
        cycle_key=row.key,
        raw_due_on=row.raw_due_on,
        due_on=row.due_on,
        scheduled_on=row.scheduled_on,
        window_first_on=cycle.window_first_on,
        window_last_on=cycle.window_last_on,
        interval_days=cycle.interval,
        is_flagged=cycle.is_flagged,
        trace=list(cycle.trace),
        created_at=now,
    )
    _write(stored, row, now=now)
    return stored


def _cycle_of(row: Row, facts: Facts) -> Cycle:
    """A cycle that leaves its run was found there by its slot or step: the schedule still has it."""
    if row.key.startswith("M:"):
        return step_again(row.key, row.raw_due_on, row.due_on, facts)
    before = row.raw_due_on - DAY
    return next(fixed_cycles(facts.schedule, facts.calendar, facts.anchor_on, before, facts.anchor_is_due))


def _wake(session: Session, target: PlanTarget, *, now: datetime) -> None:
    """A target that has ended gets no order any more: what came back is cancelled, as when its item left (S36b)."""
    if target.state in ("active", "error"):
        target.wake_at = now
    target.updated_at = now
    session.flush()
    if target.state == "ended":
        cancel_waiting(session, [target.id], now=now)
