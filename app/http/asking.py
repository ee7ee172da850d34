"""Who asks, when, and of which installation."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated, Any, TypeVar, cast

from fastapi import Depends, Request
from sqlalchemy import Connection

from app.core.clock import Clock, system_clock, today
from app.core.db import Database
from app.core.errors import NotSignedIn
from app.core.i18n import set_language
from app.core.i18n.formats import set_here
from app.core.security import Actor, require_write
from app.core.settings import Settings
from app.http.floor import Floor
from app.http.limits import Limiter

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
Endpoint = TypeVar("Endpoint", bound=Callable[..., Any])
Authenticate = Callable[[Request, Connection, datetime], Actor]


@dataclass(slots=True)
class House:
    """One running installation; every app and door of it carries it as `app.state.house`."""

    settings: Settings
    database: Database
    clock: Clock = system_clock
    floor: Floor = field(init=False)
    limiter: Limiter = field(default_factory=Limiter)

    def __post_init__(self) -> None:
        self.floor = Floor(is_sqlite=self.database.is_sqlite, pool_size=self.settings.pool_size)


def house_of(request: Request) -> House:
    return cast(House, request.app.state.house)


async def current_actor(request: Request) -> Actor:
    """Ask the door who this is, by a look of its own: nobody holds the write lock while being recognised."""
    house = house_of(request)
    authenticate: Authenticate = request.app.state.authenticate

    def recognise() -> Actor:
        with house.database.looking() as connection:
            return authenticate(request, connection, house.clock())

    actor = await house.floor.read(recognise)
    request.state.actor = actor  # an error page shows the same navigation
    if request.method not in SAFE_METHODS:
        require_write(actor)
    set_language(actor.language)
    set_here(actor.time_zone, today(house.clock(), actor.time_zone))
    return actor


async def actor_if_any(request: Request) -> Actor | None:
    """For what strangers may ask too: who is signed in is told apart, within their scope."""
    try:
        return await current_actor(request)
    except NotSignedIn:
        return None


async def current_time(request: Request) -> datetime:
    return house_of(request).clock()


CurrentActor = Annotated[Actor, Depends(current_actor)]
ActorIfAny = Annotated[Actor | None, Depends(actor_if_any)]
Now = Annotated[datetime, Depends(current_time)]


def public(endpoint: Endpoint) -> Endpoint:
    """Mark a handler that answers strangers. Every other one must ask for `CurrentActor`, or the app does not start."""
    endpoint.is_public = True  # type: ignore[attr-defined]
    return endpoint


def secret(endpoint: Endpoint) -> Endpoint:
    """Mark a handler that takes or gives a secret: neither is kept for an Idempotency-Key, which is then ignored."""
    endpoint.is_secret = True  # type: ignore[attr-defined]
    return endpoint
