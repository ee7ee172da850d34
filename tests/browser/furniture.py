"""What stands in the live installation: the demonstration, after two months, and what its people sign in with."""

from datetime import UTC, date, datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.assignments.actions.ruling import create_assignment_rule, create_escalation_rule
from app.assignments.schemas import AssignmentRuleInput, EscalationRuleInput
from app.changes.actions.commissioning import create_task
from app.changes.actions.lending import lend_equipment
from app.changes.schemas import CommissioningTaskInput, LoanInput
from app.core.db import Database
from app.core.security import Actor, Role
from app.demonstration.actions.demonstration import found_firm, live_until
from app.equipment.models import Equipment
from app.people.models import OnCallSwap, Person, User
from app.places.models import CalendarDays, SiteScope
from app.visits.actions.walking import start_visit
from app.visits.models import Visit
from app.workorders.actions import start_work_order
from app.workorders.models import WorkOrder
from tests.browser.asked import ask
from tests.factories.cases import file_all
from tests.factories.meters import make_meter, read_meter
from tests.factories.parts import make_part
from tests.factories.people import make_absence, make_sign_in
from tests.factories.places import make_customer
from tests.factories.proposals import make_proposal

MONDAY = date(2026, 11, 23)
DAYS = 60
ADMIN, MANAGER, TECHNICIAN = "claire", "marc", "nadia"


def furnish(database: Database) -> tuple[dict[str, str], dict[str, str]]:
    """Sessions and passwords, by login."""
    firm = found_firm(database, seed=1, on=MONDAY, days=DAYS)
    for _day in live_until(database, firm, seed=1, on=MONDAY, days=DAYS):
        pass
    with database.writing() as session:
        for user in session.scalars(select(User)):
            user.language = None  # each browser asks for its own
        take_the_week(session)
        make_customer(session)
        closed = {"kind": "closure", "name": "Inventaire", "first_on": date(2027, 1, 4), "last_on": date(2027, 1, 15)}
        session.add(CalendarDays(calendar_id=1, **closed))
        meters_of(session)
        ladder_of(session)
        ask(session, TECHNICIAN)
        duties_of(session)
        visit_of(session, TECHNICIAN)
        begin_one(session, TECHNICIAN)
        file_all(session)
        make_part(session, "BAT-RBC7", 2, name="Batterie 12 V 17 Ah", threshold=2, unit_cost_minor=8950, shelf="B2")
        sessions = {user.login: make_sign_in(session, user) for user in session.scalars(select(User))}
    return sessions, {each.login: each.password for each in firm.logins}


def meters_of(session: Session) -> None:
    """A counter, a temperature that nobody has read for long and a lamp, on the first piece."""
    piece, now = session.get_one(Equipment, 1), datetime(2026, 11, 23, 7, tzinfo=UTC)
    pages = make_meter(session, piece, "Pages", max_age_hours=720)
    read_meter(session, pages, ("2026-11-02", 41_000), ("2026-11-09", 42_500), ("2026-11-20", 45_120), now=now)
    degrees = make_meter(session, piece, "Temp.", kind="gauge", unit="°C", decimals=1, max_age_hours=24)
    read_meter(session, degrees, ("2026-11-02", "21.5"), ("2026-11-03", "23"), now=now)
    make_meter(session, piece, "LED", kind="state", unit="", states=["vert", "rouge"])


def ladder_of(session: Session) -> None:
    """A proposal about the first piece, which another one stands in for; a category's commissioning order."""
    piece, spare = session.get_one(Equipment, 1), session.get_one(Equipment, 2)
    make_proposal(session, piece)
    spare.status = "in_stock"
    session.flush()
    now = datetime(2026, 11, 20, 7, tzinfo=UTC)
    lend_equipment(session, piece.id, LoanInput(equipment_id=spare.id), by=Actor.system(), now=now)
    task = CommissioningTaskInput(title="Paramétrage", days_after=2)
    create_task(session, 1, task, by=Actor.system(), now=now)


def duties_of(session: Session) -> None:
    """A holiday, a swap in the firm's rota, and rules."""
    person = session.scalars(select(Person.id).order_by(Person.id)).first()
    make_absence(session, person, date(2026, 12, 21), date(2026, 12, 31))
    swap = OnCallSwap(team_id=1, first_on=date(2026, 12, 2), last_on=date(2026, 12, 2), person_id=person)
    swap.created_at = datetime(2026, 11, 23, 7, tzinfo=UTC)
    session.add(swap)
    system, now = Actor.system(), datetime(2026, 11, 23, 7, tzinfo=UTC)
    rule = AssignmentRuleInput(name="Onduleurs", kind="inspection", priority="urgent", skill_id=1)
    create_assignment_rule(session, rule, by=system, now=now)
    late = EscalationRuleInput(level=2, cause="overdue", after_minutes=480, priority="urgent", to_team_id=1)
    create_escalation_rule(session, late, by=system, now=now)


def visit_of(session: Session, login: str) -> None:
    """What the firm has laid out for her today is begun."""
    hers = select(Visit.id).join(User, User.person_id == Visit.person_id)
    visit = session.scalars(hers.where(User.login == login, Visit.state == "planned")).one()
    start_visit(session, visit, by=Actor.system(), now=datetime(2026, 11, 23, 7, tzinfo=UTC))


def begin_one(session: Session, login: str) -> None:
    """An order that no procedure guides is under way, so that its report stands on its page at once."""
    user = session.scalars(select(User).where(User.login == login)).one()
    by = Actor(login, Role(user.role), user_id=user.id, person_id=user.person_id)
    start_work_order(session, some_order(session, login, "ready"), by=by, now=datetime(2026, 11, 23, 7, tzinfo=UTC))


def take_the_week(session: Session) -> None:
    """The technician has taken what her team is to do."""
    person, site = session.execute(
        select(User.person_id, SiteScope.site_id)
        .join(SiteScope, SiteScope.user_id == User.id)
        .where(User.login == TECHNICIAN)
    ).one()
    free = WorkOrder.assignee_id.is_(None)
    session.execute(
        update(WorkOrder).where(WorkOrder.state == "ready", WorkOrder.site_id == site, free).values(assignee_id=person)
    )


def some_order(session: Session, login: str, state: str) -> int:
    """An order of this person's, in this state, that no procedure guides."""
    found = session.scalar(
        select(WorkOrder.id)
        .join(User, User.person_id == WorkOrder.assignee_id)
        .where(User.login == login, WorkOrder.state == state, WorkOrder.procedure_version_id.is_(None))
        .order_by(WorkOrder.due_on, WorkOrder.id)
    )
    assert found is not None, f"the demonstration has no order of {login} that is {state}"
    return found
