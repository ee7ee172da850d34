"""The demonstration's firm, registered through the same actions that people use."""

import secrets
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.changes.actions.edits import create_plan
from app.core.errors import Conflict
from app.core.i18n import N_, gettext, in_language
from app.core.security import Actor, Role
from app.demonstration.rules.firm import (
    CATEGORIES,
    CLOSET,
    FIRM,
    OFFICES,
    ROOMS,
    SERVER_ROOM,
    SITES,
    STAFF,
    TIME_ZONE,
    PersonSpec,
    PieceSpec,
    employees,
    pieces,
)
from app.demonstration.rules.library import LIBRARY, LibraryPlan
from app.demonstration.rules.stores import SUPPLIER, SUPPLIER_MAIL, SUPPLIER_PHONE
from app.equipment.actions.catalogue import create_category, create_model
from app.equipment.actions.pieces import register_equipment
from app.equipment.actions.suppliers import add_supplier
from app.equipment.models import Equipment
from app.equipment.rules.registry import Criticality
from app.equipment.schemas import CategoryInput, EquipmentInput, ModelInput, SupplierInput
from app.people.actions.persons import create_person
from app.people.actions.teams import create_team
from app.people.models import User
from app.people.schemas import PersonInput, TeamInput
from app.places.actions.calendars import create_calendar
from app.places.actions.members import create_member
from app.places.actions.setup import set_up
from app.places.actions.sites import create_location, create_site
from app.places.models import Customer, Organisation, Site
from app.places.schemas import CalendarInput, NewLocationInput, NewMemberInput, SetupInput, SiteInput
from app.plans.models import MaintenancePlan
from app.plans.schemas import PlanInput

SYSTEM = Actor.system()
DAYS_OF_MONTH = (1, 5, 10, 15, 20)
ROOMS_OF = {"server_rooms": [SERVER_ROOM], "technical_rooms": [SERVER_ROOM, CLOSET], "sites": [OFFICES]}


@dataclass(frozen=True, slots=True)
class Login:
    login: str
    password: str
    role: str
    name: str


@dataclass(slots=True)
class Firm:
    """What was made, by the names that the specification uses."""

    logins: list[Login] = field(default_factory=list)
    sites: dict[str, int] = field(default_factory=dict)
    rooms: dict[tuple[str, str], int] = field(default_factory=dict)
    categories: dict[str, int] = field(default_factory=dict)
    models: dict[tuple[str, int], int] = field(default_factory=dict)
    persons: dict[str, int] = field(default_factory=dict)
    meters: dict[tuple[int, str], list[int]] = field(default_factory=dict)  # by site and category
    pieces: dict[tuple[int, str], list[int]] = field(default_factory=dict)  # by site and category
    parts: dict[str, int] = field(default_factory=dict)  # by the title of the call that takes one
    team_id: int = 0
    supplier_id: int = 0


def make_firm(session: Session, *, seed: int, today: date, now: datetime, is_set_up: bool = False) -> Firm:
    """Everything but plans and work; `today` is what ages count back from. Passwords are fresh each time.

    `is_set_up`: into a house that has its administrator, and nothing else yet.
    """
    random, firm = Random(seed), Firm()
    if is_set_up:
        refuse_registered(session)
        session.get_one(Organisation, 1).is_demonstration = True
    else:
        set_up_house(session, firm, now=now)
    make_places(session, firm, now=now)
    make_staff(session, firm, now=now)
    users = employees(random)
    for name in users:
        firm.persons[name] = create_person(session, PersonInput(name=name), by=SYSTEM, now=now).id
    make_catalogue(session, firm, now=now)
    sells = SupplierInput(name=SUPPLIER, email=SUPPLIER_MAIL, phone=SUPPLIER_PHONE)
    firm.supplier_id = add_supplier(session, sells, by=SYSTEM, now=now).id
    for piece in pieces(random, today, users):
        made = register_equipment(session, piece_input(firm, piece), by=SYSTEM, now=now)
        firm.pieces.setdefault((made.site_id, piece.category), []).append(made.id)
    return firm


def refuse_registered(session: Session) -> None:
    for kind in (Site, Customer, Equipment, MaintenancePlan):
        if session.scalar(select(kind.id).limit(1)) is not None:
            raise Conflict(
                "not_empty", N_("Something is registered here already: the demonstration needs an empty house.")
            )


def fresh_password() -> str:
    """Two words that can be read aloud, and two digits: some 44 random bits, for a house that holds nothing real."""
    words = ["".join(secrets.choice("bcdfglmnprstvz") + secrets.choice("aeiou") for _ in range(3)) for _ in range(2)]
    return f"{'-'.join(words)}-{secrets.randbelow(90) + 10}"


def set_up_house(session: Session, firm: Firm, *, now: datetime) -> None:
    admin = STAFF[0]
    login = new_login(admin)
    data = SetupInput.model_validate({
        "organisation": FIRM, "name": admin.name, "login": login.login, "password": login.password,
        "language": "fr", "country": "FR", "time_zone": TIME_ZONE,
    })  # fmt: skip
    set_up(session, data, now=now)
    session.get_one(Organisation, 1).is_demonstration = True
    firm.logins.append(login)


def new_login(person: PersonSpec) -> Login:
    return Login(person.login or "", fresh_password(), person.role or "", person.name)


