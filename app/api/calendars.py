"""Calendars: which days are worked, with a country's holidays and one's own days."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from pydantic import Field
from sqlalchemy.orm import Session

from app.api.patching import Patch, merge_patch, merged
from app.changes.actions import places as engine
from app.core.security import Actor
from app.http import CurrentActor, IfMatch, ListFilter, Listing, Now, Page, PageQuery, RondeRoute, slow
from app.http.downloads import FILES, FileKind, list_file
from app.operations.rules import columns
from app.places.actions import calendars as actions
from app.places.queries import calendars as queries
from app.places.schemas import CalendarDaysInput, CalendarInput, CalendarView

router = APIRouter(prefix="/calendars", tags=["calendars"], route_class=RondeRoute)


class CalendarFilter(ListFilter):
    q: Annotated[str, Field(max_length=200, description="Words in code or name.")] = ""
    archived: bool = False
    sort: queries.Sort = "name"

    def listing(self, by: Actor) -> Listing[CalendarView]:
        asked = self.model_dump(exclude={"sort", "limit", "cursor"})
        return Listing.sorted_by(self.sort, queries.CALENDAR_ORDERS, queries.calendars, by=by, **asked)


class CalendarQuery(PageQuery, CalendarFilter):
    pass


@router.get("")
def list_calendars(query: Annotated[CalendarQuery, Query()], session: Session, by: CurrentActor) -> Page[CalendarView]:
    """By name, or by code."""
    return query.listing(by).page(session, limit=query.limit, cursor=query.cursor)


@router.get("/export.{kind}", response_class=Response, responses=FILES)
@slow
def export_calendars(
    request: Request, kind: FileKind, query: Annotated[CalendarFilter, Query()], session: Session, by: CurrentActor
) -> Response:
    """The whole list as a file, with the filters of the list."""
    return list_file(request, session, "calendars", kind, query.listing(by), columns.CALENDARS)


@router.post("", status_code=201)
def create_calendar(data: CalendarInput, session: Session, by: CurrentActor, now: Now) -> CalendarView:
    return CalendarView.model_validate(actions.create_calendar(session, data, by=by, now=now))


@router.get("/{calendar_id}")
def get_calendar(calendar_id: int, session: Session, by: CurrentActor) -> CalendarView:
    return queries.get_calendar(session, calendar_id, by=by)


@router.patch("/{calendar_id}", openapi_extra=merge_patch(CalendarInput))
def edit_calendar(
    calendar_id: int, patch: Patch, version: IfMatch, session: Session, by: CurrentActor, now: Now
) -> CalendarView:
    """Orders that exist stay where they are; later dates follow the new calendar."""
    data = merged(CalendarInput, queries.get_calendar(session, calendar_id, by=by), patch)
    return CalendarView.model_validate(
        engine.edit_calendar(session, calendar_id, data, version=version, by=by, now=now)
    )


@router.post("/{calendar_id}/days", status_code=201)
def add_calendar_days(
    calendar_id: int, data: CalendarDaysInput, session: Session, by: CurrentActor, now: Now
) -> CalendarView:
    """A closure, an opening, a change freeze, or a window outside which nothing falls."""
    return CalendarView.model_validate(engine.add_calendar_days(session, calendar_id, data, by=by, now=now))


@router.delete("/{calendar_id}/days/{days_id}")
def remove_calendar_days(calendar_id: int, days_id: int, session: Session, by: CurrentActor, now: Now) -> CalendarView:
    return CalendarView.model_validate(engine.remove_calendar_days(session, calendar_id, days_id, by=by, now=now))


@router.post("/{calendar_id}/archive")
def archive_calendar(calendar_id: int, version: IfMatch, session: Session, by: CurrentActor, now: Now) -> CalendarView:
    """Refused while something goes by it."""
    return CalendarView.model_validate(actions.archive_calendar(session, calendar_id, version=version, by=by, now=now))


@router.post("/{calendar_id}/restore")
def restore_calendar(calendar_id: int, version: IfMatch, session: Session, by: CurrentActor, now: Now) -> CalendarView:
    calendar = actions.archive_calendar(session, calendar_id, is_archived=False, version=version, by=by, now=now)
    return CalendarView.model_validate(calendar)
