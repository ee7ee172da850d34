"""What the firm has on the day that one looks at it: skills, duty, an absence, visits, a temporary fix, a loan."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.assignments.actions.ruling import create_assignment_rule
from app.assignments.schemas import AssignmentRuleInput
from app.changes.actions.lending import lend_equipment
from app.changes.schemas import LoanInput
from app.core.security import Actor, Role
from app.demonstration.actions.asking import HELPS, HOUSE, actor
from app.demonstration.actions.firm import SYSTEM, Firm
from app.demonstration.actions.history import logged
from app.demonstration.rules.firm import STAFF, TIME_ZONE
from app.demonstration.rules.outcomes import INCIDENTS
from app.demonstration.rules.stores import SKILLS
from app.equipment.actions.pieces import register_equipment
from app.equipment.models import Equipment
from app.equipment.rules.registry import Status
from app.equipment.schemas import EquipmentInput
from app.interventions.actions.past_work import log_work
from app.people.actions.away import enter_absence
from app.people.actions.on_call import set_on_call
from app.people.actions.skills import create_skill, set_skills
from app.people.schemas import AbsenceInput, HeldSkill, HeldSkillsInput, OnCallInput, SkillInput
from app.plans.queries.calendars import house_calendar
from app.resources.actions.people import hand_over
from app.resources.schemas import HandOverInput
from app.visits.actions.making import make_visit
from app.visits.actions.walking import complete_orders, start_visit
from app.visits.schemas import NothingFound, VisitInput
from app.workorders.actions.making import create_work_order
from app.workorders.models import WorkOrder
from app.workorders.schemas import WorkOrderInput

WALKED, TO_WALK = 3, 5
AWAY = "Julien Schmitt"


def staff_duties(session: Session, firm: Firm, *, on: date, now: datetime) -> None:
    """Who can do what, who is called at night, who is away, and whom orders go to."""
    monday = on - timedelta(days=on.weekday())
    held: dict[str, list[HeldSkill]] = {}
    skill_ids = {}
    for name, able in SKILLS:
        skill_ids[name] = create_skill(session, SkillInput(name=name), by=SYSTEM, now=now).id
        for person in able:
            held.setdefault(person, []).append(HeldSkill(skill_id=skill_ids[name], level=3))
    for person, skills in held.items():
        set_skills(session, firm.persons[person], HeldSkillsInput(skills=skills), by=SYSTEM, now=now)
    people = [firm.persons[person.name] for person in STAFF if person.role == Role.TECHNICIAN]
    rota = OnCallInput(time_zone=TIME_ZONE, starts_on=monday - timedelta(weeks=6), person_ids=people)
    set_on_call(session, firm.team_id, rota, by=SYSTEM, now=now)
    leave = AbsenceInput(
        person_id=firm.persons[AWAY],
        first_on=monday + timedelta(days=7),
        last_on=monday + timedelta(days=11),
        note="Congés posés",
    )
    enter_absence(session, leave, by=SYSTEM, now=now)
    for rule in (
        AssignmentRuleInput(
            name="Imprimantes : à qui sait les réparer", category_id=firm.categories["PRN"], team_id=firm.team_id,
            skill_id=skill_ids["Imprimantes"],
        ),
        AssignmentRuleInput(
            name="Le reste : à qui suit le site", strategy="site_round", team_id=firm.team_id, reassigns_absent=True
        ),
    ):  # fmt: skip
        create_assignment_rule(session, rule, by=SYSTEM, now=now)


def work_of_the_day(session: Session, firm: Firm, *, on: date) -> None:
    """At the first site, on the last day that was worked there: a visit, a call mended for now, a laptop lent."""
    site_id = firm.sites[HOUSE]
    calendar, zone = house_calendar(session, site_id)
    before = (on - timedelta(days=n) for n in range(1, 60))
    day = next(day for day in before if calendar is None or calendar.is_working(day))
    last = datetime.combine(day, time(14), ZoneInfo(zone))
    by = actor(session, firm, HELPS, Role.TECHNICIAN)
    _visits(session, site_id, on=on, last=last, by=by)
    fix = next(one for one in INCIDENTS if one.restoration == "palliative")
    piece_id = firm.pieces[site_id, fix.category][0]
    log_work(session, logged(fix, piece_id, day), by=by, now=last + timedelta(hours=1))
    _lend(session, firm, site_id, day=day, by=by, now=last + timedelta(hours=2))


def _visits(session: Session, site_id: int, *, on: date, last: datetime, by: Actor) -> None:
    """What came early is done; what is due waits for today's."""
    mine = select(WorkOrder.id).where(
        WorkOrder.site_id == site_id, WorkOrder.state == "ready", WorkOrder.type == "preventive"
    )
    mine = mine.order_by(WorkOrder.due_on, WorkOrder.id)
    early = list(session.scalars(mine.where(WorkOrder.due_on > on, WorkOrder.created_at < last).limit(WALKED)))
    due = list(session.scalars(mine.where(WorkOrder.due_on <= on).limit(TO_WALK)))
    if early:
        data = VisitInput(title="Passage à Lyon", day_on=last.date(), order_ids=early, person_id=by.person_id)
        done = make_visit(session, data, by=by, now=last)
        start_visit(session, done.id, by=by, now=last)
        nothing = NothingFound(order_ids=early, minutes_each=10)
        complete_orders(session, done.id, nothing, by=by, now=last + timedelta(minutes=40))
    if due:
        data = VisitInput(title="Tournée du jour à Lyon", day_on=on, order_ids=due, person_id=by.person_id)
        make_visit(session, data, by=by, now=last + timedelta(hours=3))


def _lend(session: Session, firm: Firm, site_id: int, *, day: date, by: Actor, now: datetime) -> None:
    broken = session.get_one(Equipment, firm.pieces[site_id, "LAP"][1])
    spare = register_equipment(
        session,
        EquipmentInput(
            name="Portable de prêt", category_id=broken.category_id, model_id=broken.model_id, site_id=site_id,
            location_id=broken.location_id, status=Status.IN_STOCK,
        ),
        by=SYSTEM,
        now=now,
    )  # fmt: skip
    repair = WorkOrderInput(equipment_id=broken.id, title="Charnière d’écran cassée", due_on=day + timedelta(days=9))
    order_id = create_work_order(session, repair, by=by, now=now).id
    told = HandOverInput(supplier_id=firm.supplier_id, note="Parti ce jour au service après-vente, sous garantie.")
    hand_over(session, order_id, told, by=by, now=now)
    lend_equipment(session, broken.id, LoanInput(equipment_id=spare.id, order_id=order_id), by=by, now=now)
