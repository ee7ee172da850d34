"""Kinds of equipment, as a tree; shared by all sites."""

from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import Field
from sqlalchemy.orm import Session

from app.equipment import actions, queries
from app.equipment.schemas import CategoryInput, CategoryPatch, CategoryView
from app.http import CurrentActor, IfMatch, Now, Page, PageQuery, RondeRoute, cursor_after, page_of

router = APIRouter(route_class=RondeRoute, prefix="/equipment-categories", tags=["equipment-categories"])


class CategoryQuery(PageQuery):
    q: Annotated[str | None, Field(max_length=200, description="Words that the name holds.")] = None
    archived: Annotated[bool, Field(description="Archived ones too.")] = False


@router.get("")
def list_equipment_categories(
    query: Annotated[CategoryQuery, Query()], session: Session, by: CurrentActor
) -> Page[CategoryView]:
    after = cursor_after(query.cursor)
    rows = queries.categories(session, by=by, q=query.q, archived=query.archived, limit=query.limit, after=after)
    return page_of([CategoryView.model_validate(row) for row in rows], query.limit, lambda row: (row.code,))


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
