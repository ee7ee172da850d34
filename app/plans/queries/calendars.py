"""Which calendar counts for an item (S33), and calendars as the date engine knows them."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import CTE, ColumnElement, case, func, literal, select
from sqlalchemy.orm import Session, aliased, selectinload

from app.core.db import Key
from app.core.db.bulk import one_of
from app.equipment.models import Equipment
from app.places.models import Calendar, Location, Organisation, Site
from app.plans.models import PlanTarget
from app.plans.rules.calendar import Span, WorkCalendar

SPANS = {"closure": "closures", "opening": "openings", "blackout": "blackouts", "allowed": "allowed"}
_known: dict[int, WorkCalendar] = {}


def work_calendar(calendar: Calendar) -> WorkCalendar:
    """A calendar with its days as plain values."""
    spans: dict[str, list[Span]] = {name: [] for name in SPANS.values()}
    for day in calendar.days:
        spans[SPANS[day.kind]].append(Span(day.first_on, day.last_on, day.name))
    return WorkCalendar(
        weekdays=tuple(n for n, is_worked in enumerate(calendar.weekdays) if is_worked == "1"),
        country=calendar.country,
        region=calendar.region,
        **{name: tuple(found) for name, found in spans.items()},
    )


def work_calendars(session: Session, ids: Iterable[int]) -> dict[int, WorkCalendar]:
    rows = session.scalars(select(Calendar).where(Calendar.id.in_(set(ids))).options(selectinload(Calendar.days)))
    return {calendar.id: _kept(calendar) for calendar in rows}


def _kept(calendar: Calendar) -> WorkCalendar:
    """The object of last time where nothing has changed since, with the years that it has already computed."""
    fresh = work_calendar(calendar)
    kept = _known.get(calendar.id)
    if kept != fresh:
        kept = _known[calendar.id] = fresh
    return kept


@dataclass(frozen=True, slots=True)
class ChangedLocation:
    """A place as it would be, for a look at what changes with it."""

    id: int
    calendar_id: int | None
    parent_id: int | None


@cache
def location_calendars(supposed: ChangedLocation | None = None) -> CTE:
    """`(location_id, calendar_id)`: a location's own calendar, else the nearest one above it; null means the site's.

    Always the same object, so that two parts of one statement may ask for it.
    """

    def said(location: Any, name: str) -> Any:
        stored = getattr(location, name)
        if supposed is None:
            return stored
        return case((location.id == supposed.id, literal(getattr(supposed, name), Key)), else_=stored)

    roots = select(Location.id.label("location_id"), said(Location, "calendar_id").label("calendar_id")).where(
        said(Location, "parent_id").is_(None)
    )
    tree = roots.cte("location_calendars" if supposed is None else "supposed_calendars", recursive=True)
    child = aliased(Location)
    own_or_above = func.coalesce(said(child, "calendar_id"), tree.c.calendar_id)
    return tree.union_all(select(child.id, own_or_above).join(tree, said(child, "parent_id") == tree.c.location_id))


def item_calendar(of_location: CTE, *own: ColumnElement[int | None]) -> ColumnElement[int]:
    """For a statement that joins Site, and `of_location` on the item's location (outer); a piece may have its `own`."""
    return func.coalesce(*own, of_location.c.calendar_id, Site.calendar_id)


def calendar_ids(session: Session, target_ids: Collection[int]) -> dict[int, int]:
    """By target: the calendar of its item: its own, else its place's, else its site's."""
    of_location = location_calendars()
    rows = session.execute(
        select(PlanTarget.id, item_calendar(of_location, Equipment.__table__.c.calendar_id))
        .join(Site, Site.id == PlanTarget.site_id)
        .outerjoin(Equipment, Equipment.id == PlanTarget.equipment_id)
        .outerjoin(
            of_location, of_location.c.location_id == func.coalesce(PlanTarget.location_id, Equipment.location_id)
        )
        .where(one_of(PlanTarget.id, target_ids))
    )
    return {row[0]: row[1] for row in rows}


def house_calendar(session: Session, site_id: int | None = None) -> tuple[WorkCalendar | None, str]:
    """The calendar and time zone of a site, or of the whole house, for a plan that covers nothing yet."""
    row = None
    if site_id is not None:
        row = session.execute(select(Site.calendar_id, Site.time_zone).where(Site.id == site_id)).one_or_none()
    if row is None:
        row = session.execute(select(Organisation.calendar_id, Organisation.time_zone)).one_or_none()
    if row is None:
        return None, "UTC"
    return work_calendars(session, [row.calendar_id]).get(row.calendar_id), row.time_zone
