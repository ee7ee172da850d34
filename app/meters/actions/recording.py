"""Readings are taken, one or thousands at once; each is judged by its own meter, and a refused one stops no other."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Literal
from zoneinfo import ZoneInfo

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from app.core.db import table_of
from app.core.errors import FieldError, InvalidInput
from app.core.i18n import N_
from app.core.i18n.folding import fold
from app.core.security import Actor, Permission, require
from app.equipment.models import Equipment
from app.journal import actions as journal
from app.meters import queries
from app.meters.actions.meters import missing_from
from app.meters.models import Meter, MeterReading
from app.meters.rules.chain import Chain, Counter, Point
from app.meters.rules.values import Kind, check_instant, read_value
from app.meters.schemas import OneReadingInput, ReadingInput
from app.places.models import Site

Source = Literal["person", "program", "file"]
NAMES = 5000  # looked up a statement


@dataclass(slots=True)
class Recorded:
    """What came of a batch; `errors` are by the row's place in it. `meter_ids` have something new to say.

    `late`: of meters that were read since, the first instant that was not known.
    """

    recorded: int = 0
    unchanged: int = 0
    errors: dict[int, FieldError] = field(default_factory=dict)
    meter_ids: set[int] = field(default_factory=set)
    late: dict[int, datetime] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Row:
    """A row that a meter may take: `value` scaled, `at` an instant."""

    place: int
    value: int
    at: datetime


def record_reading(
    session: Session,
    meter_id: int,
    data: OneReadingInput,
    *,
    source: Source = "person",
    by: Actor,
    now: datetime,
) -> MeterReading:
    """One reading of a meter; raises what a batch would report. Sent twice it is one."""
    meter = queries.get_meter(session, meter_id, by=by)
    site_id, before = meter.equipment.site_id, meter.last_value
    row = ReadingInput(meter_id=meter_id, value=data.value, read_at=data.read_at or now)
    report = record_readings(session, [row], source=source, by=by, now=now)
    if error := report.errors.get(0):
        raise InvalidInput(error.code, error.message, fields=[error], **error.params)
    if source == "person" and report.recorded:  # a program's readings are many, and say themselves who sent them
        changes = {"last_value": [before, meter.last_value]}
        journal.record_change(session, "read", "meter", meter_id, changes, by=by, now=now, site_id=site_id)
    at = instant_of(row.read_at or now, zone_of(session, meter))
    found = select(MeterReading).where(MeterReading.meter_id == meter_id, queries.HOLDS, MeterReading.read_at == at)
    return session.scalars(found.where(MeterReading.is_restart.is_(False))).one()


def record_readings(
    session: Session, rows: Sequence[ReadingInput], *, source: Source, by: Actor, now: datetime
) -> Recorded:
    """Many readings, of one meter or of many, in any order.

    1. Their meters are found and locked, in one order for everybody. 2. Each row is judged alone. 3. Those that come
    late ask for their neighbours, all in one statement. 4. Each meter's rows are placed in the order of their times.
    5. They are written in one statement, and the meters told of their newest.
    """
    require(by, Permission.WORK)
    report = Recorded()
    named = _meter_ids(session, rows)
    meters = _lock(session, {meter_id for meter_id in named if meter_id is not None}, by)
    wanted: dict[int, list[_Row]] = defaultdict(list)
    for index, (meter_id, row) in enumerate(zip(named, rows, strict=True)):
        try:
            meter, zone = _meter_for(meter_id, meters)
            at = instant_of(row.read_at or now, zone)
            check_instant(at, now)
            wanted[meter.id].append(_Row(index, read_value(row.value, meter.scale), at))
        except InvalidInput as error:
            report.errors[index] = error.fields[0]
    known = _known(session, wanted, meters)
    told = {"source": source, "user_id": by.user_id, "user_name": by.name, "created_at": now}
    new: list[dict[str, Any]] = []
    for meter_id, own in wanted.items():
        new += [told | row for row in _place(session, meters[meter_id][0], own, known[meter_id], report)]
    session.flush()
    if new:
        session.execute(insert(table_of(MeterReading)), new)
    report.recorded = len(new)
    return report


def instant_of(read_at: datetime, zone: str) -> datetime:
    """A time without an offset is the site's own (S5). Raises InvalidInput for one that no calendar tells."""
    if not 1900 <= read_at.year <= 2200:
        raise InvalidInput.at("read_at", "implausible_date", N_("This date is too far away."))
    return (read_at if read_at.tzinfo else read_at.replace(tzinfo=ZoneInfo(zone))).astimezone(UTC)


def zone_of(session: Session, meter: Meter) -> str:
    at = select(Site.time_zone).join(Equipment, Equipment.site_id == Site.id)
    return session.scalars(at.where(Equipment.id == meter.equipment_id)).one()


