"""Makers' models; shared by all sites."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from pydantic import Field
from sqlalchemy.orm import Session

from app.core.security import Actor
from app.equipment import actions, queries
from app.equipment.schemas import ModelInput, ModelPatch, ModelView
from app.http import CurrentActor, IfMatch, ListFilter, Listing, Now, Page, PageQuery, RondeRoute, slow
from app.http.downloads import FILES, FileKind, list_file
from app.operations.rules import columns

router = APIRouter(route_class=RondeRoute, prefix="/equipment-models", tags=["equipment-models"])


class ModelFilter(ListFilter):
    q: Annotated[str | None, Field(max_length=200, description="Words that maker or reference hold.")] = None
    archived: Annotated[bool, Field(description="Archived ones too.")] = False

    def listing(self, by: Actor) -> Listing[ModelView]:
        def views(session: Session, **page: Any) -> list[ModelView]:
            found = queries.models(session, by=by, q=self.q, archived=self.archived, **page)
            return [ModelView.model_validate(row) for row in found]

        return Listing(views, lambda row: (row.manufacturer, row.reference))


class ModelQuery(PageQuery, ModelFilter):
    pass


@router.get("")
def list_equipment_models(query: Annotated[ModelQuery, Query()], session: Session, by: CurrentActor) -> Page[ModelView]:
    return query.listing(by).page(session, limit=query.limit, cursor=query.cursor)


@router.get("/export.{kind}", response_class=Response, responses=FILES)
@slow
def export_equipment_models(
    request: Request, kind: FileKind, query: Annotated[ModelFilter, Query()], session: Session, by: CurrentActor
) -> Response:
    """The whole list as a file, with the filters of the list."""
    return list_file(request, session, "equipment-models", kind, query.listing(by), columns.MODELS)


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
