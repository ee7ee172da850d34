"""Reads of meters. One on a piece of a foreign site is not found."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import CTE, ColumnElement, Select, column, func, select, true, values
from sqlalchemy.orm import Session, aliased, contains_eager

from app.core.db import Instant, Key, beyond
from app.core.errors import NotFound
from app.core.i18n import N_
from app.core.security import Actor, Permission, require
from app.equipment.models import Equipment
from app.meters.models import Meter, MeterReading
from app.meters.rules.chain import Point
from app.meters.rules.use import READINGS_MIN, WINDOW, Use, average_use
from app.meters.rules.values import shown, unscaled
from app.meters.schemas import SCALED, MeterView, ReadingView, UseView

COUNTED = 1000  # readings counted for a basis; more are "1,000 and more"
ASKED = 5000  # a statement: two values each, of the 32,766 that SQLite takes
HOLDS = MeterReading.superseded_at.is_(None)


def _visible(by: Actor) -> Select[Any]:
    require(by, Permission.READ)
    statement = select(Meter).join(Meter.equipment).options(contains_eager(Meter.equipment))
    return statement if by.site_ids is None else statement.where(Equipment.site_id.in_(by.site_ids))


def get_meter(session: Session, meter_id: int, *, by: Actor) -> Meter:
    """With the piece that it is on."""
    meter: Meter | None = session.scalar(_visible(by).where(Meter.id == meter_id))
    if meter is None:
        raise NotFound("not_found", N_("This meter does not exist, or you have no access to it."))
    return meter


def meters(
    session: Session,
    *,
    by: Actor,
    equipment_id: int | None = None,
    archived: bool = False,
    after: Sequence[Any] | None = None,
    limit: int | None = None,
) -> Sequence[Meter]:
    """In the order of their numbers; archived ones too where asked for."""
    statement = _visible(by).where(beyond(after, Meter.id)).order_by(Meter.id)
    if equipment_id is not None:
        statement = statement.where(Meter.equipment_id == equipment_id)
    if not archived:
        statement = statement.where(Meter.archived_at.is_(None))
    return session.scalars(statement if limit is None else statement.limit(limit + 1)).all()


def meter_names(session: Session, *, by: Actor, limit: int = 200) -> Sequence[str]:
    """What meters are called, for pickers."""
    visible = _visible(by).where(Meter.archived_at.is_(None)).with_only_columns(Meter.name).distinct()
    return session.scalars(visible.order_by(Meter.name).limit(limit)).all()


def overdue_readings(
    session: Session, *, by: Actor, now: datetime, limit: int, after: Sequence[Any] | None = None
) -> Sequence[Meter]:
    """S29: meters that should have been read by now, the longest silent first; a page's cursor is (overdue_at, id)."""
    statement = _visible(by).where(
        Meter.overdue_at.is_not(None),
        Meter.overdue_at <= now,
        Equipment.archived_at.is_(None),
        Equipment.status.in_(("in_service", "in_maintenance", "out_of_order")),
        beyond(after, Meter.overdue_at, Meter.id),
    )
    return session.scalars(statement.order_by(Meter.overdue_at, Meter.id).limit(limit + 1)).all()


def get_reading(session: Session, reading_id: int, *, by: Actor) -> tuple[MeterReading, Meter]:
    visible = _visible(by).with_only_columns(Meter.id)
    found = select(MeterReading).where(MeterReading.id == reading_id, MeterReading.meter_id.in_(visible))
    reading = session.scalar(found)
    if reading is None:
        raise NotFound("not_found", N_("This reading does not exist, or you have no access to it."))
    return reading, get_meter(session, reading.meter_id, by=by)


