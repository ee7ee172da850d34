"""Reads of persons, users, teams and what proves who they are."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import ColumnElement, Select, and_, or_, select, true
from sqlalchemy.orm import Session, joinedload

from app.core.db import Order, beyond, one_page
from app.core.errors import NotFound
from app.core.i18n import N_
from app.core.i18n.folding import fold, like_patterns
from app.core.security import Actor, Permission, Role, require
from app.people.models import ApiToken, Person, SignIn, Team, TeamMember, User
from app.people.rules.passwords import is_right
from app.people.schemas import ApiTokenView, PersonView, TeamView, UserView

After = Sequence[Any] | None
NameSort = Literal["name", "-name"]
UserSort = Literal["login", "-login", "name", "-name"]
MOST_WORDS = 10


def by_name(model: type[Any]) -> Order:
    """As a dictionary has it: Élodie between David and François."""
    return Order((model.sort_name, model.id), lambda row: (fold(row.name), row.id))


PERSON_ORDERS = {"name": by_name(Person)}
TEAM_ORDERS = {"name": by_name(Team)}
USER_ORDERS = {
    "login": Order((User.login, User.id), lambda row: (row.login, row.id)),
    "name": Order((Person.sort_name, User.id), lambda row: (fold(row.name), row.id)),
}


def not_found() -> NotFound:
    return NotFound("not_found", N_("This does not exist, or you have no access to it."))


def find_user_by_password(session: Session, login: str, password: str) -> User | None:
    """None for a wrong password, an unknown login and a deactivated user alike, after the same time."""
    user = session.scalar(select(User).where(User.login == login.strip().lower()).options(joinedload(User.person)))
    is_known = is_right(password, user.password_hash if user else None)
    return user if user and is_known and user.is_active else None


def person_row(session: Session, person_id: int) -> Person:
    person = session.get(Person, person_id)
    if person is None:
        raise not_found()
    return person


def get_person(session: Session, person_id: int, *, by: Actor) -> PersonView:
    require(by, Permission.READ)
    return PersonView.model_validate(person_row(session, person_id))


def persons(
    session: Session,
    *,
    by: Actor,
    q: str = "",
    archived: bool = False,
    sort: NameSort = "name",
    after: After = None,
    limit: int = 50,
) -> Sequence[PersonView]:
    """One row more than `limit`, so that the door sees whether a page follows."""
    require(by, Permission.READ)
    statement = _person_columns().where(matches(q, Person.search_text))
    if not archived:
        statement = statement.where(Person.archived_at.is_(None))
    page = one_page(statement, PERSON_ORDERS, sort, after=after, limit=limit)
    return [PersonView.model_validate(row) for row in session.execute(page)]


def _person_columns() -> Select[Any]:
    return select(*(getattr(Person, name) for name in PersonView.model_fields))


def person_choices(session: Session, *, by: Actor, chosen: Iterable[int], limit: int) -> list[PersonView]:
    """By name; whoever is chosen already is among them, though archived, or further down the alphabet."""
    found = list(persons(session, by=by, limit=limit))
    if missing := set(chosen) - {person.id for person in found}:
        others = _person_columns().where(Person.id.in_(missing)).order_by(Person.sort_name, Person.id)
        found += map(PersonView.model_validate, session.execute(others))
    return found


def persons_named(session: Session, name: str, *, by: Actor) -> Sequence[int]:
    """Who is called that, accents and case aside; two may be."""
    require(by, Permission.READ)
    statement = select(Person.id).where(Person.sort_name == fold(name), Person.archived_at.is_(None))
    return session.scalars(statement.order_by(Person.id)).all()


def matches(q: str, *columns: Any) -> ColumnElement[bool]:
    """Every word of `q` in one of the folded columns."""
    words = like_patterns(q)[:MOST_WORDS]
    return and_(true(), *(or_(*(column.like(word, escape="\\") for column in columns)) for word in words))


def user_columns() -> Select[Any]:
    own = (User.id, User.person_id, User.login, User.role, User.language, User.is_active, User.has_all_sites)
    columns: tuple[Any, ...] = (*own, User.created_at, User.version, Person.name, Person.email, Person.phone)
    return select(*columns).join(Person, Person.id == User.person_id)


def user_row(session: Session, user_id: int) -> User:
    user = session.scalar(select(User).where(User.id == user_id).options(joinedload(User.person)))
    if user is None:
        raise not_found()
    return user


def get_user(session: Session, user_id: int, *, by: Actor) -> UserView:
    """Oneself, or anybody for who administers."""
    if by.user_id != user_id:
        require(by, Permission.ADMINISTER)
    row = session.execute(user_columns().where(User.id == user_id)).first()
    if row is None:
        raise not_found()
    return UserView.model_validate(row)


def users(
    session: Session,
    *,
    by: Actor,
    q: str = "",
    role: Role | None = None,
    is_active: bool | None = None,
    sort: UserSort = "login",
    after: After = None,
    limit: int = 50,
) -> Sequence[UserView]:
    require(by, Permission.ADMINISTER)
    statement = user_columns().where(matches(q, User.login, Person.search_text))
    if role is not None:
        statement = statement.where(User.role == role.value)
    if is_active is not None:
        statement = statement.where(User.is_active == is_active)
    page = one_page(statement, USER_ORDERS, sort, after=after, limit=limit)
    return [UserView.model_validate(row) for row in session.execute(page)]


def count_other_admins(session: Session, user_id: int) -> int:
    """All are held until the end of the transaction: two who leave at once would each count the other."""
    admins = select(User.id).where(User.role == Role.ADMIN.value, User.is_active).order_by(User.id)
    return sum(admin_id != user_id for admin_id in session.scalars(admins.with_for_update()))


def team_row(session: Session, team_id: int) -> Team:
    team = session.get(Team, team_id)
    if team is None:
        raise not_found()
    return team


def members_of(session: Session, team_ids: Sequence[int]) -> dict[int, list[int]]:
    """Team -> its persons."""
    found: dict[int, list[int]] = {team_id: [] for team_id in team_ids}
    statement = select(TeamMember.team_id, TeamMember.person_id).where(TeamMember.team_id.in_(team_ids))
    for team_id, person_id in session.execute(statement.order_by(TeamMember.person_id)):
        found[team_id].append(person_id)
    return found


def team_view(team: Team, member_ids: list[int]) -> TeamView:
    return TeamView(
        id=team.id, name=team.name, member_ids=member_ids, archived_at=team.archived_at, version=team.version
    )


def get_team(session: Session, team_id: int, *, by: Actor) -> TeamView:
    require(by, Permission.READ)
    return team_view(team_row(session, team_id), members_of(session, [team_id])[team_id])


def teams(
    session: Session,
    *,
    by: Actor,
    q: str = "",
    archived: bool = False,
    sort: NameSort = "name",
    after: After = None,
    limit: int = 50,
) -> Sequence[TeamView]:
    require(by, Permission.READ)
    statement = select(Team).where(matches(q, Team.search_text))
    if not archived:
        statement = statement.where(Team.archived_at.is_(None))
    rows = session.scalars(one_page(statement, TEAM_ORDERS, sort, after=after, limit=limit)).all()
    members = members_of(session, [team.id for team in rows])
    return [team_view(team, members[team.id]) for team in rows]


def token_row(session: Session, token_id: int, *, by: Actor) -> ApiToken:
    """One's own, or anybody's for who administers; another's is not found rather than forbidden."""
    token = session.get(ApiToken, token_id)
    if token is None or not (by.is_system or token.user_id == by.user_id or by.has(Permission.ADMINISTER)):
        raise not_found()
    return token


def api_tokens(session: Session, user_id: int, *, after: After = None, limit: int = 50) -> Sequence[ApiTokenView]:
    """A user's own, newest first, revoked ones included."""
    statement = (
        select(ApiToken)
        .where(ApiToken.user_id == user_id, beyond(after, ApiToken.id, descending=True))
        .order_by(ApiToken.id.desc())
        .limit(limit + 1)
    )
    return [ApiTokenView.model_validate(token) for token in session.scalars(statement)]


def sign_ins(session: Session, user_id: int, *, now: datetime) -> Sequence[SignIn]:
    """Browsers in which a user is signed in."""
    statement = select(SignIn).where(SignIn.user_id == user_id, SignIn.expires_at > now).order_by(SignIn.id.desc())
    return session.scalars(statement.limit(50)).all()
