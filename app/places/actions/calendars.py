"""Calendars (S33): which days are worked. Settling what depends on them is up to the engine (S36b)."""

from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.core.errors import Conflict
from app.core.i18n import N_
from app.core.security import Actor, Permission
from app.journal import actions as journal
from app.places.actions.customers import refuse_taken_code
from app.places.models import Calendar, CalendarDays, Location, Organisation, Site
from app.places.queries.calendars import calendar_row, days_row
from app.places.rules import refuse_unknown_holidays, require_whole_house, to_weekday_flags
from app.places.schemas import CalendarDaysInput, CalendarInput

MOST_RUNS = 1000


def create_calendar(session: Session, data: CalendarInput, *, by: Actor, now: datetime) -> Calendar:
    require_whole_house(by, Permission.PLAN)
    refuse_taken_code(session, Calendar, data.code)
    calendar = Calendar(**columns_of(data), days=[])
    session.add(calendar)
    session.flush()
    journal.record_change(session, "created", "calendar", calendar.id, {"code": [None, data.code]}, by=by, now=now)
    return calendar


def columns_of(data: CalendarInput) -> dict[str, Any]:
    refuse_unknown_holidays(data.country, data.region)
    return {**data.model_dump(), "weekdays": to_weekday_flags(list(data.weekdays))}


def edit_calendar(
    session: Session, calendar_id: int, data: CalendarInput, *, version: int | None = None, by: Actor, now: datetime
) -> Calendar:
    require_whole_house(by, Permission.PLAN)
    calendar = calendar_row(session, calendar_id)
    refuse_taken_code(session, Calendar, data.code, own_id=calendar_id)
    journal.edit_row(session, calendar, columns_of(data), entity="calendar", by=by, now=now, version=version)
    return calendar


def add_calendar_days(
    session: Session, calendar_id: int, data: CalendarDaysInput, *, by: Actor, now: datetime
) -> Calendar:
    require_whole_house(by, Permission.PLAN)
    calendar = calendar_row(session, calendar_id)
    if len(calendar.days) >= MOST_RUNS:
        raise Conflict("too_many", N_("This calendar already holds %(most)s runs of days."), most=MOST_RUNS)
    calendar.days.append(CalendarDays(**data.model_dump()))
    return days_changed(session, calendar, [None, data.model_dump(mode="json")], by=by, now=now)


def remove_calendar_days(session: Session, calendar_id: int, days_id: int, *, by: Actor, now: datetime) -> Calendar:
    require_whole_house(by, Permission.PLAN)
    calendar = calendar_row(session, calendar_id)
    days = days_row(session, calendar_id, days_id)
    before = {"kind": days.kind, "first_on": str(days.first_on), "last_on": str(days.last_on), "name": days.name}
    calendar.days.remove(days)
    return days_changed(session, calendar, [before, None], by=by, now=now)


def days_changed(
    session: Session, calendar: Calendar, change: list[dict[str, Any] | None], *, by: Actor, now: datetime
) -> Calendar:
    calendar.version += 1
    session.flush()
    journal.record_change(session, "changed", "calendar", calendar.id, {"days": change}, by=by, now=now)
    return calendar


def archive_calendar(
    session: Session,
    calendar_id: int,
    *,
    is_archived: bool = True,
    version: int | None = None,
    by: Actor,
    now: datetime,
) -> Calendar:
    """Refused while a site, a location or the house itself goes by it."""
    require_whole_house(by, Permission.PLAN)
    calendar = calendar_row(session, calendar_id)
    if is_archived:
        refuse_used(session, calendar_id)
    if is_archived == (calendar.archived_at is None):
        values = {"archived_at": now if is_archived else None}
        journal.edit_row(session, calendar, values, entity="calendar", by=by, now=now, version=version)
    return calendar


def refuse_used(session: Session, calendar_id: int) -> None:
    places = (
        select(func.count()).where(Site.calendar_id == calendar_id, Site.archived_at.is_(None)),
        select(func.count()).where(Location.calendar_id == calendar_id, Location.archived_at.is_(None)),
        select(func.count()).where(Organisation.calendar_id == calendar_id),
    )
    if any(session.scalar(statement) for statement in places):
        raise Conflict("in_use", N_("This calendar is in use. Give the places that go by it another one first."))
