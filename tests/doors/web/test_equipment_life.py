"""A piece is retired or replaced from its page; what is open on it is shown first."""

from datetime import date

import pytest
from sqlalchemy import select

from app.equipment.models import Equipment
from app.workorders.models import WorkOrder
from tests.factories.equipment import make_category, make_equipment
from tests.factories.workorders import make_order


@pytest.fixture
def switch(database, cast):
    """A switch of Lyon with a corrective order that is open."""
    with database.writing() as session:
        piece = make_equipment(session, "SWI-0001", cast.lyon, make_category(session, "Switch"), name="Core")
        order = make_order(session, piece, "Replace the fan", due_on=date(2026, 11, 20))
        return {"id": piece.id, "order": order.id}


def test_a_piece_is_retired_and_an_open_order_of_it_cancelled(web, switch, database):
    alice = web("alice")
    page = alice.get(f"/equipment/{switch['id']}/retire").text
    assert "Replace the fan" in page
    said = {"reason": "Worn out", "disposal": "Recycled", "cancel_order_ids[]": str(switch["order"])}
    shown = alice.post(f"/equipment/{switch['id']}/retire", data=said, follow_redirects=True).text
    for words in ("Retired. No plan makes an order for it any more.", "Worn out", "Recycled"):
        assert words in shown
    with database.reading() as session:
        assert session.get_one(WorkOrder, switch["order"]).state == "cancelled"


def test_a_retired_piece_with_open_orders_says_so(web, switch):
    alice = web("alice")
    alice.post(f"/equipment/{switch['id']}/retire", data={"reason": "Worn out"})
    assert "Decide what becomes of them" in alice.get(f"/equipment/{switch['id']}").text


def test_a_retirement_without_a_reason_comes_back_with_what_was_said(web, switch):
    said = {"disposal": "Recycled", "cancel_order_ids[]": str(switch["order"])}
    answer = web("alice").post(f"/equipment/{switch['id']}/retire", data=said)
    assert answer.status_code == 422
    assert 'value="Recycled"' in answer.text
    assert "checked" in answer.text


def test_a_new_piece_takes_the_place_and_both_pages_show_the_chain(web, switch, database):
    alice = web("alice")
    page = alice.get(f"/equipment/{switch['id']}/replace").text
    assert "moves to the new piece" in page
    said = {"reason": "Worn out", "new.tag": "SWI-0100", "new.serial": "S100", "new.name": "", "new.model_id": ""}
    shown = alice.post(f"/equipment/{switch['id']}/replace", data=said, follow_redirects=True).text
    for words in ("It takes the place of SWI-0001.", "Core", "S100", "Takes the place of", "Replace the fan"):
        assert words in shown
    old = alice.get(f"/equipment/{switch['id']}").text
    assert ("Replaced by" in old, "SWI-0100" in old) == (True, True)


def test_a_piece_of_the_stock_is_named_by_its_tag(web, switch, cast, database):
    alice = web("alice")
    missing = alice.post(f"/equipment/{switch['id']}/replace", data={"reason": "Old", "equipment_tag": "NO-1"})
    assert missing.status_code == 422
    assert "No piece bears this tag." in missing.text
    with database.writing() as session:
        make_equipment(session, "SWI-0002", cast.lyon, make_category(session, "Spare"), status="in_stock")
    alice.post(f"/equipment/{switch['id']}/replace", data={"reason": "Old", "equipment_tag": "SWI-0002"})
    with database.reading() as session:
        statuses = dict(session.execute(select(Equipment.tag, Equipment.status)).all())
    assert statuses == {"SWI-0001": "retired", "SWI-0002": "in_service"}


def test_whoever_reads_finds_neither(web, switch):
    bob = web("bob")
    for end in ("retire", "replace"):
        assert bob.get(f"/equipment/{switch['id']}/{end}").status_code == 403
        assert f"/{end}" not in bob.get(f"/equipment/{switch['id']}").text
