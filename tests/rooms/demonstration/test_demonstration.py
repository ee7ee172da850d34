import shutil
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from app.assignments.models import AssignmentRule
from app.changes.models import Loan
from app.core.db import Database
from app.core.errors import Conflict
from app.demonstration.actions.deciding import decide_proposals
from app.demonstration.actions.demonstration import found_firm
from app.demonstration.actions.firm import make_firm
from app.equipment.models import Equipment
from app.operations.queries.doctor import examine
from app.parts.models import Part
from app.people.models import Absence, OnCallRota
from app.people.rules.passwords import refuse_weak
from app.places.models import Site
from app.plans.models import MaintenancePlan
from app.proposals.models import Proposal
from app.resources.models import PartUsage, TimeEntry
from app.visits.models import Visit
from app.workorders.models import Resolution, WorkOrder
from tests.factories.demonstration import demonstrate
from tests.factories.proposals import make_proposal

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


def test_it_shows_what_a_house_has_besides_plans(houses):
    demonstrate(houses[0], seed=1, on=MONDAY, days=20)
    with houses[0].reading() as session:
        low = select(Part.name).where(Part.stock <= Part.threshold).order_by(Part.name)
        assert session.scalars(low).all() == ["Filtre de climatiseur FTXM", "Jeu de batteries RBC7"]
        assert session.scalars(select(PartUsage.unit_cost_minor)).first()
        assert session.scalars(select(TimeEntry.rate_minor)).first()
        visits = session.execute(select(Visit.state, Visit.day_on).order_by(Visit.id)).all()
        assert visits == [("ended", date(2026, 11, 20)), ("planned", MONDAY)]
        assert session.scalars(select(Absence.first_on)).all() == [date(2026, 11, 30)]
        assert len(session.scalars(select(AssignmentRule.id)).all()) == 2
        assert session.scalars(select(OnCallRota.team_id)).all()
        assert session.scalars(select(Loan.returned_at)).all() == [None]
        lasting = select(WorkOrder.id).where(WorkOrder.origin == "follow_up", WorkOrder.is_open)
        assert session.scalars(lasting).all()
        guided = select(WorkOrder.id).where(
            WorkOrder.state == "in_progress", WorkOrder.procedure_version_id.is_not(None)
        )
        assert session.scalars(guided).all()
        guarded = select(Equipment.id).where(Equipment.warranty_until.is_not(None))
        assert not session.scalars(guarded.where(Equipment.supplier_id.is_(None))).all()


def test_its_manager_leaves_a_few_proposals_to_decide(houses):
    with houses[0].writing() as session:
        firm = make_firm(session, seed=1, today=MONDAY, now=datetime(2026, 11, 23, 3, tzinfo=UTC))
        for (_, category), pieces in firm.pieces.items():
            if category == "WKS":
                make_proposal(session, session.get_one(Equipment, pieces[0]), "inspect")
                make_proposal(session, session.get_one(Equipment, pieces[0]), "replace")
                make_proposal(session, session.get_one(Equipment, pieces[1]), "inspect")
        session.flush()
        decide_proposals(session, firm, seed=1, now=datetime(2026, 11, 23, 3, tzinfo=UTC))
        rows = session.execute(select(Proposal.kind, Proposal.state).order_by(Proposal.id.desc())).all()
        for kind, count in (("inspect", 6), ("replace", 3)):
            states = [row.state for row in rows if row.kind == kind]
            assert (states[0], len(states)) == ("open", count)
            assert set(states[1:]) <= {"accepted", "refused"}
        assert all(session.scalars(select(Proposal.reason).where(Proposal.state == "refused")))


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
