"""Sites: each with its time zone and calendar."""

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
from app.places.queries.calendars import Sort
from app.places.schemas import SiteInput, SiteView

router = APIRouter(prefix="/sites", tags=["sites"], route_class=RondeRoute)


class SiteFilter(ListFilter):
    q: Annotated[str, Field(max_length=200, description="Words in code, name or address.")] = ""
    customer_id: int | None = None
    archived: bool = False
    sort: Sort = "name"

    def listing(self, by: Actor) -> Listing[SiteView]:
        asked = self.model_dump(exclude={"sort", "limit", "cursor"})
        return Listing.sorted_by(self.sort, queries.SITE_ORDERS, queries.sites, by=by, **asked)


class SiteQuery(PageQuery, SiteFilter):
    pass


@router.get("")
def list_sites(query: Annotated[SiteQuery, Query()], session: Session, by: CurrentActor) -> Page[SiteView]:
    """Those that the caller may see, by name or by code. Archived ones only where asked for."""
    return query.listing(by).page(session, limit=query.limit, cursor=query.cursor)


@router.get("/export.{kind}", response_class=Response, responses=FILES)
@slow
def export_sites(
    request: Request, kind: FileKind, query: Annotated[SiteFilter, Query()], session: Session, by: CurrentActor
) -> Response:
    """The whole list as a file, with the filters of the list."""
    return list_file(request, session, "sites", kind, query.listing(by), columns.SITES)


@router.post("", status_code=201)
def create_site(data: SiteInput, session: Session, by: CurrentActor, now: Now) -> SiteView:
    return SiteView.model_validate(actions.create_site(session, data, by=by, now=now))


@router.get("/{site_id}")
def get_site(site_id: int, session: Session, by: CurrentActor) -> SiteView:
    return queries.get_site(session, site_id, by=by)


@router.patch("/{site_id}", openapi_extra=merge_patch(SiteInput))
def edit_site(site_id: int, patch: Patch, version: IfMatch, session: Session, by: CurrentActor, now: Now) -> SiteView:
    data = merged(SiteInput, queries.get_site(session, site_id, by=by), patch)
    return SiteView.model_validate(engine.edit_site(session, site_id, data, version=version, by=by, now=now))


@router.post("/{site_id}/archive")
def archive_site(site_id: int, version: IfMatch, session: Session, by: CurrentActor, now: Now) -> SiteView:
    """Hidden from pickers; its history stays."""
    return SiteView.model_validate(actions.archive_site(session, site_id, version=version, by=by, now=now))


@router.post("/{site_id}/restore")
def restore_site(site_id: int, version: IfMatch, session: Session, by: CurrentActor, now: Now) -> SiteView:
    site = actions.archive_site(session, site_id, is_archived=False, version=version, by=by, now=now)
    return SiteView.model_validate(site)
