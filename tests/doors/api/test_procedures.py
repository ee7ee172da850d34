"""REST of procedures: drafted, published, compared; suggestions decided on."""

import pytest

from tests.factories.equipment import make_equipment
from tests.factories.procedures import make_procedure
from tests.factories.workorders import make_order

STEPS = [
    {"title": "Fans turn", "kind": "pass_fail", "on_failure": "follow_up"},
    {"title": "Temperature", "kind": "number", "minimum": 18, "maximum": 24.5, "unit": "°C"},
    {"title": "Photo", "kind": "photo", "only_if_position": 1, "only_if_answer": "failed"},
]


@pytest.fixture
def procedure(database):
    with database.writing() as session:
        return make_procedure(session)


def test_a_procedure_goes_from_draft_to_its_second_version(api):
    alice = api("alice")
    made = alice.post("/api/v1/procedures", json={"title": "Clean a switch", "kind": "cleaning", "steps": STEPS})
    path = made.headers["location"]
    assert (made.status_code, made.json()["current"], made.json()["draft"]["number"]) == (201, None, 1)
    published = alice.post(f"{path}/publish", headers={"if-match": made.headers["etag"]})
    assert [step["maximum"] for step in published.json()["current"]["steps"]] == [None, 24.5, None]
    drafted = alice.post(f"{path}/draft", headers={"if-match": published.headers["etag"]})
    body = {"steps": [STEPS[1], STEPS[0]], "note": "Measured first"}
    saved = alice.put(f"{path}/draft", json=body, headers={"if-match": drafted.headers["etag"]})
    assert [step["position"] for step in saved.json()["draft"]["steps"]] == [1, 2]
    told = alice.get(f"{path}/compare?before=1&after=2").json()
    assert [(step["what"], step["title"], step["is_moved"]) for step in told["steps"]] == [
        ("same", "Temperature", True),
        ("same", "Fans turn", False),
        ("removed", "Photo", False),
    ]
    assert alice.post(f"{path}/publish", headers={"if-match": saved.headers["etag"]}).status_code == 200
    rows = [(row["number"], row["state"], row["note"]) for row in alice.get(f"{path}/versions").json()]
    assert rows == [(2, "published", "Measured first"), (1, "retired", None)]
    assert alice.get(f"{path}/versions/1").json()["steps"][2]["only_if_answer"] == "failed"


def test_what_is_wrong_is_named_by_its_place(api, procedure):
    alice, path = api("alice"), f"/api/v1/procedures/{procedure.id}"
    stale = alice.post(f"{path}/draft", headers={"if-match": '"1"'})
    assert (stale.status_code, alice.post(f"{path}/draft").status_code) == (412, 428)
    alice.post(f"{path}/draft", headers={"if-match": '"2"'})
    for step, pointer in (
        ({"kind": "reading"}, "/steps/0/meter"),
        ({"minimum": 5}, "/steps/0/minimum"),
        ({"only_if_position": 1, "only_if_answer": "done"}, "/steps/0/only_if_position"),
        ({"title": ""}, "/steps/0/title"),
        ({"author": "me"}, "/steps/0/author"),
    ):
        body = {"steps": [{"title": "Look"} | step]}
        refused = alice.put(f"{path}/draft", json=body, headers={"if-match": '"3"'})
        assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, pointer)
    empty = alice.put(f"{path}/draft", json={}, headers={"if-match": '"3"'})
    refused = alice.post(f"{path}/publish", headers={"if-match": empty.headers["etag"]})
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, "/steps")
    given_up = alice.request("DELETE", f"{path}/draft", headers={"if-match": empty.headers["etag"]})
    assert (given_up.status_code, given_up.json()["draft"]) == (200, None)


def test_a_suggestion_from_an_order_is_taken_and_one_refused(api, database, procedure):
    bob, alice = api("bob"), api("alice")
    with database.writing() as session:
        order = make_order(session, make_equipment(session), procedure_id=procedure.id)
        plain = make_order(session, make_equipment(session, "SWI-2"))
    made = bob.post(f"/api/v1/work-orders/{order.id}/suggestions", json={"text": "Say which"})
    assert (made.status_code, made.json()["order_id"], made.json()["state"]) == (201, order.id, "open")
    assert bob.post(f"/api/v1/work-orders/{plain.id}/suggestions", json={"text": "x"}).status_code == 409
    other = bob.post(f"/api/v1/procedures/{procedure.id}/suggestions", json={"text": "Skip it"}).json()["id"]
    path, first = "/api/v1/step-suggestions", made.json()["id"]
    assert bob.post(f"{path}/{first}/take", json={}, headers={"if-match": '"1"'}).status_code == 403
    taken = alice.post(f"{path}/{first}/take", json={}, headers={"if-match": '"1"'})
    assert (taken.json()["taken_in"], taken.json()["is_in_force"]) == (2, False)
    silent = alice.post(f"{path}/{other}/refuse", json={}, headers={"if-match": '"1"'})
    assert (silent.status_code, silent.json()["errors"][0]["pointer"]) == (422, "/answer")
    alice.post(f"{path}/{other}/refuse", json={"answer": "It is the law"}, headers={"if-match": '"1"'})
    mine = bob.get(f"{path}?mine=true").json()["items"]
    assert [(row["state"], row["answer"]) for row in mine] == [("refused", "It is the law"), ("taken", None)]
    assert alice.get(f"{path}?mine=true").json()["items"] == []
    assert [row["id"] for row in alice.get(f"{path}?state=taken").json()["items"]] == [first]


def test_an_order_and_a_plan_name_a_procedure(api, database, procedure):
    alice = api("alice")
    with database.writing() as session:
        piece = make_equipment(session)
    body = {"title": "Clean", "due_on": "2026-12-01", "equipment_id": piece.id, "procedure_id": procedure.id}
    assert alice.post("/api/v1/work-orders", json=body).json()["procedure_version_id"] is not None
    unknown = alice.post("/api/v1/work-orders", json=body | {"procedure_id": 99})
    assert (unknown.status_code, unknown.json()["errors"][0]["pointer"]) == (422, "/procedure_id")
    plan = {"title": "Clean", "kind": "cleaning", "start_on": "2027-01-01", "procedure_id": procedure.id}
    assert alice.post("/api/v1/maintenance-plans", json=plan).json()["procedure_id"] == procedure.id
