"""Sites, and the places in them."""

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar

from fastapi import APIRouter, Query, Request, Response
from sqlalchemy.orm import Session

from app.changes.actions import places as engine
from app.core.errors import InvalidInput
from app.core.i18n import N_
from app.core.security import Actor, Permission, require
from app.http import CurrentActor, Listing, Now, RondeRoute, slow
from app.http.downloads import FileKind, list_file
from app.operations.rules import columns
from app.people.schemas import Id
from app.places.actions import sites as actions
from app.places.queries import calendars as houses
from app.places.queries import sites as queries
from app.places.rules import require_whole_house, time_zones
from app.places.schemas import LocationInput, LocationView, NewLocationInput, SiteInput, SiteView
from app.web.forms import Form, messages, offered, parse, parse_edit
from app.web.lists import ListQuery
from app.web.pages import page, see_other
from app.web.stale import REFUSED, refused, status_of

router = APIRouter(route_class=RondeRoute)
CHOICES = 1000


def may_plan_everywhere(by: Actor) -> bool:
    return by.has(Permission.PLAN) and by.site_ids is None


class SitesQuery(ListQuery):
    PATH: ClassVar = "/sites"
    customer_id: Id | None = None
    sort: houses.Sort = "name"

    def listing(self, by: Actor) -> Listing[SiteView]:
        asked = {"by": by, "q": self.q, "customer_id": self.customer_id, "archived": self.archived}
        return Listing.sorted_by(self.sort, queries.SITE_ORDERS, queries.sites, **asked)


Asked = Annotated[SitesQuery, Query()]


def names_of(session: Session, by: Actor) -> dict[str, dict[int, str]]:
    """Customers and calendars by their ids, archived ones too: sites name them."""
    return {
        "customers": {row.id: row.name for row in houses.customers(session, by=by, archived=True, limit=CHOICES)},
        "calendars": {row.id: row.name for row in houses.calendars(session, by=by, archived=True, limit=CHOICES)},
    }


@router.get("/sites")
def sites_page(request: Request, asked: Asked, session: Session, by: CurrentActor) -> Response:
    shown = names_of(session, by) | asked.shown(session, asked.listing(by))
    return page(request, "places/index.html", by=by, may_add=may_plan_everywhere(by), **shown)


@router.get("/sites/export.{kind}")
@slow
def export_sites(request: Request, kind: FileKind, asked: Asked, session: Session, by: CurrentActor) -> Response:
    names = names_of(session, by)
    words = {"customer_id": names["customers"].get, "calendar_id": names["calendars"].get}
    return list_file(request, session, "sites", kind, asked.listing(by), columns.SITES, words)


def site_form(
    request: Request,
    session: Session,
    *,
    by: Actor,
    site: SiteView | None,
    values: Any,
    errors: Mapping[str, Any] | None = None,
) -> Response:
    return page(
        request,
        "places/site_form.html",
        by=by,
        status=status_of(errors),
        site=site,
        values=values,
        errors=errors or {},
        zones=[(zone, zone.replace("_", " ")) for zone in time_zones()],
        customers=offered(houses.customers(session, by=by, archived=True, limit=CHOICES), values.get("customer_id")),
        calendars=offered(houses.calendars(session, by=by, archived=True, limit=CHOICES), values.get("calendar_id")),
    )


@router.get("/sites/new")
def new_site(request: Request, session: Session, by: CurrentActor) -> Response:
    require_whole_house(by, Permission.PLAN)
    return site_form(request, session, by=by, site=None, values={})


@router.post("/sites")
def create_site(request: Request, session: Session, form: Form, by: CurrentActor, now: Now) -> Response:
    try:
        site = actions.create_site(session, parse(SiteInput, form), by=by, now=now)
    except InvalidInput as error:
        return site_form(request, session, by=by, site=None, values=dict(form), errors=messages(error))
    return see_other(f"/sites/{site.id}", message=N_("%(name)s is added."), name=site.name)


@router.get("/sites/{site_id:int}")
def show_site(request: Request, site_id: int, session: Session, by: CurrentActor) -> Response:
    return site_page(request, session, queries.get_site(session, site_id, by=by), by=by)


def site_page(
    request: Request, session: Session, site: SiteView, *, by: Actor, values: Any = None, errors: Any = None
) -> Response:
    """Who plans sees what is archived, too: from there it comes back."""
    may_edit = by.has(Permission.PLAN)
    return page(
        request,
        "places/site.html",
        by=by,
        status=status_of(errors),
        site=site,
        customer=houses.get_customer(session, site.customer_id, by=by) if site.customer_id else None,
        calendar=houses.get_calendar(session, site.calendar_id, by=by),
        locations=queries.locations(session, by=by, site_id=site.id, archived=may_edit, limit=CHOICES),
        may_edit=may_edit,
        values=values or {},
        errors=errors or {},
    )


