"""Orders that people make: one to do, or one for what was just done."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel
from sqlalchemy.orm import Session
from starlette.datastructures import FormData

from app.core.clock import today
from app.core.errors import InvalidInput
from app.core.i18n import N_
from app.core.i18n.formats import short_day
from app.core.security import Actor
from app.http import CurrentActor, Now, RondeRoute
from app.http.asking import house_of
from app.interventions import actions as interventions
from app.interventions.actions.past_work import Logged
from app.interventions.schemas import LogInput
from app.people.schemas import Id
from app.procedures.queries.procedures import procedure_choices
from app.web.forms import Form, key_of, messages, parse
from app.web.pages import page, see_other
from app.web.report_form import report_parts, with_instants
from app.web.work_order_words import report_choices
from app.workorders import actions, queries
from app.workorders.rules.states import order_number
from app.workorders.schemas import WorkOrderInput

router = APIRouter(route_class=RondeRoute, prefix="/work-orders")


class ItemQuery(BaseModel):
    equipment_id: Id | None = None
    parent_id: Id | None = None


def form_page(
    request: Request,
    session: Session,
    template: str,
    said: dict[str, Any],
    error: InvalidInput | None = None,
    *,
    by: Actor,
    now: Now,
) -> Response:
    item_id = key_of(said.get("equipment_id"))
    piece = queries.find_piece(session, item_id, by=by) if item_id is not None else None
    return page(
        request,
        template,
        by=by,
        status=error.status if error else 200,
        said=said,
        errors=messages(error) if error else {},
        piece=piece,
        colleagues=queries.colleagues(session, by=by),
        choices=report_choices(),
        procedures=procedure_choices(session, by=by),
        **report_parts(session, piece.id if piece else None, today(now, piece.time_zone if piece else by.time_zone)),
    )


def item_in(session: Session, form: FormData, *, by: Actor) -> dict[str, Any]:
    """The piece that the form names by its tag, where the page did not know it already."""
    tag = str(form.get("tag") or "").strip()
    if not tag:
        return {}
    piece = queries.find_piece_by_tag(session, tag, by=by)
    if piece is None:
        raise InvalidInput.at("tag", "unknown_tag", N_("There is no piece with this tag."))
    return {"equipment_id": piece.id}


def zone_of(session: Session, item_id: int | None, *, by: Actor) -> str:
    """Days and times are the site's, wherever the person sits."""
    piece = queries.find_piece(session, item_id, by=by) if item_id is not None else None
    return str(piece.time_zone) if piece is not None else by.time_zone


def own_fields(form: FormData) -> FormData:
    return FormData([(name, value) for name, value in form.multi_items() if name != "tag"])


@router.get("/new")
def new_work_order(
    request: Request, query: Annotated[ItemQuery, Query()], session: Session, by: CurrentActor, now: Now
) -> Response:
    """From "Problem" on an order: the follow-up names it."""
    said = {
        "due_on": today(now, zone_of(session, query.equipment_id, by=by)).isoformat(),
        "equipment_id": query.equipment_id,
        "parent_id": query.parent_id,
    }
    return form_page(request, session, "workorders/new.html", said, by=by, now=now)


@router.post("/new")
def create_work_order(request: Request, form: Form, session: Session, by: CurrentActor, now: Now) -> Response:
    try:
        data = parse(WorkOrderInput, own_fields(form), **item_in(session, form, by=by))
        order = actions.create_work_order(session, data, by=by, now=now)
    except InvalidInput as error:
        return form_page(request, session, "workorders/new.html", dict(form), error, by=by, now=now)
    return see_other(f"/work-orders/{order.id}", message=N_("The order is made."))


@router.get("/log")
def log_page(
    request: Request, query: Annotated[ItemQuery, Query()], session: Session, by: CurrentActor, now: Now
) -> Response:
    zone = zone_of(session, query.equipment_id, by=by)
    said = {"done_on": today(now, zone).isoformat(), "equipment_id": query.equipment_id}
    return form_page(request, session, "workorders/log.html", said, by=by, now=now)


@router.post("/log")
def log_work(request: Request, form: Form, session: Session, by: CurrentActor, now: Now) -> Response:
    try:
        item = item_in(session, form, by=by)
        zone = zone_of(session, item.get("equipment_id", key_of(form.get("equipment_id"))), by=by)
        data = parse(LogInput, with_instants(own_fields(form), zone), **item)
        files_dir = house_of(request).settings.files_dir
        logged = interventions.log_work(session, data, files_dir=files_dir, by=by, now=now)
    except InvalidInput as error:
        session.rollback()
        return form_page(request, session, "workorders/log.html", dict(form), error, by=by, now=now)
    return see_logged(logged)


def see_logged(logged: Logged) -> Response:
    """The order, with a word on the date of the plan that it was done beside (S9)."""
    url, number = f"/work-orders/{logged.order.id}", order_number(logged.order.id)
    if logged.offered_due_on is None:
        return see_other(url, message=N_("Recorded as %(number)s."), number=number)
    message = N_("Recorded as %(number)s, beside the plan: its next date, %(day)s, stays.")
    return see_other(url, message=message, number=number, day=short_day(logged.offered_due_on))
