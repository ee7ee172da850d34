"""Sites and the places in them."""

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.errors import InvalidInput
from app.core.i18n import N_
from app.core.security import Actor, Permission
from app.journal import actions as journal
from app.places.actions.customers import refuse_taken_code
from app.places.models import Calendar, Customer, Location, Organisation, Site
from app.places.queries.actors import find_organisation
from app.places.queries.sites import location_row, site_row
from app.places.rules import BETWEEN, is_within, not_too_deep, path_of, require_whole_house
from app.places.schemas import LocationInput, NewLocationInput, SiteInput


def create_site(session: Session, data: SiteInput, *, by: Actor, now: datetime) -> Site:
    require_whole_house(by, Permission.PLAN)
    refuse_taken_code(session, Site, data.code)
    site = Site(**columns_of(session, data), created_at=now)
    session.add(site)
    session.flush()
    changes = {"code": [None, site.code], "name": [None, site.name]}
    journal.record_change(session, "created", "site", site.id, changes, by=by, now=now, site_id=site.id)
    return site


def edit_site(
    session: Session, site_id: int, data: SiteInput, *, version: int | None = None, by: Actor, now: datetime
) -> Site:
    site = site_row(session, site_id, by=by, permission=Permission.PLAN)
    refuse_taken_code(session, Site, data.code, own_id=site_id)
    values = columns_of(session, data)
    if by.site_ids is not None and values["customer_id"] != site.customer_id:
        require_whole_house(by, Permission.PLAN)
    journal.edit_row(session, site, values, entity="site", by=by, now=now, version=version, site_id=site_id)
    return site


def archive_site(
    session: Session, site_id: int, *, is_archived: bool = True, version: int | None = None, by: Actor, now: datetime
) -> Site:
    site = site_row(session, site_id, by=by, permission=Permission.PLAN)
    if is_archived == (site.archived_at is None):
        values = {"archived_at": now if is_archived else None}
        journal.edit_row(session, site, values, entity="site", by=by, now=now, version=version, site_id=site_id)
    return site


def columns_of(session: Session, data: SiteInput) -> dict[str, Any]:
    """Zone and calendar are the organisation's where none is given."""
    house = find_organisation(session)
    values = data.model_dump()
    values["time_zone"] = data.time_zone or (house.time_zone if house else "UTC")
    values["calendar_id"] = known_calendar(session, data.calendar_id, house)
    if data.customer_id is not None and session.get(Customer, data.customer_id) is None:
        raise InvalidInput.at("customer_id", "unknown", N_("This customer does not exist."))
    return values


def known_calendar(session: Session, calendar_id: int | None, house: Organisation | None) -> int:
    wanted = calendar_id or (house.calendar_id if house else 0)
    calendar = session.get(Calendar, wanted)
    if calendar is None or calendar.archived_at is not None:
        raise InvalidInput.at("calendar_id", "unknown", N_("This calendar does not exist."))
    return wanted


def create_location(session: Session, data: NewLocationInput, *, by: Actor, now: datetime) -> Location:
    site = site_row(session, data.site_id, by=by, permission=Permission.PLAN)
    parent = parent_of(session, data, site.id)
    if data.calendar_id is not None:
        known_calendar(session, data.calendar_id, None)
    path = path_of(parent.path if parent else None, data.name)
    refuse_taken_path(session, site.id, path)
    location = Location(**data.model_dump(), path=path, created_at=now)
    session.add(location)
    session.flush()
    changes = {"path": [None, path]}
    journal.record_change(session, "created", "location", location.id, changes, by=by, now=now, site_id=site.id)
    return location


def edit_location(
    session: Session, location_id: int, data: LocationInput, *, version: int | None = None, by: Actor, now: datetime
) -> Location:
    """What lies in it moves along: the paths below are rewritten."""
    location = location_row(session, location_id, by=by, permission=Permission.PLAN)
    session.scalar(select(Site.id).where(Site.id == location.site_id).with_for_update(key_share=True))  # one at a time
    session.refresh(location)
    parent = parent_for(session, location, data)
    before, path = location.path, path_of(parent.path if parent else None, data.name)
    if path != before:
        refuse_taken_path(session, location.site_id, path)
    values = {**data.model_dump(), "path": path}
    site_id = location.site_id
    journal.edit_row(session, location, values, entity="location", by=by, now=now, version=version, site_id=site_id)
    if path != before:
        move_below(session, site_id, before, path)
    return location


def parent_for(session: Session, location: Location, data: LocationInput) -> Location | None:
    """Where this place is to lie; refused where that, or its calendar, cannot be."""
    parent = parent_of(session, data, location.site_id)
    if parent is not None and is_within(parent.path, location.path):
        raise InvalidInput.at("parent_id", "circle", N_("A place cannot lie inside itself."))
    if data.calendar_id is not None:
        known_calendar(session, data.calendar_id, None)
    return parent


def move_below(session: Session, site_id: int, before: str, after: str) -> None:
    """LIKE ignores case on SQLite, so what it finds is looked at again."""
    below = Location.path.startswith(before + BETWEEN, autoescape=True)
    for location in session.scalars(select(Location).where(Location.site_id == site_id, below)):
        if is_within(location.path, before):
            location.path = not_too_deep(after + location.path.removeprefix(before))
    session.flush()


def archive_location(
    session: Session,
    location_id: int,
    *,
    is_archived: bool = True,
    version: int | None = None,
    by: Actor,
    now: datetime,
) -> Location:
    location = location_row(session, location_id, by=by, permission=Permission.PLAN)
    if is_archived == (location.archived_at is None):
        values = {"archived_at": now if is_archived else None}
        site_id = location.site_id
        journal.edit_row(session, location, values, entity="location", by=by, now=now, version=version, site_id=site_id)
    return location


def parent_of(session: Session, data: LocationInput, site_id: int) -> Location | None:
    """A place of the same site: one of another does not exist as far as this one is concerned."""
    if data.parent_id is None:
        return None
    parent = session.get(Location, data.parent_id, populate_existing=True)
    if parent is None or parent.site_id != site_id:
        raise InvalidInput.at("parent_id", "unknown", N_("This place does not exist at this site."))
    return parent


def refuse_taken_path(session: Session, site_id: int, path: str) -> None:
    taken = select(Location.id).where(Location.site_id == site_id, Location.path == path)
    if session.scalar(taken) is not None:
        raise InvalidInput.at("name", "taken", N_("There is already a place of this name here."))
