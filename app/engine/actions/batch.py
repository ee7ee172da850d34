"""One batch of a tick: some targets are judged, and all that follows is written in one transaction (S15, S18)."""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import structlog
from sqlalchemy import Row as ResultRow
from sqlalchemy import update
from sqlalchemy.orm import Session

from app.core import clock
from app.core.db.bulk import day, instant, update_rows
from app.core.errors import Conflict
from app.core.i18n import N_
from app.engine import queries
from app.engine.actions.families import judge_families, take_in
from app.engine.actions.orders import make_orders, raise_priorities, replace_orders
from app.engine.actions.recording import Recorded, record_fates
from app.ledger.actions.corrections import keep_watches
from app.ledger.queries import facts as ledger
from app.ledger.queries.families import together
from app.ledger.queries.gauges import gauges_of
from app.ledger.rules.deciding import decide
from app.ledger.rules.facts import Decision, Facts
from app.ledger.rules.generation import CYCLES_PER_DECISION
from app.plans.models import PlanTarget

BACK_OFF_MAX = timedelta(days=1)


class LostRace(Conflict):
    """Another scheduler has advanced a target since it was read: nothing of this batch may stay."""

    def __init__(self) -> None:
        super().__init__("conflict", N_("Work was being planned for the same items at that moment. Try again."))


@dataclass(frozen=True, slots=True)
class Decided:
    """One target, what was read of it, and what follows."""

    state: ResultRow[Any]
    facts: Facts
    decision: Decision


@dataclass(slots=True)
class BatchReport:
    targets: int = 0
    cycles: Counter[str] = field(default_factory=Counter)  # by fate
    orders: int = 0
    failures: dict[int, str] = field(default_factory=dict)  # target: what went wrong


@dataclass(frozen=True, slots=True)
class Judgement:
    decided: list[Decided]
    report: BatchReport
    asleep: dict[int, datetime | None]  # targets that nothing is decided about, and when to look again


def generate_batch(
    session: Session,
    target_ids: Collection[int],
    *,
    run_id: int,
    batch: str,
    schedules: ledger.Schedules,
    now: datetime,
) -> BatchReport:
    """Judge these targets, which the caller has claimed, and write all that follows.

    1. Read their state; those that rest, or whose plan does, are put to sleep.
    2. Decide each alone; one that raises is marked, backed off and shown, and stops nobody else.
    3. Advance them, if nobody else has since they were read.
    4. Write the cycles' fates, then orders, events and outbox rows from them.
    """
    judgement = judge(session, target_ids, schedules=schedules, now=now)
    decided, report = judgement.decided, judgement.report
    if judgement.asleep:
        rows = [{"id": target_id, "wake_at": wake_at} for target_id, wake_at in judgement.asleep.items()]
        session.execute(update(PlanTarget), rows)
    for target_id, error in report.failures.items():
        mark_failed(session, target_id, error, now=now)
    _advance(session, decided, now=now)
    watches = [(item.state.id, item.facts.meter, item.decision.watch) for item in decided]
    keep_watches(session, {key: (meter.meter_id, watch) for key, meter, watch in watches if meter and watch})
    recorded = record_fates(session, decided, run_id=run_id, batch=batch, now=now)
    if not recorded.is_whole:
        raise LostRace
    report.orders = make_orders(session, batch=batch, now=now) if recorded.has_orders else 0
    take_in(session, [(item.state.id, item.decision) for item in decided if item.state.family_id], now=now)
    _settle_blockers(session, recorded, now=now)
    return report


def judge(
    session: Session,
    target_ids: Collection[int],
    *,
    schedules: ledger.Schedules,
    now: datetime,
    limit: int = CYCLES_PER_DECISION,
) -> Judgement:
    """What would follow for these targets; writes nothing."""
    states = _with_families(session, ledger.target_states(session, target_ids))
    awake = [state for state in states if _is_live(state) and not _is_resting(state, now)]
    report = BatchReport(targets=len(awake))
    decided: list[Decided] = []
    known: dict[tuple[Any, ...], Decision] = {}
    kin: list[tuple[ResultRow[Any], Facts]] = []
    for state, facts, likeness in facts_of_states(session, awake, schedules):
        if state.family_id is not None:
            kin.append((state, facts))
            continue
        today = clock.today(now, state.time_zone)
        try:
            decision = known.get((likeness, today)) if likeness else None
            if decision is None:
                decision = decide(facts, today, limit)
                if likeness:
                    known[likeness, today] = decision
        except Exception as error:  # noqa: BLE001 - whatever a plan does, it stops nobody else (S18)
            report.failures[state.id] = f"{type(error).__name__}: {error}"[:500]
            continue
        decided.append(Decided(state, facts, decision))
    if kin:
        judged = judge_families(session, kin, now=now, limit=limit, failures=report.failures)
        decided += [Decided(*found) for found in judged]
    for item in decided:
        report.cycles.update(row.verdict.fate for row in item.decision.rows)
        report.cycles.update(change.verdict.fate for change in item.decision.changes)
    looked_at = {state.id for state in awake}
    return Judgement(decided, report, {state.id: _pause_ends(state) for state in states if state.id not in looked_at})


