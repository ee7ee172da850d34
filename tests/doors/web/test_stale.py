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


MADE: dict[str, dict[str, Any]] = {
    "/people/skills": {"name": "Réseau"},
    "/people/absences": {"person_id": "{person}", "first_on": "2027-03-01", "last_on": "2027-03-02", "kind": "leave"},
    "/equipment/suppliers": {"name": "Elec"},
    "/equipment/failure-codes": {"kind": "mode", "code": "paper_jam", "name": "Bourrage"},
    "/plans/families": {"title": "Baies", "tolerance_days": "7"},
    "/assignments": {"name": "Réseau", "strategy": "least_loaded"},
    "/assignments/escalations": {"level": "1", "cause": "overdue", "after_minutes": "60", "to_person_id": "{person}"},
    "/equipment/1/meters/new": {"name": "Pages", "kind": "counter", "decimals": "0"},
    "/visits": {"order_ids[]": ["{order}"], "day_on": "2027-03-01"},
    "/equipment/categories/1/commissioning": {"title": "Mettre en baie", "kind": "installation", "days_after": "0"},
    "/people/teams/{team}/on-call": {
        "person_ids[]": ["{person}"], "time_zone": "Europe/Paris", "starts_on": "2027-03-01", "handover": "08:00",
        "opens": "08:00", "closes": "18:00",
    },
}  # fmt: skip
OTHERS = [
    Edit("/people/skills/1", ("name", "Onduleurs"), ("name", "Fontaines"), get="/people/skills"),
    Edit("/people/absences/1", ("note", "Bretagne"), ("note", "Alsace"),
         {"first_on": "2027-03-01", "last_on": "2027-03-02", "kind": "leave"}),
    Edit("/equipment/suppliers/1", ("name", "Elcom"), ("name", "Electro"), get="/equipment/suppliers"),
    Edit("/equipment/failure-codes/1", ("name", "Bourre"), ("name", "Coince"), get="/equipment/failure-codes"),
    Edit("/plans/families/1", ("title", "Été"), ("title", "Hiver"), MADE["/plans/families"], "/plans/families"),
    Edit("/assignments/1", ("name", "Serveurs"), ("name", "Baies"), MADE["/assignments"]),
    Edit("/assignments/escalations/1", ("after_minutes", "120"), ("after_minutes", "90"),
         MADE["/assignments/escalations"]),
    Edit("/meters/1/edit", ("name", "Noires"), ("name", "Couleur"),
         MADE["/equipment/1/meters/new"] | {"equipment_id": "1"}),
    Edit("/visits/1", ("title", "Lundi"), ("title", "Mardi"), {"day_on": "2027-03-01"}, "/visits/1/edit"),
    Edit("/equipment/categories/1/commissioning/1", ("title", "Monter"), ("title", "Poser"),
         MADE["/equipment/categories/1/commissioning"], "/equipment/categories/1/commissioning"),
    Edit("/people/teams/{team}/on-call", ("handover", "09:00"), ("handover", "10:00"),
         MADE["/people/teams/{team}/on-call"]),
]  # fmt: skip


def filled(data, ids):
    """Ids for their names, in lists too."""
    return {
        name: value.format(**ids) if isinstance(value, str) else [one.format(**ids) for one in value]
        for name, value in data.items()
    }


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
    both_are_shown(web(edit.login), ids, edit)


def test_so_they_are_on_the_pages_where_things_are_changed_in_place(web, ids):
    """One house for all of them: each makes its row and changes that."""
    for (path, data), edit in zip(MADE.items(), OTHERS, strict=True):
        made = web("adam").post(path.format(**ids), data=filled(data, ids))
        assert made.status_code == 303, f"{path}: {made.text}"
        both_are_shown(web("adam"), ids, edit)


def both_are_shown(browser, ids, edit):
    post, page, same = edit.post.format(**ids), edit.page.format(**ids), filled(edit.same, ids)
    version = version_on(browser.get(page).text)
    first = browser.post(post, data=same | dict([edit.theirs]) | {"version": version})
    assert first.status_code == 303, first.text
    late = browser.post(post, data=same | dict([edit.mine]) | {"version": version})
    assert late.status_code == 412
    assert "Somebody else has saved this in the meantime" in late.text
    assert "1 field differs" in late.text, post
    assert re.search(rf"Saved now: <strong[^>]*>{edit.theirs[1]}<", late.text, re.IGNORECASE), post
    assert f'href="{page}"' in late.text  # theirs can be taken
    kept = browser.post(post, data=same | dict([edit.mine]) | {"version": version_on(late.text)})
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
