"""A person skips, moves or wants now one date of an item (S35): ahead as an exception, else through its order."""

from collections.abc import Sequence
from datetime import date, datetime
from itertools import islice
from uuid import uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.clock import start_of_day, today
from app.core.errors import Conflict, InvalidInput
from app.core.i18n import N_
from app.core.security import Actor
from app.decisions.actions.keeping import keep_exception, pass_over, remove_exception, settle_ahead
from app.decisions.actions.together import merged_now, refuse_held
from app.decisions.queries import get_exception, neighbours_ahead, neighbours_recorded, warning_of
from app.decisions.schemas import CycleDecision, CycleMove, CycleNow, CycleSkip
from app.engine.actions.orders import make_orders
from app.engine.actions.settling import settle_targets
from app.ledger.actions.moving import put_on
from app.ledger.actions.outcomes import lock_target
from app.ledger.models import Occurrence
from app.ledger.queries.facts import facts_of_target, get_occurrence, target_states
from app.ledger.rules.coming import coming_cycles
from app.ledger.rules.exceptions import is_ahead
from app.ledger.rules.facts import Facts, NewRow, Verdict
from app.ledger.rules.generation import PEEKED, coming_groups, day_rows
from app.plans.actions.plans import require_plan
from app.plans.models import PlanTarget
from app.plans.queries.plans import get_plan
from app.plans.queries.targets import get_target
from app.plans.queries.wording import plain
from app.plans.rules.schedule import Cycle
from app.plans.rules.trigger_words import METER_STEPS
from app.workorders.actions.life import skip_work_order
from app.workorders.actions.making import edit_work_order
from app.workorders.models import WorkOrder
from app.workorders.rules.states import order_number

NOT_STARTED = ("planned", "ready")
NOT_TO_COME = N_("This date is not to come: it has passed, or the plan has changed.")


def skip_cycle(session: Session, target_id: int, data: CycleSkip, *, by: Actor, now: datetime) -> CycleDecision:
    target = open_target(session, target_id, by=by, now=now)
    order = _order_of(session, target_id, data.cycle_key)
    if order is not None and order.occurrence_id is not None:
        skip_work_order(session, order.id, data.reason, by=by, now=now)
        return _decided(get_occurrence(session, order.occurrence_id), order, is_skipped=True)
    cycle = _ahead(session, target_id, data.cycle_key)
    row = keep_exception(session, target, cycle, None, data.reason, by=by, now=now)
    _follow(session, target, now=now)
    return CycleDecision(
        cycle_key=cycle.key,
        due_on=cycle.due_on,
        scheduled_on=None,
        is_skipped=True,
        work_order_id=None,
        exception_id=row.id,
        warning=None,
    )


def move_cycle(session: Session, target_id: int, data: CycleMove, *, by: Actor, now: datetime) -> CycleDecision:
    target = open_target(session, target_id, by=by, now=now)
    zone = target_states(session, [target_id])[0].time_zone
    on = today(now, zone)
    if data.on < on:
        raise InvalidInput.at("on", "in_the_past", N_("Choose today or a day to come."))
    warning = warning_of(session, target_id, data.on, by=by)
    facts = facts_of_target(session, target_id)
    order = _order_of(session, target_id, data.cycle_key)
    if order is not None and order.occurrence_id is not None:
        occurrence = get_occurrence(session, order.occurrence_id)
        if order.state not in NOT_STARTED:
            raise Conflict("started", N_("The work on %(order)s has begun."), order=order_number(order.id))
        _refuse_beyond(data.on, *neighbours_recorded(session, facts, occurrence, on=on))
        put_on(occurrence, data.on, data.reason, by=by, now=now)
        starts = {"scheduled_start_at": start_of_day(data.on, zone)}
        edit_work_order(session, order.id, starts, by=by, now=now)
        _follow(session, target, now=now)
        return _decided(occurrence, order, warning=warning)
    cycle = _ahead(session, target_id, data.cycle_key)
    _refuse_beyond(data.on, *neighbours_ahead(session, target_id, facts, cycle.key))
    row = keep_exception(session, target, cycle, data.on, data.reason, by=by, now=now)
    _follow(session, target, now=now)
    return CycleDecision(
        cycle_key=cycle.key,
        due_on=cycle.due_on,
        scheduled_on=data.on,
        is_skipped=False,
        work_order_id=None,
        exception_id=row.id,
        warning=warning,
    )


