"""Sites and the places in them, as far as the reader's scope goes."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from app.core.db import Order, one_page
from app.core.i18n.folding import fold
from app.core.security import Actor, Permission, require
from app.people.queries import by_name, matches, not_found
from app.places.models import Location, Site
from app.places.queries.calendars import Sort, by_code
from app.places.schemas import LocationView, SiteView

LOCATION_COLUMNS: tuple[Any, ...] = (
    Location.id,
    Location.site_id,
    Location.parent_id,
    Location.name,
    Location.path,
    Location.calendar_id,
    Location.archived_at,
    Location.version,
)

SITE_ORDERS = {"name": by_name(Site), "code": by_code(Site)}
LOCATION_ORDERS = {
    "path": Order(
        (Location.site_id, Location.search_text, Location.id), lambda row: (row.site_id, fold(row.path), row.id)
    )
}


def site_row(session: Session, site_id: int, *, by: Actor, permission: Permission = Permission.READ) -> Site:
    """A site of another scope is not found, whatever the role."""
    require(by, permission, site_id=site_id)
    site = session.get(Site, site_id)
    if site is None:
        raise not_found()
    return site


def get_site(session: Session, site_id: int, *, by: Actor) -> SiteView:
    return SiteView.model_validate(site_row(session, site_id, by=by))


def sites(
    session: Session,
    *,
    by: Actor,
    q: str = "",
    customer_id: int | None = None,
    archived: bool = False,
    sort: Sort = "name",
    after: Sequence[Any] | None = None,
    limit: int = 50,
) -> Sequence[SiteView]:
    require(by, Permission.READ)
    statement = select(Site).where(matches(q, Site.search_text))
    if by.site_ids is not None:
        statement = statement.where(Site.id.in_(by.site_ids))
    if customer_id is not None:
        statement = statement.where(Site.customer_id == customer_id)
    if not archived:
        statement = statement.where(Site.archived_at.is_(None))
    rows = session.scalars(one_page(statement, SITE_ORDERS, sort, after=after, limit=limit))
    return [SiteView.model_validate(row) for row in rows]


SITE_CHOICES = select(Site.id, Site.name).where(Site.archived_at.is_(None)).order_by(Site.sort_name, Site.id).limit(200)
OWN_SITE_CHOICES = SITE_CHOICES.where(Site.id.in_(bindparam("ids", expanding=True)))


def site_choices(session: Session, *, by: Actor) -> Sequence[Any]:
    """Id and name of the sites to choose from; most pages ask, so both statements are put together once."""
    require(by, Permission.READ)
    if by.site_ids is None:
        return session.execute(SITE_CHOICES).all()
    return session.execute(OWN_SITE_CHOICES, {"ids": sorted(by.site_ids)}).all()


def location_row(
    session: Session, location_id: int, *, by: Actor, permission: Permission = Permission.READ
) -> Location:
    location = session.get(Location, location_id)
    if location is None:
        raise not_found()
    require(by, permission, site_id=location.site_id)
    return location


def get_location(session: Session, location_id: int, *, by: Actor) -> LocationView:
    return LocationView.model_validate(location_row(session, location_id, by=by))


def locations(
    session: Session,
    *,
    by: Actor,
    q: str = "",
    site_id: int | None = None,
    parent_id: int | None = None,
    archived: bool = False,
    after: Sequence[Any] | None = None,
    limit: int = 50,
) -> Sequence[LocationView]:
    """In the order of the tree: a place stands before what lies in it."""
    require(by, Permission.READ)
    statement = select(*LOCATION_COLUMNS).where(matches(q, Location.search_text))
    if by.site_ids is not None:
        statement = statement.where(Location.site_id.in_(by.site_ids))
    if site_id is not None:
        statement = statement.where(Location.site_id == site_id)
    if parent_id is not None:
        statement = statement.where(Location.parent_id == parent_id)
    if not archived:
        statement = statement.where(Location.archived_at.is_(None))
    rows = session.execute(one_page(statement, LOCATION_ORDERS, "path", after=after, limit=limit))
    return [LocationView.model_validate(row) for row in rows]
