"""Two sites that know nothing of one another, and everybody who might ask about them.

All that belongs to Lyon bears the word Quetzal, all of Nantes the word Narval: an answer that holds the other site's
word has let something out.
"""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.changes.actions.commissioning import create_task
from app.changes.actions.disposing import record_disposal
from app.changes.actions.edits import create_plan, pause_plan
from app.changes.actions.lending import lend_equipment
from app.changes.schemas import CommissioningTaskInput, DisposalInput, LoanInput
from app.core.security import Role
from app.decisions.actions.dates import skip_cycle
from app.decisions.actions.pauses import pause_target
from app.decisions.schemas import CycleSkip
from app.equipment.models import Equipment, EquipmentCategory
from app.journal.actions import enqueue_mail
from app.journal.models import File
from app.ledger.models import GenerationRun
from app.meters.models import MeterReading
from app.people.models import ApiToken, User
from app.people.rules.passwords import hash_password
from app.places.models import CalendarDays, Site
from app.plans.actions.families import create_family
from app.plans.models import MaintenancePlan, PlanTarget
from app.plans.schemas import Pause
from app.plans.schemas.families import FamilyInput
from app.procedures.actions import suggest
from app.workorders.models import WorkOrderFile
from tests.factories.equipment import make_category, make_equipment, make_model
from tests.factories.meters import make_meter, read_meter
from tests.factories.parts import make_part
from tests.factories.people import (
    make_absence,
    make_api_token,
    make_rota,
    make_sign_in,
    make_skill,
    make_team,
    make_user,
)
from tests.factories.places import make_calendar, make_customer, make_location, make_organisation, make_site
from tests.factories.plans import ALICE, make_occurrence, plan_input
from tests.factories.procedures import make_procedure, version_of
from tests.factories.proposals import make_proposal, make_retuning
from tests.factories.workorders import make_order
from tests.security.asked import links, requests
from tests.security.ruled import rules, visits
from tests.security.told import catalogued, told
from tests.security.worked import step_of_all, work

NOW = datetime(2026, 11, 23, 7, 30, tzinfo=UTC)
OWN_WORD, FOREIGN_WORD = "Quetzal", "Narval"
# Path parameters of rows that belong to no site: there is no foreign one.
SHARED = {
    "task_id",
    "step_id",
    "test",
    "part_id",
    "procedure_id",
    "suggestion_id",
    "number",
    "kind",
    "family_id",
    "user_id",
    "person_id",
    "team_id",
    "skill_id",
    "absence_id",
    "swap_id",
    "calendar_id",
    "days_id",
    "category_id",
    "model_id",
    "supplier_id",
    "code_id",
    "run_id",
    "source",
    "entry_code",
    "secret",
}


@dataclass
class World:
    """`own` is what people of Lyon may see, `foreign` is Nantes's or somebody else's; by name of the path parameter."""

    own: dict[str, object] = field(default_factory=dict)
    foreign: dict[str, object] = field(default_factory=dict)
    logins: tuple[str, ...] = ()


