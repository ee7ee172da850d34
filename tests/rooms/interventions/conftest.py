"""An order on a UPS with a procedure: what Bob finds when he opens it."""

from dataclasses import dataclass

import pytest
from sqlalchemy.orm import Session

from app.core.security import Actor, Role
from app.equipment.models import Equipment
from app.interventions.queries.steps import get_thread
from app.people.models import User
from app.places.models import Site
from app.workorders.models import WorkOrder
from tests.factories.equipment import make_equipment
from tests.factories.people import make_user
from tests.factories.places import make_calendar, make_organisation, make_site
from tests.factories.procedures import make_procedure, version_of
from tests.factories.workorders import make_order

STEPS = [
    {"title": "No red lamp", "kind": "pass_fail", "on_failure": "flag"},
    {"title": "Which lamp", "kind": "text", "only_if_position": 1, "only_if_answer": "failed"},
    {"title": "Runtime", "kind": "number", "minimum": 12, "unit": "min", "on_failure": "follow_up"},
    {"title": "Load", "kind": "reading", "meter": "Load", "maximum": 80, "unit": "%"},
    {"title": "Filter", "kind": "choice", "choices": ["clean", "dusty"], "is_mandatory": False},
    {"title": "Photo of the display", "kind": "photo", "is_mandatory": False},
]


@dataclass(frozen=True)
class House:
    """Bob repairs, Dan helps, Alice plans; `ids` are the steps of the order's procedure, from the first on."""

    session: Session
    site: Site
    piece: Equipment
    order: WorkOrder
    bob: Actor
    dan: Actor
    alice: Actor
    ids: list[int]

    def new_order(self, **more: object) -> WorkOrder:
        order = make_order(self.session, self.piece, **more)
        order.procedure_version_id = self.order.procedure_version_id
        self.session.flush()
        return order


def actor(user: User) -> Actor:
    return Actor(user.person.name, Role(user.role), user_id=user.id, person_id=user.person_id)


@pytest.fixture
def house(session):
    calendar = make_calendar(session)
    make_organisation(session, calendar)
    site = make_site(session, "LYO", calendar, name="Lyon")
    piece = make_equipment(session, "OND-1", site)
    people = [
        actor(make_user(session, login, role))
        for login, role in (("bob", Role.TECHNICIAN), ("dan", Role.TECHNICIAN), ("alice", Role.MANAGER))
    ]
    order = make_order(session, piece, "Check the UPS")
    order.procedure_version_id = version_of(session, make_procedure(session, "UPS check", STEPS))
    session.flush()
    bob, dan, alice = people
    ids = [doing.asked.id for doing in get_thread(session, order.id, by=bob).steps]
    return House(session, site, piece, order, bob, dan, alice, ids)
