"""What the meters of targets show, as decisions need it (S25 to S29)."""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import fields
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.clock import start_of_day, today
from app.core.i18n.folding import fold
from app.ledger.models import Occurrence, TargetWatch
from app.ledger.rules.facts import Gauged
from app.ledger.rules.metering import step_of
from app.ledger.rules.watching import Seen, Watch
from app.meters.models import Meter
from app.meters.queries import neighbours, readings_since, uses_of
from app.places.models import Site
from app.plans.models import PlanTarget, PlanVersion
from app.plans.rules.schedule import Schedule

DAY = timedelta(days=1)
READINGS_A_LOOK = 1000  # a decision is bounded (S15)


def gauges_of(session: Session, schedules: Mapping[int, Schedule]) -> dict[int, Gauged]:
    """By target, where its plan asks for a meter and its item has one of that name; a handful of statements for all."""
    named = {key: fold(schedule.trigger.meter) for key, schedule in schedules.items() if schedule.trigger}
    if not named:
        return {}
    targets = _targets(session, named)
    meters = _meters(session, {target.equipment_id for target in targets if target.equipment_id})
    pairs = [(target, meters.get((target.equipment_id, named[target.id]))) for target in targets]
    found = [(target, meter) for target, meter in pairs if meter is not None]
    fixed = {key for key, one in schedules.items() if one.mode == "fixed"}
    history = _History(session, [(meter.id, at) for target, meter in found for at in _instants(target, fixed)])
    uses = uses_of(session, list({meter.id: meter for _, meter in found}.values()))
    counted = {target.id: (meter.id, target.counter) for target, meter in found if target.id in fixed}
    steps = _steps(session, schedules, counted)
    conditional = {key for key, one in schedules.items() if one.trigger and one.trigger.kind == "condition"}
    watched = _watched(session, [pair for pair in found if pair[0].id in conditional])
    return {
        target.id: Gauged(
            meter_id=meter.id,
            scale=meter.scale,
            last_on=today(meter.last_read_at, target.time_zone) if meter.last_read_at else None,
            total=meter.last_total,
            base=history.total(meter.id, _base_at(target, fixed)),
            after=history.total(meter.id, _after_at(target)) if target.counted_after_on else None,
            rested_until=_rested_until(target),
            rested_total=history.total(meter.id, at) if (at := _rested_until(target)) else None,
            use=uses.get(meter.id),
            **steps.get(target.id, {}),
            **watched.get(target.id, {}),
        )
        for target, meter in found
    }


def _targets(session: Session, ids: Collection[int]) -> list[Any]:
    own = (
        PlanTarget.id, PlanTarget.equipment_id, PlanTarget.enrolled_on, PlanTarget.last_done_on,
        PlanTarget.counted_after_on, PlanTarget.counter, PlanTarget.paused_until, PlanTarget.pause_reason,
        Site.time_zone,
    )  # fmt: skip
    rows = select(*own).join(Site, Site.id == PlanTarget.site_id).where(PlanTarget.id.in_(ids))
    return list(session.execute(rows.order_by(PlanTarget.id)))


def _meters(session: Session, equipment_ids: Collection[int]) -> dict[tuple[int, str], Meter]:
    rows = session.scalars(select(Meter).where(Meter.equipment_id.in_(equipment_ids), Meter.archived_at.is_(None)))
    return {(meter.equipment_id, fold(meter.name)): meter for meter in rows}


def _watched(session: Session, found: list[tuple[Any, Meter]]) -> dict[int, dict[str, Any]]:
    """How far conditions have looked, and the readings since; those from before an item entered are not looked at."""
    kept = select(TargetWatch).where(TargetWatch.target_id.in_([target.id for target, _ in found]))
    watches = {row.target_id: row for row in session.scalars(kept)} if found else {}
    looked: dict[int, tuple[Watch, tuple[int, datetime]]] = {}
    for target, meter in found:
        row = watches.get(target.id)
        watch = watch_of(row) if row is not None and row.meter_id == meter.id else Watch()
        entered_at = start_of_day(target.enrolled_on, target.time_zone)
        since = max(watch.through_at or entered_at, entered_at)
        looked[target.id] = watch, (meter.id, since)
    asked = [looked[target.id][1] for target, meter in found if _is_read(meter, looked[target.id][1][1])]
    readings = readings_since(session, asked, limit=READINGS_A_LOOK + 1)
    known: dict[int, dict[str, Any]] = {}
    for target, _ in found:
        watch, since_when = looked[target.id]
        rows = readings.get(since_when, [])
        seen = [Seen(one.id, one.read_at, one.value, today(one.read_at, target.time_zone)) for one in rows]
        known[target.id] = {
            "watch": watch,
            "seen": tuple(seen[:READINGS_A_LOOK]),
            "has_more": len(seen) > READINGS_A_LOOK,
        }
    return known


