"""Parts, straight into the table; stock by the ordinary action."""

from sqlalchemy.orm import Session

from app.core.security import Actor
from app.parts.actions import count_part
from app.parts.models import Part
from app.parts.schemas import CountInput
from tests.factories.people import BEFORE


def make_part(session: Session, reference: str = "CR-1220", stock: int = 0, **more: object) -> Part:
    fields = {"name": f"Part {reference}", "unit": "piece", "currency": "EUR", "created_at": BEFORE} | more
    part = Part(reference=reference, **fields)
    session.add(part)
    session.flush()
    if stock:
        count_part(session, part.id, CountInput(stock=stock), by=Actor.system(), now=BEFORE)
    return part
