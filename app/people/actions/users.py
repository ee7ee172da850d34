"""Accounts: who may sign in, as what."""

from datetime import datetime
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from app.core.errors import InvalidInput
from app.core.i18n import N_
from app.core.security import Actor, Permission, Role, require
from app.journal import actions as journal
from app.people.actions.persons import add_person
from app.people.models import ApiToken, SignIn, User
from app.people.queries import count_other_admins, user_row
from app.people.rules.passwords import hash_password, is_right, refuse_weak
from app.people.rules.roles import refuse_last_admin, refuse_takeover
from app.people.schemas import NewPasswordInput, PasswordChange, PersonInput, ProfileInput, UserInput

PERSONAL = ("name", "email", "phone", "language")


def create_user(session: Session, data: UserInput, password: NewPasswordInput, *, by: Actor, now: datetime) -> User:
    """A person and their account, seeing no site yet: `places` says which (deny by default); administrators see all."""
    require(by, Permission.ADMINISTER)
    refuse_takeover(by, data.role, data.role)
    if session.scalar(select(User.id).where(User.login == data.login)) is not None:
        raise InvalidInput.at("login", "taken", N_("This login is taken."))
    secret = password.password.get_secret_value()
    refuse_weak(secret, data.login, data.name, data.email)
    person = add_person(session, PersonInput(**data.model_dump(include=set(PERSONAL))), by=by, now=now)
    user = User(
        person=person,
        login=data.login,
        password_hash=hash_password(secret),
        role=data.role.value,
        language=data.language,
        has_all_sites=data.role == Role.ADMIN,
        created_at=now,
    )
    session.add(user)
    session.flush()
    changes = {"login": [None, user.login], "role": [None, user.role]}
    journal.record_change(session, "created", "user", user.id, changes, by=by, now=now)
    return user


def edit_user(
    session: Session, user_id: int, data: UserInput, *, version: int | None = None, by: Actor, now: datetime
) -> User:
    """A change of role holds from the next request on: roles are read with every one."""
    require(by, Permission.ADMINISTER)
    user = user_row(session, user_id)
    refuse_takeover(by, user.role, data.role)
    others = count_other_admins(session, user_id)
    refuse_last_admin(other_admins=others, was=user.role, becomes=data.role, stays_active=user.is_active)
    taken = select(User.id).where(User.login == data.login, User.id != user_id)
    if session.scalar(taken) is not None:
        raise InvalidInput.at("login", "taken", N_("This login is taken."))
    values: dict[str, Any] = {"login": data.login, "role": data.role.value, "language": data.language}
    if data.role == Role.ADMIN:
        values["has_all_sites"] = True
    told = journal.edit_row(session, user, values, entity="user", by=by, now=now, version=version)
    personal = data.model_dump(include=set(PERSONAL))
    if journal.edit_row(session, user.person, personal, entity="person", by=by, now=now) and not told:
        user.version += 1  # who edits an account has seen its person too
        session.flush()
    return user


def edit_profile(session: Session, data: ProfileInput, *, by: Actor, now: datetime) -> User:
    """What people decide about themselves: no role is needed."""
    user = user_row(session, by.user_id or 0)
    values = {"language": data.language, "theme": data.theme}
    journal.edit_row(session, user, values, entity="user", by=by, now=now)
    personal = {"language": data.language, "phone": data.phone}
    journal.edit_row(session, user.person, personal, entity="person", by=by, now=now)
    return user


def change_own_password(session: Session, data: PasswordChange, *, by: Actor, now: datetime) -> User:
    """Ends every session of the user, this one included: the door opens a new one."""
    user = user_row(session, by.user_id or 0)
    if not is_right(data.current_password.get_secret_value(), user.password_hash):
        raise InvalidInput.at("current_password", "wrong_password", N_("This is not your current password."))
    return replace_password(session, user, data.password.get_secret_value(), by=by, now=now)


def set_password(session: Session, user_id: int, data: NewPasswordInput, *, by: Actor, now: datetime) -> User:
    """For somebody who forgot theirs. Ends their sessions."""
    require(by, Permission.ADMINISTER)
    user = user_row(session, user_id)
    refuse_takeover(by, user.role, user.role)
    return replace_password(session, user, data.password.get_secret_value(), by=by, now=now)


def replace_password(session: Session, user: User, password: str, *, by: Actor, now: datetime) -> User:
    refuse_weak(password, user.login, user.person.name, user.person.email)
    user.password_hash = hash_password(password)
    user.version += 1
    session.execute(delete(SignIn).where(SignIn.user_id == user.id))
    session.flush()
    journal.record_change(session, "password_changed", "user", user.id, {}, by=by, now=now)
    return user


def deactivate_user(session: Session, user_id: int, *, version: int | None = None, by: Actor, now: datetime) -> User:
    """From this moment no session and no token of theirs works; what they did stays under their name."""
    require(by, Permission.ADMINISTER)
    user = user_row(session, user_id)
    refuse_takeover(by, user.role, user.role)
    others = count_other_admins(session, user_id)
    refuse_last_admin(other_admins=others, was=user.role, becomes=user.role, stays_active=False)
    journal.edit_row(session, user, {"is_active": False}, entity="user", by=by, now=now, version=version)
    session.execute(delete(SignIn).where(SignIn.user_id == user_id))
    session.execute(
        update(ApiToken).where(ApiToken.user_id == user_id, ApiToken.revoked_at.is_(None)).values(revoked_at=now)
    )
    return user


def activate_user(session: Session, user_id: int, *, version: int | None = None, by: Actor, now: datetime) -> User:
    """Their tokens stay revoked."""
    require(by, Permission.ADMINISTER)
    user = user_row(session, user_id)
    refuse_takeover(by, user.role, user.role)
    journal.edit_row(session, user, {"is_active": True}, entity="user", by=by, now=now, version=version)
    return user
