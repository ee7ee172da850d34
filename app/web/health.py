"""Whether the house is in order: a page for managers, two words for machines."""

from fastapi import APIRouter, Request, Response
from fastapi.responses import PlainTextResponse
from sqlalchemy.orm import Session

from app.core.errors import Unavailable
from app.core.i18n import N_
from app.http import CurrentActor, Now, RondeRoute, public, slow
from app.http.asking import house_of
from app.notifications import actions as notifications
from app.operations.queries.health import health
from app.operations.queries.schema import schema_state_of
from app.web.pages import page, see_other

router = APIRouter(route_class=RondeRoute)


@router.get("/livez")
@public
def livez() -> Response:
    """The process answers: nothing else is asked."""
    return PlainTextResponse("ok\n")


@router.get("/readyz")
@public
def readyz(session: Session) -> Response:
    """The database answers and is of this version; a scheduler that is silent does not make the pages unready."""
    if not schema_state_of(session.connection()).is_current:
        raise Unavailable(
            "wrong_revision", N_("The database is of another version. Run `ronde upgrade`."), retry_after=30
        )
    return PlainTextResponse("ready\n")


@router.get("/health")
@slow
def health_page(request: Request, session: Session, by: CurrentActor, now: Now) -> Response:
    found = health(session, settings=house_of(request).settings, by=by, now=now)
    return page(request, "health/show.html", by=by, health=found, now=now)


@router.post("/health/messages/{message_id:int}/retry")
def retry_message(message_id: int, session: Session, by: CurrentActor, now: Now) -> Response:
    notifications.retry_message(session, message_id, by=by, now=now)
    return see_other("/health", message=N_("The message is sent once more."))


@router.post("/health/messages/{message_id:int}/drop")
def drop_message(message_id: int, session: Session, by: CurrentActor, now: Now) -> Response:
    notifications.drop_message(session, message_id, by=by, now=now)
    return see_other("/health", message=N_("The message is dropped."))
