"""Spare parts and their stock."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from pydantic import Field
from sqlalchemy.orm import Session

from app.api.patching import Patch, merge_patch, merged
from app.core.security import Actor
from app.http import (
    CurrentActor,
    IfMatch,
    ListFilter,
    Listing,
    Now,
    Page,
    PageQuery,
    RondeRoute,
    cursor_after,
    page_of,
    slow,
)
from app.http.downloads import FILES, FileKind, list_file
from app.operations.rules import columns
from app.parts import actions, queries
from app.parts.schemas import CountInput, MovementView, PartInput, PartView, ReceiptInput

router = APIRouter(prefix="/parts", tags=["parts"], route_class=RondeRoute)


class PartFilter(ListFilter):
    q: Annotated[str, Field(max_length=200, description="Words in reference or name.")] = ""
    low: Annotated[bool, Field(description="Only those at their threshold or below it.")] = False
    archived: bool = False
    sort: queries.Sort = "name"

    def listing(self, by: Actor) -> Listing[PartView]:
        asked = self.model_dump(exclude={"sort", "limit", "cursor"})
        return Listing.sorted_by(self.sort, queries.ORDERS, queries.parts, by=by, **asked)


class PartQuery(PageQuery, PartFilter):
    pass


@router.get("")
def list_parts(query: Annotated[PartQuery, Query()], session: Session, by: CurrentActor) -> Page[PartView]:
    """By name, or by reference. Archived ones only where asked for."""
    return query.listing(by).page(session, limit=query.limit, cursor=query.cursor)


@router.get("/export.{kind}", response_class=Response, responses=FILES)
@slow
def export_parts(
    request: Request, kind: FileKind, query: Annotated[PartFilter, Query()], session: Session, by: CurrentActor
) -> Response:
    """The whole list as a file, with the filters of the list."""
    return list_file(request, session, "parts", kind, query.listing(by), columns.PARTS)


@router.post("", status_code=201)
def create_part(data: PartInput, session: Session, by: CurrentActor, now: Now) -> PartView:
    """With nothing in stock: receive or count it then."""
    return PartView.model_validate(actions.create_part(session, data, by=by, now=now))


@router.get("/{part_id}")
def get_part(part_id: int, session: Session, by: CurrentActor) -> PartView:
    return queries.get_part(session, part_id, by=by)


@router.patch("/{part_id}", openapi_extra=merge_patch(PartInput))
def edit_part(part_id: int, patch: Patch, version: IfMatch, session: Session, by: CurrentActor, now: Now) -> PartView:
    data = merged(PartInput, queries.get_part(session, part_id, by=by), patch)
    return PartView.model_validate(actions.edit_part(session, part_id, data, version=version, by=by, now=now))


@router.post("/{part_id}/archive")
def archive_part(part_id: int, version: IfMatch, session: Session, by: CurrentActor, now: Now) -> PartView:
    return PartView.model_validate(actions.archive_part(session, part_id, version=version, by=by, now=now))


@router.post("/{part_id}/restore")
def restore_part(part_id: int, version: IfMatch, session: Session, by: CurrentActor, now: Now) -> PartView:
    part = actions.archive_part(session, part_id, is_archived=False, version=version, by=by, now=now)
    return PartView.model_validate(part)


@router.get("/{part_id}/movements")
def list_movements(
    part_id: int, query: Annotated[PageQuery, Query()], session: Session, by: CurrentActor
) -> Page[MovementView]:
    """What came and went, the newest first."""
    after = cursor_after(query.cursor)
    found = queries.movements(session, part_id, by=by, after=after, limit=query.limit)
    return page_of(found, query.limit, lambda row: (row.id,))


@router.post("/{part_id}/receive", status_code=201)
def receive_part(part_id: int, data: ReceiptInput, session: Session, by: CurrentActor, now: Now) -> MovementView:
    return MovementView.model_validate(actions.receive_part(session, part_id, data, by=by, now=now))


@router.post("/{part_id}/count", status_code=201)
def count_part(part_id: int, data: CountInput, session: Session, by: CurrentActor, now: Now) -> MovementView:
    """What lies on the shelf: the stock is set to it, and the difference is kept as a movement."""
    return MovementView.model_validate(actions.count_part(session, part_id, data, by=by, now=now))
