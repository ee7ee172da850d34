"""What a change would do, beside its form and before it is made; without JavaScript on a page of its own."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter, Request, Response
from sqlalchemy.orm import Session
from starlette.datastructures import FormData

from app.core.errors import InvalidInput
from app.core.i18n import N_, gettext
from app.core.security import Actor
from app.http import CurrentActor, Now, RondeRoute, reads
from app.places.queries import calendars, sites
from app.places.schemas import CalendarDaysInput, CalendarInput, LocationInput, SiteInput
from app.plans.queries import plans, targets
from app.plans.schemas import Pause
from app.reports.queries import place_changes, plan_changes
from app.reports.schemas import ChangePreview
from app.web.forms import Form, parse, parse_edit, wrongs
from app.web.pages import page
from app.web.plan_fields import said_in

router = APIRouter(route_class=RondeRoute)


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked without JavaScript: `action` is where the answer goes, by default the preview's own address."""

    parents: Sequence[tuple[str, str]]
    action: str | None = None
    title: str = N_("What this changes")
    button: str = N_("Save")
    name: str = ""
    is_loss: bool = False
    with_plan: bool = True


@router.post("/plans/{plan_id:int}/changes")
@reads
def preview_edit(request: Request, plan_id: int, session: Session, form: Form, by: CurrentActor, now: Now) -> Response:
    """The part of the form's page that changes while one types."""
    change = None
    base = plans.input_of(session, plans.get_plan(session, plan_id, by=by))
    try:
        data = said_in(session, form, base, by=by, is_draft=True)
        change = plan_changes.preview_edit(session, plan_id, data, by=by, now=now)
    except InvalidInput:
        pass  # said beside the dates
    return page(request, "plans/_changes.html", by=by, change=change, errors={})


@router.post("/plans/{plan_id:int}/pause/preview")
@reads
def preview_pause(request: Request, plan_id: int, session: Session, form: Form, by: CurrentActor, now: Now) -> Response:
    try:
        change = plan_changes.preview_pause(session, plan_id, _pause(form), by=by, now=now)
    except InvalidInput as error:
        return refused(request, error, by=by)
    return shown(request, change, by=by, form=form, of_plan=plan_of(session, plan_id, by), action="pause")


@router.post("/plans/{plan_id:int}/items/{target_id:int}/pause/preview")
@reads
def preview_item_pause(
    request: Request, plan_id: int, target_id: int, session: Session, form: Form, by: CurrentActor, now: Now
) -> Response:
    def look() -> ChangePreview:
        return plan_changes.preview_item_pause(session, target_id, _pause(form), by=by, now=now)

    asked = _of_item(session, target_id, "pause", N_("Pause this item"), N_("Pause"), by=by)
    return _tried(request, form, look, asked, by=by)


@router.post("/plans/{plan_id:int}/items/{target_id:int}/resume/preview")
@reads
def preview_item_resumption(
    request: Request, plan_id: int, target_id: int, session: Session, form: Form, by: CurrentActor, now: Now
) -> Response:
    change = plan_changes.preview_item_resumption(session, target_id, by=by, now=now)
    asked = _of_item(session, target_id, "resume", N_("Resume this item"), N_("Resume"), by=by)
    return confirmed(request, change, asked, by=by, form=form)


def _of_item(session: Session, target_id: int, action: str, title: str, button: str, *, by: Actor) -> Question:
    item = targets.get_target(session, target_id, by=by)
    home = f"/plans/{item.plan_id}/items/{target_id}"
    parents = [(item.plan_title, f"/plans/{item.plan_id}"), (item.tag or item.place or "", home)]
    return Question(parents, f"{home}/{action}", title, button, with_plan=False)


def _pause(form: FormData) -> Pause:
    """A preview needs no reason yet."""
    said = {name: value for name, value in form.items() if value} | {"reason": form.get("reason") or "…"}
    return parse(Pause, FormData(said))


@router.post("/plans/{plan_id:int}/resume/preview")
@reads
def preview_resumption(
    request: Request, plan_id: int, session: Session, form: Form, by: CurrentActor, now: Now
) -> Response:
    change = plan_changes.preview_resumption(session, plan_id, by=by, now=now)
    return shown(request, change, by=by, form=form, of_plan=plan_of(session, plan_id, by), action="resume")


@router.post("/plans/{plan_id:int}/archive/preview")
@reads
def preview_archiving(request: Request, plan_id: int, session: Session, by: CurrentActor, now: Now) -> Response:
    change = plan_changes.preview_archiving(session, plan_id, by=by, now=now)
    return shown(request, change, by=by, of_plan=plan_of(session, plan_id, by), action="archive")


