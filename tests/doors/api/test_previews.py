"""What a change would do, asked over REST before it is made."""

from datetime import date

import pytest

from tests.doors.api.test_plans import PLANS, create, said, switch  # noqa: F401 - fixtures


@pytest.fixture
def plan(api, said):  # noqa: F811
    return create(api("alice"), said | {"interval": 1, "lead_days": 0, "start_on": "2026-12-01"})


def test_an_edit_is_shown_and_nothing_is_changed(api, plan):
    alice = api("alice")
    found = alice.post(f"{PLANS}/{plan['id']}/preview", json={"interval": 2}).json()
    assert (found["items"], found["looked_at"], found["disappear"], found["appear"]) == (2, 2, 12, 0)
    assert date.fromisoformat(found["last_on"]).year == 2027
    (change,) = found["changes"]
    assert (change["items"], change["plan_id"], change["disappear_count"]) == (2, plan["id"], 6)
    assert alice.get(f"{PLANS}/{plan['id']}").json() == plan


def test_an_impossible_edit_names_its_field(api, plan):
    answer = api("alice").post(f"{PLANS}/{plan['id']}/preview", json={"interval": 0})
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == "/interval"


def test_pause_and_archiving_are_shown(api, plan):
    alice, path = api("alice"), f"{PLANS}/{plan['id']}"
    pause = alice.post(f"{path}/pause/preview", json={"reason": "Works", "until": "2027-03-15"}).json()
    gone = alice.post(f"{path}/archive/preview").json()
    assert (pause["disappear"], gone["disappear"]) == (8, 24)
    assert gone["orders"] == {"not_started": 0, "started": 0, "moves": []}


def test_S38_the_pause_of_one_item_is_shown_and_a_plan_goes_on_with_its_latest_dates(api, plan):
    alice, path = api("alice"), f"{PLANS}/{plan['id']}"
    target = alice.get("/api/v1/plan-targets", params={"plan_id": plan["id"]}).json()["items"][0]["id"]
    loan = {"reason": "On loan", "until": "2027-03-15"}
    found = alice.post(f"/api/v1/plan-targets/{target}/pause/preview", json=loan).json()
    assert (found["items"], found["disappear"], found["orders"]["not_started"]) == (1, 4, 0)
    paused = alice.post(f"{path}/pause", json={"reason": "Works"}, headers={"if-match": '"1"'})
    answer = alice.post(f"{path}/resume", json={"is_caught_up": True}, headers={"if-match": paused.headers["etag"]})
    assert (answer.status_code, answer.json()["state"]) == (200, "active")


def test_a_closure_is_shown_with_the_dates_that_it_moves(api, plan):
    alice = api("alice")
    (calendar, *_) = alice.get("/api/v1/calendars").json()["items"]
    days = {"kind": "closure", "first_on": "2027-02-01", "last_on": "2027-02-05", "name": "Works"}
    found = alice.post(f"/api/v1/calendars/{calendar['id']}/days/preview", json=days).json()
    assert found["changes"][0]["moves"] == [{"was": "2027-02-01", "becomes": "2027-02-08", "items": found["moved"]}]
