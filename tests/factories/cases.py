"""Resolved orders, reported by the ordinary action and filed by the clock's."""

from datetime import UTC, date, datetime, time
from typing import Any

from sqlalchemy.orm import Session

from app.cases.actions import BATCH, file_cases
from app.core.security import Actor
from app.equipment.models import Equipment
from app.interventions.actions import complete_work_order
from app.interventions.schemas import CompletionInput
from app.workorders import actions
from app.workorders.models import WorkOrder
from app.workorders.schemas import WorkOrderInput


def make_case(
    session: Session,
    piece: Equipment,
    title: str,
    asked_on: str = "2026-06-01",
    done_on: str | None = None,
    *,
    order: dict[str, Any] | None = None,
    **report: Any,
) -> WorkOrder:
    """Asked for in the morning, done in the afternoon of the same day or of another."""
    asked, done = date.fromisoformat(asked_on), date.fromisoformat(done_on or asked_on)
    data = {"equipment_id": piece.id, "title": title, "due_on": asked} | (order or {})
    at = datetime.combine(asked, time(8), UTC)
    made = actions.create_work_order(session, WorkOrderInput(**data), by=Actor.system(), now=at)
    said = CompletionInput(**{"kind": "repaired", "finding": "failed"} | report)
    now = datetime.combine(done, time(14), UTC)
    return complete_work_order(session, made.id, said, by=Actor.system(), now=now)


def file_all(session: Session) -> None:
    session.flush()
    while file_cases(session) == BATCH:
        pass
