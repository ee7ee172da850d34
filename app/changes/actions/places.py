"""What changes the days that are worked, with the targets in view: settled first under what held until now (S36b).

Orders that exist stay where they are; what has none follows the new days (S34). The next tick recomputes its dates.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, or_, select, update
from sqlalchemy.orm import Session

from app.core.security import Actor, Permission
from app.engine.actions.settling import settle_targets
from app.equipment.models import Equipment
from app.places.actions import calendars, sites
from app.places.models import Calendar, Location, Site
from app.places.queries.sites import location_row, site_row
from app.places.rules import BETWEEN, is_within, require_whole_house
from app.places.schemas import CalendarDaysInput, CalendarInput, LocationInput, SiteInput
from app.plans.models import PlanTarget
from app.plans.queries.calendars import item_calendar, location_calendars

Targets = Select[Any]


def edit_calendar(
    session: Session, calendar_id: int, data: CalendarInput, *, version: int | None = None, by: Actor, now: datetime
) -> Calendar:
    require_whole_house(by, Permission.PLAN)
    going_by = of_calendar(calendar_id)
    _settle(session, going_by, now=now)
    calendar = calendars.edit_calendar(session, calendar_id, data, version=version, by=by, now=now)
    _wake(session, going_by, now=now)
    return calendar


def add_calendar_days(
    session: Session, calendar_id: int, data: CalendarDaysInput, *, by: Actor, now: datetime
) -> Calendar:
    require_whole_house(by, Permission.PLAN)
    going_by = of_calendar(calendar_id)
    _settle(session, going_by, now=now)
    calendar = calendars.add_calendar_days(session, calendar_id, data, by=by, now=now)
    _wake(session, going_by, now=now)
    return calendar


def remove_calendar_days(session: Session, calendar_id: int, days_id: int, *, by: Actor, now: datetime) -> Calendar:
    require_whole_house(by, Permission.PLAN)
    going_by = of_calendar(calendar_id)
    _settle(session, going_by, now=now)
    calendar = calendars.remove_calendar_days(session, calendar_id, days_id, by=by, now=now)
    _wake(session, going_by, now=now)
    return calendar


def edit_site(
    session: Session, site_id: int, data: SiteInput, *, version: int | None = None, by: Actor, now: datetime
) -> Site:
    """Another zone or calendar changes the dates of what stands there."""
    site = site_row(session, site_id, by=by, permission=Permission.PLAN)
    before = (site.time_zone, site.calendar_id)
    standing_there = select(PlanTarget.id).where(PlanTarget.site_id == site_id)
    _settle(session, standing_there, now=now)
    site = sites.edit_site(session, site_id, data, version=version, by=by, now=now)
    if (site.time_zone, site.calendar_id) != before:
        _wake(session, standing_there, now=now)
    return site


def edit_location(
    session: Session, location_id: int, data: LocationInput, *, version: int | None = None, by: Actor, now: datetime
) -> Location:
    """Another calendar, or a place below one with another calendar, changes the dates of what stands in it."""
    location = location_row(session, location_id, by=by, permission=Permission.PLAN)
    before = (location.calendar_id, location.parent_id)
    standing_there = within(session, location)
    _settle(session, standing_there, now=now)
    location = sites.edit_location(session, location_id, data, version=version, by=by, now=now)
    if (location.calendar_id, location.parent_id) != before:
        _wake(session, standing_there, now=now)
    return location


def of_calendar(calendar_id: int) -> Targets:
    """Targets that go by this calendar: their piece itself, its place or those above it, else its site."""
    of_location = location_calendars()
    standing = of_location.c.location_id == func.coalesce(PlanTarget.location_id, Equipment.location_id)
    return (
        select(PlanTarget.id)
        .join(Site, Site.id == PlanTarget.site_id)
        .outerjoin(Equipment, Equipment.id == PlanTarget.equipment_id)
        .outerjoin(of_location, standing)
        .where(item_calendar(of_location, Equipment.__table__.c.calendar_id) == calendar_id)
    )


def within(session: Session, location: Location) -> Targets:
    below = Location.path.startswith(location.path + BETWEEN, autoescape=True)
    found = session.execute(select(Location.id, Location.path).where(Location.site_id == location.site_id, below))
    ids = [location.id, *(row.id for row in found if is_within(row.path, location.path))]
    return (
        select(PlanTarget.id)
        .outerjoin(Equipment, Equipment.id == PlanTarget.equipment_id)
        .where(or_(PlanTarget.location_id.in_(ids), Equipment.location_id.in_(ids)))
    )


def _settle(session: Session, targets: Targets, *, now: datetime) -> None:
    """Those whose turn has come: the others are settled already (S13)."""
    due = targets.where(PlanTarget.wake_at.is_not(None), or_(PlanTarget.wake_at <= now, PlanTarget.state == "error"))
    settle_targets(session, list(session.scalars(due)), now=now)


def _wake(session: Session, targets: Targets, *, now: datetime) -> None:
    awake = update(PlanTarget).where(PlanTarget.id.in_(targets), PlanTarget.wake_at.is_not(None))
    session.execute(awake.values(wake_at=now), execution_options={"synchronize_session": False})
