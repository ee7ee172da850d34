"""Who is away, and when."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any, Literal

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from app.core.db import Order, one_page
from app.core.security import Actor, Permission, require
from app.people.models import Absence, Person, TeamMember
from app.people.queries.directory import After, not_found
from app.people.rules.absences import Away
from app.people.schemas import AbsenceView

DaySort = Literal["first_on", "-first_on"]
ABSENCE_ORDERS = {"first_on": Order((Absence.first_on, Absence.id), lambda row: (row.first_on, row.id))}


def _columns() -> Select[Any]:
    own = (Absence.id, Absence.person_id, Absence.kind, Absence.first_on, Absence.last_on, Absence.note)
    named: tuple[Any, ...] = (*own, Absence.version, Person.name.label("person"))
    return select(*named).join(Person, Person.id == Absence.person_id)


def absence_row(session: Session, absence_id: int, *, by: Actor) -> Absence:
    """Anybody's for who plans; for others what is not their own does not exist: why somebody is away is theirs."""
    require(by, Permission.READ)
    absence = session.get(Absence, absence_id)
    if absence is None or not (by.has(Permission.PLAN) or absence.person_id == by.person_id):
        raise not_found()
    return absence


def get_absence(session: Session, absence_id: int, *, by: Actor) -> AbsenceView:
    absence_row(session, absence_id, by=by)
    return AbsenceView.model_validate(session.execute(_columns().where(Absence.id == absence_id)).one())


def absences(
    session: Session,
    *,
    by: Actor,
    person_id: int | None = None,
    team_id: int | None = None,
    first_on: date | None = None,
    last_on: date | None = None,
    sort: DaySort = "first_on",
    after: After = None,
    limit: int = 50,
) -> Sequence[AbsenceView]:
    """Those that touch the days from `first_on` to `last_on`, by their first day; who does not plan sees their own."""
    require(by, Permission.READ)
    statement = _columns()
    if not by.has(Permission.PLAN):
        statement = statement.where(Absence.person_id == by.person_id)
    if person_id is not None:
        statement = statement.where(Absence.person_id == person_id)
    if team_id is not None:
        members = select(TeamMember.person_id).where(TeamMember.team_id == team_id)
        statement = statement.where(Absence.person_id.in_(members))
    if first_on is not None:
        statement = statement.where(Absence.last_on >= first_on)
    if last_on is not None:
        statement = statement.where(Absence.first_on <= last_on)
    page = one_page(statement, ABSENCE_ORDERS, sort, after=after, limit=limit)
    return [AbsenceView.model_validate(row) for row in session.execute(page)]


def away_between(
    session: Session, first_on: date, last_on: date, person_ids: Iterable[int] | None = None
) -> dict[int, list[Away]]:
    """Person -> what keeps them away on these days, for whoever reckons with it."""
    statement = select(Absence.person_id, Absence.id, Absence.kind, Absence.first_on, Absence.last_on).where(
        Absence.last_on >= first_on, Absence.first_on <= last_on
    )
    if person_ids is not None:
        statement = statement.where(Absence.person_id.in_(set(person_ids)))
    found: dict[int, list[Away]] = {}
    for row in session.execute(statement.order_by(Absence.first_on, Absence.id)):
        found.setdefault(row.person_id, []).append(Away(row.id, row.kind, row.first_on, row.last_on))
    return found