def build(session: Session) -> World:
    world = World()
    calendar = make_calendar(session)
    make_organisation(session, calendar)
    days = CalendarDays(
        calendar_id=calendar.id,
        kind="closure",
        first_on=datetime(2026, 8, 3, tzinfo=UTC).date(),
        last_on=datetime(2026, 8, 14, tzinfo=UTC).date(),
        name="Summer",
    )
    session.add(days)
    session.flush()
    run = GenerationRun(instance="clock", as_of=NOW, started_at=NOW)
    session.add(run)
    session.flush()
    world.own |= {
        "run_id": run.id,
        "kind": "csv",
        "source": "generic",
        "entry_code": "ups-self-test",
        "test": "failures",
    }
    category, model = make_category(session), make_model(session)
    world.own |= {"calendar_id": calendar.id, "days_id": days.id, "category_id": category.id, "model_id": model.id}
    world.own |= catalogued(session)
    world.own["family_id"] = create_family(session, FamilyInput(title="Service"), by=ALICE, now=NOW).id
    part = make_part(session)
    part.stock = 5
    world.own["part_id"] = part.id
    version_id = procedures(session, world)
    world.own["step_id"] = step_of_all(session, version_id)
    task = CommissioningTaskInput(title="Set it up")
    world.own["task_id"] = create_task(session, category.id, task, by=ALICE, now=NOW).id
    sites = {}
    for ids, code, word in ((world.own, "LYO", OWN_WORD), (world.foreign, "NTE", FOREIGN_WORD)):
        customer = make_customer(session, f"C-{code}", name=f"{word} customer")
        site = sites[code] = make_site(session, code, calendar, name=f"{word} site", customer_id=customer.id)
        location = make_location(session, site, f"{word} room")
        equipment = make_equipment(
            session, f"{word.upper()}-1", site, category, name=f"{word} switch", location_id=location.id
        )
        ids |= {
            "customer_id": customer.id,
            "site_id": site.id,
            "location_id": location.id,
            "equipment_id": equipment.id,
            "qr_token": equipment.qr_token,
            **orders(session, equipment, word, version_id),
            **plans(session, equipment, word),
            **rules(session, site, word),
            **meters(session, equipment, word),
            "message_id": lost_mail(session, equipment, word),
            "proposal_id": make_proposal(session, equipment).id,
            "retuning_id": make_retuning(session, plan_id=_plan_of(session, f"{word} plan"), site_id=site.id).id,
            **lives(session, equipment, word),
        }
        told(session, equipment, word, ids["done_order_id"])
        ids.update(visits(session, ids["order_id"], ids["progress_order_id"]))
        ids.update(work(session, ids["order_id"], part.id, word))
    world.logins = principals(session, world, sites["LYO"], sites["NTE"])
    world.own |= requests(session, world.own, OWN_WORD, "requester") | links(session, sites["LYO"])
    world.foreign |= requests(session, world.foreign, FOREIGN_WORD, None)
    return world


def _plan_of(session: Session, title: str) -> int:
    return session.scalars(select(MaintenancePlan.id).where(MaintenancePlan.title == title)).one()


def procedures(session: Session, world: World) -> int:
    """One in force with a suggestion on it, and one that is drafted; all sites share them. The version in force."""
    said = {"steps": [{"title": "Look", "is_mandatory": False}]}
    published, drafted = make_procedure(session, **said), make_procedure(session, "Next", is_published=False, **said)
    version_id = version_of(session, published)
    suggestion = suggest(session, version_id, "Say which", by=ALICE, now=NOW)
    world.own |= {"procedure_id": published.id, "drafted_procedure_id": drafted.id, "number": 1}
    world.own["suggestion_id"] = suggestion.id
    return version_id


def lives(session: Session, piece: Equipment, word: str) -> dict[str, object]:
    """One in stock, one that is lent, one that is gone."""
    site, category = session.get_one(Site, piece.site_id), session.get_one(EquipmentCategory, piece.category_id)
    spare, lent, broken, gone = (
        make_equipment(session, f"{word.upper()}-{name}", site, category, status=status)
        for name, status in (
            ("SPARE", "in_stock"),
            ("LENT", "in_stock"),
            ("BROKEN", "out_of_order"),
            ("GONE", "retired"),
        )
    )
    lend_equipment(session, broken.id, LoanInput(equipment_id=lent.id), by=ALICE, now=NOW)
    record_disposal(session, gone.id, DisposalInput(how="recycled"), by=ALICE, now=NOW)
    return {"spare_id": spare.id, "lent_id": lent.id, "gone_id": gone.id}


def orders(session: Session, piece: Equipment, word: str, version_id: int) -> dict[str, object]:
    """An order in each state that something can be done to, and a file on the first; each but one has a procedure."""
    states = {"order_id": "ready", "planned_order_id": "planned", "progress_order_id": "in_progress"}
    states |= {"hold_order_id": "on_hold", "done_order_id": "completed"}
    ids: dict[str, object] = {}
    for name, state in states.items():
        order = make_order(session, piece, f"{word} {state}")
        order.state, order.procedure_version_id = state, version_id
        ids[name] = order.id
    ids["unguided_order_id"] = make_order(session, piece, f"{word} unguided").id
    file = File(sha256=word, name=f"{word}.txt", media_type="text/plain", size=1, created_at=NOW)
    session.add(file)
    session.flush()
    session.add(WorkOrderFile(order_id=ids["order_id"], file_id=file.id))
    return ids | {"file_id": file.id}


