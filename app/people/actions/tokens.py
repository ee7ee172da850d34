"""API tokens: a program acts as its user, within scopes, until they expire."""

from datetime import datetime, timedelta

from sqlalchemy import update
from sqlalchemy.orm import Session

from app.core.errors import NotAllowed
from app.core.i18n import N_
from app.core.security import Actor, Permission, digest, new_secret, require
from app.journal import actions as journal
from app.people.models import ApiToken
from app.people.queries import token_row, user_row
from app.people.rules.roles import refuse_takeover
from app.people.schemas import ApiTokenInput, ApiTokenView, NewApiTokenView

PREFIX = "ronde_pat_"
SHOWN = len(PREFIX) + 4


def create_api_token(
    session: Session, data: ApiTokenInput, *, user_id: int | None = None, by: Actor, now: datetime
) -> NewApiTokenView:
    """For oneself, or for another account by who administers. The secret is in the answer and nowhere else.

    A token makes no token with more scopes than it has itself.
    """
    owner = user_row(session, user_id or by.user_id or 0)
    if owner.id != by.user_id:
        require(by, Permission.ADMINISTER)
        refuse_takeover(by, owner.role, owner.role)
    scopes = {"read", *data.scopes}
    if by.scopes is not None and not scopes <= by.scopes:
        raise NotAllowed("too_many_scopes", N_("A token cannot make one that may do more than itself."))
    secret = PREFIX + new_secret()
    token = ApiToken(
        user_id=owner.id,
        name=data.name,
        token_hash=digest(secret),
        prefix=secret[:SHOWN],
        scopes=" ".join(sorted(scopes)),
        created_at=now,
        expires_at=now + timedelta(days=data.expires_in_days),
    )
    session.add(token)
    session.flush()
    changes = {"name": [None, token.name], "scopes": [None, token.scopes], "user_id": [None, owner.id]}
    journal.record_change(session, "created", "api_token", token.id, changes, by=by, now=now)
    return NewApiTokenView(**ApiTokenView.model_validate(token).model_dump(), token=secret)


def revoke_api_token(session: Session, token_id: int, *, by: Actor, now: datetime) -> ApiTokenView:
    token = token_row(session, token_id, by=by)
    if token.revoked_at is None:
        token.revoked_at = now
        session.flush()
        journal.record_change(session, "revoked", "api_token", token.id, {}, by=by, now=now)
    return ApiTokenView.model_validate(token)


def note_token_use(session: Session, token_id: int, *, now: datetime) -> None:
    session.execute(update(ApiToken).where(ApiToken.id == token_id).values(last_used_at=now))
