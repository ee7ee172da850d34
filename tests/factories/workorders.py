"""Orders, made by the ordinary action."""

from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from app.core.security import Actor
from app.equipment.models import Equipment
from app.workorders import actions
from app.workorders.models import WorkOrder
from app.workorders.schemas import WorkOrderInput

NOON = datetime.fromisoformat("2026-11-23T11:00:00+00:00")


def make_order(session: Session, piece: Equipment, title: str = "Replace the fan", **more: Any) -> WorkOrder:
    data = {"equipment_id": piece.id, "title": title, "due_on": date(2026, 11, 25)} | more
    made = actions.create_work_order(session, WorkOrderInput(**data), by=Actor.system(), now=NOON)
    return session.get_one(WorkOrder, made.id)
