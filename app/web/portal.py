"""Where people ask for help: their own equipment, what they asked for, and how far it is."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, Field
from sqlalchemy.orm import Session
from starlette.datastructures import FormData, UploadFile

from app.core.errors import InvalidInput, TooLarge
from app.core.i18n import N_
from app.core.security import Actor, new_secret
from app.http import CurrentActor, Now, RondeRoute
from app.http.asking import house_of
from app.http.downloads import downloadable
from app.people.schemas import Id
from app.requests import actions, queries
from app.requests.models import WorkRequest
from app.requests.rules import Status
from app.requests.schemas import FeedbackInput, MessageInput, RequestInput
from app.web.forms import Form, messages, parse, wrongs
from app.web.pages import page, see_other
from app.web.report_form import with_instants
from app.workorders.schemas import ItemInput

router = APIRouter(route_class=RondeRoute, prefix="/portal")
MIB = 1 << 20
SHOWN = 50
PHOTOS_MOST = 3


class PortalQuery(BaseModel):
    q: Annotated[str, Field(max_length=200)] = ""


class AskQuery(BaseModel):
    equipment_id: Id | None = None
    location_id: Id | None = None


@router.get("")
def portal_page(
    request: Request, query: Annotated[PortalQuery, Query()], session: Session, by: CurrentActor
) -> Response:
    """What they use is one tap away; everything else is found by its tag or its name."""
    mine = queries.own_requests(session, by=by, limit=SHOWN)
    return page(
        request,
        "requests/portal.html",
        by=by,
        q=query.q,
        found=queries.pieces_named(session, query.q, by=by),
        own=queries.own_pieces(session, by=by),
        requests=mine,
    )


def ask_page(
    request: Request,
    *,
    by: Actor | None,
    item: Any,
    action: str,
    said: dict[str, Any],
    places: Any = (),
    error: InvalidInput | None = None,
) -> Response:
    """The form, for who is signed in and for who scanned a label."""
    return page(
        request,
        "requests/ask.html",
        by=by,
        status=error.status if error else 200,
        item=item,
        action=action,
        places=places,
        said={"once": new_secret()} | said,
        errors=wrongs(error),
    )


@router.get("/new")
def ask_form(request: Request, query: Annotated[AskQuery, Query()], session: Session, by: CurrentActor) -> Response:
    return own_form(request, session, query.model_dump(exclude_none=True), by=by)


def own_form(
    request: Request, session: Session, said: dict[str, Any], error: InvalidInput | None = None, *, by: Actor
) -> Response:
    """About the piece or place that is known, or a place to be chosen."""
    named = {name: said[name] for name in ("equipment_id", "location_id") if said.get(name)}
    item = queries.item_asked_about(session, parse_item(named), by=by) if named else None
    places = [] if item else place_choices(session, by=by)
    return ask_page(request, by=by, item=item, action="/portal/new", said=said, places=places, error=error)


def place_choices(session: Session, *, by: Actor) -> list[tuple[int, str]]:
    return [(row.location_id, f"{row.site} · {row.place}") for row in queries.places_to_ask_about(session, by=by)]


def parse_item(named: dict[str, Any]) -> ItemInput:
    return parse(ItemInput, FormData([(name, str(value)) for name, value in named.items()]))


@router.post("/new")
def ask(request: Request, form: Form, session: Session, by: CurrentActor, now: Now) -> Response:
    try:
        asked = actions.create_request(session, said_at_site(session, own_fields(form), by=by), by=by, now=now)
        keep_photos(request, session, asked, form, by=by, now=now)
    except InvalidInput as error:
        session.rollback()
        return own_form(request, session, dict(own_fields(form)), error, by=by)
    return see_other(f"/portal/{asked.id}", message=N_("Sent. Thank you: you see here how far it is."))


def said_at_site(session: Session, form: FormData, *, by: Actor, **more: Any) -> RequestInput:
    """What is asked for; "since when" is read on the clock of the site that it is about."""
    named = {name: form[name] for name in ("equipment_id", "location_id") if form.get(name)} | more
    is_timed = named and form.get("since_at")
    zone = queries.item_asked_about(session, parse_item(named), by=by).time_zone if is_timed else by.time_zone
    return parse(RequestInput, with_instants(form, zone), **more)


def own_fields(form: FormData) -> FormData:
    """Without photos, and without the field that only a machine fills in."""
    return FormData([(name, value) for name, value in form.multi_items() if name not in ("photo", "website")])


def keep_photos(request: Request, session: Session, asked: WorkRequest, form: FormData, *, by: Actor, now: Now) -> None:
    """The same form sent again brings them once."""
    if queries.files_of(session, asked.id):
        return
    settings = house_of(request).settings
    most = settings.max_upload_mib * MIB
    photos = [photo for photo in form.getlist("photo") if isinstance(photo, UploadFile) and photo.filename]
    if len(photos) > PHOTOS_MOST:
        raise InvalidInput.at("photo", "too_many_files", N_("At most %(most)s photos go along."), most=PHOTOS_MOST)
    for photo in photos:
        name, data = photo.filename or "photo", photo.file.read(most + 1)
        try:
            actions.keep_photo(session, asked, name, data, files_dir=settings.files_dir, most=most, by=by, now=now)
        except TooLarge as error:
            raise InvalidInput.at("photo", error.code, error.message, **error.params) from None
        except InvalidInput:
            raise InvalidInput.at("photo", "photo_only", N_("Attach a photo (JPEG, PNG, WebP, GIF).")) from None


@router.get("/{request_id:int}")
def follow_own_request(request: Request, request_id: int, session: Session, by: CurrentActor) -> Response:
    asked = queries.get_request(session, request_id, by=by)
    return follow_page(request, session, asked, f"/portal/{request_id}", by=by)


def follow_page(
    request: Request,
    session: Session,
    asked: WorkRequest,
    here: str,
    *,
    by: Actor | None,
    error: InvalidInput | None = None,
    said: dict[str, Any] | None = None,
) -> Response:
    """How far a request is, for the person: also by its link. `here` is where its forms lead."""
    view = queries.view_of(session, asked)
    return page(
        request,
        "requests/follow.html",
        by=by,
        status=error.status if error else 200,
        asked=asked,
        view=view,
        here=here,
        thread=queries.thread(session, asked, asked.site.time_zone),
        files=queries.files_of(session, asked.id),
        may_judge=view.status is Status.DONE,
        follow_up_id=queries.follow_up_of(session, asked.id),
        errors=messages(error) if error else {},
        said=said or {},
    )


@router.post("/{request_id:int}/messages")
def write_own_message(
    request: Request, request_id: int, form: Form, session: Session, by: CurrentActor, now: Now
) -> Response:
    try:
        actions.write_message(session, request_id, parse(MessageInput, form), by=by, now=now)
    except InvalidInput as error:
        asked = queries.get_request(session, request_id, by=by)
        return follow_page(request, session, asked, f"/portal/{request_id}", by=by, error=error, said=dict(form))
    return see_other(f"/portal/{request_id}", message=N_("Sent."))


@router.post("/{request_id:int}/feedback")
def judge_own_request(request_id: int, form: Form, session: Session, by: CurrentActor, now: Now) -> Response:
    _, follow_up_id = actions.judge_request(session, request_id, parse(FeedbackInput, form), by=by, now=now)
    return see_other(f"/portal/{follow_up_id or request_id}", message=N_("Thank you for your answer."))


@router.get("/{request_id:int}/files/{file_id:int}")
def download_own_file(request_id: int, file_id: int, request: Request, session: Session, by: CurrentActor) -> Response:
    queries.get_request(session, request_id, by=by)
    return downloadable(queries.get_request_file(session, request_id, file_id), house_of(request).settings.files_dir)
