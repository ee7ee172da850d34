"""Maintenance plans: made, previewed, edited into new versions, paused, archived, explained."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from pydantic import ValidationError
from sqlalchemy.orm import Session

from app.changes.actions import edits
from app.core.security import Actor
from app.decisions.schemas import Resumption
from app.enrolment.queries.previews import preview_plan
from app.http import CurrentActor, IfMatch, ListFilter, Listing, Now, Page, PageQuery, RondeRoute, reads, slow
from app.http.downloads import FILES, FileKind, list_file
from app.http.validation import invalid_input
from app.ledger.schemas import EditedPlanView, Explanation, Preview
from app.operations.rules import columns
from app.plans.queries import plans as queries
from app.plans.schemas import Pause, PlanEdit, PlanFilter, PlanInput, PlanPatch, PlanRow, PlanView, VersionView
from app.reports.queries.explaining import explain_day, explain_next

router = APIRouter(prefix="/maintenance-plans", tags=["maintenance plans"], route_class=RondeRoute)


class PlanListFilter(ListFilter, PlanFilter):
    sort: queries.Sort = "title"

    def listing(self, by: Actor) -> Listing[PlanRow]:
        return Listing.sorted_by(self.sort, queries.ORDERS, queries.list_plans, wanted=self, by=by)


class PlanQuery(PageQuery, PlanListFilter):
    pass


@router.get("")
def list_maintenance_plans(query: Annotated[PlanQuery, Query()], session: Session, by: CurrentActor) -> Page[PlanRow]:
    """By title, or by code. Archived ones only where asked for."""
    return query.listing(by).page(session, limit=query.limit, cursor=query.cursor)


@router.get("/export.{kind}", response_class=Response, responses=FILES)
@slow
def export_maintenance_plans(
    request: Request, kind: FileKind, query: Annotated[PlanListFilter, Query()], session: Session, by: CurrentActor
) -> Response:
    """The whole list as a file, with the filters of the list."""
    return list_file(request, session, "plans", kind, query.listing(by), columns.PLANS)


@router.post("", status_code=201)
def create_maintenance_plan(data: PlanInput, session: Session, by: CurrentActor, now: Now) -> PlanView:
    """Its items enter it at once, and their dates begin today: nothing is made up for."""
    return queries.plan_view(session, edits.create_plan(session, data, by=by, now=now), by=by)


@router.post("/preview")
@reads
def preview_maintenance_plan(data: PlanInput, session: Session, by: CurrentActor, now: Now) -> Preview:
    """What this plan would do: its rule in words, the next twelve dates, and what to look at. Writes nothing."""
    return preview_plan(session, data, by=by, now=now)


@router.get("/{plan_id}")
def get_maintenance_plan(plan_id: int, session: Session, by: CurrentActor) -> PlanView:
    return queries.plan_view(session, queries.get_plan(session, plan_id, by=by), by=by)


@router.get("/{plan_id}/versions")
def list_maintenance_plan_versions(plan_id: int, session: Session, by: CurrentActor) -> list[VersionView]:
    """The newest first, each with what it changed."""
    return queries.list_versions(session, queries.get_plan(session, plan_id, by=by))


@router.get("/{plan_id}/explain")
def explain_maintenance_plan(
    plan_id: int,
    session: Session,
    by: CurrentActor,
    now: Now,
    equipment_id: int | None = None,
    location_id: int | None = None,
    on: date | None = None,
) -> Explanation:
    """The next date of one item and how it comes about, or why there is none; with `on` the same of that day."""
    if on is not None:
        return explain_day(session, plan_id, on=on, equipment_id=equipment_id, location_id=location_id, by=by)
    return explain_next(session, plan_id, equipment_id=equipment_id, location_id=location_id, by=by, now=now)


@router.patch("/{plan_id}")
def edit_maintenance_plan(
    plan_id: int, patch: PlanPatch, session: Session, by: CurrentActor, now: Now, version: IfMatch
) -> EditedPlanView:
    """A new version. What was generated stays; `open_orders` says what becomes of orders that nobody has started."""
    data = patched(session, plan_id, patch, by)
    edited = edits.edit_plan(session, plan_id, data, by=by, now=now, version=version)
    view = queries.plan_view(session, edited.plan, by=by)
    return EditedPlanView(**dict(view), dropped_exceptions=edited.dropped)


def patched(session: Session, plan_id: int, patch: PlanPatch, by: Actor) -> PlanEdit:
    current = queries.input_of(session, queries.get_plan(session, plan_id, by=by))
    try:
        return PlanEdit.model_validate(patch.merged(current))
    except ValidationError as error:
        raise invalid_input(error.errors()) from None


@router.post("/{plan_id}/pause")
def pause_maintenance_plan(
    plan_id: int, data: Pause, session: Session, by: CurrentActor, now: Now, version: IfMatch
) -> PlanView:
    """Nothing is generated until it is resumed, or until the day given; open orders stay."""
    return queries.plan_view(session, edits.pause_plan(session, plan_id, data, by=by, now=now, version=version), by=by)


@router.post("/{plan_id}/resume")
def resume_maintenance_plan(
    plan_id: int, session: Session, by: CurrentActor, now: Now, version: IfMatch, data: Resumption | None = None
) -> PlanView:
    """What was due during the pause is missed; `is_caught_up` makes the orders of the latest dates all the same."""
    is_caught_up = data is not None and data.is_caught_up
    plan = edits.resume_plan(session, plan_id, is_caught_up=is_caught_up, by=by, now=now, version=version)
    return queries.plan_view(session, plan, by=by)


@router.post("/{plan_id}/archive")
def archive_maintenance_plan(plan_id: int, session: Session, by: CurrentActor, now: Now, version: IfMatch) -> PlanView:
    """It ends for good; what was recorded stays."""
    return queries.plan_view(session, edits.archive_plan(session, plan_id, by=by, now=now, version=version), by=by)