@router.get("/sites/{site_id:int}/edit")
def edit_site_page(request: Request, site_id: int, session: Session, by: CurrentActor) -> Response:
    require(by, Permission.PLAN, site_id=site_id)
    site = queries.get_site(session, site_id, by=by)
    return site_form(request, session, by=by, site=site, values=site.model_dump())


@router.post("/sites/{site_id:int}")
def edit_site(request: Request, site_id: int, session: Session, form: Form, by: CurrentActor, now: Now) -> Response:
    try:
        data, version = parse_edit(SiteInput, form)
        engine.edit_site(session, site_id, data, version=version, by=by, now=now)
    except REFUSED as error:
        site = queries.get_site(session, site_id, by=by)
        errors = refused(error, dict(form), site.model_dump(), SiteInput.model_fields, f"/sites/{site_id}/edit")
        return site_form(request, session, by=by, site=site, values=errors.typed, errors=errors)
    return see_other(f"/sites/{site_id}", message=N_("Saved."))


@router.post("/sites/{site_id:int}/archive")
def archive_site(site_id: int, session: Session, by: CurrentActor, now: Now) -> Response:
    actions.archive_site(session, site_id, by=by, now=now)
    return see_other("/sites", message=N_("Archived."))


@router.post("/sites/{site_id:int}/restore")
def restore_site(site_id: int, session: Session, by: CurrentActor, now: Now) -> Response:
    actions.archive_site(session, site_id, is_archived=False, by=by, now=now)
    return see_other(f"/sites/{site_id}", message=N_("Restored."))


@router.post("/sites/{site_id:int}/locations")
def add_location(request: Request, site_id: int, session: Session, form: Form, by: CurrentActor, now: Now) -> Response:
    try:
        actions.create_location(session, parse(NewLocationInput, form, site_id=site_id), by=by, now=now)
    except InvalidInput as error:
        site = queries.get_site(session, site_id, by=by)
        return site_page(request, session, site, by=by, values=dict(form), errors=messages(error))
    return see_other(f"/sites/{site_id}#places", message=N_("Added."))


def location_form(
    request: Request, session: Session, location: LocationView, *, by: Actor, values: Any, errors: Any = None
) -> Response:
    require(by, Permission.PLAN, site_id=location.site_id)
    places = queries.locations(session, by=by, site_id=location.site_id, archived=True, limit=CHOICES)
    return page(
        request,
        "places/location_form.html",
        by=by,
        status=status_of(errors),
        location=location,
        site=queries.get_site(session, location.site_id, by=by),
        values=values,
        errors=errors or {},
        parents=offered((row for row in places if row.id != location.id), values.get("parent_id"), "path"),
        calendars=offered(houses.calendars(session, by=by, archived=True, limit=CHOICES), values.get("calendar_id")),
    )


@router.get("/locations/{location_id:int}/edit")
def edit_location_page(request: Request, location_id: int, session: Session, by: CurrentActor) -> Response:
    location = queries.get_location(session, location_id, by=by)
    return location_form(request, session, location, by=by, values=location.model_dump())


@router.post("/locations/{location_id:int}")
def edit_location(
    request: Request, location_id: int, session: Session, form: Form, by: CurrentActor, now: Now
) -> Response:
    location = queries.get_location(session, location_id, by=by)
    try:
        data, version = parse_edit(LocationInput, form)
        engine.edit_location(session, location_id, data, version=version, by=by, now=now)
    except REFUSED as error:
        saved_url, fields = f"/locations/{location_id}/edit", LocationInput.model_fields
        errors = refused(error, dict(form), location.model_dump(), fields, saved_url)
        return location_form(request, session, location, by=by, values=errors.typed, errors=errors)
    return see_other(f"/sites/{location.site_id}#places", message=N_("Saved."))


@router.post("/locations/{location_id:int}/archive")
def archive_location(location_id: int, session: Session, by: CurrentActor, now: Now) -> Response:
    location = actions.archive_location(session, location_id, by=by, now=now)
    return see_other(f"/sites/{location.site_id}#places", message=N_("Archived."))


@router.post("/locations/{location_id:int}/restore")
def restore_location(location_id: int, session: Session, by: CurrentActor, now: Now) -> Response:
    location = actions.archive_location(session, location_id, is_archived=False, by=by, now=now)
    return see_other(f"/sites/{location.site_id}#places", message=N_("Restored."))
