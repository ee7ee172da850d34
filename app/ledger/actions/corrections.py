"""A reading turns out to have been wrong: what followed from it is judged again, and nothing fires twice (S28)."""

from collections.abc import Mapping
from dataclasses import fields
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.ledger.models import Occurrence, TargetWatch
from app.ledger.queries.facts import facts_of_target
from app.ledger.queries.gauges import watch_of
from app.ledger.rules.metering import reading_of, step_of
from app.ledger.rules.watching import Seen, Watch, bounds_of, look_again
from app.meters.queries import readings_before
from app.plans.models import PlanTarget


def take_back_steps(session: Session, target: PlanTarget, *, now: datetime) -> None:
    """Rows of steps that were passed without an order, and have not come after all, go: they will come.

    A step that has an order, or had one, keeps its row: it never fires twice.
    """
    facts = facts_of_target(session, target.id)
    reading = reading_of(facts)
    if facts.schedule.mode != "fixed" or reading is None:
        return
    reached = max(reading.first_step, reading.step)
    if reached >= target.counter:
        return
    own = Occurrence.cycle_key.like(f"M:{reading.meter.meter_id}:%")
    for row in session.scalars(select(Occurrence).where(Occurrence.target_id == target.id, own)):
        first = step_of(row.cycle_key)
        if (row.fate, row.reason) != ("missed", "passed") or first + row.count - 1 <= reached:
            continue
        if first > reached:
            session.delete(row)
        else:
            row.count, row.decided_at = reached - first + 1, now
    target.counter = reached
    session.flush()


def look_at_again(session: Session, target: PlanTarget, at: datetime) -> None:
    """A condition looks again from the corrected reading on; what an episode covered brings no second order."""
    facts = facts_of_target(session, target.id)
    row = session.get(TargetWatch, target.id)
    trigger, meter = facts.schedule.trigger, facts.meter
    if row is None or trigger is None or meter is None or trigger.kind != "condition" or row.meter_id != meter.meter_id:
        return
    bounds = bounds_of(trigger, meter.scale)
    run_up = readings_before(session, meter.meter_id, at, limit=bounds.readings - 1) if bounds.readings > 1 else []
    seen = [Seen(reading.id, reading.read_at, reading.value, at.date()) for reading in run_up]
    set_watch(row, look_again(bounds, watch_of(row), at, seen))
    session.flush()


def keep_watches(session: Session, watches: Mapping[int, tuple[int, Watch]]) -> None:
    """By target: the meter, and how far its condition has looked now."""
    if not watches:
        return
    kept = select(TargetWatch).where(TargetWatch.target_id.in_(watches)).execution_options(populate_existing=True)
    rows = {row.target_id: row for row in session.scalars(kept)}
    for target_id, (meter_id, watch) in watches.items():
        row = rows.get(target_id) or TargetWatch(target_id=target_id)
        row.meter_id = meter_id
        set_watch(row, watch)
        session.add(row)
    session.flush()


def set_watch(row: TargetWatch, watch: Watch) -> None:
    for spec in fields(Watch):
        setattr(row, spec.name, getattr(watch, spec.name))
