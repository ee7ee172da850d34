"""An item of a plan: its dates, what became of them, and what a person decides about them."""

from collections.abc import Callable
from datetime import date
from typing import Any

from fastapi import APIRouter, Request, Response
from sqlalchemy.orm import Session
from starlette.datastructures import FormData

from app.changes.actions import edits
from app.core.errors import AppError, Conflict, InvalidInput, NotFound
from app.core.i18n import N_
from app.core.security import Actor, Permission, require
from app.decisions.actions import dates, pauses
from app.decisions.actions.answers import answer_catch_up
from app.decisions.queries import list_exceptions, warning_of
from app.decisions.schemas import CycleMove, CycleNow, CycleSkip, Resumption
from app.http import CurrentActor, Now, RondeRoute
from app.http.asking import house_of
from app.ledger.queries import occurrences
from app.ledger.queries.explaining import fate_sentences
from app.ledger.queries.upcoming import upcoming_of_target
from app.ledger.schemas import OccurrenceFilter
from app.plans.queries import plans as queries
from app.plans.queries import targets
from app.plans.schemas import Pause, TargetEdit
from app.reports.queries.explaining import explain_day, explain_next
from app.web.forms import Form, Schema, key_of, messages, parse, trouble
from app.web.pages import page, see_other
from app.workorders.queries.by_cycle import open_of_target, order_names, orders_of_rows
from app.workorders.rules.states import order_number

router = APIRouter(route_class=RondeRoute, prefix="/plans/{plan_id:int}/items/{target_id:int}")
RECENT = 20


@router.get("")
def show_item(
    request: Request, plan_id: int, target_id: int, session: Session, by: CurrentActor, on: date | None = None
) -> Response:
    return item_page(request, session, plan_id, target_id, by=by, on=on)


def item_page(
    request: Request,
    session: Session,
    plan_id: int,
    target_id: int,
    *,
    by: Actor,
    form: dict[str, Any] | None = None,
    error: AppError | None = None,
    warning: str | None = None,
    on: date | None = None,
) -> Response:
    """`form`: what was sent and is shown again; with a `cycle_key` it was said about that date. `on` is asked about."""
    target = targets.get_target(session, target_id, by=by)
    if target.plan_id != plan_id:
        raise NotFound("not_found", N_("This does not exist, or you have no access to it."))
    plan = queries.plan_view(session, queries.get_plan(session, plan_id, by=by), by=by)
    item = {"equipment_id": target.equipment_id, "location_id": target.location_id}
    ledger = occurrences.list_occurrences(session, OccurrenceFilter(target_id=target_id), by=by, limit=RECENT)[:RECENT]
    orders = orders_of_rows(session, ledger)
    names = order_names(orders, target_id)
    return page(
        request,
        "plans/item.html",
        by=by,
        status=error.status if error else 200,
        plan=plan,
        target=target,
        cycles=upcoming_of_target(session, target_id, by=by),
        open_orders=open_of_target(session, target_id),
        decided={row.cycle_key: row for row in list_exceptions(session, target_id, by=by)},
        explanation=explain_next(session, plan_id, **item, by=by, now=house_of(request).clock()),
        asked_on=on,
        of_day=explain_day(session, plan_id, on=on, **item, by=by) if on else None,
        ledger=[(row, fate_sentences(row, names)) for row in ledger],
        orders=orders,
        order_number=order_number,
        v=form or {},
        errors=messages(error) if error else {},
        trouble=trouble(error),
        warning=warning,
        may_edit=by.has(Permission.PLAN) and target.state != "ended",
    )


@router.post("/answer")
def answer_item(plan_id: int, target_id: int, session: Session, form: Form, by: CurrentActor, now: Now) -> Response:
    occurrence_id = key_of(form.get("occurrence_id"))
    if occurrence_id is None:
        raise InvalidInput("no_date", N_("Say which date is meant."))
    is_wanted = form.get("is_wanted") == "1"
    answer_catch_up(session, occurrence_id, is_wanted=is_wanted, by=by, now=now)
    said = N_("Its order is made within a minute.") if is_wanted else N_("Recorded as missed.")
    return see_other(f"/plans/{plan_id}/items/{target_id}", message=said)


