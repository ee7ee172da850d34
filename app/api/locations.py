"""Buildings, floors, rooms and closets, in a tree below their site."""

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
from app.places.actions import sites as actions
from app.places.queries import sites as queries
from app.places.schemas import LocationInput, LocationView, NewLocationInput

router = APIRouter(prefix="/locations", tags=["locations"], route_class=RondeRoute)


class LocationFilter(ListFilter):
    q: Annotated[str, Field(max_length=200, description="Words in the path.")] = ""
    site_id: int | None = None
    parent_id: int | None = None
    archived: bool = False

    def listing(self, by: Actor) -> Listing[LocationView]:
        asked = self.model_dump(exclude={"limit", "cursor"})
        place = queries.LOCATION_ORDERS["path"].place
        return Listing(lambda session, **page: queries.locations(session, by=by, **asked, **page), place)


class LocationQuery(PageQuery, LocationFilter):
    pass


@router.get("")
def list_locations(query: Annotated[LocationQuery, Query()], session: Session, by: CurrentActor) -> Page[LocationView]:
    """By site and path: a place stands before what lies in it."""
    return query.listing(by).page(session, limit=query.limit, cursor=query.cursor)


@router.get("/export.{kind}", response_class=Response, responses=FILES)
@slow
def export_locations(
    request: Request, kind: FileKind, query: Annotated[LocationFilter, Query()], session: Session, by: CurrentActor
) -> Response:
    """The whole list as a file, with the filters of the list."""
    return list_file(request, session, "locations", kind, query.listing(by), columns.LOCATIONS)


@router.post("", status_code=201)
def create_location(data: NewLocationInput, session: Session, by: CurrentActor, now: Now) -> LocationView:
    return LocationView.model_validate(actions.create_location(session, data, by=by, now=now))


@router.get("/{location_id}")
def get_location(location_id: int, session: Session, by: CurrentActor) -> LocationView:
    return queries.get_location(session, location_id, by=by)


@router.patch("/{location_id}", openapi_extra=merge_patch(LocationInput))
def edit_location(
    location_id: int, patch: Patch, version: IfMatch, session: Session, by: CurrentActor, now: Now
) -> LocationView:
    """What lies in it moves along."""
    data = merged(LocationInput, queries.get_location(session, location_id, by=by), patch)
    location = engine.edit_location(session, location_id, data, version=version, by=by, now=now)
    return LocationView.model_validate(location)


@router.post("/{location_id}/archive")
def archive_location(location_id: int, version: IfMatch, session: Session, by: CurrentActor, now: Now) -> LocationView:
    location = actions.archive_location(session, location_id, version=version, by=by, now=now)
    return LocationView.model_validate(location)


@router.post("/{location_id}/restore")
def restore_location(location_id: int, version: IfMatch, session: Session, by: CurrentActor, now: Now) -> LocationView:
    location = actions.archive_location(session, location_id, is_archived=False, version=version, by=by, now=now)
    return LocationView.model_validate(location)
