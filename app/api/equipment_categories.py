"""Kinds of equipment, as a tree; shared by all sites."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from pydantic import Field
from sqlalchemy.orm import Session

from app.core.security import Actor
from app.equipment import actions, queries
from app.equipment.schemas import CategoryInput, CategoryPatch, CategoryView
from app.http import CurrentActor, IfMatch, ListFilter, Listing, Now, Page, PageQuery, RondeRoute, slow
from app.http.downloads import FILES, FileKind, list_file
from app.operations.rules import columns

router = APIRouter(route_class=RondeRoute, prefix="/equipment-categories", tags=["equipment-categories"])


class CategoryFilter(ListFilter):
    q: Annotated[str | None, Field(max_length=200, description="Words that the name holds.")] = None
    archived: Annotated[bool, Field(description="Archived ones too.")] = False

    def listing(self, by: Actor) -> Listing[CategoryView]:
        def views(session: Session, **page: Any) -> list[CategoryView]:
            found = queries.categories(session, by=by, q=self.q, archived=self.archived, **page)
            return [CategoryView.model_validate(row) for row in found]

        return Listing(views, lambda row: (row.code,))


class CategoryQuery(PageQuery, CategoryFilter):
    pass


@router.get("")
def list_equipment_categories(
    query: Annotated[CategoryQuery, Query()], session: Session, by: CurrentActor
) -> Page[CategoryView]:
    return query.listing(by).page(session, limit=query.limit, cursor=query.cursor)


@router.get("/export.{kind}", response_class=Response, responses=FILES)
@slow
def export_equipment_categories(
    request: Request, kind: FileKind, query: Annotated[CategoryFilter, Query()], session: Session, by: CurrentActor
) -> Response:
    """The whole list as a file, with the filters of the list."""
    return list_file(request, session, "equipment-categories", kind, query.listing(by), columns.CATEGORIES)


@router.post("", status_code=201)
def create_equipment_category(data: CategoryInput, session: Session, by: CurrentActor, now: Now) -> CategoryView:
    return CategoryView.model_validate(actions.create_category(session, data, by=by, now=now))


@router.get("/{category_id}")
def get_equipment_category(category_id: int, session: Session, by: CurrentActor) -> CategoryView:
    return CategoryView.model_validate(queries.get_category(session, category_id, by=by))


@router.patch("/{category_id}")
def edit_equipment_category(
    category_id: int, data: CategoryPatch, session: Session, by: CurrentActor, now: Now, version: IfMatch
) -> CategoryView:
    values = data.model_dump(exclude_unset=True)
    return CategoryView.model_validate(
        actions.edit_category(session, category_id, values, version=version, by=by, now=now)
    )


@router.post("/{category_id}/archive")
def archive_equipment_category(
    category_id: int, session: Session, by: CurrentActor, now: Now, version: IfMatch
) -> CategoryView:
    category = actions.archive_category(session, category_id, version=version, by=by, now=now)
    return CategoryView.model_validate(category)


@router.post("/{category_id}/restore")
def restore_equipment_category(
    category_id: int, session: Session, by: CurrentActor, now: Now, version: IfMatch
) -> CategoryView:
    category = actions.archive_category(session, category_id, is_archived=False, version=version, by=by, now=now)
    return CategoryView.model_validate(category)