def _is_read(meter: Meter, since: datetime) -> bool:
    return meter.last_read_at is not None and meter.last_read_at >= since


def watch_of(row: TargetWatch) -> Watch:
    return Watch(**{spec.name: getattr(row, spec.name) for spec in fields(Watch)})


def _base_at(target: Any, fixed: Collection[int]) -> datetime:
    """What a target counts from: the start of the day it entered on; floating, the end of that of the work last done.

    Steps go on while work is done: one that is passed on that very day is a cycle like any other (S8, S26).
    """
    done_on = None if target.id in fixed else target.last_done_on
    return _end_of(done_on or target.enrolled_on - DAY, target.time_zone)


def _after_at(target: Any) -> datetime:
    return _end_of(target.counted_after_on, target.time_zone)


def _rested_until(target: Any) -> datetime | None:
    """S38: of a pause that is over. Its last day was told beforehand, or a person ended it on that day, when all that
    was read by then is settled.
    """
    if target.paused_until is None:
        return None
    is_foretold = target.pause_reason is not None
    return start_of_day(target.paused_until if is_foretold else target.paused_until + DAY, target.time_zone)


def _end_of(day: date, zone: str) -> datetime:
    return start_of_day(day + DAY, zone)


def _instants(target: Any, fixed: Collection[int]) -> list[datetime]:
    after, rested = _after_at(target) if target.counted_after_on else None, _rested_until(target)
    return [_base_at(target, fixed), *(at for at in (after, rested) if at is not None)]


class _History:
    """The lifetime total of meters at some instants: of the reading before, or the first one after."""

    def __init__(self, session: Session, asked: list[tuple[int, datetime]]) -> None:
        self._points: defaultdict[int, list[tuple[datetime, int]]] = defaultdict(list)
        for reading in sorted(neighbours(session, asked), key=lambda row: (row.read_at, row.is_restart)):
            if reading.total is not None:
                self._points[reading.meter_id].append((reading.read_at, reading.total))

    def total(self, meter_id: int, at: datetime) -> int | None:
        points = self._points[meter_id]
        index = bisect_left(points, at, key=lambda point: point[0])
        return points[max(0, index - 1)][1] if points else None


def _steps(
    session: Session, schedules: Mapping[int, Schedule], counted: Mapping[int, tuple[int, int]]
) -> dict[int, Any]:
    """By target, from its meter and its counter: steps beyond that have a row already, since a correction set the
    counter back (S28); and the numbers that versions with steps of another size have used.
    """
    if not counted:
        return {}
    own = (Occurrence.target_id.in_(counted), Occurrence.cycle_key.like("M:%"))
    columns = Occurrence.target_id, Occurrence.plan_version_id, Occurrence.cycle_key, Occurrence.count
    rows = session.execute(select(*columns).where(*own)).all()
    versions = select(PlanVersion.id, PlanVersion.schedule).where(PlanVersion.id.in_({row[1] for row in rows}))
    sizes = {version_id: size_of(schedule) for version_id, schedule in session.execute(versions)}
    current = {key: size_of(schedules[key].to_dict()) for key in counted}
    found: defaultdict[int, dict[str, set[int]]] = defaultdict(lambda: {"taken": set(), "used": set()})
    for target_id, version_id, key, count in rows:
        first, (meter_id, counter) = step_of(key), counted[target_id]
        if not key.startswith(f"M:{meter_id}:"):
            continue
        if sizes[version_id] == current[target_id]:
            found[target_id]["taken"].update(range(max(first, counter + 1), first + count))
        elif "@" not in key:
            found[target_id]["used"].add(first)
    return {key: {name: frozenset(steps) for name, steps in own.items()} for key, own in found.items()}


def size_of(schedule: Mapping[str, Any]) -> tuple[Any, Any]:
    """What the numbers of steps stand for under a version."""
    trigger = schedule.get("trigger") or {}
    return trigger.get("every"), trigger.get("start_at")
