"""Who calls the API: a personal token, as Bearer or as a Basic password (agents, calendars)."""

import base64
from datetime import datetime
from functools import partial

from fastapi import Request
from sqlalchemy import Connection

from app.core.errors import NotSignedIn
from app.core.i18n import N_, current_language
from app.core.security import Actor
from app.http import House
from app.http.asking import house_of
from app.http.limits import address_of
from app.people.actions.tokens import note_token_use
from app.places import queries as places


def token_of(header: str) -> str | None:
    scheme, _, value = header.partition(" ")
    if scheme.lower() == "bearer":
        return value.strip() or None
    if scheme.lower() == "basic":
        try:
            return base64.b64decode(value, validate=True).decode().partition(":")[2] or None
        except ValueError:
            return None
    return None


def authenticate(request: Request, connection: Connection, now: datetime) -> Actor:
    token = token_of(request.headers.get("authorization", ""))
    found = places.find_actor_of_token(connection, token, language=current_language(), now=now) if token else None
    if found is None:
        if token:
            refuse_guessing(request)
        raise NotSignedIn("not_signed_in", N_("Send a valid API token: Authorization: Bearer ronde_pat_…"))
    actor, stale_token_id = found
    if stale_token_id is not None:
        house = house_of(request)
        house.floor.soon(partial(note_use, house, stale_token_id, now))
    return actor


def refuse_guessing(request: Request) -> None:
    """Only who sends wrong tokens is counted: a valid one from the same address always works."""
    limiter, address = house_of(request).limiter, address_of(request)
    limiter.refuse_too_many("token", address)
    limiter.count_failure("token", address)


def note_use(house: House, token_id: int, now: datetime) -> None:
    with house.database.writing() as session:
        note_token_use(session, token_id, now=now)
