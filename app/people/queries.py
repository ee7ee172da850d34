"""Reads of persons, users and what proves who they are."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from app.core.security import digest
from app.people.models import ApiToken, SignIn, User


def find_user_of_sign_in(session: Session, token: str, *, now: datetime) -> User | None:
    """The active user behind a browser's session token."""
    return session.scalar(
        select(User)
        .join(SignIn, SignIn.user_id == User.id)
        .where(SignIn.token_hash == digest(token), SignIn.expires_at > now, User.is_active)
        .options(joinedload(User.person))
    )


def find_api_token(session: Session, token: str, *, now: datetime) -> tuple[User, ApiToken] | None:
    """The active user behind `ronde_pat_…`, and the token with its scopes."""
    row = session.execute(
        select(User, ApiToken)
        .join(ApiToken, ApiToken.user_id == User.id)
        .where(
            ApiToken.token_hash == digest(token),
            ApiToken.revoked_at.is_(None),
            (ApiToken.expires_at.is_(None)) | (ApiToken.expires_at > now),
            User.is_active,
        )
        .options(joinedload(User.person))
    ).first()
    return None if row is None else (row[0], row[1])
