"""Persons: who uses equipment, asks and repairs, whether or not they sign in."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from pydantic import Field
from sqlalchemy.orm import Session

from app.api.patching import Patch, merge_patch, merged
from app.core.security import Actor
from app.http import CurrentActor, IfMatch, ListFilter, Listing, Now, Page, PageQuery, RondeRoute, slow
from app.http.downloads import FILES, FileKind, list_file
from app.operations.rules import columns
from app.people import queries
from app.people.actions import persons as actions
from app.people.schemas import PersonInput, PersonView

router = APIRouter(prefix="/persons", tags=["persons"], route_class=RondeRoute)


class PersonFilter(ListFilter):
    q: Annotated[str, Field(max_length=200, description="Words in name or address.")] = ""
    archived: bool = False
    sort: queries.NameSort = "name"

    def listing(self, by: Actor) -> Listing[PersonView]:
        asked = self.model_dump(exclude={"sort", "limit", "cursor"})
        return Listing.sorted_by(self.sort, queries.PERSON_ORDERS, queries.persons, by=by, **asked)


class PersonQuery(PageQuery, PersonFilter):
    pass


@router.get("")
def list_persons(query: Annotated[PersonQuery, Query()], session: Session, by: CurrentActor) -> Page[PersonView]:
    """By name."""
    return query.listing(by).page(session, limit=query.limit, cursor=query.cursor)


@router.get("/export.{kind}", response_class=Response, responses=FILES)
@slow
def export_persons(
    request: Request, kind: FileKind, query: Annotated[PersonFilter, Query()], session: Session, by: CurrentActor
) -> Response:
    """The whole list as a file, with the filters of the list."""
    return list_file(request, session, "persons", kind, query.listing(by), columns.PERSONS)


@router.post("", status_code=201)
def create_person(data: PersonInput, session: Session, by: CurrentActor, now: Now) -> PersonView:
    return PersonView.model_validate(actions.create_person(session, data, by=by, now=now))


@router.get("/{person_id}")
def get_person(person_id: int, session: Session, by: CurrentActor) -> PersonView:
    return queries.get_person(session, person_id, by=by)


@router.patch("/{person_id}", openapi_extra=merge_patch(PersonInput))
def edit_person(
    person_id: int, patch: Patch, version: IfMatch, session: Session, by: CurrentActor, now: Now
) -> PersonView:
    data = merged(PersonInput, queries.get_person(session, person_id, by=by), patch)
    return PersonView.model_validate(actions.edit_person(session, person_id, data, version=version, by=by, now=now))


@router.post("/{person_id}/archive")
def archive_person(person_id: int, version: IfMatch, session: Session, by: CurrentActor, now: Now) -> PersonView:
    """Hidden from pickers; their account, where they have one, is deactivated apart."""
    return PersonView.model_validate(actions.archive_person(session, person_id, version=version, by=by, now=now))


@router.post("/{person_id}/restore")
def restore_person(person_id: int, version: IfMatch, session: Session, by: CurrentActor, now: Now) -> PersonView:
    person = actions.archive_person(session, person_id, is_archived=False, version=version, by=by, now=now)
    return PersonView.model_validate(person)
