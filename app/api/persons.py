"""Persons: who uses equipment, asks and repairs, whether or not they sign in."""

from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import Field
from sqlalchemy.orm import Session

from app.api.patching import Patch, merge_patch, merged
from app.http import CurrentActor, IfMatch, Now, Page, PageQuery, RondeRoute, cursor_after, page_of
from app.people import queries
from app.people.actions import persons as actions
from app.people.schemas import PersonInput, PersonView

router = APIRouter(prefix="/persons", tags=["persons"], route_class=RondeRoute)


class PersonQuery(PageQuery):
    q: Annotated[str, Field(max_length=200, description="Words in name or address.")] = ""
    archived: bool = False


@router.get("")
def list_persons(query: Annotated[PersonQuery, Query()], session: Session, by: CurrentActor) -> Page[PersonView]:
    """By name."""
    after = cursor_after(query.cursor)
    rows = queries.persons(session, by=by, q=query.q, archived=query.archived, after=after, limit=query.limit)
    return page_of(rows, query.limit, lambda row: (row.name, row.id))


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
