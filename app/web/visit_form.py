"""A visit is put together: a site and a day, the orders that are due there, who walks it."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, model_validator
from sqlalchemy.orm import Session
from starlette.datastructures import FormData

from app.core.clock import today
from app.core.errors import AppError, InvalidInput
from app.core.i18n import N_
from app.core.security import Actor, Permission, require
from app.forecasts.queries import choices
from app.http import CurrentActor, Now, RondeRoute
from app.people.schemas import Id
from app.places.queries.sites import locations, site_row
from app.visits.actions import making
from app.visits.queries import visits as queries
from app.visits.schemas import MOST_ORDERS, OrdersInput, VisitEdit, VisitInput, VisitView
from app.web.forms import Form, ids_of, parse, parse_edit, values_of, wrongs
from app.web.pages import page, see_other
from app.web.stale import REFUSED, Refusal, refused, status_of, wrong
from app.workorders.queries import OrderFilter, colleagues, order_rows
from app.workorders.schemas import Day

router = APIRouter(route_class=RondeRoute, prefix="/visits")
PLACES = 500


class WhereQuery(BaseModel):
    """Where and until when; an empty answer of the form is none."""

    site_id: Id | None = None
    location_id: Id | None = None
    day_on: Day | None = None

    @model_validator(mode="before")
    @classmethod
    def without_empty_answers(cls, said: Any) -> Any:
        return {name: value for name, value in said.items() if value != ""} if isinstance(said, dict) else said


@router.get("/new")
def new_visit(
    request: Request, asked: Annotated[WhereQuery, Query()], session: Session, by: CurrentActor, now: Now
) -> Response:
    return form_page(request, session, asked, by=by, now=now)


def form_page(
    request: Request,
    session: Session,
    asked: WhereQuery,
    *,
    by: Actor,
    now: Now,
    said: dict[str, Any] | None = None,
    error: AppError | None = None,
) -> Response:
    require(by, Permission.WORK)
    sites = choices.site_choices(session, by=by)
    site_id = asked.site_id or (sites[0][0] if len(sites) == 1 else None)
    day_on = asked.day_on or today(now, by.time_zone)
    places = [(row.id, row.path) for row in locations(session, by=by, site_id=site_id, limit=PLACES)] if site_id else []
    location_id = asked.location_id if asked.location_id in dict(places) else None
    return page(
        request,
        "visits/new.html",
        by=by,
        status=error.status if error else 200,
        sites=sites,
        site_id=site_id,
        places=places,
        location_id=location_id,
        day_on=day_on,
        orders=free_rows(session, site_id, day_on, location_id=location_id, by=by) if site_id else [],
        people=[(row.id, row.name) for row in colleagues(session, by=by)],
        teams=choices.team_choices(session, by=by),
        v={"person_id": by.person_id} | (said or {}),
        errors=wrongs(error),
    )


def free_rows(session: Session, site_id: int, day_on: Any, *, location_id: int | None = None, by: Actor) -> list[Any]:
    """Lines of the orders that could go along, those that are late first."""
    site_row(session, site_id, by=by)
    found = {"site_id": site_id, "location_id": location_id, "day_on": day_on}
    free = {row.order_id for row in queries.free_orders(session, **found, limit=MOST_ORDERS)}
    rows = order_rows(session, OrderFilter(is_open=True, site_id=site_id), by=by, limit=MOST_ORDERS)
    return [row for row in rows if row.id in free]


@router.post("")
def make_visit(request: Request, form: Form, session: Session, by: CurrentActor, now: Now) -> Response:
    try:
        data = parse(VisitInput, form)
        if not data.order_ids:
            raise InvalidInput.at("order_ids", "required", N_("Tick the orders of the visit."))
        visit = making.make_visit(session, data.model_copy(update={"site_id": None}), by=by, now=now)
    except InvalidInput as error:
        asked = where_in(form, error)
        said = values_of(form) | {"order_ids": ids_of(form, "order_ids")}
        return form_page(request, session, asked, by=by, now=now, said=said, error=error)
    return see_other(f"/visits/{visit.id}", message=N_("The visit is ready."))


def where_in(form: FormData, error: InvalidInput) -> WhereQuery:
    """What of the place and the day can be read, for the form to come back with."""
    unread = {field.pointer for field in error.fields}
    return WhereQuery.model_validate({name: form.get(name) for name in {"site_id", "day_on"} - unread})


@router.get("/{visit_id:int}/edit")
def edit_form(request: Request, visit_id: int, session: Session, by: CurrentActor) -> Response:
    require(by, Permission.WORK)
    return edit_page(request, session, queries.get_visit(session, visit_id, by=by), by=by)


def edit_page(
    request: Request,
    session: Session,
    visit: VisitView,
    *,
    by: Actor,
    errors: Refusal | None = None,
) -> Response:
    return page(
        request,
        "visits/edit.html",
        by=by,
        status=status_of(errors),
        visit=visit,
        v=visit.model_dump() | (errors.typed if errors is not None else {}),
        orders=free_rows(session, visit.site_id, visit.day_on, by=by),
        people=[(row.id, row.name) for row in colleagues(session, by=by)],
        teams=choices.team_choices(session, by=by),
        errors=errors or {},
    )


@router.post("/{visit_id:int}")
def edit_visit(request: Request, visit_id: int, form: Form, session: Session, by: CurrentActor, now: Now) -> Response:
    try:
        data, version = parse_edit(VisitEdit, form)
        making.edit_visit(session, visit_id, data, version=version, by=by, now=now)
    except REFUSED as error:
        visit = queries.get_visit(session, visit_id, by=by)
        errors = refused(error, dict(form), visit.model_dump(), VisitEdit.model_fields, f"/visits/{visit_id}/edit")
        return edit_page(request, session, visit, by=by, errors=errors)
    return see_other(f"/visits/{visit_id}", message=N_("Saved."))


@router.post("/{visit_id:int}/add")
def add_orders(request: Request, visit_id: int, form: Form, session: Session, by: CurrentActor, now: Now) -> Response:
    try:
        data, version = parse_edit(OrdersInput, form)
        making.add_orders(session, visit_id, data, version=version, by=by, now=now)
    except REFUSED as error:
        return edit_page(request, session, queries.get_visit(session, visit_id, by=by), by=by, errors=wrong(error, {}))
    return see_other(f"/visits/{visit_id}", message=N_("Saved."))
