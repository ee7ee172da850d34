"""Who calls the API: a personal token, as Bearer or as a Basic password (agents, calendars)."""

import base64
import binascii
from datetime import datetime

from fastapi import Request
from sqlalchemy.orm import Session

from app.core.errors import NotSignedIn
from app.core.i18n import N_, current_language
from app.core.security import Actor
from app.places import queries as places


def token_of(header: str) -> str | None:
    scheme, _, value = header.partition(" ")
    if scheme.lower() == "bearer":
        return value.strip() or None
    if scheme.lower() == "basic":
        try:
            return base64.b64decode(value, validate=True).decode().partition(":")[2] or None
        except (binascii.Error, UnicodeDecodeError):
            return None
    return None


def authenticate(request: Request, session: Session, now: datetime) -> Actor:
    token = token_of(request.headers.get("authorization", ""))
    actor = places.find_actor_of_token(session, token, language=current_language(), now=now) if token else None
    if actor is None:
        raise NotSignedIn("not_signed_in", N_("Send a valid API token: Authorization: Bearer ronde_pat_…"))
    return actor
