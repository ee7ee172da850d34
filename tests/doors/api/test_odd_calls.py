"""What a program may send: answered in the door's own words, and never a fault of ours."""

import pytest
from fastapi import FastAPI
from sqlalchemy import text
from starlette.testclient import TestClient

from app.api import meta
from tests.factories.equipment import make_equipment


def test_a_basic_password_that_is_none_is_refused(stranger, cast):
    for said in (b"Basic \xe9", b"Basic =", b"Basic", b"Bearer \xff", b"\xe9 x"):
        answer = stranger.get("/api/v1/me", headers={b"authorization": said})
        assert (answer.status_code, answer.json()["code"]) == (401, "not_signed_in")


def test_a_method_that_is_not_there_says_which_are(api, cast):
    answer = api("alice").put("/api/v1/sites", json={})
    assert (answer.status_code, answer.json()["code"]) == (405, "method_not_allowed")
    assert answer.headers["allow"]


def test_a_location_leads_somewhere(api, cast, database):
    with database.writing() as session:
        piece = make_equipment(session, "SRV-1", cast.lyon).id
    alice = api("alice")
    old = alice.get(f"/api/v1/equipment/{piece}")
    made = alice.post(
        f"/api/v1/equipment/{piece}/replace", json={"reason": "Worn out"}, headers={"if-match": old.headers["etag"]}
    )
    assert made.status_code == 201
    assert "location" not in made.headers  # the new piece does not lie below the old one
    calendar = alice.get("/api/v1/calendars").json()["items"][0]["id"]
    days = {"kind": "closure", "first_on": "2026-12-24", "last_on": "2026-12-24", "name": "Eve"}
    entered = alice.post(f"/api/v1/calendars/{calendar}/days", json=days)
    assert (entered.status_code, "location" in entered.headers) == (201, False)


def test_days_of_a_calendar_lie_in_our_time(api, cast):
    alice = api("alice")
    calendar = alice.get("/api/v1/calendars").json()["items"][0]["id"]
    days = {"kind": "closure", "first_on": "0001-01-01", "last_on": "9999-12-31", "name": "For ever"}
    assert alice.post(f"/api/v1/calendars/{calendar}/days", json=days).status_code == 422


def test_a_preview_holds_no_lock(api, cast, database):
    plan = {"title": "Filters", "kind": "cleaning", "freq": "month", "interval": 1, "start_on": "2026-12-01"}
    alice = api("alice")
    with database.writing() as session:
        session.execute(text("SELECT 1"))
        assert alice.post("/api/v1/maintenance-plans/preview", json=plan).status_code == 200


def test_a_fault_of_ours_is_a_problem_with_a_number(app: FastAPI, api, cast, monkeypatch):
    token = api("alice").headers["authorization"]

    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("a fault of ours")

    monkeypatch.setattr(meta, "find_organisation", broken)
    answer = TestClient(app, raise_server_exceptions=False).get("/api/v1/meta", headers={"authorization": token})
    assert (answer.status_code, answer.headers["content-type"]) == (500, "application/problem+json")
    assert answer.headers["x-request-id"] in answer.json()["detail"]
    assert "a fault of ours" not in answer.text


@pytest.mark.parametrize("change", [{"phone": "1"}, {"name": "Bob B."}])
def test_an_account_changes_its_version_with_its_person(api, cast, change):
    adam, url = api("adam"), f"/api/v1/users/{cast.bob.id}"
    tag = adam.get(url).headers["etag"]
    assert adam.patch(url, json=change, headers={"if-match": tag}).status_code == 200
    assert adam.patch(url, json={"email": "b@example.org"}, headers={"if-match": tag}).status_code == 412
