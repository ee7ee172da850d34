"""What plans cover, item by item: state, next date, why."""

from functools import partial
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from sqlalchemy.orm import Session

from app.changes.actions import edits
from app.core.security import Actor
from app.decisions.actions import dates, pauses
from app.decisions.queries import list_exceptions
from app.decisions.schemas import CycleDecision, CycleMove, CycleNow, CycleSkip, ExceptionView, Resumption
from app.http import CurrentActor, ListFilter, Listing, Now, Page, PageQuery, RondeRoute, slow
from app.http.downloads import FILES, FileKind, list_file
from app.ledger.queries.upcoming import upcoming_of_target
from app.operations.rules import columns
from app.plans.queries import targets as queries
from app.plans.schemas import CycleView, Pause, TargetEdit, TargetFilter, TargetView

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


@router.post("/{target_id}/skip")
def skip_plan_target_date(
    target_id: int, data: CycleSkip, session: Session, by: CurrentActor, now: Now
) -> CycleDecision:
    """Leave one date out. Where it has an order that nobody has started, that order is skipped."""
    return dates.skip_cycle(session, target_id, data, by=by, now=now)


@router.post("/{target_id}/move")
def move_plan_target_date(
    target_id: int, data: CycleMove, session: Session, by: CurrentActor, now: Now
) -> CycleDecision:
    """Move one date between its neighbours; the others stay, and lateness goes on counting from `due_on`."""
    return dates.move_cycle(session, target_id, data, by=by, now=now)


@router.post("/{target_id}/do-now")
def do_plan_target_now(target_id: int, data: CycleNow, session: Session, by: CurrentActor, now: Now) -> CycleDecision:
    """The next date's own order is made today, or its work becomes part of a higher plan's order near today (S24)."""
    return dates.do_now(session, target_id, data, by=by, now=now)


@router.get("/{target_id}/exceptions")
def list_plan_target_exceptions(target_id: int, session: Session, by: CurrentActor) -> list[ExceptionView]:
    """What people decided about dates to come."""
    return list_exceptions(session, target_id, by=by)


@router.delete("/{target_id}/exceptions/{exception_id}", status_code=204)
def withdraw_plan_target_exception(
    target_id: int, exception_id: int, session: Session, by: CurrentActor, now: Now
) -> None:
    """As long as the date has not come."""
    dates.withdraw_exception(session, target_id, exception_id, by=by, now=now)


@router.post("/{target_id}/pause")
def pause_plan_target(target_id: int, data: Pause, session: Session, by: CurrentActor, now: Now) -> TargetView:
    """This item rests, also when its plan goes on; open orders stay."""
    pauses.pause_target(session, target_id, data, by=by, now=now)
    return queries.get_target(session, target_id, by=by)


@router.post("/{target_id}/resume")
def resume_plan_target(target_id: int, data: Resumption, session: Session, by: CurrentActor, now: Now) -> TargetView:
    """What was due meanwhile is recorded as missed; `is_caught_up` makes the order of the latest date all the same."""
    pauses.resume_target(session, target_id, is_caught_up=data.is_caught_up, by=by, now=now)
    return queries.get_target(session, target_id, by=by)
