"""The work on an order, form by form: each step by itself, timers, parts, costs, who helps, who takes over."""

from collections.abc import Callable
from functools import partial
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from sqlalchemy.orm import Session
from starlette.datastructures import FormData

from app.core.clock import today
from app.core.errors import AppError, Conflict, InvalidInput, PreconditionFailed
from app.core.i18n import N_
from app.core.security import Actor, Permission
from app.equipment.queries import supplier_choices, warranty_of
from app.forecasts.queries.choices import team_choices
from app.http import CurrentActor, Now, RondeRoute
from app.http.asking import house_of
from app.interventions import actions
from app.interventions.queries.steps import Thread, thread_of
from app.interventions.schemas import AnswerInput
from app.parts import queries as parts
from app.people.schemas import Id, Line
from app.resources import actions as resources
from app.resources import queries as work
from app.resources.schemas import (
    CostLineInput,
    HandOverInput,
    HelperInput,
    PartReturnInput,
    PartUseInput,
    TimeCorrection,
    TimeInput,
)
from app.web.equipment_form import Amount
from app.web.forms import Form, messages, parse, parse_edit, trouble, wrongs
from app.web.order_thread import step_shown
from app.web.pages import page, see_other
from app.web.work_order_steps import keep_photos, said_in
from app.web.work_orders import order_page
from app.workorders import queries
from app.workorders.models import WorkOrder
from app.workorders.rules.states import State

router = APIRouter(route_class=RondeRoute, prefix="/work-orders/{order_id:int}")
CHOICES = 20
Asked = Annotated[str, Query(max_length=200)]
REFUSED = (InvalidInput, Conflict, PreconditionFailed)


class CostForm(CostLineInput):
    """People write an amount where the API takes minor units."""

    amount_minor: Amount


class PartForm(PartUseInput):
    """Chosen, or named by its reference."""

    part_id: Id | None = None  # type: ignore[assignment]
    reference: Line | None = None

    def input(self, session: Session, *, by: Actor) -> PartUseInput:
        part_id = self.part_id or parts.find_part(session, self.reference or "", by=by)
        if part_id is None:
            raise InvalidInput.at("reference", "unknown_part", N_("No part has this reference or name."))
        return PartUseInput(part_id=part_id, quantity=self.quantity)


@router.post("/steps/{step_id:int}")
def answer_step(
    request: Request, order_id: int, step_id: int, form: Form, session: Session, by: CurrentActor, now: Now
) -> Response:
    """With JavaScript the step comes back, with those that it shows or hides; the first answer begins the order."""
    is_htmx = request.headers.get("hx-request") == "true"
    before = queries.get_plain_order(session, order_id, by=by).state
    try:
        data = parse(AnswerInput, said_in(form))
        photos = keep_photos(request, session, order_id, form, by=by, now=now)
        if photos:
            data = data.model_copy(update={"file_id": queries.files_of(session, order_id)[-1].id})
        actions.answer_step(session, order_id, step_id, data, by=by, now=now)
    except REFUSED as error:
        session.rollback()
        return refused_answer(request, session, order_id, step_id, error, form, is_htmx=is_htmx, by=by, now=now)
    if not is_htmx:
        return see_other(f"/work-orders/{order_id}#step-{step_id}")
    order = queries.get_plain_order(session, order_id, by=by)
    return answered(request, order, thread_of(session, order), step_id, by=by, is_begun=order.state != before)


def refused_answer(
    request: Request,
    session: Session,
    order_id: int,
    step_id: int,
    error: AppError,
    form: FormData,
    *,
    is_htmx: bool,
    by: Actor,
    now: Now,
) -> Response:
    if not is_htmx:
        return order_page(request, session, order_id, by=by, now=now, error=error)
    order = queries.get_plain_order(session, order_id, by=by)
    typed = str(form.get("value") or "")
    text = next(iter(wrongs(error).values()))
    return answered(request, order, thread_of(session, order), step_id, by=by, typed=typed, error=text)


def answered(
    request: Request,
    order: WorkOrder,
    thread: Thread,
    step_id: int,
    *,
    by: Actor,
    is_begun: bool = False,
    typed: Any = None,
    error: str = "",
) -> Response:
    """`is_begun`: by this answer, so that what the page says of the order's state is fetched anew."""
    doing = thread.step(step_id)
    return page(
        request,
        "workorders/_answered.html",
        by=by,
        status=422 if error else 200,
        order=order,
        thread=thread,
        answered=step_shown(doing),
        depending=[step_shown(other) for other in thread.depending_on(doing.asked.number)],
        is_begun=is_begun,
        typed=typed,
        error=error,
    )


@router.get("/work")
def work_page(request: Request, order_id: int, session: Session, by: CurrentActor) -> Response:
    """Time, parts, costs and people: a card of the order's page, or a page of its own."""
    return work_shown(request, session, order_id, by=by)


def work_shown(
    request: Request,
    session: Session,
    order_id: int,
    *,
    by: Actor,
    form: str = "",
    said: Any = None,
    error: AppError | None = None,
) -> Response:
    """With the form that was refused, where one was."""
    order = queries.get_order(session, order_id, by=by)
    is_card = request.headers.get("hx-request") == "true"
    return page(
        request,
        "workorders/_work.html" if is_card else "workorders/work.html",
        by=by,
        status=error.status if error else 200,
        order=order,
        times=work.times_of(session, order_id),
        usages=work.usages_of(session, order_id),
        lines=work.cost_lines_of(session, order_id),
        helpers=work.helpers_of(session, order_id),
        costs=work.costs_view(session, order_id) if by.has(Permission.PLAN) else None,
        planned=work.planned_parts(session, order),
        colleagues=queries.colleagues(session, by=by),
        teams=team_choices(session, by=by),
        suppliers=supplier_choices(session, by=by),
        currency=work.house_currency(session),
        warranty=warranty_of(session, order.equipment_id, today(house_of(request).clock(), order.site.time_zone)),
        may_record=by.has(Permission.WORK) and (order.is_open or order.state == State.COMPLETED),
        may_start=order.is_open and by.person_id is not None,
        form=form,
        said=said or {},
        errors=messages(error) if error else {},
        trouble=trouble(error),
    )