def do_now(session: Session, target_id: int, data: CycleNow, *, by: Actor, now: datetime) -> CycleDecision:
    """The next cycle's own order, today: its lead is not waited for, and all before it is settled.

    Where an order of a plan of higher rank is to be done about today, or would be made for it, the work becomes part
    of that one (S24).
    """
    target = open_target(session, target_id, by=by, now=now)
    if target.state != "active":
        raise Conflict("resting", N_("No order is made while it is paused or in error."))
    _refuse_open(session, target_id)
    refuse_held(session, target)
    on = today(now, target_states(session, [target_id])[0].time_zone)
    facts = facts_of_target(session, target_id)
    _refuse_by_meter(facts)
    cycle = _next(facts)
    if data.cycle_key not in (None, cycle.key):
        raise Conflict("no_such_date", NOT_TO_COME)
    exception = keep_exception(session, target, cycle, on, data.reason, by=by, now=now)
    before, wanted = _rows_to_next(facts_of_target(session, target_id))
    pass_over(session, target, before, now=now)
    found = merged_now(session, target, cycle.key, now=now) or _made_now(session, target, wanted, now=now)
    warning = warning_of(session, target_id, on, by=by)
    return _decided(*found, exception_id=exception.id, warning=warning)


def _made_now(
    session: Session, target: PlanTarget, rows: Sequence[NewRow], *, now: datetime
) -> tuple[Occurrence, WorkOrder]:
    batch = uuid4().hex
    occurrence = settle_ahead(session, target, rows, batch=batch, now=now)
    make_orders(session, batch=batch, now=now)
    order = session.scalars(select(WorkOrder).where(WorkOrder.occurrence_id == occurrence.id)).one()
    target.next_due_on = None
    _follow(session, target, now=now)
    return occurrence, order


def withdraw_exception(session: Session, target_id: int, exception_id: int, *, by: Actor, now: datetime) -> None:
    """As long as its cycle has not come."""
    target = open_target(session, target_id, by=by, now=now)
    row = get_exception(session, target_id, exception_id)
    if not is_ahead(row.cycle_key, row.raw_due_on, target.settled_through, target.counter):
        raise Conflict("has_come", N_("This date has come: what was decided about it stays."))
    remove_exception(session, target, row, by=by, now=now)
    _follow(session, target, now=now)


def open_target(session: Session, target_id: int, *, by: Actor, now: datetime) -> PlanTarget:
    """For a change: seen, permitted, locked, and settled up to today under what held until now (S36b)."""
    seen = get_target(session, target_id, by=by)
    plan = get_plan(session, seen.plan_id, by=by)
    require_plan(by, plan.site_id or seen.site_id)
    lock_target(session, target_id)
    settle_targets(session, [target_id], now=now)
    target = lock_target(session, target_id)
    if target.state == "ended" or plan.archived_at is not None:
        raise Conflict("target_ended", N_("The plan no longer covers this item."))
    return target


def _follow(session: Session, target: PlanTarget, *, now: datetime) -> None:
    """What follows from it is seen at once: an order whose day has come, the next date."""
    target.updated_at = now
    if target.state in ("active", "error"):
        target.wake_at = now
    session.flush()
    settle_targets(session, [target.id], now=now)


def _order_of(session: Session, target_id: int, key: str) -> WorkOrder | None:
    """The open order of a cycle."""
    statement = select(WorkOrder).join(Occurrence, Occurrence.id == WorkOrder.occurrence_id)
    own = (Occurrence.target_id == target_id, Occurrence.cycle_key == key, WorkOrder.is_open)
    return session.scalars(statement.where(*own)).first()


