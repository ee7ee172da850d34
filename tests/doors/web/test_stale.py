"""A form that somebody else was faster with: what was typed and what is saved now, side by side; nothing is lost."""

import re
from dataclasses import dataclass, field
from typing import Any

import pytest
from sqlalchemy import select

from app.places.models import Site
from app.plans.actions.plans import create_plan
from app.plans.models import MaintenancePlan
from app.workorders.models import WorkOrder
from tests.factories.equipment import make_category, make_equipment, make_model
from tests.factories.people import make_person, make_team
from tests.factories.places import make_customer, make_location
from tests.factories.plans import ALICE, plan_input
from tests.factories.workorders import make_order


@dataclass(frozen=True)
class Edit:
    """`theirs` and `mine` change one field each way; `same` is what the form needs besides."""

    post: str
    theirs: tuple[str, str]
    mine: tuple[str, str]
    same: dict[str, Any] = field(default_factory=dict)
    get: str = ""
    login: str = "adam"

    @property
    def page(self) -> str:
        return self.get or self.post


PLAN = {"title": "Nettoyer", "kind": "cleaning", "start_on": "2027-01-01", "freq": "month", "interval": "1"}
PIECE = {"name": "Cœur", "tag": "SWI-1", "category_id": "1", "site_id": "1", "criticality": "B", "status": "in_service"}
EDITS = [
    Edit("/people/{person}", ("name", "Chloé Lefèvre"), ("name", "Chloé Petit"), {"email": "c@example.org"}),
    Edit("/people/teams/{team}", ("name", "Réseau"), ("name", "Réseaux")),
    Edit(
        "/people/accounts/{user}",
        ("name", "Robert"),
        ("name", "Bobby"),
        {"login": "bob", "role": "technician", "has_all_sites": "true"},
    ),
    Edit("/sites/1", ("name", "Lyon 1"), ("name", "Lyon 2"), {"code": "LYO"}, get="/sites/1/edit"),
    Edit("/sites/customers/1", ("name", "Acme SA"), ("name", "Acme SARL"), {"code": "ACME"}),
    Edit(
        "/sites/calendars/1",
        ("name", "La France"),
        ("name", "Ma France"),
        {"code": "FR", "weekdays[]": ["monday", "tuesday", "wednesday", "thursday", "friday"], "country": "FR"},
        get="/sites/calendars/1/edit",
    ),
    Edit("/locations/1", ("name", "Salle A"), ("name", "Salle B"), get="/locations/1/edit"),
    Edit("/equipment/1/edit", ("name", "Cœur Nord"), ("name", "Cœur Sud"), PIECE),
    Edit("/equipment/categories/1", ("name", "Onduleur"), ("name", "Alimentation"), {"code": "switch"}),
    Edit("/equipment/models/1", ("reference", "C9300"), ("reference", "C9500"), {"manufacturer": "Cisco"}),
    Edit("/plans/{plan}/edit", ("title", "Dépoussiérer"), ("title", "Souffler"), PLAN),
    Edit(
        "/work-orders/{order}/edit",
        ("priority", "high"),
        ("priority", "urgent"),
        {"assignee_id": ""},
        "/work-orders/{order}",
    ),
]


@pytest.fixture
def ids(database, cast) -> dict[str, int]:
    with database.writing() as session:
        person, team = make_person(session, "Chloé Martin", email="c@example.org"), make_team(session, "Équipe")
        make_customer(session, "ACME", name="Acme")
        make_location(session, session.get_one(Site, cast.lyon.id), "Salle")
        make_category(session, "Switch")
        make_model(session)
        piece = make_equipment(session, "SWI-1", cast.lyon, name="Cœur")
        plan = create_plan(session, plan_input(title="Nettoyer"), by=ALICE, now=piece.created_at)
        order = make_order(session, piece)
        return {"person": person.id, "team": team.id, "user": cast.bob.id, "plan": plan.id, "order": order.id}


def version_on(page: str) -> str:
    found = re.search(r'name="version" value="(\d+)"', page)
    assert found
    return found[1]


@pytest.mark.parametrize("edit", EDITS, ids=lambda edit: edit.post)
def test_both_are_shown_and_mine_can_be_kept(web, ids, edit):
    post, page = edit.post.format(**ids), edit.page.format(**ids)
    browser = web(edit.login)
    version = version_on(browser.get(page).text)
    first = browser.post(post, data=edit.same | dict([edit.theirs]) | {"version": version})
    assert first.status_code == 303, first.text
    late = browser.post(post, data=edit.same | dict([edit.mine]) | {"version": version})
    assert late.status_code == 412
    assert "Somebody else has saved this in the meantime" in late.text
    assert "1 field differs" in late.text
    assert re.search(rf"Saved now: <strong[^>]*>{edit.theirs[1]}<", late.text, re.IGNORECASE)
    assert f'href="{page}"' in late.text  # theirs can be taken
    kept = browser.post(post, data=edit.same | dict([edit.mine]) | {"version": version_on(late.text)})
    assert kept.status_code == 303
    assert edit.mine[1].lower() in browser.get(page).text.lower()


def test_boxes_choices_and_days_are_said_in_words(web, ids, cast):
    adam = web("adam")
    url = f"/people/teams/{ids['team']}"
    adam.post(url, data={"name": "Équipe", "member_ids[]": [str(ids["person"])], "version": "1"})
    late = adam.post(url, data={"name": "Équipe", "member_ids[]": "", "version": "1"}).text
    assert re.search(r"Saved now: <strong[^>]*>Chloé Martin<", late)
    adam.post("/equipment/1/edit", data=PIECE | {"location_id": "1", "warranty_until": "2027-03-01", "version": "1"})
    late = adam.post("/equipment/1/edit", data=PIECE | {"status": "retired", "version": "1"}).text
    assert re.search(r"Saved now: <strong[^>]*>In service<", late)
    late = adam.post("/equipment/1/edit", data=PIECE | {"location_id": "", "warranty_until": "", "version": "1"}).text
    assert re.search(r"Saved now: <strong[^>]*>Salle<", late)
    assert re.search(r"Saved now: <strong[^>]*>1\u00a0Mar 2027<", late)


def test_what_is_wrong_keeps_the_version_that_the_form_was_made_from(web, ids):
    """Else the second try would save over what nobody has shown."""
    adam = web("adam")
    url = f"/people/{ids['person']}"
    adam.post(url, data={"name": "Chloé Lefèvre", "version": "1"})
    wrong = adam.post(url, data={"name": "Chloé Petit", "email": "no address", "version": "1"})
    assert wrong.status_code in (412, 422)
    assert version_on(wrong.text) == "1"


def test_a_report_comes_back_when_the_order_was_ended_meanwhile(web, ids, database):
    url = f"/work-orders/{ids['order']}"
    version = version_on(web("bob").get(url).text)
    assert web("alice").post(f"{url}/cancel", data={"reason": "Twice", "version": version}).status_code == 303
    told = {"finding": "none", "explanation": "Le ventilateur est remplacé.", "version": version}
    late = web("bob").post(f"{url}/complete", data=told)
    assert late.status_code in (409, 412)
    assert "Le ventilateur est remplacé." in late.text
    with database.reading() as session:
        assert session.scalars(select(WorkOrder.state)).one() == "cancelled"
        assert session.scalars(select(MaintenancePlan.title)).one() == "Nettoyer"
