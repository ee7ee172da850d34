"""A reading turns out to have been wrong: what followed from it is judged again, and nothing fires twice (S28)."""

from collections.abc import Iterator, Mapping
from dataclasses import fields
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.clock import start_of_day
from app.ledger.models import Occurrence, TargetWatch
from app.ledger.queries.facts import facts_of_target
from app.ledger.queries.gauges import size_of, watch_of
from app.ledger.rules.metering import reading_of, step_of
from app.ledger.rules.watching import INSTANT, Seen, Watch, bounds_of, look_again
from app.meters.models import MeterReading
from app.meters.queries import readings_before
from app.places.models import Site
from app.plans.models import PlanTarget, PlanVersion


def take_back_steps(session: Session, target: PlanTarget, *, now: datetime) -> None:
    """Rows of steps that brought no order, and have not come after all, go: they will come.

    A step that has an order, or had one, keeps its row: it never fires twice.
    """
    facts = facts_of_target(session, target.id)
    trigger, meter = facts.schedule.trigger, facts.meter
    if facts.schedule.mode != "fixed" or trigger is None or trigger.kind != "counter" or meter is None:
        return
    reading = reading_of(facts)  # None: all that was read has been withdrawn
    reached = 0 if reading is None else max(reading.first_step, reading.step)
    if reached >= target.counter:
        return
    for row in _steps_of_this_size(session, target.id, f"M:{meter.meter_id}:%"):
        first = step_of(row.cycle_key)
        if not _brought_nothing(row) or first + row.count - 1 <= reached:
            continue
        if first > reached:
            session.delete(row)
        else:
            row.count, row.decided_at = reached - first + 1, now
    target.counter = reached
    session.flush()


def follow_meter(session: Session, target: PlanTarget) -> None:
    """A plan finds its meter by name, and may have found another one: the last one's numbers say nothing of this."""
    facts = facts_of_target(session, target.id)
    trigger, meter = facts.schedule.trigger, facts.meter
    if facts.schedule.mode != "fixed" or trigger is None or trigger.kind != "counter" or meter is None:
        return
    own = Occurrence.target_id == target.id, Occurrence.cycle_key.like("M:%")
    last = session.scalar(select(Occurrence.cycle_key).where(*own).order_by(Occurrence.id.desc()).limit(1))
    if last is None or not last.startswith(f"M:{meter.meter_id}:"):
        reading = reading_of(facts)
        target.counter = min(target.counter, 0 if reading is None else max(reading.first_step, reading.step))
        session.flush()


def _steps_of_this_size(session: Session, target_id: int, like: str) -> Iterator[Occurrence]:
    """Those of versions that count as the one in force does: numbers of other steps say nothing here."""
    versions = select(PlanVersion).join(PlanTarget, PlanTarget.plan_id == PlanVersion.plan_id)
    known = session.scalars(versions.where(PlanTarget.id == target_id).order_by(PlanVersion.number)).all()
    sizes = {version.id: size_of(version.schedule) for version in known}
    own = Occurrence.target_id == target_id, Occurrence.cycle_key.like(like)
    for row in session.scalars(select(Occurrence).where(*own)).all():
        if sizes[row.plan_version_id] == sizes[known[-1].id]:
            yield row


def _brought_nothing(row: Occurrence) -> bool:
    is_passed = row.fate == "missed" and row.reason in ("passed", "paused")
    is_absorbed = row.fate in ("waiting", "suppressed") or (row.fate, row.reason) == ("merged", "same_day")
    return is_passed or is_absorbed or row.reason == "item_status"


def look_at_again(session: Session, target: PlanTarget, meter_id: int, at: datetime) -> None:
    """A condition looks again from the corrected reading on, or from one that came late; what an episode covered brings
    no second order.
    """
    facts = facts_of_target(session, target.id)
    row = session.get(TargetWatch, target.id)
    trigger, meter = facts.schedule.trigger, facts.meter
    if row is None or trigger is None or meter is None or trigger.kind != "condition":
        return
    since = start_of_day(target.enrolled_on, session.get_one(Site, target.site_id).time_zone)
    if not row.meter_id == meter.meter_id == meter_id or at < since:
        return
    bounds = bounds_of(trigger, meter.scale)
    run_up = readings_before(session, meter.meter_id, at, limit=bounds.readings - 1) if bounds.readings > 1 else []
    own = [reading for reading in run_up if reading.read_at >= since]
    seen = [Seen(reading.id, reading.read_at, reading.value, at.date()) for reading in own]
    set_watch(row, look_again(bounds, watch_of(row), at, seen))
    session.flush()


def look_from(session: Session, target: PlanTarget, reading_id: int) -> None:
    """S23: the episode that this reading began is no longer told: the next look begins with it."""
    watch, reading = session.get(TargetWatch, target.id), session.get(MeterReading, reading_id)
    facts = facts_of_target(session, target.id)
    trigger, meter = facts.schedule.trigger, facts.meter
    if watch is None or reading is None or trigger is None or meter is None or watch.meter_id != reading.meter_id:
        return
    before = reading.read_at - INSTANT
    covered = watch.covered_until and min(watch.covered_until, before)
    set_watch(watch, Watch(streak=trigger.readings - 1, through_at=before, covered_until=covered))
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
