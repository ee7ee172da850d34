"""Who asks, found in one statement: it stands before every request."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, Select, String, bindparam, cast, func, or_, select
from sqlalchemy.orm import Session

from app.core.db import Instant
from app.core.security import Actor, Role, digest
from app.people.models import ApiToken, Person, SignIn, User
from app.places.models import Organisation, Site, SiteScope

USE_NOTED_EVERY = timedelta(hours=1)


def find_organisation(session: Session) -> Organisation | None:
    """None before the set-up."""
    return session.get(Organisation, 1)


def find_actor_of_sign_in(
    connection: Connection, token: str, *, language: str, now: datetime
) -> tuple[Actor, str | None] | None:
    """The active user behind a browser's session token, and the theme that they chose."""
    row = connection.execute(_OF_SIGN_IN, {"digest": digest(token), "now": now}).first()
    return None if row is None else (_actor(row, language), row.theme)


def find_actor_of_token(
    connection: Connection, token: str, *, language: str, now: datetime
) -> tuple[Actor, int | None] | None:
    """The active user behind `ronde_pat_…`, within the token's scopes; and its id where its last use is long ago."""
    row = connection.execute(_OF_TOKEN, {"digest": digest(token), "now": now}).first()
    if row is None:
        return None
    is_stale = row.last_used_at is None or now - row.last_used_at >= USE_NOTED_EVERY
    return _actor(row, language, frozenset(row.scopes.split())), row.token_id if is_stale else None


def actor_of(session: Session, user: User, *, language: str) -> Actor:
    """A user who has just been recognised as the one who acts."""
    return _actor(session.execute(_OF_USER, {"user_id": user.id}).one(), language)


def _actor(row: Row[Any], language: str, scopes: frozenset[str] | None = None) -> Actor:
    """`language` is spoken where the user has chosen none."""
    site_ids = frozenset(int(part) for part in (row.site_ids or "").split(",") if part)
    return Actor(
        name=row.name,
        role=Role(row.role),
        user_id=row.id,
        person_id=row.person_id,
        site_ids=None if row.has_all_sites else site_ids,
        scopes=scopes,
        language=row.language or language,
        time_zone=row.time_zone or "UTC",
    )


def _accounts() -> Select[Any]:
    """Active users with what an actor is made of; `site_ids` is a list in text, null where none is in scope."""
    in_scope = or_(SiteScope.site_id == Site.id, SiteScope.customer_id == Site.customer_id)
    site_ids = select(func.aggregate_strings(cast(Site.id, String), ",")).join(SiteScope, in_scope)
    return (
        select(
            User.id,
            User.person_id,
            User.role,
            User.language,
            User.theme,
            User.has_all_sites,
            Person.name,
            select(Organisation.time_zone).where(Organisation.id == 1).scalar_subquery().label("time_zone"),
            site_ids.where(SiteScope.user_id == User.id).correlate(User).scalar_subquery().label("site_ids"),
        )
        .join(Person, Person.id == User.person_id)
        .where(User.is_active)
    )


# Put together once: to do so for every request costs as much as to run them.
_NOW = bindparam("now", type_=Instant())
_OF_USER = _accounts().where(User.id == bindparam("user_id"))
_OF_SIGN_IN = (
    _accounts()
    .join(SignIn, SignIn.user_id == User.id)
    .where(SignIn.token_hash == bindparam("digest"), SignIn.expires_at > _NOW)
)
_OF_TOKEN = (
    _accounts()
    .add_columns(ApiToken.scopes, ApiToken.last_used_at, ApiToken.id.label("token_id"))
    .join(ApiToken, ApiToken.user_id == User.id)
    .where(
        ApiToken.token_hash == bindparam("digest"),
        ApiToken.revoked_at.is_(None),
        or_(ApiToken.expires_at.is_(None), ApiToken.expires_at > _NOW),
    )
)
