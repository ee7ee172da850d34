"""Readings, and what they wake: a reading is cheap, the next tick decides (S26, S28)."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime

from sqlalchemy import Select, select, update
from sqlalchemy.orm import Session

from app.core.security import Actor
from app.ledger.actions.corrections import follow_meter, look_at_again, take_back_steps
from app.ledger.actions.outcomes import lock_target
from app.ledger.models import TargetWatch
from app.meters import actions as meters
from app.meters import queries
from app.meters.actions import Recorded
from app.meters.actions.recording import Source
from app.meters.models import Meter, MeterReading
from app.meters.schemas import CorrectionInput, MeterInput, OneReadingInput, ReadingInput, ReplacementInput
from app.plans.models import MaintenancePlan, PlanTarget, PlanVersion

PIECES = 5000  # a statement
ACTIVE, FAILED_TOO, LIVE = ("active",), ("active", "error"), ("active", "error", "paused")  # states of targets


def create_meter(session: Session, data: MeterInput, *, by: Actor, now: datetime) -> Meter:
    meter = meters.create_meter(session, data, by=by, now=now)
    _follow(session, meter, now=now)
    return meter


def edit_meter(
    session: Session, meter_id: int, data: MeterInput, *, version: int | None = None, by: Actor, now: datetime
) -> Meter:
    """Plans find a meter by its name."""
    meter = meters.edit_meter(session, meter_id, data, version=version, by=by, now=now)
    _follow(session, meter, now=now)
    return meter


def archive_meter(
    session: Session, meter_id: int, *, is_archived: bool = True, version: int | None = None, by: Actor, now: datetime
) -> Meter:
    meter = meters.archive_meter(session, meter_id, is_archived=is_archived, version=version, by=by, now=now)
    _follow(session, meter, now=now)
    return meter


def record_reading(
    session: Session, meter_id: int, data: OneReadingInput, *, source: Source, by: Actor, now: datetime
) -> MeterReading:
    reading = meters.record_reading(session, meter_id, data, source=source, by=by, now=now)
    meter = session.get_one(Meter, meter_id)
    _wake(session, [meter.equipment_id], now=now)
    if meter.last_read_at is not None and reading.read_at < meter.last_read_at:
        _look_again(session, {meter_id: reading.read_at})
    return reading


def record_readings(
    session: Session, rows: Sequence[ReadingInput], *, source: Source, by: Actor, now: datetime
) -> Recorded:
    report = meters.record_readings(session, rows, source=source, by=by, now=now)
    _wake(session, {session.get_one(Meter, meter_id).equipment_id for meter_id in report.meter_ids}, now=now)
    _look_again(session, report.late)
    return report


def replace_meter(
    session: Session, meter_id: int, data: ReplacementInput, *, source: Source, by: Actor, now: datetime
) -> Meter:
    meter = meters.replace_meter(session, meter_id, data, source=source, by=by, now=now)
    _wake(session, [meter.equipment_id], FAILED_TOO, now=now)
    return meter


def correct_reading(
    session: Session, reading_id: int, data: CorrectionInput, *, by: Actor, now: datetime
) -> MeterReading | None:
    """S28: steps that only the wrong reading had passed come again; one that has an order never fires twice."""
    reading, meter = queries.get_reading(session, reading_id, by=by)
    equipment_id, at = meter.equipment_id, reading.read_at
    right = meters.correct_reading(session, reading_id, data, by=by, now=now)
    for target_id in session.scalars(_concerned([equipment_id], LIVE)).all():
        target = lock_target(session, target_id)
        take_back_steps(session, target, now=now)
        look_at_again(session, target, meter.id, at)
    _wake(session, [equipment_id], FAILED_TOO, now=now)
    return right


def _follow(session: Session, meter: Meter, *, now: datetime) -> None:
    for target_id in session.scalars(_concerned([meter.equipment_id], LIVE)).all():
        follow_meter(session, lock_target(session, target_id))
    _wake(session, [meter.equipment_id], FAILED_TOO, now=now)


def _look_again(session: Session, late: Mapping[int, datetime]) -> None:
    """S28: a reading that comes late counts by its time, where a condition has looked beyond it already."""
    ids = sorted(late)
    for start in range(0, len(ids), PIECES):
        part = ids[start : start + PIECES]
        pieces = select(Meter.equipment_id).where(Meter.id.in_(part))
        watches = select(TargetWatch.target_id, TargetWatch.meter_id, TargetWatch.through_at).join(PlanTarget)
        watches = watches.where(PlanTarget.equipment_id.in_(pieces), TargetWatch.meter_id.in_(part))
        for target_id, meter_id, through_at in session.execute(watches.order_by(PlanTarget.id)).all():
            if through_at is not None and late[meter_id] <= through_at:
                look_at_again(session, lock_target(session, target_id), meter_id, late[meter_id])


def _wake(session: Session, equipment_ids: Iterable[int], states: Collection[str] = ACTIVE, *, now: datetime) -> None:
    """Those of the pieces' targets that go by a meter are looked at by the next tick.

    One that failed keeps to its back-off, however many readings come in (S18); a changed meter may have mended it.
    """
    ids = sorted(equipment_ids)
    for start in range(0, len(ids), PIECES):
        concerned = _concerned(ids[start : start + PIECES], states)
        targets = session.scalars(concerned.with_for_update(of=PlanTarget)).all()
        if targets:
            session.execute(update(PlanTarget).where(PlanTarget.id.in_(targets)).values(wake_at=now))


def _concerned(equipment_ids: Sequence[int], states: Collection[str]) -> Select[int]:
    """In one order for everybody who locks them."""
    return (
        select(PlanTarget.id)
        .join(MaintenancePlan, MaintenancePlan.id == PlanTarget.plan_id)
        .join(
            PlanVersion,
            (PlanVersion.plan_id == MaintenancePlan.id) & (PlanVersion.number == MaintenancePlan.current_number),
        )
        .where(
            PlanTarget.equipment_id.in_(equipment_ids),
            PlanTarget.state.in_(states),
            PlanVersion.schedule["trigger"]["meter"].as_string().is_not(None),
        )
        .order_by(PlanTarget.id)
    )
