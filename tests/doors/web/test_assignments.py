"""Pages of rules, and of what they did with an order."""

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import select

from app.places.models import Site
from app.workorders.models import WorkOrder
from tests.factories.equipment import make_category, make_piece
from tests.factories.people import make_absence
from tests.factories.workorders import make_order


@pytest.fixture
def order_id(cast, database):
    with database.writing() as session:
        piece = make_piece(session, cast.lyon, make_category(session), "SW-1")
        return make_order(session, piece, "Mend the fan").id


def test_a_rule_is_tried_before_the_clock_goes_by_it(web, cast, order_id, database):
    alice = web("alice")
    assert "No rule yet" in alice.get("/assignments").text
    wrong = alice.post("/assignments", data={"name": "Repairs", "strategy": "person"})
    assert wrong.status_code == 422
    assert "Say who gets these orders" in wrong.text
    said = {"name": "Repairs", "kind": "repair", "strategy": "person", "person_id": cast.bob.person_id}
    assert alice.post("/assignments", data=said).status_code == 303
    page = alice.get("/assignments/preview").text
    assert "Mend the fan" in page
    assert "given to Bob" in page
    with database.reading() as session:
        assert session.scalar(select(WorkOrder.assignee_id)) is None
    answer = web("bob").post(f"/work-orders/{order_id}/assign", data={"version": "1"})
    assert answer.status_code == 303
    assert "given to Bob" in web("dan").get(f"/work-orders/{order_id}/handling").text
    assert "Given by rule" in alice.get(f"/work-orders/{order_id}").text


def test_rules_are_put_in_order_changed_and_archived(web, api, cast):
    alice, rest = web("alice"), api("alice")
    for name in ("One", "Two"):
        alice.post("/assignments", data={"name": name, "strategy": "least_loaded"})
    one, two = (rule["id"] for rule in rest.get("/api/v1/assignment-rules").json()["items"])
    assert alice.post(f"/assignments/{two}/move", data={"direction": "up"}).status_code == 303
    assert [rule["name"] for rule in rest.get("/api/v1/assignment-rules").json()["items"]] == ["Two", "One"]
    data = {"name": "First", "strategy": "least_loaded", "version": "1"}
    assert alice.post(f"/assignments/{one}", data=data).status_code == 303
    assert alice.post(f"/assignments/{one}", data=data | {"name": "Late"}).status_code == 412
    assert alice.post(f"/assignments/{one}/archive").status_code == 303
    assert "First" in alice.get("/assignments").text
    assert [rule["name"] for rule in rest.get("/api/v1/assignment-rules").json()["items"]] == ["Two"]


def test_a_rule_keeps_its_site_when_that_is_archived_and_the_rule_edited(web, cast, database):
    alice = web("alice")
    alice.post("/assignments", data={"name": "Lyon", "strategy": "least_loaded", "site_id": cast.lyon.id})
    with database.writing() as session:
        session.get_one(Site, cast.lyon.id).archived_at = datetime(2026, 11, 23, tzinfo=UTC)
    assert f'<option value="{cast.lyon.id}" selected>As it is now</option>' in alice.get("/assignments/1").text


def test_orders_of_who_is_away_are_named(web, cast, order_id, database):
    with database.writing() as session:
        session.get_one(WorkOrder, order_id).assignee_id = cast.bob.person_id
        make_absence(session, cast.bob.person_id, date(2026, 11, 25), date(2026, 11, 27))
    page = web("alice").get("/assignments/absent").text
    assert "Bob is away until" in page
    assert "Hand it over" in page


def test_an_order_is_sent_up_seen_and_told_on_its_page(web, cast, order_id):
    bob = web("bob")
    wrong = bob.post(f"/work-orders/{order_id}/escalate", data={"level": "2", "version": "1"})
    assert wrong.status_code == 422
    said = {"level": "2", "to_person_id": cast.alice.person_id, "note": "Beyond me", "version": "1"}
    assert bob.post(f"/work-orders/{order_id}/escalate", data=said).status_code == 303
    page = bob.get(f"/work-orders/{order_id}/handling").text
    assert "Level 2" in page
    assert "Beyond me" in page
    assert "I have seen it" in page
    assert "Level 2" in web("alice").get("/").text
    for address, is_there in (("", True), ("?escalation_level=2", True), ("?escalation_level=1", False)):
        assert (f'href="/work-orders/{order_id}"' in bob.get(f"/work-orders{address}").text) is is_there
    assert web("alice").post(f"/work-orders/{order_id}/acknowledge").status_code == 303
    assert "Seen by Alice" in bob.get(f"/work-orders/{order_id}/handling").text


def test_levels_are_made_by_who_plans(web, api, cast):
    alice = web("alice")
    said = {"level": "1", "cause": "overdue", "after_minutes": "240", "to_person_id": cast.alice.person_id}
    assert "Say who is told" in alice.post("/assignments/escalations", data=said | {"to_person_id": ""}).text
    assert alice.post("/assignments/escalations", data=said).status_code == 303
    [rule] = api("alice").get("/api/v1/escalation-rules").json()["items"]
    assert "Level 1" in alice.get("/assignments/escalations").text
    answer = alice.post(f"/assignments/escalations/{rule['id']}", data=said | {"assigns": "1", "version": "1"})
    assert answer.status_code == 303
    assert web("bob").get("/assignments/escalations").status_code == 403
