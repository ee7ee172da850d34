"""Sites: each with its time zone and calendar."""

from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import Field
from sqlalchemy.orm import Session

from app.api.patching import Patch, merge_patch, merged
from app.engine.actions import places as engine
from app.http import CurrentActor, IfMatch, Now, Page, PageQuery, RondeRoute, cursor_after, page_of
from app.places.actions import sites as actions
from app.places.queries import sites as queries
from app.places.schemas import SiteInput, SiteView

router = APIRouter(prefix="/sites", tags=["sites"], route_class=RondeRoute)


class SiteQuery(PageQuery):
    q: Annotated[str, Field(max_length=200, description="Words in code, name or address.")] = ""
    customer_id: int | None = None
    archived: bool = False


@router.get("")
def list_sites(query: Annotated[SiteQuery, Query()], session: Session, by: CurrentActor) -> Page[SiteView]:
    """Those that the caller may see, by code. Archived ones only where asked for."""
    wanted = query.model_dump(include={"q", "customer_id", "archived", "limit"})
    rows = queries.sites(session, by=by, after=cursor_after(query.cursor), **wanted)
    return page_of(rows, query.limit, lambda row: (row.code, row.id))


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
