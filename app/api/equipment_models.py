"""Makers' models; shared by all sites."""

from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import Field
from sqlalchemy.orm import Session

from app.equipment import actions, queries
from app.equipment.schemas import ModelInput, ModelPatch, ModelView
from app.http import CurrentActor, IfMatch, Now, Page, PageQuery, RondeRoute, cursor_after, page_of

router = APIRouter(route_class=RondeRoute, prefix="/equipment-models", tags=["equipment-models"])


class ModelQuery(PageQuery):
    q: Annotated[str | None, Field(max_length=200, description="Words that maker or reference hold.")] = None
    archived: Annotated[bool, Field(description="Archived ones too.")] = False


@router.get("")
def list_equipment_models(query: Annotated[ModelQuery, Query()], session: Session, by: CurrentActor) -> Page[ModelView]:
    after = cursor_after(query.cursor)
    rows = queries.models(session, by=by, q=query.q, archived=query.archived, limit=query.limit, after=after)
    views = [ModelView.model_validate(row) for row in rows]
    return page_of(views, query.limit, lambda row: (row.manufacturer, row.reference))


@router.post("", status_code=201)
def create_equipment_model(data: ModelInput, session: Session, by: CurrentActor, now: Now) -> ModelView:
    return ModelView.model_validate(actions.create_model(session, data, by=by, now=now))


@router.get("/{model_id}")
def get_equipment_model(model_id: int, session: Session, by: CurrentActor) -> ModelView:
    return ModelView.model_validate(queries.get_model(session, model_id, by=by))


@router.patch("/{model_id}")
def edit_equipment_model(
    model_id: int, data: ModelPatch, session: Session, by: CurrentActor, now: Now, version: IfMatch
) -> ModelView:
    values = data.model_dump(exclude_unset=True)
    return ModelView.model_validate(actions.edit_model(session, model_id, values, version=version, by=by, now=now))


@router.post("/{model_id}/archive")
def archive_equipment_model(model_id: int, session: Session, by: CurrentActor, now: Now, version: IfMatch) -> ModelView:
    return ModelView.model_validate(actions.archive_model(session, model_id, version=version, by=by, now=now))


@router.post("/{model_id}/restore")
def restore_equipment_model(model_id: int, session: Session, by: CurrentActor, now: Now, version: IfMatch) -> ModelView:
    model = actions.archive_model(session, model_id, is_archived=False, version=version, by=by, now=now)
    return ModelView.model_validate(model)
