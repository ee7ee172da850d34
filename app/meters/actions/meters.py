"""A meter is made, edited, archived, replaced."""

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.errors import Conflict, InvalidInput
from app.core.i18n import N_
from app.core.i18n.folding import fold
from app.core.security import Actor, Permission, require
from app.equipment import queries as equipment
from app.journal import actions as journal
from app.meters import queries
from app.meters.models import Meter, MeterReading
from app.meters.rules.values import Kind
from app.meters.schemas import MeterInput

FIXED_ONCE_READ = ("kind", "decimals", "lifetime_offset")
MOST_ON_A_PIECE = 50


def create_meter(session: Session, data: MeterInput, *, by: Actor, now: datetime) -> Meter:
    piece = equipment.get_equipment(session, data.equipment_id, by=by)
    require(by, Permission.PLAN, site_id=piece.site_id)
    if piece.status == "retired":
        raise Conflict("retired", N_("This piece is retired: it is counted no more."))
    _refuse_used_name(session, data)
    meter = Meter(**data.columns(), created_at=now)
    meter.overdue_at = missing_from(meter)
    session.add(meter)
    session.flush()
    changes = {"name": [None, meter.name]}
    journal.record_change(session, "created", "meter", meter.id, changes, by=by, now=now, site_id=piece.site_id)
    return meter


def edit_meter(
    session: Session, meter_id: int, data: MeterInput, *, version: int | None = None, by: Actor, now: datetime
) -> Meter:
    """What its readings were understood by stays, once there are any: kind, decimals, what had been run before."""
    meter = queries.get_meter(session, meter_id, by=by)
    require(by, Permission.PLAN, site_id=meter.equipment.site_id)
    values = data.columns()
    if data.equipment_id != meter.equipment_id:
        raise InvalidInput.at("equipment_id", "fixed", N_("A meter stays on its piece. Make one on the other piece."))
    _refuse_used_name(session, data, own_id=meter_id)
    if meter.last_read_at is not None:
        _check_readings_hold(meter, values)
    changes = journal.edit_row(
        session, meter, values, entity="meter", by=by, now=now, version=version, site_id=meter.equipment.site_id
    )
    if "max_age_hours" in changes:
        meter.overdue_at = missing_from(meter)
        session.flush()
    return meter


def archive_meter(
    session: Session,
    meter_id: int,
    *,
    is_archived: bool = True,
    version: int | None = None,
    by: Actor,
    now: datetime,
) -> Meter:
    """Nobody reads it any more: it takes no reading, and none is overdue."""
    meter = queries.get_meter(session, meter_id, by=by)
    site_id = meter.equipment.site_id
    require(by, Permission.PLAN, site_id=site_id)
    if is_archived == (meter.archived_at is None):
        values = {"archived_at": now if is_archived else None}
        journal.edit_row(session, meter, values, entity="meter", by=by, now=now, version=version, site_id=site_id)
        meter.overdue_at = missing_from(meter)
        session.flush()
    return meter


def missing_from(meter: Meter) -> datetime | None:
    """S29: from when a reading is missing; null where none is expected."""
    if meter.max_age_hours is None or meter.archived_at is not None:
        return None
    return (meter.last_read_at or meter.created_at) + timedelta(hours=meter.max_age_hours)


def lock_meter(session: Session, meter_id: int) -> Meter:
    """Whoever adds to a meter's readings, or corrects one, holds its row: totals follow from one another."""
    statement = select(Meter).where(Meter.id == meter_id).with_for_update(of=Meter)
    return session.scalars(statement, execution_options={"populate_existing": True}).one()


def set_last(meter: Meter, newest: MeterReading | None) -> None:
    """Repeat the newest reading that holds on the meter."""
    meter.last_read_at = newest.read_at if newest else None
    meter.last_value = newest.value if newest else None
    meter.last_total = newest.total if newest else None
    meter.overdue_at = missing_from(meter)


def _check_readings_hold(meter: Meter, values: dict[str, object]) -> None:
    for name in FIXED_ONCE_READ:
        if values[name] != getattr(meter, name):
            raise InvalidInput.at(name, "has_readings", N_("It has readings already: make a new meter instead."))
    states = values["states"]
    if meter.kind == Kind.STATE and isinstance(states, list) and len(states) < len(meter.states):
        raise InvalidInput.at("states", "has_readings", N_("It has readings already: no state may go."))
    roll_over_at = values["roll_over_at"]
    if isinstance(roll_over_at, int) and meter.last_value is not None and roll_over_at <= meter.last_value:
        raise InvalidInput.at("roll_over_at", "below_reading", N_("It has shown more than that."))


def _refuse_used_name(session: Session, data: MeterInput, own_id: int | None = None) -> None:
    names = session.execute(select(Meter.id, Meter.name).where(Meter.equipment_id == data.equipment_id)).all()
    if any(fold(name) == fold(data.name) and row_id != own_id for row_id, name in names):
        raise InvalidInput.at("name", "taken", N_("The piece has a meter of this name already."))
    if own_id is None and len(names) >= MOST_ON_A_PIECE:
        raise Conflict("too_many", N_("This piece already has %(most)s meters."), most=MOST_ON_A_PIECE)
