"""Persons, users and what they sign in with, straight into the tables."""

from datetime import UTC, datetime

from sqlalchemy.orm import Session

from app.core.security import Role, digest
from app.people.models import ApiToken, Person, SignIn, Team, TeamMember, User
from app.places.models import Customer, Site, SiteScope

BEFORE = datetime(2026, 1, 5, 8, 0, tzinfo=UTC)
LATER = datetime(2036, 1, 5, 8, 0, tzinfo=UTC)
USED = datetime(2026, 11, 23, 7, 0, tzinfo=UTC)
NO_PASSWORD = "!"  # no argon2 hash: a login that cannot be used until a test gives it a password


def make_person(session: Session, name: str = "Chloe Martin", **more: object) -> Person:
    person = Person(name=name, created_at=BEFORE, **more)
    session.add(person)
    session.flush()
    return person


def make_user(
    session: Session,
    login: str = "bob",
    role: Role = Role.TECHNICIAN,
    *,
    name: str | None = None,
    sites: list[Site | Customer] | None = None,
    **more: object,
) -> User:
    """A user who sees everything, or only the given sites and customers' sites."""
    person = make_person(session, name or login.capitalize())
    user = User(
        person=person,
        login=login,
        role=role.value,
        has_all_sites=sites is None,
        **{"password_hash": NO_PASSWORD, "created_at": BEFORE} | more,
    )
    session.add(user)
    session.flush()
    for place in sites or []:
        key = "site_id" if isinstance(place, Site) else "customer_id"
        session.add(SiteScope(user_id=user.id, **{key: place.id}))
    session.flush()
    return user


def make_team(session: Session, name: str = "Field team", members: list[Person] | None = None) -> Team:
    team = Team(name=name)
    session.add(team)
    session.flush()
    session.add_all([TeamMember(team_id=team.id, person_id=person.id) for person in members or []])
    session.flush()
    return team


def make_sign_in(session: Session, user: User, token: str | None = None) -> str:
    """The value of the session cookie."""
    token = token or f"session-of-{user.login}"
    session.add(SignIn(token_hash=digest(token), user_id=user.id, created_at=BEFORE, expires_at=LATER))
    session.flush()
    return token


def make_api_token(session: Session, user: User, scopes: str = "read write", token: str | None = None) -> str:
    token = token or f"ronde_pat_{user.login}_{scopes.replace(' ', '_')}"
    session.add(
        ApiToken(
            user_id=user.id,
            name=f"{user.login}'s",
            token_hash=digest(token),
            prefix=token[:14],
            scopes=scopes,
            created_at=BEFORE,
            expires_at=LATER,
            last_used_at=USED,
        )
    )
    session.flush()
    return token
