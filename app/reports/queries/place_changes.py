"""What another calendar, other days of one, or a place elsewhere would change (S33, S34), asked before it is done."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement
from sqlalchemy.orm import Session

from app.changes.actions.places import of_calendar, within
from app.core.security import Actor, Permission
from app.places.actions.calendars import columns_of
from app.places.actions.sites import columns_of as site_columns
from app.places.actions.sites import parent_for
from app.places.queries.calendars import calendar_row, days_row
from app.places.queries.sites import location_row, site_row
from app.places.rules import require_whole_house
from app.places.schemas import CalendarDaysInput, CalendarInput, LocationInput, SiteInput
from app.plans.models import PlanTarget
from app.plans.queries.calendars import SPANS, ChangedLocation, work_calendar, work_calendars
from app.plans.rules.calendar import Span, WorkCalendar
from app.reports.queries.alike import Alike, Supposed, alike
from app.reports.queries.telling import Futures, tell
from app.reports.rules.outlook import coming, settled
from app.reports.schemas import ChangePreview


def preview_calendar(
    session: Session, calendar_id: int, data: CalendarInput, *, by: Actor, now: datetime
) -> ChangePreview:
    require_whole_house(by, Permission.PLAN)
    values = columns_of(data)
    weekdays = tuple(n for n, is_worked in enumerate(values["weekdays"]) if is_worked == "1")
    before = work_calendar(calendar_row(session, calendar_id))
    after = replace(before, weekdays=weekdays, country=values["country"], region=values["region"])
    return _of_calendar(session, calendar_id, after, by=by, now=now)


def preview_calendar_days(
    session: Session, calendar_id: int, data: CalendarDaysInput, *, by: Actor, now: datetime
) -> ChangePreview:
    require_whole_house(by, Permission.PLAN)
    before = work_calendar(calendar_row(session, calendar_id))
    spans = [*getattr(before, SPANS[data.kind]), Span(data.first_on, data.last_on, data.name)]
    return _of_calendar(session, calendar_id, _with(before, data.kind, spans), by=by, now=now)


def preview_days_removed(
    session: Session, calendar_id: int, days_id: int, *, by: Actor, now: datetime
) -> ChangePreview:
    require_whole_house(by, Permission.PLAN)
    before, days = work_calendar(calendar_row(session, calendar_id)), days_row(session, calendar_id, days_id)
    spans = list(getattr(before, SPANS[days.kind]))
    spans.remove(Span(days.first_on, days.last_on, days.name))
    return _of_calendar(session, calendar_id, _with(before, days.kind, spans), by=by, now=now)


def _with(calendar: WorkCalendar, kind: str, spans: Sequence[Span]) -> WorkCalendar:
    changed: Any = {SPANS[kind]: tuple(spans)}
    return replace(calendar, **changed)


def preview_site(session: Session, site_id: int, data: SiteInput, *, by: Actor, now: datetime) -> ChangePreview:
    """Another zone moves no date: it changes the hour at which a day begins there (S5)."""
    site_row(session, site_id, by=by, permission=Permission.PLAN)
    supposed = Supposed(site_calendar_id=site_columns(session, data)["calendar_id"])
    return _elsewhere(session, [PlanTarget.site_id == site_id], supposed, by=by, now=now)


def preview_location(
    session: Session, location_id: int, data: LocationInput, *, by: Actor, now: datetime
) -> ChangePreview:
    location = location_row(session, location_id, by=by, permission=Permission.PLAN)
    parent_for(session, location, data)
    supposed = Supposed(location=ChangedLocation(location_id, data.calendar_id, data.parent_id))
    return _elsewhere(session, [PlanTarget.id.in_(within(session, location))], supposed, by=by, now=now)


def _of_calendar(session: Session, calendar_id: int, after: WorkCalendar, *, by: Actor, now: datetime) -> ChangePreview:
    found = alike(session, [PlanTarget.id.in_(of_calendar(calendar_id))], by=by, now=now)
    return tell(session, found, lambda group, last_on: _by_calendar(group, after, last_on), now=now)


def _elsewhere(
    session: Session, which: Sequence[ColumnElement[bool]], supposed: Supposed, *, by: Actor, now: datetime
) -> ChangePreview:
    found = alike(session, which, by=by, now=now, supposed=supposed)
    calendars: Any = work_calendars(session, {group.calendar_id for group in found.groups})
    return tell(
        session, found, lambda group, last_on: _by_calendar(group, calendars[group.calendar_id], last_on), now=now
    )


def _by_calendar(group: Alike, after: WorkCalendar, last_on: date) -> Futures:
    """Orders that exist stay where they are; what has none follows the new days (S34)."""
    if group.state.state == "paused":
        return Futures([], [])
    facts, _ = settled(group.facts, group.today)
    changed = replace(facts, calendar=after)
    return Futures(coming(facts, group.today, last_on), coming(changed, group.today, last_on))
