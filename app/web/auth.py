"""Who looks at a page: the session cookie."""

from datetime import datetime

from fastapi import Request
from sqlalchemy.orm import Session

from app.core.errors import NotSignedIn
from app.core.i18n import N_, current_language
from app.core.security import Actor
from app.people import queries as people
from app.places import queries as places

COOKIE = "ronde_session"


def authenticate(request: Request, session: Session, now: datetime) -> Actor:
    """The signed-in user, or `NotSignedIn`: the page of errors then leads to the sign-in."""
    token = request.cookies.get(COOKIE)
    user = people.find_user_of_sign_in(session, token, now=now) if token else None
    if user is None:
        raise NotSignedIn("not_signed_in", N_("Sign in first."))
    request.state.theme = user.theme
    return places.actor_of(session, user, language=current_language())