def recorded(
    request: Request,
    session: Session,
    order_id: int,
    name: str,
    form: FormData,
    act: Callable[[], object],
    message: str,
    *,
    by: Actor,
) -> Response:
    """The order's page with a word on what happened; or the form again, with what is wrong."""
    try:
        act()
    except REFUSED as error:
        session.rollback()
        return work_shown(request, session, order_id, by=by, form=name, said=dict(form), error=error)
    return see_other(f"/work-orders/{order_id}#work", message=message)


@router.post("/start-timer")
def start_timer(request: Request, order_id: int, form: Form, session: Session, by: CurrentActor, now: Now) -> Response:
    act = partial(resources.start_timer, session, order_id, by=by, now=now)
    return recorded(request, session, order_id, "timer", form, act, N_("Your timer runs."), by=by)


@router.post("/stop-timer")
def stop_timer(request: Request, order_id: int, form: Form, session: Session, by: CurrentActor, now: Now) -> Response:
    act = partial(resources.stop_timer, session, order_id, by=by, now=now)
    return recorded(request, session, order_id, "timer", form, act, N_("Your timer is stopped."), by=by)


@router.post("/times")
def enter_time(request: Request, order_id: int, form: Form, session: Session, by: CurrentActor, now: Now) -> Response:
    def act() -> None:
        resources.enter_time(session, order_id, parse(TimeInput, form), by=by, now=now)

    return recorded(request, session, order_id, "time", form, act, N_("The time is recorded."), by=by)


@router.post("/times/{entry_id:int}")
def correct_time(
    request: Request, order_id: int, entry_id: int, form: Form, session: Session, by: CurrentActor, now: Now
) -> Response:
    def act() -> None:
        data, version = parse_edit(TimeCorrection, form)
        resources.correct_time(session, order_id, entry_id, data, version=version, by=by, now=now)

    return recorded(request, session, order_id, f"time-{entry_id}", form, act, N_("The time is corrected."), by=by)


@router.post("/parts")
def use_part(request: Request, order_id: int, form: Form, session: Session, by: CurrentActor, now: Now) -> Response:
    def act() -> None:
        resources.use_part(session, order_id, parse(PartForm, form).input(session, by=by), by=by, now=now)

    return recorded(request, session, order_id, "part", form, act, N_("Taken from stock."), by=by)


@router.post("/parts/{usage_id:int}/return")
def return_part(
    request: Request, order_id: int, usage_id: int, form: Form, session: Session, by: CurrentActor, now: Now
) -> Response:
    def act() -> None:
        resources.return_part(session, order_id, usage_id, parse(PartReturnInput, form), by=by, now=now)

    return recorded(request, session, order_id, f"return-{usage_id}", form, act, N_("Back in stock."), by=by)


@router.get("/parts/choices")
def part_choices(request: Request, order_id: int, reference: Asked, session: Session, by: CurrentActor) -> Response:
    """While one types: what the house keeps, with how many there are."""
    queries.get_plain_order(session, order_id, by=by)
    found = parts.parts(session, by=by, q=reference, limit=CHOICES)[:CHOICES] if reference.strip() else []
    return page(request, "workorders/_part_choices.html", by=by, choices=found)


@router.post("/cost-lines")
def add_cost_line(
    request: Request, order_id: int, form: Form, session: Session, by: CurrentActor, now: Now
) -> Response:
    def act() -> None:
        resources.add_cost_line(session, order_id, parse(CostForm, form), by=by, now=now)

    return recorded(request, session, order_id, "cost", form, act, N_("The cost is recorded."), by=by)


@router.post("/cost-lines/{line_id:int}/remove")
def remove_cost_line(
    request: Request, order_id: int, line_id: int, form: Form, session: Session, by: CurrentActor, now: Now
) -> Response:
    act = partial(resources.remove_cost_line, session, order_id, line_id, by=by, now=now)
    return recorded(request, session, order_id, "cost", form, act, N_("The cost is removed."), by=by)


@router.post("/helpers")
def add_helper(request: Request, order_id: int, form: Form, session: Session, by: CurrentActor, now: Now) -> Response:
    def act() -> None:
        resources.add_helper(session, order_id, parse(HelperInput, form), by=by, now=now)

    return recorded(request, session, order_id, "helper", form, act, N_("They find the order in their day."), by=by)


@router.post("/helpers/{person_id:int}/remove")
def remove_helper(
    request: Request, order_id: int, person_id: int, form: Form, session: Session, by: CurrentActor, now: Now
) -> Response:
    act = partial(resources.remove_helper, session, order_id, person_id, by=by, now=now)
    return recorded(request, session, order_id, "helper", form, act, N_("Removed. Their time stays."), by=by)


@router.post("/hand-over")
def hand_over(request: Request, order_id: int, form: Form, session: Session, by: CurrentActor, now: Now) -> Response:
    def act() -> None:
        data, version = parse_edit(HandOverInput, form)
        resources.hand_over(session, order_id, data, version=version, by=by, now=now)

    return recorded(request, session, order_id, "hand-over", form, act, N_("Handed over."), by=by)
