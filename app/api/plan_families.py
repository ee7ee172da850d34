"""Families of plans: several plans of one item, of which one order does for all that lies near (S24)."""

from typing import Annotated

from fastapi import APIRouter, Query
from sqlalchemy.orm import Session

from app.changes.actions import edits
from app.http import CurrentActor, IfMatch, Now, Page, PageQuery, RondeRoute, cursor_after, page_of
from app.plans.actions import families as actions
from app.plans.queries import families as queries
from app.plans.schemas.families import FamilyInput, FamilyPatch, FamilyView

router = APIRouter(prefix="/plan-families", tags=["maintenance plans"], route_class=RondeRoute)


class FamilyQuery(PageQuery):
    archived: bool = False


@router.get("")
def list_plan_families(query: Annotated[FamilyQuery, Query()], session: Session, by: CurrentActor) -> Page[FamilyView]:
    """By title, each with its plans from the highest rank down."""
    after = cursor_after(query.cursor)
    rows = queries.list_families(session, by=by, is_archived=query.archived, limit=query.limit, after=after)
    return page_of(rows, query.limit, lambda row: (row.title, row.id))


@router.post("", status_code=201)
def create_plan_family(data: FamilyInput, session: Session, by: CurrentActor, now: Now) -> FamilyView:
    """A plan enters it by its own `family_id` and `rank`."""
    return queries.family_view(session, actions.create_family(session, data, by=by, now=now), by=by)


@router.get("/{family_id}")
def get_plan_family(family_id: int, session: Session, by: CurrentActor) -> FamilyView:
    return queries.family_view(session, queries.get_family(session, family_id, by=by), by=by)


@router.patch("/{family_id}")
def edit_plan_family(
    family_id: int, patch: FamilyPatch, session: Session, by: CurrentActor, now: Now, version: IfMatch
) -> FamilyView:
    """Another tolerance counts for dates that have no fate yet."""
    family = edits.edit_family(session, family_id, patch, version=version, by=by, now=now)
    return queries.family_view(session, family, by=by)


@router.post("/{family_id}/archive")
def archive_plan_family(family_id: int, session: Session, by: CurrentActor, now: Now, version: IfMatch) -> FamilyView:
    """Refused while a plan belongs to it."""
    family = actions.archive_family(session, family_id, version=version, by=by, now=now)
    return queries.family_view(session, family, by=by)


@router.post("/{family_id}/restore")
def restore_plan_family(family_id: int, session: Session, by: CurrentActor, now: Now, version: IfMatch) -> FamilyView:
    family = actions.archive_family(session, family_id, is_archived=False, version=version, by=by, now=now)
    return queries.family_view(session, family, by=by)
