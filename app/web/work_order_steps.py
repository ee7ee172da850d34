"""Each step of an order's life as a form: report, start, wait, hand over, comment, attach."""

from collections.abc import Callable

from fastapi import APIRouter, Request, Response
from sqlalchemy.orm import Session
from starlette.datastructures import FormData, UploadFile

from app.core.errors import InvalidInput
from app.core.i18n import N_
from app.core.i18n.formats import short_day
from app.core.security import Actor
from app.http import CurrentActor, Now, RondeRoute
from app.http.asking import house_of
from app.http.downloads import downloadable
from app.interventions import actions as interventions
from app.interventions.schemas import CompletionInput
from app.resources import actions as resources
from app.web.forms import Form, parse, version_of
from app.web.pages import see_other
from app.web.report_form import said_in_report
from app.web.stale import REFUSED
from app.web.work_orders import order_page
from app.workorders import actions, queries
from app.workorders.rules.resolution import ResolutionKind
from app.workorders.schemas import CommentInput, HoldInput, ReasonInput, WorkOrderPatch

router = APIRouter(route_class=RondeRoute, prefix="/work-orders/{order_id:int}")
MIB = 1 << 20
NOT_SAID = ("version", "file")


def said_in(form: FormData) -> FormData:
    """The form's own fields."""
    return FormData([(name, value) for name, value in form.multi_items() if name not in NOT_SAID])


@router.post("/complete")
def complete_work_order(
    request: Request, order_id: int, form: Form, session: Session, by: CurrentActor, now: Now
) -> Response:
    """Nothing to report is one tap: an empty form. Otherwise the report as it was written; photos come along."""
    try:
        data = parse(CompletionInput, said_in_report(session, order_id, said_in(form), by=by))
        keep_photos(request, session, order_id, form, by=by, now=now)
        files_dir = house_of(request).settings.files_dir
        interventions.complete_work_order(
            session, order_id, data, version=version_of(form), files_dir=files_dir, by=by, now=now
        )
    except REFUSED as error:
        session.rollback()
        return order_page(request, session, order_id, by=by, now=now, said=dict(said_in(form)), error=error)
    if data.kind is ResolutionKind.NOT_DONE:
        return see_other("/", message=N_("Recorded: it was not done."), tone="warn")
    return see_other("/", message=N_("Done and recorded."))


def keep_photos(request: Request, session: Session, order_id: int, form: FormData, *, by: Actor, now: Now) -> int:
    """Answers how many there were."""
    settings = house_of(request).settings
    most = settings.max_upload_mib * MIB
    photos = [photo for photo in form.getlist("file") if isinstance(photo, UploadFile) and photo.filename]
    for photo in photos:
        data = photo.file.read(most + 1)
        name, files_dir = photo.filename or "file", settings.files_dir
        actions.attach_file(session, order_id, name, data, files_dir=files_dir, most=most, by=by, now=now)
    return len(photos)


@router.post("/start")
def start_work_order(order_id: int, form: Form, session: Session, by: CurrentActor, now: Now) -> Response:
    resources.start_work_order(session, order_id, version=version_of(form), by=by, now=now)
    return see_other(f"/work-orders/{order_id}", message=N_("Started."))


@router.post("/release")
def release_work_order(order_id: int, form: Form, session: Session, by: CurrentActor, now: Now) -> Response:
    actions.release_work_order(session, order_id, version=version_of(form), by=by, now=now)
    return see_other(f"/work-orders/{order_id}", message=N_("The order can be started."))


@router.post("/hold")
def hold_work_order(
    request: Request, order_id: int, form: Form, session: Session, by: CurrentActor, now: Now
) -> Response:
    return answered(
        request,
        session,
        order_id,
        form,
        lambda: resources.hold_work_order(
            session, order_id, parse(HoldInput, said_in(form)), version=version_of(form), by=by, now=now
        ),
        N_("On hold."),
        by=by,
        now=now,
    )


@router.post("/resume")
def resume_work_order(order_id: int, form: Form, session: Session, by: CurrentActor, now: Now) -> Response:
    resources.resume_work_order(session, order_id, version=version_of(form), by=by, now=now)
    return see_other(f"/work-orders/{order_id}", message=N_("Taken up again."))