def _with_families(session: Session, states: Sequence[ResultRow[Any]]) -> Sequence[ResultRow[Any]]:
    """S24: with the others of an item's family, whether their turn has come or not."""
    if all(state.family_id is None for state in states):
        return states
    known = {state.id for state in states}
    others = set(together(session, [state.id for state in states if state.family_id is not None])) - known
    return [*states, *ledger.target_states(session, others)] if others else states


def _is_live(state: ResultRow[Any]) -> bool:
    """A target that is still paused while its plan goes on again is settled by this tick (S38)."""
    return state.state != "ended" and state.plan_state in ("active", "error") and state.archived_at is None


def _is_resting(state: ResultRow[Any], now: datetime) -> bool:
    """S38: paused by itself, and the day on which that ends has not come."""
    if state.state != "paused" or state.pause_reason is None:
        return False
    return state.paused_until is None or state.paused_until > clock.today(now, state.time_zone)


def _pause_ends(state: ResultRow[Any]) -> datetime | None:
    if not _is_live(state) or state.paused_until is None:
        return None
    return clock.start_of_day(state.paused_until, state.time_zone)


def facts_of_states(
    session: Session, states: Sequence[ResultRow[Any]], schedules: ledger.Schedules
) -> list[tuple[ResultRow[Any], Facts, tuple[Any, ...]]]:
    """Each target's facts and, where no row of its own is among them, the plain values that say all of them.

    A decision follows from its facts alone (S18): targets that are alike in all of them share it.
    """
    ids = [state.id for state in states]
    by_version = schedules.of_versions(session, [state.version_id for state in states])
    calendars = ledger.calendars_of(session, ids)
    orders = queries.open_orders(session, ids, {state.id: state.time_zone for state in states})
    waiting = ledger.waiting_cycles(session, ids)
    exceptions = ledger.exceptions_of(session, ids)
    meters = gauges_of(session, {state.id: by_version[state.version_id] for state in states})
    found = []
    shared: dict[tuple[Any, ...], Facts] = {}
    for state in states:
        calendar_id, calendar = calendars[state.id]
        own = orders.get(state.id, ()), waiting.get(state.id, ()), meters.get(state.id), exceptions.get(state.id, ())
        schedule = ledger.schedule_of(state, by_version[state.version_id])
        is_own = any(own) or schedule.trigger is not None
        likeness = () if is_own else (calendar_id, schedule.offset_days, state.state, *state[ledger.DECIDING])
        facts = shared.get(likeness) or ledger.facts_of(state, schedule, calendar, *own)
        if likeness:
            shared[likeness] = facts
        found.append((state, facts, likeness))
    return found


def _advance(session: Session, decided: Sequence[Decided], *, now: datetime) -> None:
    """S15: conditional on the `settled_through` and the counter that the decision was made from."""
    shared: dict[tuple[int, str, str], tuple[Any, ...]] = {}
    rows = []
    for item in decided:
        state = item.state
        likeness = id(item.decision), state.time_zone, state.state
        if likeness not in shared:
            shared[likeness] = _advanced(session, item, now)
        rows.append((*shared[likeness], state.id, day(state.settled_through), state.counter))
    advanced = update_rows(
        session,
        PlanTarget.__table__,  # type: ignore[arg-type]
        sets=(
            "settled_through",
            "counter",
            "anchor_on",
            "counted_after_on",
            "next_due_on",
            "wake_at",
            "state",
            "paused_until",
            "updated_at",
        ),
        also=", reason = NULL, failure_count = 0, pause_reason = NULL, paused_by = NULL",
        where=("id", "settled_through", "counter"),
        rows=rows,
    )
    if advanced != len(rows):
        raise LostRace


def _advanced(session: Session, item: Decided, now: datetime) -> tuple[Any, ...]:
    """What targets that share a decision become: awake as their site's day begins, or at once if it was cut short."""
    decision, at = item.decision, instant(session, now)
    wake_at = None
    if decision.is_cut:
        wake_at = at
    elif decision.wake_on is not None:
        wake_at = instant(session, clock.start_of_day(decision.wake_on, item.state.time_zone))
    return (
        day(decision.settled_through),
        decision.counter,
        day(decision.anchor_on),
        day(decision.counted_after_on),
        day(decision.next_due_on),
        wake_at,
        item.state.state if decision.is_cut else "active",
        day(item.state.paused_until) if decision.is_cut else None,
        at,
    )


def _settle_blockers(session: Session, recorded: Recorded, *, now: datetime) -> None:
    if recorded.replaced:
        replace_orders(session, recorded.replaced, now=now)
    if recorded.reminded:
        raise_priorities(session, recorded.reminded, now=now)


def mark_failed(session: Session, target_id: int, error: str, *, now: datetime) -> None:
    """S18: backed off by doubling from a minute to a day, in error, and shown with what went wrong."""
    target = session.get_one(PlanTarget, target_id, populate_existing=True)
    target.failure_count += 1
    target.state, target.reason, target.updated_at = "error", error, now
    target.wake_at = now + min(BACK_OFF_MAX, timedelta(minutes=2 ** min(target.failure_count - 1, 11)))
    structlog.get_logger().warning("target_failed", target_id=target_id, error=error)
    session.flush()
