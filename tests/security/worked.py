"""What was done on the orders of the world: a time, a part, a cost and a helper on each site's."""

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.clock import start_of_day
from app.parts.models import StockMovement
from app.procedures.models import ProcedureStep
from app.resources.models import CostLine, PartUsage, TimeEntry
from tests.factories.people import make_person

DAY = date(2026, 11, 23)


def work(session: Session, order_id: int, part_id: int, word: str) -> dict[str, object]:
    now = start_of_day(DAY, "UTC")
    person = make_person(session, f"Helper {order_id}")  # people are of no site
    movement = StockMovement(part_id=part_id, kind="use", quantity=-1, stock=4, order_id=order_id, at=now, user_name="")
    worked = {"source": "entered", "worked_on": DAY, "minutes": 5, "created_at": now}
    entry = TimeEntry(order_id=order_id, person_id=person.id, **worked)
    paid = {"kind": "other", "amount_minor": 1, "currency": "EUR", "created_at": now, "user_name": ""}
    line = CostLine(order_id=order_id, label=word, **paid)
    session.add_all([movement, entry, line])
    session.flush()
    used = {"part_id": part_id, "quantity": 1, "returned": 0, "currency": "EUR", "used_at": now, "user_name": ""}
    usage = PartUsage(order_id=order_id, movement_id=movement.id, **used)
    session.add(usage)
    session.flush()
    return {"entry_id": entry.id, "usage_id": usage.id, "line_id": line.id}


def step_of_all(session: Session, version_id: int) -> int:
    found = select(ProcedureStep.id).where(ProcedureStep.procedure_version_id == version_id)
    return session.scalars(found).first() or 0
