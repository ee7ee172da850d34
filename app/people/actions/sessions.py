"""Sign-ins: a browser's session, kept as the digest of its token."""

from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app.core.errors import InvalidInput
from app.core.i18n import N_
from app.core.security import Actor, digest, new_secret
from app.journal import actions as journal
from app.people.models import SignIn, User

LONGEST_AGENT = 300


def refuse_ended(session: Session, user: User) -> None:
    """While the password was looked at, the account or the password itself may have ended, and all sessions with it."""
    known = select(User.password_hash).where(User.id == user.id, User.is_active).with_for_update(read=True)
    if session.scalar(known) != user.password_hash:
        raise InvalidInput("wrong_login", N_("Login or password is wrong."))


def open_sign_in(
    session: Session,
    user: User,
    *,
    days: int,
    replaces: str | None,
    user_agent: str | None,
    by: Actor,
    now: datetime,
) -> str:
    """A new token at every sign-in, whatever the browser brought along (session fixation); `replaces` ends with it.

    The caller has verified the password. Sessions that are over are swept here, where few of them are made.
    """
    session.execute(delete(SignIn).where((SignIn.expires_at <= now) & (SignIn.user_id == user.id)))
    if replaces:
        session.execute(delete(SignIn).where(SignIn.token_hash == digest(replaces)))
    token = new_secret()
    session.add(
        SignIn(
            token_hash=digest(token),
            user_id=user.id,
            user_agent=user_agent and user_agent[:LONGEST_AGENT],
            created_at=now,
            expires_at=now + timedelta(days=days),
        )
    )
    session.flush()
    journal.record_change(session, "signed_in", "user", user.id, {}, by=by, now=now)
    return token


def close_sign_in(session: Session, token: str, *, by: Actor, now: datetime) -> None:
    session.execute(delete(SignIn).where(SignIn.token_hash == digest(token)))
    journal.record_change(session, "signed_out", "user", by.user_id or 0, {}, by=by, now=now)


def close_other_sign_ins(session: Session, token: str, *, by: Actor, now: datetime) -> None:
    """Everywhere else: for somebody who left a browser open."""
    session.execute(delete(SignIn).where(SignIn.user_id == by.user_id, SignIn.token_hash != digest(token)))
    journal.record_change(session, "signed_out_elsewhere", "user", by.user_id or 0, {}, by=by, now=now)
