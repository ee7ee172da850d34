"""What the demonstration's people read: page counters on Mondays, the server rooms' temperature each day of work."""

from datetime import datetime, timedelta
from decimal import Decimal
from random import Random

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.i18n import gettext, in_language
from app.core.security import Actor
from app.demonstration.actions.firm import SYSTEM, Firm
from app.demonstration.rules.library import PAGES, TEMPERATURE
from app.enrolment.actions.readings import create_meter, record_readings
from app.meters.models import Meter
from app.meters.rules.values import Kind
from app.meters.schemas import MeterInput, ReadingInput

MONDAY = 0
TOO_WARM_A_DAY = 0.006  # chances that the cooling fails, at a site
WARMER = timedelta(minutes=30)  # until somebody looks again


def make_meters(session: Session, firm: Firm, *, now: datetime) -> None:
    with in_language("fr"):
        pages, temperature = gettext(PAGES), gettext(TEMPERATURE)
    for (site_id, category), pieces in firm.pieces.items():
        for piece_id in pieces:
            if category == "PRN":
                data = MeterInput(equipment_id=piece_id, name=pages, unit="pages", max_age_hours=24 * 21)
            elif category == "AC":
                data = MeterInput(
                    equipment_id=piece_id, name=temperature, kind=Kind.GAUGE, unit="°C", decimals=1, least=Decimal(-20),
                    most=Decimal(60), max_age_hours=24 * 7,
                )  # fmt: skip
            else:
                continue
            meter = create_meter(session, data, by=SYSTEM, now=now)
            firm.meters.setdefault((site_id, category), []).append(meter.id)


def read_meters(session: Session, firm: Firm, site_id: int, *, by: Actor, at: datetime, luck: Random) -> None:
    """What one site's people note as their day begins."""
    rows: list[ReadingInput] = []
    if at.weekday() == MONDAY:
        printers = session.scalars(select(Meter).where(Meter.id.in_(firm.meters.get((site_id, "PRN"), []))))
        for meter in printers.all():
            shown = (meter.last_value or luck.randrange(4_000, 60_000)) + luck.randrange(120, 900)
            rows.append(ReadingInput(meter_id=meter.id, value=Decimal(shown), read_at=at))
    is_too_warm = luck.random() < TOO_WARM_A_DAY
    for meter_id in firm.meters.get((site_id, "AC"), []):
        degrees = Decimal(luck.randrange(276, 301) if is_too_warm else luck.randrange(205, 236)) / 10
        rows.append(ReadingInput(meter_id=meter_id, value=degrees, read_at=at))
        if is_too_warm:
            rows.append(ReadingInput(meter_id=meter_id, value=degrees + 1, read_at=at + WARMER))
    if rows:
        record_readings(session, rows, source="person", by=by, now=at + WARMER)