@router.post("/sites/calendars/{calendar_id:int}/preview")
@reads
def preview_calendar(
    request: Request, calendar_id: int, session: Session, form: Form, by: CurrentActor, now: Now
) -> Response:
    def look() -> ChangePreview:
        data, _ = parse_edit(CalendarInput, form)
        return place_changes.preview_calendar(session, calendar_id, data, by=by, now=now)

    name = calendars.get_calendar(session, calendar_id, by=by).name
    return _tried(request, form, look, Question([(name, f"/sites/calendars/{calendar_id}")]), by=by)


@router.post("/sites/calendars/{calendar_id:int}/days/preview")
@reads
def preview_days(
    request: Request, calendar_id: int, session: Session, form: Form, by: CurrentActor, now: Now
) -> Response:
    def look() -> ChangePreview:
        data = parse(CalendarDaysInput, form)
        return place_changes.preview_calendar_days(session, calendar_id, data, by=by, now=now)

    name = calendars.get_calendar(session, calendar_id, by=by).name
    return _tried(request, form, look, Question([(name, f"/sites/calendars/{calendar_id}")], button=N_("Add")), by=by)


@router.get("/sites/calendars/{calendar_id:int}/days/{days_id:int}/remove")
@reads
def preview_removal(
    request: Request, calendar_id: int, days_id: int, session: Session, by: CurrentActor, now: Now
) -> Response:
    """Asked before the days are gone: what they held back moves."""
    change = place_changes.preview_days_removed(session, calendar_id, days_id, by=by, now=now)
    calendar = calendars.get_calendar(session, calendar_id, by=by)
    run = next(run for run in calendar.days if run.id == days_id)
    asked = Question(
        [(calendar.name, f"/sites/calendars/{calendar_id}")],
        title=N_("Remove %(name)s"),
        name=run.name,
        button=N_("Remove"),
        is_loss=True,
    )
    return confirmed(request, change, asked, by=by)


@router.post("/sites/{site_id:int}/preview")
@reads
def preview_site(request: Request, site_id: int, session: Session, form: Form, by: CurrentActor, now: Now) -> Response:
    def look() -> ChangePreview:
        data, _ = parse_edit(SiteInput, form)
        return place_changes.preview_site(session, site_id, data, by=by, now=now)

    name = sites.get_site(session, site_id, by=by).name
    return _tried(request, form, look, Question([(name, f"/sites/{site_id}")]), by=by)


@router.post("/locations/{location_id:int}/preview")
@reads
def preview_location(
    request: Request, location_id: int, session: Session, form: Form, by: CurrentActor, now: Now
) -> Response:
    def look() -> ChangePreview:
        data, _ = parse_edit(LocationInput, form)
        return place_changes.preview_location(session, location_id, data, by=by, now=now)

    path = sites.get_location(session, location_id, by=by).path
    return _tried(request, form, look, Question([(path, f"/locations/{location_id}/edit")]), by=by)


PLAN_ACTIONS = {
    "pause": (N_("Pause the plan"), N_("Pause")),
    "resume": (N_("Resume the plan"), N_("Resume")),
    "archive": (N_("Archive the plan"), N_("Archive this plan")),
}


def plan_of(session: Session, plan_id: int, by: Actor) -> tuple[str, str]:
    return plans.get_plan(session, plan_id, by=by).title, f"/plans/{plan_id}"


def shown(
    request: Request,
    change: ChangePreview,
    *,
    by: Actor,
    of_plan: tuple[str, str],
    action: str,
    form: FormData | None = None,
) -> Response:
    title, button = PLAN_ACTIONS[action]
    asked = Question([of_plan], f"{of_plan[1]}/{action}", title, button, is_loss=action == "archive", with_plan=False)
    return confirmed(request, change, asked, by=by, form=form)


def _tried(
    request: Request, form: FormData, look: Callable[[], ChangePreview], asked: Question, *, by: Actor
) -> Response:
    try:
        change = look()
    except InvalidInput as error:
        return refused(request, error, by=by)
    return confirmed(request, change, asked, by=by, form=form)


def confirmed(
    request: Request, change: ChangePreview, asked: Question, *, by: Actor, form: FormData | None = None
) -> Response:
    """The box alone for htmx; else a page that holds what was typed and asks whether it is meant."""
    box: dict[str, Any] = {"change": change, "errors": {}, "with_plan": asked.with_plan}
    if request.headers.get("hx-request") == "true":
        return page(request, "plans/_changes.html", by=by, **box)
    return page(
        request,
        "plans/change.html",
        by=by,
        **box,
        title=gettext(asked.title) % {"name": asked.name},
        parents=asked.parents,
        action=asked.action or request.url.path.removesuffix("/preview"),
        button=asked.button,
        is_loss=asked.is_loss,
        typed=form.multi_items() if form else [],
    )


def refused(request: Request, error: InvalidInput, *, by: Actor) -> Response:
    """In the box, so that the form stays as it is; without JavaScript as whatever cannot be."""
    if request.headers.get("hx-request") != "true":
        raise error
    return page(request, "plans/_changes.html", by=by, change=None, errors=wrongs(error))
