"""Pieces to choose among while one types where a tag is asked for: who answers a call seldom knows the tag."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from sqlalchemy.orm import Session

from app.core.security import Permission, require
from app.equipment.queries import EquipmentFilter, equipment_rows
from app.http import CurrentActor, RondeRoute
from app.web.pages import page

router = APIRouter(route_class=RondeRoute)
CHOICES = 10


@router.get("/pieces")
def choices(
    request: Request, session: Session, by: CurrentActor, tag: Annotated[str, Query(max_length=200)] = ""
) -> Response:
    require(by, Permission.READ)
    wanted = EquipmentFilter(q=tag)
    found = equipment_rows(session, wanted, by=by, limit=CHOICES)[:CHOICES] if len(tag.strip()) > 1 else []
    return page(request, "equipment/_choices.html", by=by, is_fragment=True, choices=found)
