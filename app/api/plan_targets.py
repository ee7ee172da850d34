"""What plans cover, item by item: state, next date, why."""

from functools import partial
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from sqlalchemy.orm import Session

from app.core.security import Actor
from app.engine.actions import edits
from app.http import CurrentActor, ListFilter, Listing, Now, Page, PageQuery, RondeRoute, slow
from app.http.downloads import FILES, FileKind, list_file
from app.ledger.queries.upcoming import upcoming_of_target
from app.operations.rules import columns
from app.plans.queries import targets as queries
from app.plans.schemas import CycleView, TargetEdit, TargetFilter, TargetView

router = APIRouter(prefix="/plan-targets", tags=["plan targets"], route_class=RondeRoute)


class TargetListFilter(ListFilter, TargetFilter):
    def listing(self, by: Actor) -> Listing[TargetView]:
        wanted = TargetFilter.model_validate(self.model_dump(include=set(TargetFilter.model_fields)))
        return Listing(partial(queries.list_targets, wanted=wanted, by=by), lambda row: (row.id,))


class TargetQuery(PageQuery, TargetListFilter):
    pass


@router.get("")
def list_plan_targets(query: Annotated[TargetQuery, Query()], session: Session, by: CurrentActor) -> Page[TargetView]:
    return query.listing(by).page(session, limit=query.limit, cursor=query.cursor)


@router.get("/export.{kind}", response_class=Response, responses=FILES)
@slow
def export_plan_targets(
    request: Request, kind: FileKind, query: Annotated[TargetListFilter, Query()], session: Session, by: CurrentActor
) -> Response:
    """The whole list as a file, with the filters of the list."""
    return list_file(request, session, "plan-targets", kind, query.listing(by), columns.TARGETS)


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