@router.post("/close")
def close_work_order(order_id: int, form: Form, session: Session, by: CurrentActor, now: Now) -> Response:
    actions.close_work_order(session, order_id, version=version_of(form), by=by, now=now)
    return see_other(f"/work-orders/{order_id}", message=N_("Closed."))


@router.post("/count")
def count_work_order(order_id: int, form: Form, session: Session, by: CurrentActor, now: Now) -> Response:
    order = interventions.count_work_order(session, order_id, version=version_of(form), by=by, now=now)
    return see_other(f"/work-orders/{order_id}", message=N_("Counted for %(day)s."), day=short_day(order.due_on))


@router.post("/cancel")
def cancel_work_order(
    request: Request, order_id: int, form: Form, session: Session, by: CurrentActor, now: Now
) -> Response:
    return because(request, session, order_id, form, actions.cancel_work_order, N_("Cancelled."), by=by, now=now)


@router.post("/skip")
def skip_work_order(
    request: Request, order_id: int, form: Form, session: Session, by: CurrentActor, now: Now
) -> Response:
    return because(request, session, order_id, form, actions.skip_work_order, N_("Skipped."), by=by, now=now)


@router.post("/reopen")
def reopen_work_order(
    request: Request, order_id: int, form: Form, session: Session, by: CurrentActor, now: Now
) -> Response:
    return because(request, session, order_id, form, actions.reopen_work_order, N_("Reopened."), by=by, now=now)


def because(
    request: Request,
    session: Session,
    order_id: int,
    form: FormData,
    act: Callable[..., object],
    message: str,
    *,
    by: Actor,
    now: Now,
) -> Response:
    """A step that needs a reason."""

    def step() -> None:
        reason = parse(ReasonInput, said_in(form)).reason
        act(session, order_id, reason, version=version_of(form), by=by, now=now)

    return answered(request, session, order_id, form, step, message, by=by, now=now)


@router.post("/edit")
def edit_work_order(
    request: Request, order_id: int, form: Form, session: Session, by: CurrentActor, now: Now
) -> Response:
    """Hand over and re-rank. An emptied person means nobody."""

    def edit() -> None:
        values = parse(WorkOrderPatch, said_in(form)).model_dump(exclude_unset=True)
        if "assignee_id" in form:
            values.setdefault("assignee_id", None)
        actions.edit_work_order(session, order_id, values, version=version_of(form), by=by, now=now)

    return answered(request, session, order_id, form, edit, N_("Saved."), by=by, now=now)


@router.post("/comments")
def comment_on_work_order(
    request: Request, order_id: int, form: Form, session: Session, by: CurrentActor, now: Now
) -> Response:
    def comment() -> None:
        actions.comment_on(session, order_id, parse(CommentInput, said_in(form)), by=by, now=now)

    return answered(request, session, order_id, form, comment, N_("The comment is there."), by=by, now=now)


@router.post("/files")
def attach_files(request: Request, order_id: int, form: Form, session: Session, by: CurrentActor, now: Now) -> Response:
    def attach() -> None:
        if not keep_photos(request, session, order_id, form, by=by, now=now):
            raise InvalidInput.at("file", "required", N_("Choose a file first."))

    return answered(
        request,
        session,
        order_id,
        form,
        attach,
        N_("Attached."),
        by=by,
        now=now,
    )


@router.get("/files/{file_id:int}")
def download_file(order_id: int, file_id: int, request: Request, session: Session, by: CurrentActor) -> Response:
    file = queries.get_order_file(session, order_id, file_id, by=by)
    return downloadable(file, house_of(request).settings.files_dir)


def answered(
    request: Request,
    session: Session,
    order_id: int,
    form: FormData,
    act: Callable[[], object],
    message: str,
    *,
    by: Actor,
    now: Now,
) -> Response:
    """The order's page again: with a word on what happened, or with what is wrong beside its field."""
    try:
        act()
    except REFUSED as error:
        session.rollback()
        return order_page(request, session, order_id, by=by, now=now, said=dict(said_in(form)), error=error)
    return see_other(f"/work-orders/{order_id}", message=message)
