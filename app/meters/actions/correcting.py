"""What was read wrongly is put right, and a counter that was exchanged runs on (S28)."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Session

from app.core.errors import Conflict, InvalidInput
from app.core.i18n import N_
from app.core.security import Actor, Permission, require
from app.journal import actions as journal
from app.meters import queries
from app.meters.actions.meters import lock_meter, set_last
from app.meters.actions.recording import Source, instant_of, record_reading, shift_totals, zone_of
from app.meters.models import Meter, MeterReading
from app.meters.rules.chain import Counter, Placed, place, shift_after, without
from app.meters.rules.values import Kind, check_instant, read_value, shown
from app.meters.schemas import CorrectionInput, OneReadingInput, ReplacementInput


def correct_reading(
    session: Session, reading_id: int, data: CorrectionInput, *, by: Actor, now: datetime
) -> MeterReading | None:
    """The old reading stays, marked, and the right one takes its instant; None where it was no reading at all.

    Later totals follow: what was taken for a roll-over was none.
    """
    reading, meter = queries.get_reading(session, reading_id, by=by)
    site_id = meter.equipment.site_id
    require(by, Permission.WORK, site_id=site_id)
    lock_meter(session, meter.id)
    session.refresh(reading)
    if reading.superseded_at is not None:
        raise Conflict("superseded", N_("This reading was already corrected. Look at the one that holds."))
    value = None if data.value is None else read_value(data.value, meter.scale)
    placed = _placed(session, meter, reading, value)
    reading.superseded_at = now
    session.flush()
    right = None
    if value is not None:
        right = _corrected(reading, value, placed.total if meter.kind == Kind.COUNTER else None, data.reason, by, now)
        session.add(right)
    if placed.shift:
        shift_totals(session, meter.id, reading, placed.shift)
    session.flush()
    set_last(meter, queries.last_reading(session, meter.id))
    session.flush()
    said = [None if it is None else str(shown(it, meter.scale)) for it in (reading.value, value)]
    changes: dict[str, Any] = {"value": said, "reason": [None, data.reason]}
    journal.record_change(session, "corrected", "meter_reading", reading.id, changes, by=by, now=now, site_id=site_id)
    return right


def _placed(session: Session, meter: Meter, reading: MeterReading, value: int | None) -> Placed:
    """Where the right value stands, or the shift of what follows where there is none."""
    if meter.kind != Kind.COUNTER:
        return Placed(0)
    counter = Counter(meter.roll_over_at, meter.lifetime_offset)
    found = queries.beside(session, reading)
    before, after = (queries.point_of(row) if row else None for row in found)
    if value is None:
        return Placed(0, without(counter, before, after))
    if reading.is_restart:
        total = before.total if before else counter.offset
        return Placed(total, shift_after(counter, value, total, after))
    return place(counter, value, before, after, is_correction=True)


def _corrected(old: MeterReading, value: int, total: int | None, reason: str, by: Actor, now: datetime) -> MeterReading:
    return MeterReading(
        meter_id=old.meter_id,
        read_at=old.read_at,
        value=value,
        total=total,
        is_restart=old.is_restart,
        source=old.source,
        user_id=by.user_id,
        user_name=by.name,
        reason=reason,
        correction_of_id=old.id,
        created_at=now,
    )


def replace_meter(
    session: Session,
    meter_id: int,
    data: ReplacementInput,
    *,
    source: Source = "person",
    by: Actor,
    now: datetime,
) -> Meter:
    """A new counter in the place of the old: the lifetime total runs through."""
    meter = queries.get_meter(session, meter_id, by=by)
    site_id = meter.equipment.site_id
    require(by, Permission.WORK, site_id=site_id)
    lock_meter(session, meter_id)
    if meter.kind != Kind.COUNTER:
        raise Conflict("no_counter", N_("Only a counter starts anew: others simply go on being read."))
    if meter.archived_at is not None:
        raise Conflict("archived", N_("This meter is archived: nobody reads it any more."))
    try:
        at = instant_of(data.replaced_at or now, zone_of(session, meter))
        check_instant(at, now)
        first = read_value(data.first_value, meter.scale)
    except InvalidInput as error:
        raise _named(error, {"read_at": "replaced_at", "value": "first_value"}) from None
    if meter.last_read_at is not None and at < meter.last_read_at:
        raise InvalidInput.at("replaced_at", "before_reading", N_("There is a later reading. Correct that one first."))
    if data.last_value is not None:
        _read_last(session, meter, data.last_value, at, source, by=by, now=now)
    last = queries.last_reading(session, meter_id)
    if last is not None and last.is_restart and last.read_at == at:
        raise Conflict("already_replaced", N_("It was already replaced at this instant."))
    restart = MeterReading(
        meter_id=meter_id,
        read_at=at,
        value=first,
        total=meter.lifetime_offset if last is None else last.total,
        is_restart=True,
        source=source,
        user_id=by.user_id,
        user_name=by.name,
        created_at=now,
    )
    session.add(restart)
    set_last(meter, restart)
    session.flush()
    changes = {"value": [None if last is None else str(shown(last.value, meter.scale)), str(shown(first, meter.scale))]}
    journal.record_change(session, "replaced", "meter", meter_id, changes, by=by, now=now, site_id=site_id)
    return meter


def _read_last(
    session: Session, meter: Meter, value: Decimal | str, at: datetime, source: Source, *, by: Actor, now: datetime
) -> None:
    said = OneReadingInput(value=value, read_at=at)
    try:
        record_reading(session, meter.id, said, source=source, by=by, now=now)
    except InvalidInput as error:
        raise _named(error, {"value": "last_value", "read_at": "replaced_at"}) from None


def _named(error: InvalidInput, names: dict[str, str]) -> InvalidInput:
    """The same refusal at the field that this form has for it."""
    field = error.fields[0]
    return InvalidInput.at(names.get(field.pointer, field.pointer), field.code, field.message, **field.params)
