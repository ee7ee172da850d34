"""Meters, straight into the table; their readings are recorded by the ordinary action."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from app.core.security import Actor
from app.equipment.models import Equipment
from app.meters.actions import record_readings
from app.meters.models import Meter
from app.meters.schemas import ReadingInput
from tests.factories.equipment import make_equipment
from tests.factories.people import BEFORE


def make_meter(session: Session, piece: Equipment | None = None, name: str = "Pages printed", **more: Any) -> Meter:
    """A counter of pages, on a piece of its own unless one is given."""
    piece = piece or make_equipment(session, "IMP-0001")
    meter = Meter(equipment_id=piece.id, name=name, **{"kind": "counter", "unit": "pages", "created_at": BEFORE} | more)
    session.add(meter)
    session.flush()
    return meter


def read_meter(session: Session, meter: Meter, *said: tuple[str, Any], now: datetime):
    """Values at instants ("2026-11-20" is the start of that day in UTC)."""
    rows = [ReadingInput(meter_id=meter.id, value=value, read_at=_at(at)) for at, value in said]
    return record_readings(session, rows, source="program", by=Actor.system(), now=now)


def _at(text: str) -> datetime:
    return datetime.fromisoformat(f"{text}T00:00:00+00:00" if len(text) == 10 else text)
