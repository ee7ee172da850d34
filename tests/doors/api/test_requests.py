"""A request through REST, from what Chloe says to whether it helped."""

from io import BytesIO

import pytest
from PIL import Image

from tests.factories.equipment import make_equipment

API = "/api/v1/requests"


@pytest.fixture
def piece(database, cast):
    with database.writing() as session:
        return make_equipment(session, "IMP-0001", cast.lyon, name="Printer").id


@pytest.fixture
def asked(api, piece):
    said = {"equipment_id": piece, "text": "It eats the paper", "urgency": "blocks"}
    answer = api("chloe").post(API, json=said, headers={"idempotency-key": "one"})
    assert answer.status_code == 201, answer.text
    return answer.json()


def post(program, path, body, version=None):
    headers = {"if-match": f'"{version}"'} if version else {}
    return program.post(f"{API}/{path}", json=body, headers=headers)


def test_it_goes_all_the_way(api, asked):
    chloe, bob = api("chloe"), api("bob")
    assert (asked["number"], asked["status"], asked["channel"]) == ("DI-000001", "new", "portal")
    out = BytesIO()
    Image.new("RGB", (4, 4)).save(out, "PNG")
    photo = chloe.post(f"{API}/1/files", files={"file": ("a.png", out.getvalue())})
    assert photo.status_code == 201
    assert chloe.get(f"{API}/1/files/{photo.json()['id']}").headers["content-type"] == "image/png"
    accepted = post(bob, "1/accept", {"title": "Look at the rollers", "answer": "I come at two"}, 1).json()
    order = bob.get(f"/api/v1/work-orders/{accepted['order_id']}")
    assert (order.json()["origin"], order.json()["priority"]) == ("request", "high")
    assert len(bob.get(f"/api/v1/work-orders/{accepted['order_id']}/files").json()) == 1
    done = {"explanation": "Rollers changed"}
    bob.post(
        f"/api/v1/work-orders/{accepted['order_id']}/complete", json=done, headers={"if-match": order.headers["etag"]}
    )
    stops = [(stop["kind"], stop["text"]) for stop in chloe.get(f"{API}/1/progress").json()]
    assert ("done", "Rollers changed") in stops
    assert ("answered", "I come at two") in stops
    judged = post(chloe, "1/feedback", {"feedback": "not_solved", "text": "Still", "asks_again": True}).json()
    assert (judged["request"]["feedback"], judged["follow_up_id"]) == ("not_solved", 2)
    assert chloe.get(f"{API}/2").json()["follow_up_of_id"] == 1


def test_decisions_need_the_version_that_they_were_made_from(api, asked):
    bob = api("bob")
    assert post(bob, "1/reject", {"reason": "Leased"}).status_code == 428
    assert post(bob, "1/reject", {"reason": "Leased"}, 7).status_code == 412
    assert post(bob, "1/reject", {}, 1).status_code == 422
    assert post(bob, "1/reject", {"reason": "Leased"}, 1).json()["status"] == "rejected"
    assert post(bob, "1/accept", {}, 2).json()["code"] == "already_decided"
    assert post(bob, "1/reopen", {}, 2).json()["state"] == "new"


def test_it_is_corrected_marked_and_logged(api, piece, asked):
    bob = api("bob")
    patched = bob.patch(f"{API}/1", json={"urgency": "can_wait"}, headers={"if-match": '"1"'})
    assert (patched.json()["urgency"], patched.headers["etag"]) == ("can_wait", '"2"')
    bob.post(API, json={"equipment_id": piece, "text": "Paper jam", "contact_name": "Zoé"})
    assert post(bob, "2/mark-duplicate", {"request_id": 1, "order_id": 1}, 1).status_code == 422
    assert post(bob, "2/mark-duplicate", {"request_id": 1}, 1).json()["duplicate_of_id"] == 1
    logged = post(bob, "1/log", {"equipment_id": piece, "title": "Tray put right"}, 2).json()
    assert logged["status"] == "done"
    assert bob.get(f"{API}/2").json()["status"] == "done"


def test_lists_are_paged_filtered_and_each_sees_their_own(api, piece, asked):
    bob = api("bob")
    for n in range(3):
        bob.post(API, json={"equipment_id": piece, "text": f"Request {n}", "channel": "mail"})
    first = bob.get(API, params={"limit": 3}).json()
    rest = bob.get(API, params={"limit": 3, "cursor": first["next_cursor"]}).json()
    assert [row["id"] for row in first["items"] + rest["items"]] == [1, 2, 3, 4]
    assert len(bob.get(API, params={"channel": "mail"}).json()["items"]) == 3
    assert [row["number"] for row in api("chloe").get(API).json()["items"]] == ["DI-000001"]
    assert api("chloe").get(f"{API}/2").status_code == 404
    assert api("eve").get(API).json()["items"] == []
    assert bob.get(API, params={"state": "lost"}).status_code == 422
    assert api("chloe").get(f"{API}/export.csv").text.count("\n") == 2


def test_who_asks_decides_nothing(api, asked):
    chloe = api("chloe")
    for path, body in (
        ("accept", {}),
        ("reject", {"reason": "x"}),
        ("reopen", {}),
        ("mark-duplicate", {"order_id": 1}),
    ):
        assert post(chloe, f"1/{path}", body, 1).status_code == 403, path