def _ahead(session: Session, target_id: int, key: str) -> Cycle:
    """A date to come. Of a floating target only the next is known; while its order is open, none."""
    facts = facts_of_target(session, target_id)
    _refuse_by_meter(facts)
    if facts.schedule.mode == "floating":
        _refuse_open(session, target_id)
    most = 1 if facts.schedule.mode == "floating" else PEEKED
    found = next((cycle for cycle in islice(coming_cycles(facts), most) if cycle.key == key), None)
    if found is None or found.outcome not in ("due", "skipped_person"):
        raise Conflict("no_such_date", NOT_TO_COME)
    _refuse_estimate(found)
    return found


def _refuse_estimate(cycle: Cycle) -> None:
    """What a meter brings is no date to skip or move: the reading says when (S26, S27)."""
    if cycle.trace[0]["step"] in METER_STEPS:
        raise Conflict(
            "by_meter", N_("A meter says when, this is an estimate: log the work, or let the item rest instead.")
        )


def _refuse_open(session: Session, target_id: int) -> None:
    """Another order would wait for the one that is open, unless a fixed plan's may stack up (S20, S11)."""
    schedule = facts_of_target(session, target_id).schedule
    if schedule.overlap == "stack" and schedule.mode == "fixed":
        return
    statement = select(WorkOrder.id).where(
        WorkOrder.target_id == target_id, WorkOrder.is_open, WorkOrder.occurrence_id.is_not(None)
    )
    order_id = session.scalars(statement.order_by(WorkOrder.id)).first()
    if order_id is not None:
        said = N_("%(order)s is open: do that one, move or skip it.")
        raise Conflict("order_open", said, order=order_number(order_id))


def _refuse_by_meter(facts: Facts) -> None:
    """Such a date is an estimate, another one each day: a word about it would hold for none of them."""
    if facts.schedule.trigger is not None:
        raise Conflict("by_meter", N_("A meter says when this comes. Once its order is there, move or skip that."))


def _next(facts: Facts) -> Cycle:
    found = next((c for c in islice(coming_cycles(facts), PEEKED) if c.outcome in ("due", "skipped_person")), None)
    if found is None:
        raise Conflict("no_date_left", N_("The rule has ended: no date is left."))
    if found.outcome == "skipped_person":
        raise Conflict("skipped", N_("The next date is skipped: take that back first."))
    _refuse_estimate(found)
    return found


def _rows_to_next(facts: Facts) -> tuple[Sequence[NewRow], Sequence[NewRow]]:
    """Days of the rule that are skipped on the way to the next cycle, and those of its own day."""
    if facts.schedule.mode == "floating":
        return [], [NewRow(next(coming_cycles(facts)), Verdict("generated"))]
    before: list[NewRow] = []
    for group in coming_groups(facts):
        rows = list(day_rows(group, Verdict("generated")))
        if group.order is not None:
            return before, rows
        before += rows
    return before, []


def _refuse_beyond(on: date, before: date | None, after: date | None) -> None:
    """S35: later dates don't move, and so it stays between its neighbours."""
    if (before is None or before < on) and (after is None or on < after):
        return
    if before is None:
        said = N_("It stays before the next date, %(after)s.")
    elif after is None:
        said = N_("It stays after the date before it, %(before)s.")
    else:
        said = N_("It stays between the dates beside it: after %(before)s and before %(after)s.")
    days = {name: plain(day) for name, day in (("before", before), ("after", after)) if day is not None}
    raise InvalidInput.at("on", "beyond_neighbours", said, **days)


def _decided(
    occurrence: Occurrence,
    order: WorkOrder,
    *,
    is_skipped: bool = False,
    exception_id: int | None = None,
    warning: str | None = None,
) -> CycleDecision:
    return CycleDecision(
        cycle_key=occurrence.cycle_key,
        due_on=occurrence.due_on,
        scheduled_on=occurrence.scheduled_on,
        is_skipped=is_skipped,
        is_merged=occurrence.because_target_id is not None,
        work_order_id=order.id,
        exception_id=exception_id,
        warning=warning,
    )