def plans(session: Session, piece: Equipment, word: str) -> dict[str, object]:
    """A plan on this piece with a row in its ledger, and one that is paused."""
    said = {"site_id": piece.site_id, "equipment_ids": [piece.id]}
    plan = create_plan(session, plan_input(title=f"{word} plan", **said), by=ALICE, now=NOW)
    resting = create_plan(session, plan_input(title=f"{word} resting", **said), by=ALICE, now=NOW)
    pause_plan(session, resting.id, Pause(reason=f"{word} move"), by=ALICE, now=NOW)
    resting_id = session.scalars(select(PlanTarget.id).where(PlanTarget.plan_id == resting.id)).one()
    pause_target(session, resting_id, Pause(reason=f"{word} loan"), by=ALICE, now=NOW)
    dated = create_plan(session, plan_input(title=f"{word} dated", **said), by=ALICE, now=NOW)
    dated_id = session.scalars(select(PlanTarget.id).where(PlanTarget.plan_id == dated.id)).one()
    skipped = skip_cycle(
        session, dated_id, CycleSkip(cycle_key="D:2027-03-01", reason=f"{word} works"), by=ALICE, now=NOW
    )
    target = session.scalars(select(PlanTarget).where(PlanTarget.plan_id == plan.id)).one()
    row = make_occurrence(session, target, plan.current)
    decided: dict[str, object] = {
        "dated_plan_id": dated.id,
        "dated_target_id": dated_id,
        "exception_id": skipped.exception_id,
    }
    decided |= {"paused_target_id": resting_id}
    return decided | {"plan_id": plan.id, "paused_plan_id": resting.id, "target_id": target.id, "occurrence_id": row.id}


def meters(session: Session, piece: Equipment, word: str) -> dict[str, object]:
    """A counter that was read once."""
    meter = make_meter(session, piece, "Pages", unit=word)
    read_meter(session, meter, ("2026-11-20", 1000), now=NOW)
    reading = session.scalars(select(MeterReading).where(MeterReading.meter_id == meter.id)).one()
    return {"meter_id": meter.id, "reading_id": reading.id}


def duties(session: Session, person_id: int, team_id: int) -> dict[str, object]:
    """What a person is able to do, when they are away and on call; all teams share these."""
    skill = make_skill(session, "Printers")
    absence = make_absence(session, person_id, date(2026, 12, 21), date(2026, 12, 24))
    swap = make_rota(session, team_id, [person_id], swap=(date(2026, 11, 25), person_id))
    return {"skill_id": skill.id, "absence_id": absence.id, "swap_id": swap}


def lost_mail(session: Session, piece: Equipment, word: str) -> int:
    """A message that no server took."""
    mail = enqueue_mail(session, "chloe@example.org", f"{word} report", word, site_id=piece.site_id, by=ALICE, now=NOW)
    mail.state, mail.next_attempt_at = "dead", None
    return mail.id


def principals(session: Session, world: World, lyon: Site, nantes: Site) -> tuple[str, ...]:
    """Who may ask: each role, people of the other site, somebody deactivated; all with a session and a token."""
    hashed = hash_password("correct horse battery")
    more = {"language": "en", "password_hash": hashed}
    make_user(session, "requester", Role.REQUESTER, sites=[lyon], **more)
    make_user(session, "technician", Role.TECHNICIAN, sites=[lyon], **more)
    make_user(session, "manager", Role.MANAGER, sites=[lyon], **more)
    make_user(session, "house_manager", Role.MANAGER, **more)
    make_user(session, "admin", Role.ADMIN, **more)
    make_user(session, "other_technician", Role.TECHNICIAN, sites=[nantes], **more)
    make_user(session, "other_manager", Role.MANAGER, sites=[nantes], **more)
    make_user(session, "gone", Role.ADMIN, is_active=False, **more)
    target = make_user(session, "target", Role.TECHNICIAN, sites=[lyon], **more)
    team = make_team(session, "Target team", [target.person])
    world.own |= {"user_id": target.id, "person_id": target.person_id, "team_id": team.id}
    world.own |= duties(session, target.person_id, team.id)
    users = session.scalars(select(User)).all()
    for user in users:
        make_sign_in(session, user)
        make_api_token(session, user)
        make_api_token(session, user, "read")
    tokens = {token.user_id: token.id for token in session.scalars(select(ApiToken))}
    world.own |= {f"token_of_{user.login}": tokens[user.id] for user in users}
    world.foreign["token_id"] = tokens[target.id]
    return tuple(user.login for user in users if user.login != "target")
