"""The end of a piece's service: it is retired, or another takes its place; its open orders are decided on the way."""

from collections.abc import Sequence
from typing import Any

from fastapi import APIRouter, Request, Response
from sqlalchemy.orm import Session
from starlette.datastructures import FormData

from app.changes.actions.pieces import retire_equipment
from app.changes.actions.replacing import replace_equipment
from app.changes.rules import on_replacement
from app.changes.schemas import RetirementInput, SuccessorInput
from app.core.errors import AppError, InvalidInput
from app.core.i18n import N_
from app.core.security import Actor, Permission, require
from app.equipment import queries
from app.equipment.models import Equipment
from app.http import CurrentActor, Now, RondeRoute
from app.places.queries import find_organisation
from app.plans.queries import targets as plans
from app.plans.schemas import TargetFilter
from app.web.equipment_beside import how_choices
from app.web.equipment_form import CHOICES, Amount, model_words, piece_tagged
from app.web.forms import Form, ids_of, messages, parse, trouble, values_of
from app.web.pages import page, see_other
from app.workorders import queries as work
from app.workorders.rules.states import State, allowed_transitions, order_number

routes = APIRouter(route_class=RondeRoute, prefix="/equipment")
ORDERS = 1_000  # as many as one answer may name; asked again, the page shows the others


def piece_to_end(session: Session, equipment_id: int, *, by: Actor) -> Equipment:
    piece = queries.get_equipment(session, equipment_id, by=by)
    require(by, Permission.PLAN, site_id=piece.site_id)
    return piece


def open_orders(session: Session, piece: Equipment, *, by: Actor) -> Sequence[Any]:
    return work.order_rows(session, work.OrderFilter(equipment_id=piece.id, is_open=True), by=by, limit=ORDERS)


@routes.get("/{equipment_id}/retire")
def retire_form(request: Request, equipment_id: int, session: Session, by: CurrentActor) -> Response:
    return retire_page(request, session, piece_to_end(session, equipment_id, by=by), by=by)


def retire_page(
    request: Request,
    session: Session,
    piece: Equipment,
    *,
    by: Actor,
    said: dict[str, Any] | None = None,
    ticked: Sequence[int] = (),
    error: AppError | None = None,
) -> Response:
    orders = open_orders(session, piece, by=by)
    return page(
        request,
        "equipment/retire.html",
        by=by,
        status=error.status if error else 200,
        piece=piece,
        orders=[(order, "cancel" in allowed_transitions(State(order.state))) for order in orders],
        v=said or {},
        ticked=ticked,
        errors=messages(error) if error else {},
    )


@routes.post("/{equipment_id}/retire")
def retire(request: Request, equipment_id: int, form: Form, session: Session, by: CurrentActor, now: Now) -> Response:
    piece = piece_to_end(session, equipment_id, by=by)
    ticked = ids_of(form, "cancel_order_ids")
    try:
        retire_equipment(session, equipment_id, parse(RetirementInput, form), by=by, now=now)
    except InvalidInput as error:
        return retire_page(request, session, piece, by=by, said=values_of(form), ticked=ticked, error=error)
    return see_other(f"/equipment/{equipment_id}", message=N_("Retired. No plan makes an order for it any more."))


@routes.get("/{equipment_id}/replace")
def replace_form(
    request: Request, equipment_id: int, session: Session, by: CurrentActor, order_id: int | None = None
) -> Response:
    said = {"order_id": order_id} if order_id else None
    return replace_page(request, session, piece_to_end(session, equipment_id, by=by), by=by, said=said)


def replace_page(
    request: Request,
    session: Session,
    piece: Equipment,
    *,
    by: Actor,
    said: dict[str, Any] | None = None,
    error: AppError | None = None,
) -> Response:
    covered = plans.list_targets(session, TargetFilter(equipment_id=piece.id), by=by, limit=ORDERS)
    orders = open_orders(session, piece, by=by)
    asking = [(o.id, f"{order_number(o.id)} {o.title}") for o in orders if o.kind == "replacement"]
    if said is None and len(asking) == 1:
        said = {"order_id": asking[0][0]}
    return page(
        request,
        "equipment/replace.html",
        by=by,
        status=error.status if error else 200,
        piece=piece,
        models=[(model.id, model_words(model)) for model in queries.models(session, by=by, limit=CHOICES)],
        orders=[(order, on_replacement(order.type, order.state)) for order in orders],
        asking=asking,
        how_choices=how_choices(),
        currency=piece.currency or house_currency(session),
        targets=[target for target in covered if target.state != "ended"],
        v={"is_commissioned": error is None} | (said or {}),
        errors=messages(error) if error else {},
        trouble=trouble(error),
    )


@routes.post("/{equipment_id}/replace")
def replace(request: Request, equipment_id: int, form: Form, session: Session, by: CurrentActor, now: Now) -> Response:
    piece = piece_to_end(session, equipment_id, by=by)
    try:
        said = said_in(session, piece, form, by=by)
        successor = replace_equipment(session, equipment_id, said, by=by, now=now)
    except InvalidInput as error:
        return replace_page(request, session, piece, by=by, said=dict(form), error=error)
    text = N_("It takes the place of %(tag)s.")
    return see_other(f"/equipment/{successor.id}", message=text, tag=piece.tag)


class SuccessorForm(SuccessorInput):
    """People write an amount where the API takes minor units."""

    new_cost: Amount | None = None


def said_in(session: Session, piece: Equipment, form: FormData, *, by: Actor) -> SuccessorInput:
    """People name a piece by its tag. What is bought is paid in the old one's currency."""
    tag = str(form.get("equipment_tag") or "").strip()
    rest = FormData([(name, value) for name, value in form.multi_items() if name != "equipment_tag"])
    named = {"equipment_id": piece_tagged(session, tag, by=by, field="equipment_tag")} if tag else {}
    said = parse(SuccessorForm, rest, **named)
    values = said.model_dump(exclude={"new_cost"}, exclude_unset=True)
    if said.new_cost is not None:
        price = {"purchase_cost_minor": said.new_cost, "currency": piece.currency or house_currency(session)}
        values["new"] = values.get("new", {}) | price
    return SuccessorInput.model_validate(values)


def house_currency(session: Session) -> str:
    organisation = find_organisation(session)
    return organisation.currency if organisation else "EUR"
