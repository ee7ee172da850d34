"""What a label opens: its piece for who works, a form for everybody else; and the link that follows a request.

Strangers are counted, and told the same whatever does not exist.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from fastapi import APIRouter, Request, Response
from sqlalchemy.orm import Session

from app.core.clock import today
from app.core.errors import InvalidInput, NotFound, NotSignedIn
from app.core.i18n import N_
from app.core.i18n.formats import set_here
from app.core.security import Actor, Permission, digest
from app.http import ActorIfAny, Now, RondeRoute, public
from app.http.asking import house_of
from app.http.downloads import downloadable
from app.http.limits import address_of
from app.requests import actions, queries
from app.requests.models import WorkRequest
from app.requests.schemas import FeedbackInput, MessageInput, StrangerInput
from app.web.forms import Form, parse
from app.web.pages import see_other
from app.web.portal import ask_page, follow_page, keep_photos, own_fields
from app.web.report_form import with_instants

router = APIRouter(route_class=RondeRoute)
# What only a machine fills in: people do not see it.
HONEYPOT = "website"


@contextmanager
def counted(request: Request, what: str, name: str | None = None) -> Iterator[None]:
    """Each try at what does not exist counts against the address; a name counts every use, too."""
    limiter, address = house_of(request).limiter, address_of(request)
    limiter.refuse_too_many(what, address, name)
    try:
        yield
    except NotFound:
        limiter.count_failure(what, address, name)
        raise
    if name is not None:
        limiter.count_failure(what, address, name)


@router.get("/e/{qr_token}")
@public
def scan_label(request: Request, qr_token: str, session: Session, by: ActorIfAny) -> Response:
    """What a phone opens that reads the code on a piece."""
    if by is not None:
        return see_other(home_of_item(queries.item_of_label(session, qr_token, by=by), by))
    try:
        with counted(request, "label"):
            queries.item_of_label(session, qr_token)
    except NotFound:
        raise NotSignedIn("not_signed_in", N_("Sign in first.")) from None
    return see_other(f"/q/{qr_token}")


def home_of_item(item: Any, by: Actor) -> str:
    if by.has(Permission.READ):
        return f"/equipment/{item.equipment_id}"
    return f"/portal/new?equipment_id={item.equipment_id}"


@router.get("/q/{qr_token}")
@public
def label_form(request: Request, qr_token: str, session: Session, by: ActorIfAny) -> Response:
    """For somebody without an account: the item's tag, name and place, and the form; nothing else."""
    if by is not None:
        return see_other(home_of_item(queries.item_of_label(session, qr_token, by=by), by))
    with counted(request, "label"):
        item = queries.item_of_label(session, qr_token)
    return ask_page(request, by=None, item=item, action=f"/q/{qr_token}", said={})


@router.post("/q/{qr_token}")
@public
def send_from_label(
    request: Request, qr_token: str, form: Form, session: Session, by: ActorIfAny, now: Now
) -> Response:
    if by is not None:  # they signed in meanwhile: what they may see counts
        queries.item_of_label(session, qr_token, by=by)
    with counted(request, "request", digest(qr_token)):
        item = queries.item_of_label(session, qr_token)
        if form.get(HONEYPOT):
            return see_other(f"/q/{qr_token}", message=N_("Sent. Thank you."))
        try:
            data = parse(StrangerInput, with_instants(own_fields(form), item.time_zone))
            asked = actions.send_from_label(session, qr_token, data, now=now)
            keep_photos(request, session, asked, form, by=queries.holder_of(asked), now=now)
        except InvalidInput as error:
            session.rollback()
            said = dict(own_fields(form))
            return ask_page(request, by=None, item=item, action=f"/q/{qr_token}", said=said, error=error)
    return see_other(f"/r/{asked.secret}", message=N_("Sent. Thank you: you see here how far it is."))


def asked_by_link(request: Request, session: Session, secret: str, now: datetime) -> WorkRequest:
    """Days and times are told as at the site."""
    with counted(request, "link"):
        asked = queries.get_request_of(session, secret)
    set_here(asked.site.time_zone, today(now, asked.site.time_zone))
    return asked


@router.get("/r/{secret}")
@public
def follow_by_link(request: Request, secret: str, session: Session, now: Now) -> Response:
    asked = asked_by_link(request, session, secret, now)
    return follow_page(request, session, asked, f"/r/{secret}", by=None)


@router.post("/r/{secret}/messages")
@public
def write_by_link(request: Request, secret: str, form: Form, session: Session, now: Now) -> Response:
    asked = asked_by_link(request, session, secret, now)
    with counted(request, "message", digest(secret)):
        try:
            actions.write_by_link(session, secret, parse(MessageInput, form), now=now)
        except InvalidInput as error:
            return follow_page(request, session, asked, f"/r/{secret}", by=None, error=error, said=dict(form))
    return see_other(f"/r/{secret}", message=N_("Sent."))


@router.post("/r/{secret}/feedback")
@public
def judge_by_link(request: Request, secret: str, form: Form, session: Session, now: Now) -> Response:
    """Opened from a mail, nothing is said before a button is pressed: programs that look at links answer nothing."""
    asked_by_link(request, session, secret, now)
    with counted(request, "feedback", digest(secret)):
        _, follow_up = actions.judge_by_link(session, secret, parse(FeedbackInput, form), now=now)
    return see_other(f"/r/{follow_up.secret if follow_up else secret}", message=N_("Thank you for your answer."))


@router.get("/r/{secret}/files/{file_id:int}")
@public
def download_by_link(request: Request, secret: str, file_id: int, session: Session, now: Now) -> Response:
    asked = asked_by_link(request, session, secret, now)
    return downloadable(queries.get_request_file(session, asked.id, file_id), house_of(request).settings.files_dir)