def make_places(session: Session, firm: Firm, *, now: datetime) -> None:
    for spec in SITES:
        calendar_id = None
        if spec.region:
            data = CalendarInput(code=f"FR-{spec.region}", name=spec.calendar, country="FR", region=spec.region)
            calendar_id = create_calendar(session, data, by=SYSTEM, now=now).id
        site = create_site(
            session,
            SiteInput(
                code=spec.code,
                name=spec.name,
                time_zone=spec.time_zone,
                calendar_id=calendar_id,
                address=spec.address,
            ),
            by=SYSTEM,
            now=now,
        )
        firm.sites[spec.code] = site.id
        for path in ROOMS:
            make_room(session, firm, spec.code, path, now=now)


def make_room(session: Session, firm: Firm, site: str, path: str, *, now: datetime) -> int:
    """The place at the end of a path, and those above it."""
    if (site, path) not in firm.rooms:
        above, _, name = path.rpartition(" > ")
        parent_id = make_room(session, firm, site, above, now=now) if above else None
        data = NewLocationInput(site_id=firm.sites[site], name=name, parent_id=parent_id)
        firm.rooms[site, path] = create_location(session, data, by=SYSTEM, now=now).id
    return firm.rooms[site, path]


def make_staff(session: Session, firm: Firm, *, now: datetime) -> None:
    technicians = []
    for person in STAFF[1:]:
        login = new_login(person)
        if session.scalar(select(User.id).where(User.login == login.login)) is not None:  # the administrator's
            login = replace(login, login=f"{login.login}.demo")
        data = NewMemberInput.model_validate({
            "name": person.name, "login": login.login, "password": login.password, "role": person.role,
            "language": "fr", "has_all_sites": person.site is None,
            "site_ids": [firm.sites[person.site]] if person.site else [],
        })  # fmt: skip
        member = create_member(session, data, by=SYSTEM, now=now)
        firm.logins.append(login)
        firm.persons[person.name] = member.person_id
        if person.role == Role.TECHNICIAN:
            technicians.append(member.person_id)
    team = create_team(session, TeamInput(name="Équipe informatique", member_ids=technicians), by=SYSTEM, now=now)
    firm.team_id = team.id


def make_catalogue(session: Session, firm: Firm, *, now: datetime) -> None:
    for spec in CATEGORIES:
        category = CategoryInput(
            code=spec.code,
            name=spec.name,
            name_fr=spec.name_fr,
            tag_prefix=spec.code,
            expected_life_months=spec.life_months,
            is_immaterial=spec.is_immaterial,
        )
        firm.categories[spec.code] = create_category(session, category, by=SYSTEM, now=now).id
        for number, (manufacturer, reference, euros) in enumerate(spec.models):
            model = ModelInput(
                manufacturer=manufacturer,
                reference=reference,
                category_id=firm.categories[spec.code],
                replacement_cost_minor=euros * 100,
                currency="EUR",
            )
            firm.models[spec.code, number] = create_model(session, model, by=SYSTEM, now=now).id


def piece_input(firm: Firm, piece: PieceSpec) -> EquipmentInput:
    return EquipmentInput(
        tag=piece.tag,
        name=piece.name,
        serial=piece.serial,
        category_id=firm.categories[piece.category],
        model_id=None if piece.model is None else firm.models[piece.category, piece.model],
        site_id=firm.sites[piece.site],
        location_id=firm.rooms[piece.site, piece.room],
        rack=piece.rack,
        criticality=Criticality(piece.criticality),
        commissioned_on=piece.commissioned_on,
        warranty_until=piece.warranty_until,
        supplier_id=firm.supplier_id if piece.warranty_until else None,
        purchase_cost_minor=None if piece.cost_euros is None else piece.cost_euros * 100,
        currency=None if piece.cost_euros is None else "EUR",
        person_id=firm.persons[piece.person] if piece.person else None,
    )


def make_plans(session: Session, firm: Firm, *, start_on: date, now: datetime) -> None:
    """The library, from the days of the month on which a house would have its rounds."""
    with in_language("fr"):
        for number, plan in enumerate(LIBRARY):
            day = DAYS_OF_MONTH[number % len(DAYS_OF_MONTH)]
            create_plan(session, plan_input(firm, plan, next_day(start_on, day)), by=SYSTEM, now=now)


def next_day(after: date, day_of_month: int) -> date:
    """The first day of that number, at or after a date."""
    this_month = after.replace(day=day_of_month)
    return this_month if this_month >= after else (after.replace(day=1) + timedelta(days=32)).replace(day=day_of_month)


def plan_input(firm: Firm, plan: LibraryPlan, start_on: date) -> PlanInput:
    rooms = [firm.rooms[site, path] for site in firm.sites for path in ROOMS_OF[plan.rooms]] if plan.rooms else []
    return PlanInput.model_validate(
        {
            "code": plan.code,
            "title": gettext(plan.title),
            "kind": plan.kind,
            "instructions": gettext(plan.instructions),
            "estimate_minutes": plan.minutes,
            "priority": plan.priority,
            "team_id": firm.team_id,
            "start_on": start_on,
            "anchor_policy": plan.anchor_policy,
            "category_ids": [firm.categories[code] for code in plan.categories],
            "item_location_ids": rooms,
            "trigger": trigger_of(plan),
            **plan.schedule,
        }
    )


def trigger_of(plan: LibraryPlan) -> dict[str, Any] | None:
    """The meter that says when, by its name in the language of the house."""
    if plan.trigger is None:
        return None
    name = plan.trigger["meter"]
    return {**plan.trigger, "meter": gettext(name)}
