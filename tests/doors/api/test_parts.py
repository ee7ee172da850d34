"""Parts over REST."""

import pytest


@pytest.fixture
def part(api):
    made = api("alice").post("/api/v1/parts", json={"reference": "CR-1220", "name": "Cell", "threshold": 1})
    assert made.status_code == 201
    return made.json()


def test_a_part_is_received_counted_and_listed(api, part):
    bob, path = api("bob"), f"/api/v1/parts/{part['id']}"
    assert bob.post(f"{path}/receive", json={"quantity": 4}).json()["stock"] == 4
    counted = bob.post(f"{path}/count", json={"stock": 1, "note": "Two were dead"})
    assert (counted.status_code, counted.json()["quantity"]) == (201, -3)
    kinds = [row["kind"] for row in bob.get(f"{path}/movements").json()["items"]]
    assert kinds == ["count", "receipt"]
    assert [row["is_low"] for row in bob.get("/api/v1/parts?low=true&q=cell").json()["items"]] == [True]


def test_a_stale_edit_is_refused_and_a_count_below_nothing_too(api, part):
    alice, path = api("alice"), f"/api/v1/parts/{part['id']}"
    tag = alice.get(path).headers["etag"]
    assert alice.patch(path, json={"shelf": "B2"}, headers={"if-match": tag}).status_code == 200
    assert alice.patch(path, json={"shelf": "B3"}, headers={"if-match": tag}).status_code == 412
    assert alice.post(f"{path}/count", json={"stock": -1}).status_code == 422
    assert alice.post("/api/v1/parts", json={"reference": "CR-1220", "name": "Twin"}).status_code == 422


def test_a_receipt_sent_twice_is_one(api, part):
    bob, path = api("bob"), f"/api/v1/parts/{part['id']}"
    for _ in range(2):
        answer = bob.post(f"{path}/receive", json={"quantity": 4}, headers={"idempotency-key": "delivery-77"})
        assert answer.status_code == 201
    assert bob.get(path).json()["stock"] == 4