def readings(
    session: Session,
    meter_id: int,
    *,
    since: datetime | None = None,
    until: datetime | None = None,
    superseded: bool = False,
    limit: int,
    after: Sequence[Any] | None = None,
) -> Sequence[MeterReading]:
    """Of a meter that the reader was shown, the newest first; corrected ones too where asked for."""
    statement = select(MeterReading).where(
        MeterReading.meter_id == meter_id, beyond(after, MeterReading.read_at, MeterReading.id, descending=True)
    )
    if not superseded:
        statement = statement.where(HOLDS)
    if since is not None:
        statement = statement.where(MeterReading.read_at >= since)
    if until is not None:
        statement = statement.where(MeterReading.read_at <= until)
    newest_first = statement.order_by(MeterReading.read_at.desc(), MeterReading.id.desc())
    return session.scalars(newest_first.limit(limit + 1)).all()


def readings_since(
    session: Session, asked: Sequence[tuple[int, datetime]], *, limit: int
) -> dict[tuple[int, datetime], list[MeterReading]]:
    """For each meter and instant those that hold from it on, in the order of time; one statement for thousands."""
    found: dict[tuple[int, datetime], list[MeterReading]] = {pair: [] for pair in asked}
    pairs, one = list(found), aliased(MeterReading)
    for start in range(0, len(pairs), ASKED):
        part = _asked(pairs[start : start + ASKED])
        first = select(one.id).where(one.meter_id == part.c.of_meter, one.superseded_at.is_(None))
        first = first.where(one.read_at >= part.c.at).order_by(one.read_at, one.is_restart).limit(limit)
        rows = select(part.c.of_meter, part.c.at, MeterReading).select_from(part)
        if session.get_bind().dialect.name == "sqlite":
            rows = rows.join(MeterReading, MeterReading.id.in_(first.correlate(part)))
        else:
            keys = first.lateral()
            rows = rows.join(keys, true()).join(MeterReading, MeterReading.id == keys.c.id)
        for meter_id, since, reading in session.execute(rows.order_by(MeterReading.read_at, MeterReading.is_restart)):
            found[meter_id, since].append(reading)
    return found


def readings_before(session: Session, meter_id: int, at: datetime, *, limit: int) -> Sequence[MeterReading]:
    """The last ones that hold before an instant, in the order of time."""
    found = select(MeterReading).where(MeterReading.meter_id == meter_id, HOLDS, MeterReading.read_at < at)
    newest_first = found.order_by(MeterReading.read_at.desc(), MeterReading.is_restart.desc())
    return session.scalars(newest_first.limit(limit)).all()[::-1]


def use_of(session: Session, meter: Meter) -> Use | None:
    """Average use of a counter over the 90 days before its newest reading, with how many readings it rests on (S27)."""
    use = uses_of(session, [meter]).get(meter.id)
    if use is None:
        return None
    inside = select(1).where(MeterReading.meter_id == meter.id, HOLDS, MeterReading.read_at >= use.first_at)
    return replace(
        use, readings=session.scalar(select(func.count()).select_from(inside.limit(COUNTED).subquery())) or 0
    )


def uses_of(session: Session, meters: Sequence[Meter]) -> dict[int, Use]:
    """Average use of many counters, from the ends of each window: `readings` says no more than that they are enough."""
    read = {meter.id: meter for meter in meters if meter.last_read_at is not None and meter.last_total is not None}
    asked = [(meter.id, meter.last_read_at - WINDOW) for meter in read.values() if meter.last_read_at]
    found: dict[int, Use] = {}
    for start in range(0, len(asked), ASKED):
        part = _asked(asked[start : start + ASKED])
        own = select(MeterReading.id).where(MeterReading.meter_id == part.c.of_meter, HOLDS)
        own = own.where(MeterReading.read_at >= part.c.at, MeterReading.is_restart.is_(False))
        own = own.order_by(MeterReading.read_at).limit(1)
        ends = select(
            own.scalar_subquery().label("first"), own.offset(READINGS_MIN - 1).scalar_subquery().label("enough")
        )
        ids = [row.first for row in session.execute(ends.select_from(part)) if row.enough is not None]
        for first in session.scalars(select(MeterReading).where(MeterReading.id.in_(ids))):
            meter = read[first.meter_id]
            newest = (meter.last_read_at, meter.last_total)
            use = average_use(READINGS_MIN, (first.read_at, first.total or 0), newest)  # type: ignore[arg-type]
            if use is not None:
                found[meter.id] = use
    return found


