"""What plans cover, item by item: state, next date, why."""

from typing import Annotated

from fastapi import APIRouter, Query
from sqlalchemy.orm import Session

from app.engine.actions import edits
from app.http import CurrentActor, Now, Page, PageQuery, RondeRoute, cursor_after, page_of
from app.ledger.queries.upcoming import upcoming_of_target
from app.plans.queries import targets as queries
from app.plans.schemas import CycleView, TargetEdit, TargetFilter, TargetView

router = APIRouter(prefix="/plan-targets", tags=["plan targets"], route_class=RondeRoute)


class TargetQuery(PageQuery, TargetFilter):
    pass


@router.get("")
def list_plan_targets(query: Annotated[TargetQuery, Query()], session: Session, by: CurrentActor) -> Page[TargetView]:
    wanted = TargetFilter.model_validate(query.model_dump(include=set(TargetFilter.model_fields)))
    rows = queries.list_targets(session, wanted, by=by, limit=query.limit, after=cursor_after(query.cursor))
    return page_of(rows, query.limit, lambda row: (row.id,))


@router.get("/{target_id}")
def get_plan_target(target_id: int, session: Session, by: CurrentActor) -> TargetView:
    return queries.get_target(session, target_id, by=by)


@router.get("/{target_id}/upcoming")
def list_upcoming_dates(
    target_id: int, session: Session, by: CurrentActor, count: Annotated[int, Query(ge=1, le=100)] = 12
) -> list[CycleView]:
    """Computed, not stored. Empty while the plan rests, or while a floating plan waits for its open order."""
    return upcoming_of_target(session, target_id, by=by, count=count)


@router.post("/{target_id}/restart")
def restart_plan_target(target_id: int, data: TargetEdit, session: Session, by: CurrentActor, now: Now) -> TargetView:
    """When the work was last done on this item, and where its dates count from."""
    edits.edit_target(session, target_id, data, by=by, now=now)
    return queries.get_target(session, target_id, by=by)
