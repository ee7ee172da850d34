"""What is decided about a request, as a form each; and the words to the person."""

from collections.abc import Callable
from typing import Any

from fastapi import APIRouter, Request, Response
from sqlalchemy.orm import Session
from starlette.datastructures import FormData

from app.core.clock import today
from app.core.errors import InvalidInput
from app.core.i18n import N_
from app.core.security import Actor, Permission, require
from app.http import CurrentActor, Now, RondeRoute
from app.http.asking import house_of
from app.http.downloads import downloadable
from app.interventions.schemas import LogInput
from app.requests import actions, queries
from app.requests.rules import refuse_unless_new, request_id_of, title_of
from app.requests.schemas import AcceptInput, DuplicateInput, FeedbackInput, MessageInput, RejectInput, RequestPatch
from app.web.forms import Form, messages, parse, version_of
from app.web.pages import page, see_other
from app.web.report_form import report_parts, with_instants
from app.web.requests import request_page
from app.web.stale import REFUSED
from app.web.work_order_new import item_in
from app.web.work_order_words import report_choices
from app.workorders.rules.states import order_id_of

router = APIRouter(route_class=RondeRoute, prefix="/requests/{request_id:int}")


def said_in(form: FormData) -> FormData:
    return FormData([(name, value) for name, value in form.multi_items() if name != "version"])


def decided(
    request: Request,
    session: Session,
    request_id: int,
    form: FormData,
    act: Callable[[], object],
    message: str,
    *,
    by: Actor,
    now: Now,
) -> Response:
    """The request's page again: with a word on what happened, or with what is wrong beside its field."""
    try:
        act()
    except REFUSED as error:
        session.rollback()
        return request_page(request, session, request_id, by=by, now=now, said=dict(said_in(form)), error=error)
    return see_other(f"/requests/{request_id}", message=message)


def decision(request: Request, form: FormData, *, by: Actor, now: Now) -> dict[str, Any]:
    """What every decision is made with."""
    return {"version": version_of(form), "base": house_of(request).settings.public_url, "by": by, "now": now}


@router.post("/accept")
def accept_request(
    request: Request, request_id: int, form: Form, session: Session, by: CurrentActor, now: Now
) -> Response:
    try:
        data, more = parse(AcceptInput, said_in(form)), decision(request, form, by=by, now=now)
        accepted = actions.accept_request(session, request_id, data, **more)
    except REFUSED as error:
        session.rollback()
        return request_page(request, session, request_id, by=by, now=now, said=dict(said_in(form)), error=error)
    return see_other(f"/work-orders/{accepted.order_id}", message=N_("Accepted: this is its order."))


@router.post("/reject")
def reject_request(
    request: Request, request_id: int, form: Form, session: Session, by: CurrentActor, now: Now
) -> Response:
    def reject() -> None:
        data, more = parse(RejectInput, said_in(form)), decision(request, form, by=by, now=now)
        actions.reject_request(session, request_id, data, **more)

    return decided(request, session, request_id, form, reject, N_("Rejected, with your reason."), by=by, now=now)


@router.post("/duplicate")
def mark_duplicate(
    request: Request, request_id: int, form: Form, session: Session, by: CurrentActor, now: Now
) -> Response:
    def mark() -> None:
        data, more = of_what(form), decision(request, form, by=by, now=now)
        actions.mark_duplicate(session, request_id, data, **more)

    return decided(request, session, request_id, form, mark, N_("The person follows that one now."), by=by, now=now)


def of_what(form: FormData) -> DuplicateInput:
    """One of those shown, or a number that was typed: DI-000123, OT-000123."""
    number = str(form.get("of") or "")
    if not number:
        return parse(DuplicateInput, said_in(form))
    order_id = order_id_of(number) if number.strip().upper().startswith("OT") else None
    request_id = None if order_id else request_id_of(number)
    if not order_id and not request_id:
        raise InvalidInput.at("of", "no_number", N_("Write the number of a request or of an order."))
    return DuplicateInput(request_id=request_id, order_id=order_id)


