"""Runs over REST: a tick on demand, its record, and taking it back. The whole life of an order, with its ledger."""

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import select, update

from app.ledger.models import Occurrence
from app.plans.models import PlanVersion
from app.plans.rules.rule import Rule
from app.plans.rules.schedule import Schedule
from tests.factories.engine import make_targets

NEW_YEAR = datetime(2027, 1, 1, 7, tzinfo=UTC)


@pytest.fixture
def two_targets(database, cast, clock):
    with database.writing() as session:
        make_targets(session, 2, Schedule(Rule("month")), anchor=date(2027, 1, 1))
        session.execute(update(PlanVersion).values(requires_photo=False))
    clock.at = NEW_YEAR


@pytest.mark.usefixtures("two_targets")
def test_a_tick_on_demand_makes_what_is_due_once(api):
    alice = api("alice")
    first = alice.post("/api/v1/generation-runs")
    assert (first.status_code, first.json()["counts"]["orders"]) == (201, 2)
    assert first.headers["location"] == f"/api/v1/generation-runs/{first.json()['id']}"
    assert "orders" not in alice.post("/api/v1/generation-runs").json()["counts"]
    listed = alice.get("/api/v1/generation-runs", params={"limit": 1}).json()
    assert (len(listed["items"]), listed["next_cursor"] is None) == (1, False)
    rest = alice.get("/api/v1/generation-runs", params={"cursor": listed["next_cursor"]}).json()
    assert [run["id"] for run in rest["items"]] == [first.json()["id"]]


@pytest.mark.usefixtures("two_targets")
def test_a_withdrawn_run_says_what_it_took_back(api, clock):
    alice = api("alice")
    run = alice.post("/api/v1/generation-runs").json()
    clock.at = datetime(2026, 12, 1, 7, tzinfo=UTC)
    withdrawn = alice.post(f"/api/v1/generation-runs/{run['id']}/withdraw")
    assert withdrawn.status_code == 200
    assert {row["cycle_key"] for row in withdrawn.json()["taken_back"]} == {"D:2027-01-01"}
    assert alice.get("/api/v1/work-orders", params={"status": "cancelled"}).json()["items"]
    again = alice.post(f"/api/v1/generation-runs/{run['id']}/withdraw")
    assert (again.status_code, again.json()["code"]) == (409, "already_withdrawn")


@pytest.mark.usefixtures("two_targets")
def test_those_who_see_some_sites_do_not_tick_for_all(api):
    assert api("eve").post("/api/v1/generation-runs").status_code == 403
    assert api("eve").get("/api/v1/generation-runs").status_code == 403
    assert api("alice").get("/api/v1/generation-runs/4711").status_code == 404


@pytest.mark.parametrize("cursor", ["x", "WyJhIl0=", "W10="])
@pytest.mark.usefixtures("two_targets")
def test_a_cursor_that_is_none_is_refused(api, cursor):
    assert api("alice").get("/api/v1/generation-runs", params={"cursor": cursor}).status_code == 422


@pytest.mark.usefixtures("two_targets")
def test_an_order_done_by_rest_frees_the_cycle_that_waited_for_it(api, database, clock):
    bob, alice = api("bob"), api("alice")
    alice.post("/api/v1/generation-runs")
    clock.at = datetime(2027, 2, 1, 7, tzinfo=UTC)
    alice.post("/api/v1/generation-runs")
    (order, _) = bob.get("/api/v1/work-orders", params={"status": "ready"}).json()["items"]
    path = f"/api/v1/work-orders/{order['id']}"
    version = bob.get(path).headers["etag"]
    started = bob.post(f"{path}/start", headers={"if-match": version})
    assert started.status_code == 200, started.text
    done = bob.post(
        f"{path}/complete",
        json={"kind": "cleaned", "finding": "none", "done_on": "2027-01-31"},
        headers={"if-match": started.headers["etag"]},
    )
    assert done.status_code == 200, done.text
    assert alice.post("/api/v1/generation-runs").json()["counts"]["orders"] == 1
    with database.reading() as session:
        fates = session.execute(
            select(Occurrence.target_id, Occurrence.fate).where(Occurrence.cycle_key == "D:2027-02-01")
        ).all()
    assert sorted(fate for _, fate in fates) == ["generated", "waiting"]
