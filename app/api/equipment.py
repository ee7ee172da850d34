"""The registry: pieces of equipment, found, registered, changed, archived."""

from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import Field
from sqlalchemy.orm import Session

from app.equipment import actions, queries
from app.equipment.rules.registry import Status
from app.equipment.schemas import EquipmentInput, EquipmentPatch, EquipmentRow, EquipmentView
from app.http import CurrentActor, IfMatch, Now, Page, PageQuery, RondeRoute, cursor_after, page_of
from app.people.schemas import Id

router = APIRouter(route_class=RondeRoute, prefix="/equipment", tags=["equipment"])


class EquipmentQuery(PageQuery):
    q: Annotated[
        str | None,
        Field(max_length=200, description="Words found in tag, serial, name, model, category, person or place."),
    ] = None
    status: Status | None = None
    category_id: Annotated[Id | None, Field(description="With the categories below it.")] = None
    model_id: Id | None = None
    site_id: Id | None = None
    location_id: Annotated[Id | None, Field(description="With the places in it.")] = None
    person_id: Id | None = None
    archived: bool = False


@router.get("")
def list_equipment(query: Annotated[EquipmentQuery, Query()], session: Session, by: CurrentActor) -> Page[EquipmentRow]:
    """In the order of tags."""
    asked = query.model_dump(exclude={"limit", "cursor", "archived"})
    wanted = queries.EquipmentFilter(**asked, is_archived=query.archived)
    rows = queries.equipment_rows(session, wanted, by=by, limit=query.limit, after=cursor_after(query.cursor))
    return page_of([EquipmentRow.model_validate(row) for row in rows], query.limit, lambda row: (row.tag,))


@router.post("", status_code=201)
def register_equipment(data: EquipmentInput, session: Session, by: CurrentActor, now: Now) -> EquipmentView:
    """Without a tag, Ronde gives one that starts with the category's prefix."""
    return EquipmentView.model_validate(actions.register_equipment(session, data, by=by, now=now))


@router.get("/{equipment_id}")
def get_equipment(equipment_id: int, session: Session, by: CurrentActor) -> EquipmentView:
    return EquipmentView.model_validate(queries.get_equipment(session, equipment_id, by=by))


@router.patch("/{equipment_id}")
def edit_equipment(
    equipment_id: int, data: EquipmentPatch, session: Session, by: CurrentActor, now: Now, version: IfMatch
) -> EquipmentView:
    values = data.model_dump(exclude_unset=True)
    return EquipmentView.model_validate(
        actions.edit_equipment(session, equipment_id, values, version=version, by=by, now=now)
    )


@router.post("/{equipment_id}/archive")
def archive_equipment(
    equipment_id: int, session: Session, by: CurrentActor, now: Now, version: IfMatch
) -> EquipmentView:
    """Registered by mistake: hidden from lists and left by its plans. What is worn out is retired instead."""
    piece = actions.archive_equipment(session, equipment_id, version=version, by=by, now=now)
    return EquipmentView.model_validate(piece)


@router.post("/{equipment_id}/restore")
def restore_equipment(
    equipment_id: int, session: Session, by: CurrentActor, now: Now, version: IfMatch
) -> EquipmentView:
    piece = actions.archive_equipment(session, equipment_id, is_archived=False, version=version, by=by, now=now)
    return EquipmentView.model_validate(piece)