def _asked(pairs: Sequence[tuple[int, datetime]]) -> CTE:
    return values(column("of_meter", Key), column("at", Instant()), name="asked").data(pairs).cte("asked")


def meter_view(meter: Meter, use: Use | None = None) -> MeterView:
    """A meter as programs see it."""

    def said(value: int | None) -> Decimal | None:
        return None if value is None else unscaled(value, meter.decimals)

    names = [name for name in MeterView.model_fields if name not in (*SCALED, "last_value", "last_total", "use")]
    told = {name: getattr(meter, name) for name in names} | {name: said(getattr(meter, name)) for name in SCALED}
    told |= {"last_value": None if meter.last_value is None else shown(meter.last_value, meter.scale)}
    told |= {"last_total": said(meter.last_total)}
    if use is not None:
        per_day = float(use.per_day) / 10**meter.decimals
        told["use"] = UseView(per_day=round(per_day, 6), readings=use.readings, since=use.first_at)
    return MeterView.model_validate(told)


def reading_view(reading: MeterReading, meter: Meter) -> ReadingView:
    """A reading as programs see it."""
    names = [name for name in ReadingView.model_fields if name not in ("value", "total")]
    total = None if reading.total is None else unscaled(reading.total, meter.decimals)
    told = {name: getattr(reading, name) for name in names}
    return ReadingView.model_validate(told | {"value": shown(reading.value, meter.scale), "total": total})


def point_of(reading: MeterReading) -> Point:
    return Point(reading.read_at, reading.value, reading.total or 0, reading.is_restart)


def neighbours(session: Session, asked: Sequence[tuple[int, datetime]]) -> Iterator[MeterReading]:
    """For each meter and instant the reading before it, and the one at it or after; two statements for thousands."""
    for start in range(0, len(asked), ASKED):
        part = _asked(asked[start : start + ASKED])
        own = select(MeterReading.id).where(MeterReading.meter_id == part.c.of_meter, HOLDS).limit(1)
        at, is_restart = MeterReading.read_at, MeterReading.is_restart
        before = own.where(at < part.c.at).order_by(at.desc(), is_restart.desc()).scalar_subquery()
        after = own.where(at >= part.c.at).order_by(at, is_restart).scalar_subquery()
        found = {row_id for pair in session.execute(select(before, after).select_from(part)) for row_id in pair}
        yield from session.scalars(select(MeterReading).where(MeterReading.id.in_(found - {None})))


def beside(session: Session, reading: MeterReading) -> tuple[MeterReading | None, MeterReading | None]:
    """The readings that hold before and after one."""
    own = select(MeterReading).where(MeterReading.meter_id == reading.meter_id, HOLDS, MeterReading.id != reading.id)
    at, is_restart = MeterReading.read_at, MeterReading.is_restart
    before = own.where(_comes_before(reading)).order_by(at.desc(), is_restart.desc()).limit(1)
    after = own.where(comes_after(reading)).order_by(at, is_restart).limit(1)
    return session.scalar(before), session.scalar(after)


def _comes_before(reading: MeterReading) -> ColumnElement[bool]:
    earlier = MeterReading.read_at < reading.read_at
    same = (MeterReading.read_at == reading.read_at) & MeterReading.is_restart.is_(False)
    return earlier | same if reading.is_restart else earlier


def comes_after(place: MeterReading | Point) -> ColumnElement[bool]:
    """Behind a reading in the order of times: a new counter's first value follows the old one's last."""
    at = place.read_at if isinstance(place, MeterReading) else place.at
    same = (MeterReading.read_at == at) & MeterReading.is_restart.is_(True)
    return MeterReading.read_at > at if place.is_restart else (MeterReading.read_at > at) | same


def last_reading(session: Session, meter_id: int) -> MeterReading | None:
    newest = select(MeterReading).where(MeterReading.meter_id == meter_id, HOLDS).limit(1)
    return session.scalar(newest.order_by(MeterReading.read_at.desc(), MeterReading.is_restart.desc()))
