"""Calendars: which days are worked, with a country's holidays and one's own days."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any, ClassVar

from babel import Locale
from fastapi import APIRouter, Query, Request, Response
from sqlalchemy.orm import Session

from app.changes.actions import places as engine
from app.core.clock import today
from app.core.errors import InvalidInput
from app.core.i18n import N_, current_language
from app.core.security import Actor, Permission
from app.http import CurrentActor, Listing, Now, RondeRoute, slow
from app.http.downloads import FileKind, list_file
from app.operations.rules import columns
from app.places.actions import calendars as actions
from app.places.queries import calendars as queries
from app.places.rules import holiday_countries, require_whole_house
from app.places.schemas import CalendarDaysInput, CalendarInput, CalendarView
from app.plans.queries.calendars import work_calendars
from app.plans.rules.calendar import Reason
from app.web.forms import Form, messages, parse, parse_edit
from app.web.lists import ListQuery
from app.web.pages import page, see_other
from app.web.sites import may_plan_everywhere
from app.web.stale import REFUSED, refused, status_of

router = APIRouter(route_class=RondeRoute, prefix="/sites/calendars")


class CalendarsQuery(ListQuery):
    PATH: ClassVar = "/sites/calendars"
    sort: queries.Sort = "name"

    def listing(self, by: Actor) -> Listing[CalendarView]:
        asked = {"by": by, "q": self.q, "archived": self.archived}
        return Listing.sorted_by(self.sort, queries.CALENDAR_ORDERS, queries.calendars, **asked)


Asked = Annotated[CalendarsQuery, Query()]


@router.get("")
def calendars_page(request: Request, asked: Asked, session: Session, by: CurrentActor) -> Response:
    shown: dict[str, Any] = {"may_add": may_plan_everywhere(by), "countries": country_names()}
    return page(request, "places/calendars.html", by=by, **shown, **asked.shown(session, asked.listing(by)))


@router.get("/export.{kind}")
@slow
def export_calendars(request: Request, kind: FileKind, asked: Asked, session: Session, by: CurrentActor) -> Response:
    return list_file(request, session, "calendars", kind, asked.listing(by), columns.CALENDARS, words={})


def country_names() -> dict[str, str]:
    names = Locale.parse(current_language()).territories
    return {code: str(names.get(code, code)) for code in holiday_countries()}


def calendar_form(
    request: Request, *, by: Actor, calendar: CalendarView | None, values: Any, errors: Mapping[str, Any] | None = None
) -> Response:
    require_whole_house(by, Permission.PLAN)
    return page(
        request,
        "places/calendar_form.html",
        by=by,
        status=status_of(errors),
        calendar=calendar,
        values=values,
        errors=errors or {},
        countries=sorted(country_names().items(), key=lambda pair: pair[1]),
    )


def said(form: Form) -> dict[str, Any]:
    return {**dict(form), "weekdays": form.getlist("weekdays[]")}


@router.get("/new")
def new_calendar(request: Request, by: CurrentActor) -> Response:
    week = ["monday", "tuesday", "wednesday", "thursday", "friday"]
    return calendar_form(request, by=by, calendar=None, values={"weekdays": week})


@router.post("")
def create_calendar(request: Request, session: Session, form: Form, by: CurrentActor, now: Now) -> Response:
    try:
        calendar = actions.create_calendar(session, parse(CalendarInput, form), by=by, now=now)
    except InvalidInput as error:
        return calendar_form(request, by=by, calendar=None, values=said(form), errors=messages(error))
    return see_other(f"/sites/calendars/{calendar.id}", message=N_("%(name)s is added."), name=calendar.name)


@router.get("/{calendar_id:int}")
def show_calendar(
    request: Request, calendar_id: int, session: Session, by: CurrentActor, now: Now, year: int | None = None
) -> Response:
    return calendar_page(request, session, calendar_id, by=by, year=year or today(now, by.time_zone).year)


def calendar_page(
    request: Request,
    session: Session,
    calendar_id: int,
    *,
    by: Actor,
    year: int,
    values: Any = None,
    errors: Any = None,
) -> Response:
    return page(
        request,
        "places/calendar.html",
        by=by,
        status=status_of(errors),
        calendar=queries.get_calendar(session, calendar_id, by=by),
        countries=country_names(),
        year=min(max(year, 1970), 2100),
        holidays=holidays_of(session, calendar_id, min(max(year, 1970), 2100)),
        may_edit=may_plan_everywhere(by),
        values=values or {},
        errors=errors or {},
    )


def holidays_of(session: Session, calendar_id: int, year: int) -> list[tuple[date, str]]:
    """The holidays of a year as the date engine knows them, those on free weekdays included."""
    calendar = work_calendars(session, [calendar_id])[calendar_id]
    days = (date.fromordinal(n) for n in range(date(year, 1, 1).toordinal(), date(year, 12, 31).toordinal() + 1))
    reasons: list[tuple[date, Reason | None]] = [(day, calendar.why_not(day)) for day in days]
    return [(day, r.name_in(current_language()) or "") for day, r in reasons if r is not None and r.kind == "holiday"]


@router.get("/{calendar_id:int}/edit")
def edit_calendar_page(request: Request, calendar_id: int, session: Session, by: CurrentActor) -> Response:
    calendar = queries.get_calendar(session, calendar_id, by=by)
    return calendar_form(request, by=by, calendar=calendar, values=calendar.model_dump())


@router.post("/{calendar_id:int}")
def edit_calendar(
    request: Request, calendar_id: int, session: Session, form: Form, by: CurrentActor, now: Now
) -> Response:
    try:
        data, version = parse_edit(CalendarInput, form)
        engine.edit_calendar(session, calendar_id, data, version=version, by=by, now=now)
    except REFUSED as error:
        calendar = queries.get_calendar(session, calendar_id, by=by)
        saved_url, fields = f"/sites/calendars/{calendar_id}/edit", CalendarInput.model_fields
        errors = refused(error, said(form), calendar.model_dump(), fields, saved_url)
        return calendar_form(request, by=by, calendar=calendar, values=errors.typed, errors=errors)
    return see_other(f"/sites/calendars/{calendar_id}", message=N_("Saved."))


@router.post("/{calendar_id:int}/days")
def add_days(request: Request, calendar_id: int, session: Session, form: Form, by: CurrentActor, now: Now) -> Response:
    try:
        engine.add_calendar_days(session, calendar_id, parse(CalendarDaysInput, form), by=by, now=now)
    except InvalidInput as error:
        year = today(now, by.time_zone).year
        wrong = {"values": dict(form), "errors": messages(error)}
        return calendar_page(request, session, calendar_id, by=by, year=year, **wrong)
    return see_other(f"/sites/calendars/{calendar_id}", message=N_("Added."))


@router.post("/{calendar_id:int}/days/{days_id:int}/remove")
def remove_days(calendar_id: int, days_id: int, session: Session, by: CurrentActor, now: Now) -> Response:
    engine.remove_calendar_days(session, calendar_id, days_id, by=by, now=now)
    return see_other(f"/sites/calendars/{calendar_id}", message=N_("Removed."))


@router.post("/{calendar_id:int}/archive")
def archive_calendar(calendar_id: int, session: Session, by: CurrentActor, now: Now) -> Response:
    actions.archive_calendar(session, calendar_id, by=by, now=now)
    return see_other("/sites/calendars", message=N_("Archived."))


@router.post("/{calendar_id:int}/restore")
def restore_calendar(calendar_id: int, session: Session, by: CurrentActor, now: Now) -> Response:
    actions.archive_calendar(session, calendar_id, is_archived=False, by=by, now=now)
    return see_other(f"/sites/calendars/{calendar_id}", message=N_("Restored."))
