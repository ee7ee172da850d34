"""People, whether or not they sign in."""

from typing import Any

from fastapi import APIRouter, Request, Response
from sqlalchemy.orm import Session

from app.core.errors import InvalidInput
from app.core.i18n import N_
from app.core.security import Actor, Permission, require
from app.http import CurrentActor, Now, RondeRoute, cursor_after, page_of
from app.people import queries
from app.people.actions import persons as actions
from app.people.schemas import PersonInput, PersonView
from app.web.forms import Form, messages, parse_edit
from app.web.lists import ON_A_PAGE, Asked
from app.web.pages import page, see_other

router = APIRouter(route_class=RondeRoute, prefix="/people")


@router.get("")
def people_page(request: Request, asked: Asked, session: Session, by: CurrentActor) -> Response:
    after = cursor_after(asked.cursor)
    rows = queries.persons(session, by=by, q=asked.q, archived=asked.archived, after=after, limit=ON_A_PAGE)
    found = page_of(rows, ON_A_PAGE, lambda row: (row.name, row.id))
    may_edit, may_administer = by.has(Permission.PLAN), by.has(Permission.ADMINISTER)
    shown = asked.shown("/people", found)
    return page(request, "people/index.html", by=by, may_edit=may_edit, may_administer=may_administer, **shown)


def form_page(
    request: Request, *, by: Actor, person: PersonView | None, values: Any, errors: dict[str, str] | None = None
) -> Response:
    status = 422 if errors else 200
    return page(request, "people/edit.html", by=by, status=status, person=person, values=values, errors=errors or {})


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
def show_person(request: Request, person_id: int, session: Session, by: CurrentActor) -> Response:
    require(by, Permission.PLAN)
    person = queries.get_person(session, person_id, by=by)
    return form_page(request, by=by, person=person, values=person.model_dump())


@router.post("/{person_id:int}")
def edit_person(request: Request, person_id: int, session: Session, form: Form, by: CurrentActor, now: Now) -> Response:
    try:
        data, version = parse_edit(PersonInput, form)
        actions.edit_person(session, person_id, data, version=version, by=by, now=now)
    except InvalidInput as error:
        person = queries.get_person(session, person_id, by=by)
        return form_page(request, by=by, person=person, values=dict(form), errors=messages(error))
    return see_other("/people", message=N_("Saved."))


@router.post("/{person_id:int}/archive")
def archive_person(person_id: int, session: Session, by: CurrentActor, now: Now) -> Response:
    actions.archive_person(session, person_id, by=by, now=now)
    return see_other("/people", message=N_("Archived."))


@router.post("/{person_id:int}/restore")
def restore_person(person_id: int, session: Session, by: CurrentActor, now: Now) -> Response:
    actions.archive_person(session, person_id, is_archived=False, by=by, now=now)
    return see_other(f"/people/{person_id}", message=N_("Restored."))
