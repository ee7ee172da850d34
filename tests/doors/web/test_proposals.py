"""Proposals, the ladder and the life of a piece in a browser."""

import re
from html import unescape

import pytest
from sqlalchemy import select

from app.proposals.models import Proposal
from app.workorders.models import WorkOrder
from tests.factories.equipment import make_category, make_equipment
from tests.factories.proposals import make_proposal


def text_of(answer):
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", answer.text)).replace("\u00a0", " ").split())


@pytest.fixture
def printer(database, cast):
    with database.writing() as session:
        category = make_category(session, "Printer", name_fr="Imprimante")
        return make_equipment(session, "PRI-1", cast.lyon, category, name="Front desk", status="in_maintenance")


@pytest.fixture
def proposal(database, printer):
    with database.writing() as session:
        return make_proposal(session, printer).id


def test_the_list_and_the_page_say_what_it_rests_on(web, proposal, printer):
    bob = web("bob")
    assert "Repair · Front desk" in text_of(bob.get("/proposals"))
    shown = text_of(bob.get(f"/proposals/{proposal}"))
    assert "Failures of one mode (Overheats) in 90 days: 3 (limit 3)" in shown
    assert "OT-000003 It stopped" in shown
    assert "A manager decides." in shown
    card = text_of(bob.get(f"/equipment/{printer.id}/ladder", headers={"hx-request": "true"}))
    assert "Proposed: Repair" in card


def test_it_is_accepted_on_its_page(web, database, proposal):
    alice = web("alice")
    answer = alice.post(f"/proposals/{proposal}/accept", data={"version": "1", "priority": "high", "due_on": ""})
    assert answer.status_code == 303, answer.text
    with database.reading() as session:
        order = session.scalars(select(WorkOrder)).one()
    assert answer.headers["location"] == f"/work-orders/{order.id}"
    assert (order.priority, order.origin) == ("high", "escalation")
    assert "Taken up" in text_of(alice.get(f"/proposals/{proposal}"))
    assert "Nothing to decide" in text_of(alice.get("/proposals"))


def test_it_is_refused_with_a_reason(web, database, proposal):
    alice = web("alice")
    assert alice.post(f"/proposals/{proposal}/refuse", data={"version": "1", "reason": ""}).status_code == 422
    stale = alice.post(f"/proposals/{proposal}/refuse", data={"version": "7", "reason": "No money"})
    assert (stale.status_code, "No money" in stale.text) == (412, True)
    assert alice.post(f"/proposals/{proposal}/refuse", data={"version": "1", "reason": "No money"}).status_code == 303
    with database.reading() as session:
        assert session.get_one(Proposal, proposal).reason == "No money"


def test_the_rules_of_a_category_are_set_and_reset(web, printer):
    alice = web("alice")
    here = f"/equipment/categories/{printer.category_id}/ladder"
    rule = {"threshold": "5", "window_days": "60", "again_after": "2", "cool_down_days": "10", "is_active": "1"}
    assert alice.post(f"{here}/failures", data=rule).status_code == 303
    assert "Own rule" in text_of(alice.get(here))
    ladder = text_of(alice.get(f"/equipment/{printer.id}/ladder?from=2026-01-01&until="))
    assert "Failures of one mode in 60 days: 0 (limit 5)" in ladder
    refused = alice.post(f"{here}/failures", data=rule | {"threshold": "many"})
    assert (refused.status_code, 'value="many"' in refused.text) == (422, True)
    assert alice.post(f"{here}/failures", data={"reset": "1"}).status_code == 303
    assert "Own rule" not in text_of(alice.get(here))


def test_one_is_lent_and_taken_back_in_one_tap(web, database, cast, printer):
    with database.writing() as session:
        spare = make_equipment(session, "PRI-9", cast.lyon, status="in_stock", category=None)
    bob = web("bob")
    lent = bob.post(f"/equipment/{printer.id}/loan", data={"equipment_id": str(spare.id), "note": "Till Friday"})
    assert lent.status_code == 303
    assert "Stands in meanwhile PRI-9" in text_of(bob.get(f"/equipment/{printer.id}"))
    assert "It stands in for PRI-1" in text_of(bob.get(f"/equipment/{spare.id}"))
    assert bob.post(f"/equipment/{spare.id}/return").status_code == 303
    assert "Lend one meanwhile" in text_of(bob.get(f"/equipment/{printer.id}"))


def test_registering_makes_the_orders_of_the_category(web, database, cast, printer):
    alice = web("alice")
    here = f"/equipment/categories/{printer.category_id}/commissioning"
    task = {"title": "Set it up", "title_fr": "Paramétrer", "kind": "installation", "days_after": "2"}
    assert alice.post(here, data=task).status_code == 303
    assert "Set it up" in text_of(alice.get(here))
    said = {"category_id": str(printer.category_id), "site_id": str(cast.lyon.id), "criticality": "B"}
    made = alice.post("/equipment/new", data=said | {"status": "in_service"})
    assert made.status_code == 303, made.text
    assert "Set it up" in text_of(alice.get(made.headers["location"]))
    assert alice.post(f"{made.headers['location']}/commission").status_code == 303
    with database.reading() as session:
        (order,) = session.scalars(select(WorkOrder)).all()
    assert (order.origin, order.kind) == ("commissioning", "installation")


def test_what_became_of_a_retired_piece_is_kept_with_its_certificate(web, printer):
    alice = web("alice")
    here = f"/equipment/{printer.id}"
    assert alice.post(f"{here}/retire", data={"reason": "Worn out"}).status_code == 303
    said = {"how": "recycled", "disposed_on": "2026-11-20", "note": "BSD 12"}
    paper = {"certificate": ("bsd.txt", b"Recycled on 20 November.", "text/plain")}
    assert alice.post(f"{here}/disposal", data=said, files=paper).status_code == 303
    assert "Recycled" in text_of(alice.get(here))
    assert alice.get(f"{here}/disposal/certificate").content == b"Recycled on 20 November."


def test_the_list_asks_the_same_whatever_its_length(app, web, database, queries_of, printer):
    bob = web("bob")

    def add(count):
        with database.writing() as session:
            for _ in range(count):
                make_proposal(session, printer, state="refused", decided_at=printer.created_at)

    add(1)
    bob.get("/proposals?state=all")
    few = queries_of(app, lambda: bob.get("/proposals?state=all"))
    add(10)
    assert queries_of(app, lambda: bob.get("/proposals?state=all")) == few


def test_a_replacement_that_was_accepted_is_done_from_its_order(web, database, printer):
    with database.writing() as session:
        proposal = make_proposal(session, printer, "replace").id
    alice = web("alice")
    order = alice.post(f"/proposals/{proposal}/accept", data={"version": "1"}).headers["location"]
    (replace,) = re.findall(r'href="(/equipment/\d+/replace\?order_id=\d+)"', alice.get(order).text)
    assert "selected" in alice.get(replace).text
    number = replace.rpartition("=")[2]
    said = {"reason": "Worn out", "order_id": number, "how": "sold", "new_cost": "610,00", "new.serial": "NEW-1"}
    done = alice.post(replace.partition("?")[0], data=said)
    assert done.status_code == 303, text_of(done)
    shown = text_of(alice.get(done.headers["location"]))
    assert "€610" in shown
    assert "This place, piece by piece PRI-1" in shown
    assert "Equipment replaced" in text_of(alice.get(order))
    assert "Sold" in text_of(alice.get(f"/equipment/{printer.id}"))
