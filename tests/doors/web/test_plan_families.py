"""Families of plans: made on their page, chosen in a plan's form, and told by what is merged (S24)."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from app.core.clock import fixed_clock
from app.operations.actions.tick import tick
from app.plans.models import PlanFamily, PlanTarget
from app.workorders.models import WorkOrder
from tests.factories.equipment import make_category, make_equipment

PLAN = {"kind": "cleaning", "freq": "month", "interval": "1", "start_on": "2027-01-01", "mode": "fixed"}


@pytest.fixture
def piece(database, cast):
    with database.writing() as session:
        return make_equipment(session, "SWI-0001", cast.lyon, make_category(session, "Switch")).id


def test_a_family_is_made_chosen_in_two_plans_and_one_order_does_for_both(web, piece, database):
    alice = web("alice")
    said = {"title": "UPS service", "tolerance_days": "5"}
    made = alice.post("/plans/families", data=said, follow_redirects=True).text
    assert "UPS service" in made
    assert "within 5 days" in made
    small = PLAN | {"title": "Monthly look", "equipment_tags": "SWI-0001", "family_id": "1", "rank": "1"}
    large = small | {"title": "Yearly service", "freq": "year", "start_on": "2027-01-04", "rank": "2"}
    assert alice.post("/plans/new", data=small).status_code == 303
    preview = alice.post("/plans/preview", data=large).text
    assert "Its orders take in the dates of “Monthly look” that lie within 5 days." in preview
    assert alice.post("/plans/new", data=large).status_code == 303
    page = alice.get("/plans/families").text
    assert page.index("Yearly service") < page.index("Monthly look")
    tick(database, clock=fixed_clock(datetime(2027, 1, 1, 6, tzinfo=UTC)), instance="test")
    with database.reading() as session:
        [order] = session.scalars(select(WorkOrder)).all()
        monthly = session.scalars(select(PlanTarget).order_by(PlanTarget.id)).first()
    assert order.title == "Yearly service"
    shown = alice.get(f"/plans/{monthly.plan_id}/items/{monthly.id}").text
    assert "It was merged into OT-000001 (Yearly service)." in shown
    assert "Steps of another plan added" in alice.get(f"/work-orders/{order.id}").text


def test_two_plans_of_one_rank_are_refused_with_words(web, piece):
    alice = web("alice")
    alice.post("/plans/families", data={"title": "UPS service", "tolerance_days": "5"})
    small = PLAN | {"title": "Monthly look", "equipment_tags": "SWI-0001", "family_id": "1", "rank": "1"}
    alice.post("/plans/new", data=small)
    again = alice.post("/plans/new", data=small | {"title": "Another"})
    assert again.status_code == 422
    assert "“Monthly look” has this rank in the family: give each plan its own." in again.text
    alone = alice.post("/plans/new", data=small | {"title": "Another", "rank": ""})
    assert "A plan of a family has a rank in it, and the other way round." in alone.text


def test_a_family_is_changed_and_archived_once_no_plan_belongs_to_it(web, database):
    alice = web("alice")
    assert alice.post("/plans/families", data={"title": ""}).status_code == 422
    alice.post("/plans/families", data={"title": "UPS service"})
    said = {"title": "Service", "tolerance_days": "3", "version": "1"}
    assert "Saved." in alice.post("/plans/families/1", data=said, follow_redirects=True).text
    late = alice.post("/plans/families/1", data=said | {"title": "Mine"})
    assert late.status_code == 412
    assert 'value="Mine"' in late.text or "Not saved." in late.text
    alice.post("/plans/families/1/archive")
    with database.reading() as session:
        family = session.scalars(select(PlanFamily)).one()
    assert (family.title, family.tolerance_days, family.archived_at is None) == ("Service", 3, False)


def test_a_family_with_plans_stays_and_an_archived_one_is_restored_on_the_page(web, piece):
    alice = web("alice")
    alice.post("/plans/families", data={"title": "UPS service"})
    alice.post("/plans/families", data={"title": "Round"})
    small = PLAN | {"title": "Monthly look", "equipment_tags": "SWI-0001", "family_id": "1", "rank": "1"}
    alice.post("/plans/new", data=small)
    refused = alice.post("/plans/families/1/archive")
    assert refused.status_code == 409
    assert "Plans belong to this family. Take them out of it first." in refused.text
    assert "UPS service" in refused.text
    alice.post("/plans/families/2/archive")
    assert 'action="/plans/families/2/restore"' in alice.get("/plans/families").text
    assert 'action="/plans/families/2/restore"' not in web("dan").get("/plans/families").text
    restored = alice.post("/plans/families/2/restore", follow_redirects=True).text
    assert "The family can be chosen again." in restored
    assert 'action="/plans/families/2/restore"' not in restored


def test_whoever_reads_sees_families_and_changes_none(web):
    web("alice").post("/plans/families", data={"title": "UPS service"})
    bob = web("bob")
    page = bob.get("/plans/families").text
    assert ("UPS service" in page, "Make the family" in page, "Change it" in page) == (True, False, False)
    assert bob.post("/plans/families", data={"title": "Mine"}).status_code == 403
