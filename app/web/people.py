"""People, whether or not they sign in."""

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar

from fastapi import APIRouter, Query, Request, Response
from sqlalchemy.orm import Session

from app.core.errors import InvalidInput
from app.core.i18n import N_
from app.core.security import Actor, Permission, require
from app.http import CurrentActor, Listing, Now, RondeRoute, slow
from app.http.downloads import FileKind, list_file
from app.operations.rules import columns
from app.people import queries
from app.people.actions import persons as actions
from app.people.schemas import PersonInput, PersonView
from app.web.absences import duties_of
from app.web.forms import Form, messages, parse_edit
from app.web.lists import ListQuery
from app.web.pages import page, see_other
from app.web.stale import REFUSED, refused, status_of

router = APIRouter(route_class=RondeRoute, prefix="/people")


class PeopleQuery(ListQuery):
    PATH: ClassVar = "/people"
    sort: queries.NameSort = "name"

    def listing(self, by: Actor) -> Listing[PersonView]:
        asked = {"by": by, "q": self.q, "archived": self.archived}
        return Listing.sorted_by(self.sort, queries.PERSON_ORDERS, queries.persons, **asked)


Asked = Annotated[PeopleQuery, Query()]


@router.get("")
def people_page(request: Request, asked: Asked, session: Session, by: CurrentActor) -> Response:
    may = {"may_edit": by.has(Permission.PLAN), "may_administer": by.has(Permission.ADMINISTER)}
    return page(request, "people/index.html", by=by, **may, **asked.shown(session, asked.listing(by)))


@router.get("/export.{kind}")
@slow
def export_people(request: Request, kind: FileKind, asked: Asked, session: Session, by: CurrentActor) -> Response:
    return list_file(request, session, "people", kind, asked.listing(by), columns.PERSONS, words={})


def form_page(
    request: Request,
    *,
    by: Actor,
    person: PersonView | None,
    values: Any,
    errors: Mapping[str, Any] | None = None,
    duties: Mapping[str, Any] | None = None,
) -> Response:
    shown = {"person": person, "values": values, "errors": errors or {}, **(duties or {})}
    return page(request, "people/edit.html", by=by, status=status_of(errors), **shown)


@router.get("/new")
def new_person(request: Request, by: CurrentActor) -> Response:
    require(by, Permission.PLAN)
    return form_page(request, by=by, person=None, values={})


@router.post("")
def create_person(request: Request, session: Session, form: Form, by: CurrentActor, now: Now) -> Response:
    try:
        data, _ = parse_edit(PersonInput, form)
        actions.create_person(session, data, by=by, now=now)
    except InvalidInput as error:
        return form_page(request, by=by, person=None, values=dict(form), errors=messages(error))
    return see_other("/people", message=N_("%(name)s is added."), name=data.name)


@router.get("/{person_id:int}")
def show_person(request: Request, person_id: int, session: Session, by: CurrentActor, now: Now) -> Response:
    require(by, Permission.PLAN)
    person = queries.get_person(session, person_id, by=by)
    duties = duties_of(session, person_id, by=by, now=now)
    return form_page(request, by=by, person=person, values=person.model_dump(), duties=duties)


@router.post("/{person_id:int}")
def edit_person(request: Request, person_id: int, session: Session, form: Form, by: CurrentActor, now: Now) -> Response:
    try:
        data, version = parse_edit(PersonInput, form)
        actions.edit_person(session, person_id, data, version=version, by=by, now=now)
    except REFUSED as error:
        person = queries.get_person(session, person_id, by=by)
        saved_url, fields = f"/people/{person_id}", PersonInput.model_fields
        errors = refused(error, dict(form), person.model_dump(), fields, saved_url)
        duties = duties_of(session, person_id, by=by, now=now)
        return form_page(request, by=by, person=person, values=errors.typed, errors=errors, duties=duties)
    return see_other("/people", message=N_("Saved."))


@router.post("/{person_id:int}/archive")
def archive_person(person_id: int, session: Session, by: CurrentActor, now: Now) -> Response:
    actions.archive_person(session, person_id, by=by, now=now)
    return see_other("/people", message=N_("Archived."))


@router.post("/{person_id:int}/restore")
def restore_person(person_id: int, session: Session, by: CurrentActor, now: Now) -> Response:
    actions.archive_person(session, person_id, is_archived=False, by=by, now=now)
    return see_other(f"/people/{person_id}", message=N_("Restored."))
