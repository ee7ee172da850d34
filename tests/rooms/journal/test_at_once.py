"""Two people at once have read the same version: PostgreSQL lets them, where on SQLite a second writer waits."""

from collections.abc import Callable
from datetime import date, datetime
from functools import partial
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.core.db import Database
from app.core.errors import Conflict, InvalidInput, PreconditionFailed, Unavailable
from app.core.security import Actor, Role
from app.equipment.actions.pieces import edit_equipment
from app.equipment.models import Equipment
from app.people.actions.away import edit_absence, enter_absence, withdraw_absence
from app.people.actions.persons import edit_person
from app.people.actions.teams import create_team, edit_team
from app.people.actions.users import deactivate_user
from app.people.models import Absence, Person, Team
from app.people.schemas import AbsenceEdit, AbsenceInput, PersonInput, TeamInput
from app.places.actions.sites import edit_location
from app.places.models import Location
from app.places.schemas import LocationInput
from tests.factories.equipment import make_equipment
from tests.factories.people import make_person, make_user
from tests.factories.places import make_calendar, make_location, make_site

ALICE = Actor(name="Alice", role=Role.ADMIN)
FIRST, LAST = date(2026, 12, 1), date(2026, 12, 4)
Change = Callable[[Session], object]


# On SQLite whoever writes is alone.
on_postgresql = pytest.mark.parametrize("database", ["postgresql"], indirect=True)


def overtaken(database: Database, seen: type[Any], key: int, faster: Change, slower: Change) -> None:
    """Both have looked; the faster one saves first."""
    with database.writing() as slow:
        row = slow.get_one(seen, key)
        with database.writing() as fast:
            faster(fast)
        slower(slow)
        assert row


@on_postgresql
def test_the_slower_of_two_is_told(database: Database, now: datetime) -> None:
    acts = {"by": ALICE, "now": now}
    with database.writing() as session:
        person = make_person(session, "Chloé").id
        team = create_team(session, TeamInput(name="Field"), by=ALICE, now=now).id
        absence = enter_absence(session, AbsenceInput(person_id=person, first_on=FIRST, last_on=LAST), **acts).id

    def named(name: str) -> Change:
        return lambda session: edit_person(session, person, PersonInput(name=name), version=1, **acts)

    def called(name: str) -> Change:
        return lambda session: edit_team(session, team, TeamInput(name=name), version=1, **acts)

    def away(day: date, version: int | None = 1) -> Change:
        days = AbsenceEdit(first_on=day, last_on=day)
        return lambda session: edit_absence(session, absence, days, version=version, **acts)

    with pytest.raises(PreconditionFailed):
        overtaken(database, Person, person, named("Chloé Martin"), named("Chloé Durand"))
    with pytest.raises(PreconditionFailed):
        overtaken(database, Team, team, called("Workshop"), called("Roof"))
    with pytest.raises(PreconditionFailed):
        overtaken(database, Absence, absence, away(FIRST), away(LAST))
    withdraw = partial(withdraw_absence, absence_id=absence, **acts)
    with pytest.raises(PreconditionFailed):
        overtaken(database, Absence, absence, withdraw, away(LAST, version=None))
    with database.reading() as session:
        assert session.get_one(Person, person).name == "Chloé Martin"
        assert session.get_one(Team, team).name == "Workshop"


@on_postgresql
def test_two_moves_at_once_put_nothing_into_one_another(database: Database, now: datetime) -> None:
    acts = {"by": ALICE, "now": now}
    with database.writing() as session:
        site = make_site(session, "LYO", make_calendar(session))
        hall, room = (make_location(session, site, name).id for name in ("Hall", "Room"))
        rack, switch = (make_equipment(session, tag, site).id for tag in ("RAC-1", "SWI-1"))

    def put_place(key: int, name: str, inside: int) -> Change:
        return lambda session: edit_location(session, key, LocationInput(name=name, parent_id=inside), **acts)

    def put_piece(key: int, inside: int) -> Change:
        return lambda session: edit_equipment(session, key, {"parent_id": inside}, **acts)

    with pytest.raises(InvalidInput):
        overtaken(database, Location, room, put_place(room, "Room", hall), put_place(hall, "Hall", room))
    with pytest.raises(InvalidInput):
        overtaken(database, Equipment, switch, put_piece(switch, rack), put_piece(rack, switch))


@on_postgresql
def test_two_administrators_cannot_leave_at_once(database: Database, now: datetime) -> None:
    with database.writing() as session:
        adam, ada = (make_user(session, login, Role.ADMIN).id for login in ("adam", "ada"))

    def leave(session: Session) -> None:
        session.execute(text("SET LOCAL lock_timeout = '50ms'"))  # it would wait, and then find itself alone
        deactivate_user(session, ada, by=ALICE, now=now)

    def leave_too() -> None:
        with database.writing() as session:
            leave(session)

    with database.writing() as session:
        deactivate_user(session, adam, by=ALICE, now=now)
        with pytest.raises(Unavailable):
            leave_too()
    with pytest.raises(Conflict):
        leave_too()
