"""Pages of visits: made by ticking, walked on a phone, done in bulk."""

import re
from datetime import date

import pytest
from sqlalchemy import select

from app.visits.models import Visit
from app.workorders.models import WorkOrder
from tests.factories.equipment import make_category, make_piece
from tests.factories.people import make_team
from tests.factories.places import make_location
from tests.factories.workorders import make_order


@pytest.fixture
def orders(cast, database):
    with database.writing() as session:
        category = make_category(session)
        pieces = [make_piece(session, cast.lyon, category, f"SW-{n}") for n in range(3)]
        said = {"kind": "cleaning", "type": "preventive", "due_on": date(2026, 11, 23)}
        made = [make_order(session, piece, f"Clean {piece.tag}", **said).id for piece in pieces]
        repair = {"due_on": date(2026, 11, 23), "type": "corrective"}
        return [*made, make_order(session, pieces[0], "Mend the fan", **repair).id]


def make(client, cast, orders, **more):
    body = {"site_id": cast.lyon.id, "day_on": "2026-11-23", "order_ids[]": [str(key) for key in orders]} | more
    return client.post("/visits", data=body)


def test_a_visit_is_made_by_ticking_what_is_due_at_a_site(web, cast, orders, database):
    bob = web("bob")
    assert "Clean SW-0" not in bob.get("/visits/new").text
    page = bob.get(f"/visits/new?site_id={cast.lyon.id}&day_on=2026-11-23").text
    assert page.count("checked") == 4
    assert "Tick the orders" in make(bob, cast, []).text
    answer = make(bob, cast, orders[:2])
    assert answer.status_code == 303
    assert "Clean SW-0" not in bob.get(f"/visits/new?site_id={cast.lyon.id}&day_on=2026-11-23").text
    assert "0 of 2 done" in bob.get("/visits").text
    assert "Lyon" in bob.get("/").text


def test_it_is_walked_stop_by_stop_and_done_in_bulk_with_what_is_left_named(web, cast, orders, database):
    bob = web("bob")
    place = make(bob, cast, orders).headers["location"]
    assert bob.post(f"{place}/start", data={"version": "1"}).status_code == 303
    page = bob.get(place).text
    assert re.search(r"<details[^>]* open>", page)
    assert bob.post(f"{place}/complete", data={"order_ids[]": [str(orders[0])], "minutes_each": "5"}).status_code == 303
    answer = bob.post(f"{place}/complete", data={"order_ids[]": [str(key) for key in orders[1:]]})
    assert answer.status_code == 200
    assert "1 order is left open" in answer.text
    assert "Done: OT-" in answer.text
    with database.reading() as session:
        states = session.scalars(select(WorkOrder.state).order_by(WorkOrder.id)).all()
        assert states == ["completed", "completed", "completed", "ready"]
        assert session.scalar(select(Visit.state)) == "started"
    assert bob.post(f"{place}/end", data={}).status_code == 303
    assert "3 of 4 done" in bob.get("/visits?ended=1").text


def test_the_order_of_the_stops_is_changed_without_a_script(web, api, cast, orders):
    bob = web("bob")
    place = make(bob, cast, orders[:3]).headers["location"]
    form = {"order_id": str(orders[2]), "direction": "up", "version": "1"}
    assert bob.post(f"{place}/move", data=form).status_code == 303
    told = api("bob").get(f"/api/v1{place}").json()
    assert [stop["order_id"] for stop in told["orders"]] == [orders[0], orders[2], orders[1]]
    assert bob.post(f"{place}/remove", data={"order_ids[]": str(orders[0]), "version": "2"}).status_code == 303
    assert bob.get(f"{place}?arrange=1").text.count("Take out") == 2
    assert bob.post(f"{place}/move", data=form).status_code == 412
    assert "Clean SW-0" in bob.get(f"{place}/edit").text
    assert bob.post(f"{place}/add", data={"order_ids[]": str(orders[0]), "version": "3"}).status_code == 303
    assert bob.post(place, data={"title": "Round", "day_on": "2026-11-24", "version": "4"}).status_code == 303
    assert "Round" in bob.get("/visits").text


def test_a_manager_says_whose_rounds_are_bundled_by_themselves(web, api, database, cast):
    with database.writing() as session:
        team_id = make_team(session).id
    alice = web("alice")
    assert alice.post("/visits/bundled", data={"team_ids[]": str(team_id)}).status_code == 303
    assert api("bob").get("/api/v1/visits/bundled-teams").json() == {"team_ids": [team_id]}
    assert alice.post("/visits/bundled", data={}).status_code == 303
    assert api("bob").get("/api/v1/visits/bundled-teams").json() == {"team_ids": []}
    assert web("bob").post("/visits/bundled", data={"team_ids[]": str(team_id)}).status_code == 403


def test_the_orders_of_one_room_are_shown_where_it_is_chosen(web, cast, orders, database):
    with database.writing() as session:
        room = make_location(session, cast.lyon, "Salle")
        session.get_one(WorkOrder, orders[0]).equipment_id = make_piece(
            session, cast.lyon, make_category(session, "Hub"), "HUB-1", location_id=room.id
        ).id
        room_id = room.id
    page = web("bob").get(f"/visits/new?site_id={cast.lyon.id}&location_id={room_id}&day_on=2026-11-23").text
    assert ("Clean SW-0" in page, "Clean SW-1" in page) == (True, False)