@router.post("/reopen")
def reopen_request(
    request: Request, request_id: int, form: Form, session: Session, by: CurrentActor, now: Now
) -> Response:
    actions.reopen_request(session, request_id, version=version_of(form), by=by, now=now)
    return see_other(f"/requests/{request_id}", message=N_("It waits for an answer again."))


@router.post("/edit")
def edit_request(
    request: Request, request_id: int, form: Form, session: Session, by: CurrentActor, now: Now
) -> Response:
    def edit() -> None:
        own = FormData([(name, value) for name, value in said_in(form).multi_items() if name != "tag"])
        zone = queries.get_request(session, request_id, by=by).site.time_zone
        data = parse(RequestPatch, with_instants(own, zone), **item_in(session, form, by=by))
        actions.edit_request(session, request_id, data, version=version_of(form), by=by, now=now)

    return decided(request, session, request_id, form, edit, N_("Saved."), by=by, now=now)


@router.post("/messages")
def write_message(
    request: Request, request_id: int, form: Form, session: Session, by: CurrentActor, now: Now
) -> Response:
    def write() -> None:
        require(by, Permission.WORK)
        base = house_of(request).settings.public_url
        actions.write_message(session, request_id, parse(MessageInput, said_in(form)), base=base, by=by, now=now)

    return decided(request, session, request_id, form, write, N_("Sent."), by=by, now=now)


@router.post("/feedback")
def take_down_feedback(
    request: Request, request_id: int, form: Form, session: Session, by: CurrentActor, now: Now
) -> Response:
    """What the person says on the phone."""

    def judge() -> None:
        require(by, Permission.WORK)
        actions.judge_request(session, request_id, parse(FeedbackInput, said_in(form)), by=by, now=now)

    return decided(request, session, request_id, form, judge, N_("Saved."), by=by, now=now)


@router.get("/log")
def log_page(request: Request, request_id: int, session: Session, by: CurrentActor, now: Now) -> Response:
    asked = queries.get_request(session, request_id, by=by)
    require(by, Permission.WORK)
    refuse_unless_new(asked.state)
    said = {
        "title": title_of(asked.text),
        "observed": asked.text,
        "done_on": today(now, asked.site.time_zone).isoformat(),
        "equipment_id": asked.equipment_id,
        "location_id": asked.location_id,
    }
    return log_form(request, session, request_id, said, by=by, now=now)


def log_form(
    request: Request,
    session: Session,
    request_id: int,
    said: dict[str, Any],
    error: InvalidInput | None = None,
    *,
    by: Actor,
    now: Now,
) -> Response:
    asked = queries.get_request(session, request_id, by=by)
    return page(
        request,
        "workorders/log.html",
        by=by,
        status=error.status if error else 200,
        action=f"/requests/{request_id}/log",
        said=said,
        errors=messages(error) if error else {},
        piece=asked.equipment,
        place=asked.location,
        choices=report_choices(),
        **report_parts(session, asked.equipment_id, today(now, asked.site.time_zone)),
    )


@router.post("/log")
def log_request(
    request: Request, request_id: int, form: Form, session: Session, by: CurrentActor, now: Now
) -> Response:
    asked = queries.get_request(session, request_id, by=by)
    try:
        data = parse(LogInput, with_instants(form, asked.site.time_zone))
        files_dir = house_of(request).settings.files_dir
        logged = actions.log_request(session, request_id, data, files_dir=files_dir, by=by, now=now)
    except InvalidInput as error:
        session.rollback()
        return log_form(request, session, request_id, dict(form), error, by=by, now=now)
    return see_other(f"/work-orders/{logged.order.id}", message=N_("Recorded, and the request is answered."))


@router.get("/files/{file_id:int}")
def download_request_file(
    request_id: int, file_id: int, request: Request, session: Session, by: CurrentActor
) -> Response:
    require(by, Permission.READ)
    queries.get_request(session, request_id, by=by)
    return downloadable(queries.get_request_file(session, request_id, file_id), house_of(request).settings.files_dir)
