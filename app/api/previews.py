"""What a change would do to the dates to come, asked before it is made. Nothing is written."""

from fastapi import APIRouter
from pydantic import ValidationError
from sqlalchemy.orm import Session

from app.api.patching import Patch, merge_patch, merged
from app.http import CurrentActor, Now, RondeRoute, reads
from app.http.validation import invalid_input
from app.places.queries import calendars, sites
from app.places.schemas import CalendarDaysInput, CalendarInput, LocationInput, SiteInput
from app.plans.queries import plans
from app.plans.schemas import Pause, PlanEdit, PlanPatch
from app.reports.queries import place_changes, plan_changes
from app.reports.schemas import ChangePreview

router = APIRouter(tags=["previews"], route_class=RondeRoute)


@router.post("/maintenance-plans/{plan_id}/preview")
@reads
def preview_plan_edit(plan_id: int, patch: PlanPatch, session: Session, by: CurrentActor, now: Now) -> ChangePreview:
    """What this edit would make appear, disappear and move in a year; which items and open orders it concerns."""
    current = plans.input_of(session, plans.get_plan(session, plan_id, by=by))
    try:
        data = PlanEdit.model_validate(patch.merged(current))
    except ValidationError as error:
        raise invalid_input(error.errors()) from None
    return plan_changes.preview_edit(session, plan_id, data, by=by, now=now)


@router.post("/maintenance-plans/{plan_id}/pause/preview")
@reads
def preview_plan_pause(plan_id: int, data: Pause, session: Session, by: CurrentActor, now: Now) -> ChangePreview:
    return plan_changes.preview_pause(session, plan_id, data, by=by, now=now)


@router.post("/plan-targets/{target_id}/pause/preview")
@reads
def preview_plan_target_pause(
    target_id: int, data: Pause, session: Session, by: CurrentActor, now: Now
) -> ChangePreview:
    return plan_changes.preview_item_pause(session, target_id, data, by=by, now=now)


@router.post("/maintenance-plans/{plan_id}/resume/preview")
@reads
def preview_plan_resumption(plan_id: int, session: Session, by: CurrentActor, now: Now) -> ChangePreview:
    """`missed`: what was due during the pause; `made_up`: what is made of it where it is to be caught up."""
    return plan_changes.preview_resumption(session, plan_id, by=by, now=now)


@router.post("/plan-targets/{target_id}/resume/preview")
@reads
def preview_plan_target_resumption(target_id: int, session: Session, by: CurrentActor, now: Now) -> ChangePreview:
    return plan_changes.preview_item_resumption(session, target_id, by=by, now=now)


@router.post("/maintenance-plans/{plan_id}/archive/preview")
@reads
def preview_plan_archiving(plan_id: int, session: Session, by: CurrentActor, now: Now) -> ChangePreview:
    return plan_changes.preview_archiving(session, plan_id, by=by, now=now)


@router.post("/calendars/{calendar_id}/preview", openapi_extra=merge_patch(CalendarInput))
@reads
def preview_calendar_edit(
    calendar_id: int, patch: Patch, session: Session, by: CurrentActor, now: Now
) -> ChangePreview:
    """Dates of everything that goes by this calendar. Orders that exist stay where they are."""
    data = merged(CalendarInput, calendars.get_calendar(session, calendar_id, by=by), patch)
    return place_changes.preview_calendar(session, calendar_id, data, by=by, now=now)


@router.post("/calendars/{calendar_id}/days/preview")
@reads
def preview_calendar_days(
    calendar_id: int, data: CalendarDaysInput, session: Session, by: CurrentActor, now: Now
) -> ChangePreview:
    """What a closure, an opening, a change freeze or an allowed window would move."""
    return place_changes.preview_calendar_days(session, calendar_id, data, by=by, now=now)


@router.post("/calendars/{calendar_id}/days/{days_id}/preview")
@reads
def preview_calendar_days_removal(
    calendar_id: int, days_id: int, session: Session, by: CurrentActor, now: Now
) -> ChangePreview:
    """What would change without these days."""
    return place_changes.preview_days_removed(session, calendar_id, days_id, by=by, now=now)


@router.post("/sites/{site_id}/preview", openapi_extra=merge_patch(SiteInput))
@reads
def preview_site_edit(site_id: int, patch: Patch, session: Session, by: CurrentActor, now: Now) -> ChangePreview:
    """Another calendar moves dates; another time zone moves none, but the hour at which orders appear."""
    data = merged(SiteInput, sites.get_site(session, site_id, by=by), patch)
    return place_changes.preview_site(session, site_id, data, by=by, now=now)


@router.post("/locations/{location_id}/preview", openapi_extra=merge_patch(LocationInput))
@reads
def preview_location_edit(
    location_id: int, patch: Patch, session: Session, by: CurrentActor, now: Now
) -> ChangePreview:
    """Another calendar, or a place below one with another calendar."""
    data = merged(LocationInput, sites.get_location(session, location_id, by=by), patch)
    return place_changes.preview_location(session, location_id, data, by=by, now=now)
