"""Who looks at a page: the session cookie."""

from datetime import datetime

from fastapi import Request
from sqlalchemy import Connection

from app.core.errors import NotSignedIn
from app.core.i18n import N_, current_language
from app.core.security import Actor
from app.places import queries as places

COOKIE = "ronde_session"


def authenticate(request: Request, connection: Connection, now: datetime) -> Actor:
    """The signed-in user, or `NotSignedIn`: the page of errors then leads to the sign-in."""
    token = request.cookies.get(COOKIE)
    found = places.find_actor_of_sign_in(connection, token, language=current_language(), now=now) if token else None
    if found is None:
        raise NotSignedIn("not_signed_in", N_("Sign in first."))
    actor, request.state.theme = found
    return actor