@router.post("")
def restart_item(
    request: Request, plan_id: int, target_id: int, session: Session, form: Form, by: CurrentActor, now: Now
) -> Response:
    def restart() -> str:
        edits.edit_target(session, target_id, parse(TargetEdit, form), by=by, now=now)
        return N_("Saved. The dates count from there.")

    return _answered(request, session, plan_id, target_id, form, restart, by=by)


@router.post("/skip")
def skip_date(
    request: Request, plan_id: int, target_id: int, session: Session, form: Form, by: CurrentActor, now: Now
) -> Response:
    def skip() -> str:
        dates.skip_cycle(session, target_id, _said(CycleSkip, form), by=by, now=now)
        return N_("Skipped. The dates after it stay.")

    return _answered(request, session, plan_id, target_id, form, skip, by=by)


@router.post("/move")
def move_date(
    request: Request, plan_id: int, target_id: int, session: Session, form: Form, by: CurrentActor, now: Now
) -> Response:
    """A day on which nobody works is asked about once; then it is final (S30)."""
    require(by, Permission.PLAN)
    try:
        data = _said(CycleMove, form)
    except InvalidInput as error:
        return item_page(request, session, plan_id, target_id, by=by, form=_shown(form), error=error)
    warning = None if form.get("sure") == str(data.on) else warning_of(session, target_id, data.on, by=by)
    if warning is not None:
        return item_page(request, session, plan_id, target_id, by=by, form=_shown(form), warning=warning)

    def move() -> str:
        dates.move_cycle(session, target_id, data, by=by, now=now)
        return N_("Moved. The dates after it stay.")

    return _answered(request, session, plan_id, target_id, form, move, by=by)


@router.post("/do-now")
def do_now(
    request: Request, plan_id: int, target_id: int, session: Session, form: Form, by: CurrentActor, now: Now
) -> Response:
    def make() -> str:
        decided = dates.do_now(session, target_id, _said(CycleNow, form), by=by, now=now)
        if decided.is_merged:
            return N_("Its work is part of an order of a plan of higher rank, which is there now.")
        return N_("Its order is there, for today.")

    return _answered(request, session, plan_id, target_id, form, make, by=by)


@router.post("/exceptions/{exception_id:int}/withdraw")
def withdraw_decision(
    plan_id: int, target_id: int, exception_id: int, session: Session, by: CurrentActor, now: Now
) -> Response:
    dates.withdraw_exception(session, target_id, exception_id, by=by, now=now)
    return see_other(f"/plans/{plan_id}/items/{target_id}", message=N_("Taken back: the date is the plan’s again."))


@router.post("/pause")
def pause_item(
    request: Request, plan_id: int, target_id: int, session: Session, form: Form, by: CurrentActor, now: Now
) -> Response:
    def pause() -> str:
        pauses.pause_target(session, target_id, parse(Pause, form), by=by, now=now)
        return N_("Paused. Open orders stay.")

    return _answered(request, session, plan_id, target_id, form, pause, by=by)


@router.post("/resume")
def resume_item(plan_id: int, target_id: int, session: Session, form: Form, by: CurrentActor, now: Now) -> Response:
    wanted = parse(Resumption, form)
    pauses.resume_target(session, target_id, is_caught_up=wanted.is_caught_up, by=by, now=now)
    return see_other(f"/plans/{plan_id}/items/{target_id}", message=N_("The dates of this item go on."))


def _answered(
    request: Request,
    session: Session,
    plan_id: int,
    target_id: int,
    form: FormData,
    action: Callable[[], str],
    *,
    by: Actor,
) -> Response:
    """Done: back to where the form stood. Refused: the same form with what was said in it."""
    try:
        message = action()
    except (InvalidInput, Conflict) as error:
        return item_page(request, session, plan_id, target_id, by=by, form=_shown(form), error=error)
    equipment_id = str(form.get("equipment_id") or "")
    home = f"/equipment/{equipment_id}" if equipment_id.isdecimal() else f"/plans/{plan_id}/items/{target_id}"
    return see_other(home, message=message)


def _said(schema: type[Schema], form: FormData) -> Schema:
    """Buttons of one form ask for different things: each takes what it needs."""
    return parse(schema, FormData([(n, value) for n, value in form.multi_items() if n in schema.model_fields]))


def _shown(form: FormData) -> dict[str, Any]:
    return {name: str(value) for name, value in form.items()}
