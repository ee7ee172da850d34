import shutil
from datetime import date
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from app.core.db import Database
from app.core.errors import Conflict
from app.demonstration.actions.demonstration import found_firm
from app.equipment.models import Equipment
from app.operations.queries.doctor import examine
from app.people.rules.passwords import refuse_weak
from app.places.models import Site
from app.plans.models import MaintenancePlan
from app.workorders.models import Resolution, WorkOrder
from tests.factories.demonstration import demonstrate

MONDAY, SUNDAY = date(2026, 11, 23), date(2026, 11, 22)


def story(database):
    """What a reader would tell two houses apart by; passwords and QR tokens are fresh each time."""
    with database.reading() as session:
        orders = select(WorkOrder.id, WorkOrder.title, WorkOrder.state, WorkOrder.due_on, WorkOrder.completed_at)
        reports = select(Resolution.order_id, Resolution.kind, Resolution.finding, Resolution.minutes_spent)
        pieces = select(Equipment.tag, Equipment.name, Equipment.serial, Equipment.commissioned_on)
        return [sorted(str(tuple(row)) for row in session.execute(part)) for part in (orders, reports, pieces)]


@pytest.fixture
def houses(tmp_path, sqlite_template):
    """Two empty houses."""
    made = []
    for name in ("first", "second"):
        shutil.copy(sqlite_template, tmp_path / f"{name}.db")
        made.append(Database(f"sqlite:///{tmp_path / name}.db"))
    yield made
    for database in made:
        database.close()


def test_the_same_seed_and_day_tell_the_same_story(houses):
    logins = [demonstrate(database, seed=1, on=MONDAY, days=12) for database in houses]
    first, second = (story(database) for database in houses)
    assert first == second
    assert {login.password for login in logins[0]}.isdisjoint(login.password for login in logins[1])


def test_another_seed_tells_another_story(houses):
    for seed, database in enumerate(houses):
        demonstrate(database, seed=seed, on=MONDAY, days=3)
    assert story(houses[0]) != story(houses[1])


def test_it_never_mixes_with_a_house_that_is_set_up(houses):
    found_firm(houses[0], seed=1, on=MONDAY, days=1)
    before = story(houses[0])
    with pytest.raises(Conflict):
        found_firm(houses[0], seed=1, on=MONDAY, days=1)
    assert story(houses[0]) == before


def test_it_leaves_a_house_that_is_whole_with_work_to_do(database, tmp_path, now):
    logins = demonstrate(database, seed=1, on=SUNDAY, days=20)
    with database.reading() as session:
        assert len(session.scalars(select(Equipment.id)).all()) >= 120
        assert len(session.scalars(select(MaintenancePlan.id)).all()) == 17
        states = set(session.scalars(select(WorkOrder.state)))
        assert {"ready", "in_progress", "on_hold", "completed", "closed"} <= states
        assert session.scalars(select(WorkOrder.id).where(WorkOrder.is_open, WorkOrder.due_on == SUNDAY)).first()
        faults = [finding for finding in examine(session, files_dir=tmp_path, now=now) if finding.severity == "fault"]
        assert faults == []
    for login in logins:
        refuse_weak(login.password, login.login, login.name)


def test_people_work_at_working_hours_of_their_site(houses):
    database = houses[0]
    demonstrate(database, seed=1, on=MONDAY, days=12)
    times = (WorkOrder.started_at, WorkOrder.completed_at, WorkOrder.state, Site.time_zone)
    with database.reading() as session:
        rows = session.execute(select(*times).join(WorkOrder.site)).all()
    done = [(at, ZoneInfo(row.time_zone)) for row in rows for at in (row.started_at, row.completed_at) if at]
    moments = [at.astimezone(zone) for at, zone in done]
    assert len(moments) > 40
    assert {moment.weekday() for moment in moments} <= {0, 1, 2, 3, 4}
    assert {moment.hour for moment in moments} <= set(range(8, 19))
    begun = [row.started_at for row in rows if row.state in ("in_progress", "on_hold")]
    assert len(begun) == 6
    assert {moment.date() for moment in begun} == {date(2026, 11, 20)}  # the Friday before
