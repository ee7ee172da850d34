"""Requests, made by the ordinary action."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from app.core.security import Actor
from app.equipment.models import Equipment
from app.requests import actions
from app.requests.models import WorkRequest
from app.requests.schemas import RequestInput

NOON = datetime.fromisoformat("2026-11-23T11:00:00+00:00")


def make_request(session: Session, piece: Equipment, text: str = "It eats the paper", **more: Any) -> WorkRequest:
    data = RequestInput(equipment_id=piece.id, text=text, **more)
    return actions.create_request(session, data, by=Actor.system(), now=NOON)