def _meter_ids(session: Session, rows: Sequence[ReadingInput]) -> list[int | None]:
    """The meter that each row names, by number or by the piece's tag and the meter's name."""
    tags = sorted({row.tag for row in rows if row.meter_id is None and row.tag})
    by_name: dict[tuple[str, str], int] = {}
    for start in range(0, len(tags), NAMES):
        found = select(Equipment.tag, Meter.name, Meter.id).join(Meter, Meter.equipment_id == Equipment.id)
        for tag, name, meter_id in session.execute(found.where(Equipment.tag.in_(tags[start : start + NAMES]))):
            by_name[tag, fold(name)] = meter_id
    return [row.meter_id or by_name.get((row.tag or "", fold(row.meter or ""))) for row in rows]


def _lock(session: Session, meter_ids: set[int], by: Actor) -> dict[int, tuple[Meter, str]]:
    """The meters that the actor may see, with their site's zone."""
    found: dict[int, tuple[Meter, str]] = {}
    ordered = sorted(meter_ids)
    for start in range(0, len(ordered), NAMES):
        statement = (
            select(Meter, Site.time_zone)
            .join(Equipment, Equipment.id == Meter.equipment_id)
            .join(Site, Site.id == Equipment.site_id)
            .where(Meter.id.in_(ordered[start : start + NAMES]))
            .order_by(Meter.id)
            .with_for_update(of=Meter)
        )
        if by.site_ids is not None:
            statement = statement.where(Equipment.site_id.in_(by.site_ids))
        rows = session.execute(statement, execution_options={"populate_existing": True})
        found |= {meter.id: (meter, zone) for meter, zone in rows}
    return found


def _meter_for(meter_id: int | None, meters: dict[int, tuple[Meter, str]]) -> tuple[Meter, str]:
    if meter_id not in meters:
        raise InvalidInput.at("meter_id", "unknown_meter", N_("This meter does not exist."))
    if meters[meter_id][0].archived_at is not None:
        raise InvalidInput.at("meter_id", "archived", N_("This meter is archived: nobody reads it any more."))
    return meters[meter_id]


def _known(
    session: Session, wanted: dict[int, list[_Row]], meters: dict[int, tuple[Meter, str]]
) -> dict[int, set[Point]]:
    """What must be known of each meter to place its rows: its newest reading, and the neighbours of those come late."""
    known: dict[int, set[Point]] = defaultdict(set)
    late: list[tuple[int, datetime]] = []
    for meter_id, rows in wanted.items():
        meter = meters[meter_id][0]
        if meter.last_read_at is None or meter.last_value is None:
            continue
        come_late = [(meter_id, row.at) for row in rows if row.at <= meter.last_read_at]
        late += come_late
        if not come_late:
            known[meter_id].add(Point(meter.last_read_at, meter.last_value, meter.last_total or 0))
        elif len(come_late) < len(rows):
            late.append((meter_id, max(row.at for row in rows)))
    for reading in queries.neighbours(session, late):
        known[reading.meter_id].add(queries.point_of(reading))
    return known


def _place(
    session: Session, meter: Meter, rows: list[_Row], known: set[Point], report: Recorded
) -> list[dict[str, Any]]:
    """The rows of one meter as they are written; the meter learns its newest."""
    is_counter = meter.kind == Kind.COUNTER
    counter = Counter(meter.roll_over_at, meter.lifetime_offset)
    chain = Chain(counter if is_counter else None, known)
    placed: list[_Row] = []
    shifted = 0
    for row in sorted(rows, key=lambda row: (row.at, row.place)):
        try:
            found = chain.add(row.at, row.value)
        except InvalidInput as error:
            report.errors[row.place] = error.fields[0]
            continue
        if found is None:
            report.unchanged += 1
            continue
        placed.append(row)
        if found.shift:
            shift_totals(session, meter.id, Point(row.at, 0, 0), found.shift)
            shifted += found.shift
    if placed:
        report.meter_ids.add(meter.id)
        first_at = min(row.at for row in placed)
        if meter.last_read_at is not None and first_at < meter.last_read_at:
            report.late[meter.id] = first_at
        _tell_newest(meter, chain.last, shifted)
    return [
        {
            "meter_id": meter.id,
            "read_at": row.at,
            "value": row.value,
            "total": chain.total_at(row.at) if is_counter else None,
            "is_restart": False,
        }
        for row in placed
    ]


def _tell_newest(meter: Meter, newest: Point, shifted: int) -> None:
    if meter.last_read_at is None or newest.at > meter.last_read_at:
        meter.last_read_at, meter.last_value = newest.at, newest.value
        meter.last_total = newest.total if meter.kind == Kind.COUNTER else None
        meter.overdue_at = missing_from(meter)
    elif meter.last_total is not None:
        meter.last_total += shifted


def shift_totals(session: Session, meter_id: int, place: MeterReading | Point, shift: int) -> None:
    """Change the lifetime totals of all that comes after a place."""
    later = update(MeterReading).where(MeterReading.meter_id == meter_id, queries.comes_after(place))
    session.execute(later.values(total=MeterReading.total + shift).execution_options(synchronize_session=False))
