"""Persons, users and what they sign in with, straight into the tables."""

from datetime import UTC, date, datetime

from sqlalchemy.orm import Session

from app.core.security import Role, digest
from app.people.models import (
    Absence,
    ApiToken,
    OnCallRota,
    OnCallSwap,
    OnCallTurn,
    Person,
    PersonSkill,
    SignIn,
    Skill,
    Team,
    TeamMember,
    User,
)
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


def make_skill(session: Session, name: str = "Printers", holders: list[Person] | None = None) -> Skill:
    skill = Skill(name=name)
    session.add(skill)
    session.flush()
    session.add_all([PersonSkill(person_id=person.id, skill_id=skill.id, level=2) for person in holders or []])
    session.flush()
    return skill


def make_absence(session: Session, person_id: int, first_on: date, last_on: date, kind: str = "leave") -> Absence:
    absence = Absence(person_id=person_id, first_on=first_on, last_on=last_on, kind=kind, created_at=BEFORE)
    session.add(absence)
    session.flush()
    return absence


def make_rota(
    session: Session, team_id: int, person_ids: list[int], *, swap: tuple[date, int] | None = None, **more: object
) -> int:
    """From 2 November on, weeks from Monday 08:00; the team's own hours are 8 to 18. The key of the swap, or 0."""
    usual = {"time_zone": "Europe/Paris", "starts_on": date(2026, 11, 2), "handover_minutes": 480}
    session.add(OnCallRota(**usual | {"team_id": team_id, "opens_minutes": 480, "closes_minutes": 1080} | more))
    session.flush()
    session.add_all([OnCallTurn(team_id=team_id, position=n, person_id=key) for n, key in enumerate(person_ids)])
    if swap is None:
        session.flush()
        return 0
    stands_in = OnCallSwap(team_id=team_id, first_on=swap[0], last_on=swap[0], person_id=swap[1], created_at=BEFORE)
    session.add(stands_in)
    session.flush()
    return stands_in.id


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
