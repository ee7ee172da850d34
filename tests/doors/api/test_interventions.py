"""The work on an order over REST: from the first answer to what follows."""

import pytest

from tests.factories.equipment import make_equipment
from tests.factories.parts import make_part
from tests.factories.procedures import make_procedure, version_of
from tests.factories.workorders import make_order

STEPS = [
    {"title": "No red lamp", "kind": "pass_fail"},
    {"title": "Runtime", "kind": "number", "minimum": 12, "unit": "min", "on_failure": "follow_up"},
    {"title": "Which lamp", "kind": "text", "only_if_position": 1, "only_if_answer": "failed"},
]


@pytest.fixture
def path(database, cast):
    with database.writing() as session:
        order = make_order(session, make_equipment(session, "OND-1", cast.lyon), "Check the UPS")
        order.procedure_version_id = version_of(session, make_procedure(session, "UPS check", STEPS))
        make_part(session, "FAN", 2, unit_cost_minor=1250)
        return f"/api/v1/work-orders/{order.id}"


def test_steps_are_answered_and_what_follows_is_made(api, path):
    bob = api("bob")
    steps = bob.get(f"{path}/steps").json()
    assert (steps["done"], steps["total"], len(steps["missing"])) == (0, 2, 2)
    first, second, _third = (step["id"] for step in steps["steps"])
    told = bob.put(f"{path}/steps/{first}", json={"value": "failed"}).json()
    assert [step["applies"] for step in told["steps"]] == [True, True, True]
    told = bob.put(f"{path}/steps/{first}", json={"value": "passed"}).json()
    told = bob.put(f"{path}/steps/{second}", json={"value": 11, "note": "Weak"}).json()
    assert told["steps"][1]["result"]["is_failed"] is True
    assert (told["done"], told["missing"]) == (2, [])
    order = bob.get(path)
    done = bob.post(f"{path}/complete", json={}, headers={"if-match": order.headers["etag"]})
    assert done.json()["resolution"]["finding"] == "minor"
    listed = bob.get("/api/v1/work-orders?is_open=true").json()["items"]
    assert [row["title"] for row in listed] == ["Follow up: Runtime"]


def test_what_is_missing_is_a_problem_that_says_so(api, path):
    bob = api("bob")
    refused = bob.post(f"{path}/complete", json={}, headers={"if-match": bob.get(path).headers["etag"]})
    assert (refused.status_code, refused.json()["errors"][0]["code"]) == (422, "steps_missing")
    assert "No red lamp" in refused.json()["errors"][0]["detail"]


def test_a_procedure_is_given_once(api, path):
    bob = api("bob")
    said = {"equipment_id": 1, "title": "Strange noise", "due_on": "2026-11-30"}
    made = bob.post("/api/v1/work-orders", json=said)
    own = f"/api/v1/work-orders/{made.json()['id']}"
    given = bob.put(f"{own}/procedure", json={"procedure_id": 1}, headers={"if-match": made.headers["etag"]})
    assert (given.status_code, given.json()["procedure_version_id"], given.headers["etag"]) == (200, 1, '"2"')
    assert bob.put(f"{own}/procedure", json={"procedure_id": 1}).status_code == 428
    again = bob.put(f"{own}/procedure", json={"procedure_id": 1}, headers={"if-match": '"2"'})
    assert (again.status_code, again.json()["code"]) == (409, "has_procedure")


def test_time_parts_and_costs_add_up(api, path):
    bob = api("bob")
    assert bob.post(f"{path}/start-timer").status_code == 201
    assert bob.get(path).json()["state"] == "in_progress"
    entry = bob.post(f"{path}/stop-timer").json()[0]
    version = f'"{entry["version"]}"'
    fixed = bob.put(f"{path}/time-entries/{entry['id']}", json={"minutes": 30}, headers={"if-match": version})
    assert fixed.json()["minutes"] == 30
    used = bob.post(f"{path}/parts", json={"part_id": 1, "quantity": 2})
    assert used.status_code == 201
    refused = bob.post(f"{path}/parts", json={"part_id": 1})
    assert (refused.status_code, refused.json()["code"]) == (409, "not_enough")
    assert bob.post(f"{path}/parts/{used.json()['id']}/return", json={"quantity": 1}).json()["returned"] == 1
    line = bob.post(f"{path}/cost-lines", json={"label": "Travel", "amount_minor": 9000}).json()
    assert bob.get(f"{path}/costs").json()["total"] == 1250 + 9000
    assert bob.delete(f"{path}/cost-lines/{line['id']}").status_code == 204
    costs = bob.get(f"{path}/costs").json()
    assert (costs["total"], costs["minutes"], costs["unrated"]) == (1250, 30, 30)


def test_a_helper_and_a_hand_over_stand_in_the_history(api, path, cast):
    bob = api("bob")
    helpers = bob.post(f"{path}/helpers", json={"person_id": cast.dan.person_id}).json()
    assert [row["name"] for row in helpers] == ["Dan"]
    assert bob.delete(f"{path}/helpers/{cast.dan.person_id}").status_code == 204
    said = {"assignee_id": cast.dan.person_id, "note": "Has the key"}
    handed = bob.post(f"{path}/hand-over", json=said, headers={"if-match": bob.get(path).headers["etag"]})
    assert handed.json()["assignee_id"] == cast.dan.person_id
    history = bob.get(f"{path}/history").json()
    assert [row["kind"] for row in history][:3] == ["handed_over", "helper_removed", "helper_added"]
    assert history[0]["reason"] == "Has the key"
    nobody = bob.post(f"{path}/hand-over", json={"note": "?"}, headers={"if-match": '"3"'})
    assert nobody.status_code == 422


def test_the_steps_cost_the_same_whatever_their_number(database, cast, api, app, queries_of):
    with database.writing() as session:
        piece = make_equipment(session, "OND-1", cast.lyon)
        for count in (2, 30):
            steps = [{"title": f"Step {n}", "kind": "number"} for n in range(count)]
            order = make_order(session, piece, f"{count} steps")
            order.procedure_version_id = version_of(session, make_procedure(session, f"{count} steps", steps))
    bob = api("bob")
    few = queries_of(app, lambda: bob.get("/api/v1/work-orders/1/steps"))
    assert queries_of(app, lambda: bob.get("/api/v1/work-orders/2/steps")) == few
