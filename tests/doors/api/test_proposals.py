"""Proposals, the ladder, loans and commissioning over REST."""

from datetime import date

import pytest
from sqlalchemy import select

from app.workorders.models import WorkOrder
from tests.factories.equipment import make_category, make_equipment
from tests.factories.proposals import make_proposal

IF_MATCH = {"if-match": '"1"'}


@pytest.fixture
def printer(database, cast):
    with database.writing() as session:
        category = make_category(session, "Printer")
        more = {"name": "Front desk", "status": "out_of_order", "commissioned_on": date(2026, 1, 1)}
        return make_equipment(session, "PRI-1", cast.lyon, category, **more)


@pytest.fixture
def proposal(database, printer):
    with database.writing() as session:
        return make_proposal(session, printer).id


def test_a_proposal_is_found_read_and_accepted(api, database, proposal):
    alice = api("alice")
    (row,) = alice.get("/api/v1/proposals?state=open&kind=repair").json()["items"]
    assert (row["id"], row["tag"], row["item"]) == (proposal, "PRI-1", "Front desk")
    view = alice.get(f"/api/v1/proposals/{proposal}").json()
    assert view["sentences"][0] == "Failures of one mode (Overheats) in 90 days: 3 (limit 3)"
    assert alice.post(f"/api/v1/proposals/{proposal}/accept", json={}).status_code == 428
    stale = {"if-match": '"9"'}
    assert alice.post(f"/api/v1/proposals/{proposal}/accept", json={}, headers=stale).status_code == 412
    done = alice.post(f"/api/v1/proposals/{proposal}/accept", json={"due_on": "2026-12-01"}, headers=IF_MATCH).json()
    order = alice.get(f"/api/v1/work-orders/{done['order_id']}").json()
    assert (done["state"], order["origin"], order["due_on"]) == ("accepted", "escalation", "2026-12-01")
    again = alice.post(f"/api/v1/proposals/{proposal}/refuse", json={"reason": "No"}, headers={"if-match": '"2"'})
    assert (again.status_code, again.json()["code"]) == (409, "decided")


def test_the_ladder_and_the_reliability_of_a_piece_are_read(api, printer):
    bob = api("bob")
    rungs = {rung["test"]: rung for rung in bob.get(f"/api/v1/equipment/{printer.id}/ladder").json()["rungs"]}
    assert (rungs["failures"]["value"], rungs["failures"]["threshold"]) == (0, 3)
    figures = bob.get(f"/api/v1/equipment/{printer.id}/reliability?from=2026-02-01&until=2026-02-28").json()
    assert (figures["in_service_minutes"], figures["mtbf_minutes"]) == (28 * 24 * 60, None)
    backwards = bob.get(f"/api/v1/equipment/{printer.id}/reliability?from=2026-03-01&until=2026-02-28")
    assert backwards.status_code == 422


def test_a_rule_of_a_category_is_set_read_and_reset(api, printer):
    alice = api("alice")
    here = f"/api/v1/equipment-categories/{printer.category_id}/ladder-rules"
    none_yet, said = {"if-match": '"0"'}, {"threshold": 40, "window_days": None}
    assert alice.put(f"{here}/cost", json=said).status_code == 428
    set_ = alice.put(f"{here}/cost", json=said, headers=none_yet)
    cost = set_.json()
    assert (cost["threshold"], cost["window_days"], cost["from_category_id"]) == (40, None, printer.category_id)
    assert set_.headers["etag"] == '"1"'
    assert cost in alice.get(here).json()["items"]
    assert alice.put(f"{here}/cost", json=said | {"threshold": 30}, headers=none_yet).status_code == 412
    reset = alice.delete(f"{here}/cost", headers={"if-match": '"1"'}).json()
    assert (reset["is_default"], reset["version"]) == (True, 0)
    assert [rule["is_default"] for rule in alice.get(here).json()["items"]] == [True] * 6
    assert alice.put(f"{here}/colour", json=said, headers=none_yet).status_code == 422
    assert alice.put(f"{here}/cost", json={"threshold": -1}, headers=none_yet).status_code == 422


def test_one_is_lent_and_returned_and_the_chain_is_told(api, database, cast, printer):
    with database.writing() as session:
        spare = make_equipment(session, "PRI-9", cast.lyon, status="in_stock", serial="S9")
        make_equipment(session, "PRI-8", cast.lyon, status="retired", serial="S9")
    bob = api("bob")
    made = bob.post(f"/api/v1/equipment/{printer.id}/loans", json={"equipment_id": spare.id})
    assert made.status_code == 201, made.text
    assert bob.get(f"/api/v1/equipment/{spare.id}").json()["on_loan_for_id"] == printer.id
    assert bob.post(f"/api/v1/equipment/{spare.id}/return").json()["returned_by"] == "Bob"
    assert bob.post(f"/api/v1/equipment/{spare.id}/return").status_code == 409
    assert [loan["equipment_id"] for loan in bob.get(f"/api/v1/equipment/{printer.id}/loans").json()] == [spare.id]
    chain = bob.get(f"/api/v1/equipment/{spare.id}/chain").json()
    assert ([link["tag"] for link in chain["position"]], [link["tag"] for link in chain["serial"]]) == (
        ["PRI-9"],
        ["PRI-8"],
    )


def test_commissioning_defaults_make_orders_for_what_is_registered_or_imported(api, database, cast, printer):
    alice = api("alice")
    here = f"/api/v1/equipment-categories/{printer.category_id}/commissioning-tasks"
    task = alice.post(here, json={"title": "Hand it over", "kind": "training", "days_after": 3}).json()
    said = {"title": None}
    assert alice.patch(f"/api/v1/commissioning-tasks/{task['id']}", json=said, headers=IF_MATCH).status_code == 422
    piece = alice.post("/api/v1/equipment", json={"category_id": printer.category_id, "site_id": cast.lyon.id}).json()
    assert len(alice.post(f"/api/v1/equipment/{piece['id']}/commission").json()["order_ids"]) == 1
    file = b"tag,name,site,category\nPRI-50,Hall,LYO,Printer\nPRI-51,Bar,LYO,Printer\n"
    csv = {"content-type": "text/csv"}
    for _twice in range(2):
        assert alice.post("/api/v1/equipment/import?commission=true", content=file, headers=csv).status_code == 200
    with database.reading() as session:
        titles = session.scalars(select(WorkOrder.title)).all()
    assert titles == ["Hand it over"] * 3


def test_what_became_of_a_retired_piece_is_recorded(api, printer):
    alice = api("alice")
    here = f"/api/v1/equipment/{printer.id}"
    assert alice.put(f"{here}/disposal", json={"how": "sold"}).status_code == 409
    version = {"if-match": '"1"'}
    said = {"reason": "Worn out", "how": "recycled", "disposed_on": "2026-11-20", "disposal": "BSD 12"}
    assert alice.post(f"{here}/retire", json=said, headers=version).status_code == 200
    assert alice.get(f"{here}/disposal").json()["note"] == "BSD 12"
    paper = {"file": ("bsd.txt", b"Recycled.", "text/plain")}
    assert alice.post(f"{here}/disposal/certificate", files=paper).json()["certificate"] == "bsd.txt"
    assert alice.get(f"{here}/disposal/certificate").content == b"Recycled."
