"""A proposal of another interval over REST and on its page."""

import pytest

from app.changes.actions.edits import create_plan
from tests.doors.web.test_plans import text_of
from tests.factories.equipment import make_category, make_equipment
from tests.factories.plans import ALICE, plan_input
from tests.factories.proposals import make_retuning


@pytest.fixture
def proposal(database, cast, now):
    with database.writing() as session:
        printers = make_category(session, "Printer")
        make_equipment(session, "IMP-1", cast.lyon, printers)
        said = {"title": "Clean printers", "category_ids": [printers.id], "start_on": "2026-12-01"}
        plan = create_plan(session, plan_input(**said), by=ALICE, now=now)
        return make_retuning(session, plan.id).id


def test_rest_shows_what_changes_and_makes_the_new_version(api, proposal):
    alice = api("alice")
    view = alice.get(f"/api/v1/proposals/{proposal}").json()
    assert view["sentences"][0] == "Now: Every month. Proposed: Every 2 months."
    change = alice.get(f"/api/v1/proposals/{proposal}/retuning").json()
    assert change["disappear"] > 3
    refused = alice.post(f"/api/v1/proposals/{proposal}/accept", json={}, headers={"If-Match": '"1"'})
    assert refused.status_code == 409
    accepted = alice.post(f"/api/v1/proposals/{proposal}/retune", json={}, headers={"If-Match": '"1"'}).json()
    assert (accepted["state"], accepted["plan_version_id"] is None) == ("accepted", False)
    plan = alice.get(f"/api/v1/maintenance-plans/{accepted['plan_id']}").json()
    assert plan["interval"] == 2
    assert api("bob").get("/api/v1/proposals", params={"kind": "retune"}).json()["items"][0]["plan"] == "Clean printers"


def test_the_page_shows_evidence_preview_and_one_button(web, proposal):
    alice = web("alice")
    page = alice.get(f"/proposals/{proposal}")
    assert "0 of 10 visits" in text_of(page)
    assert f'hx-get="/proposals/{proposal}/retuning"' in page.text
    preview = alice.get(f"/proposals/{proposal}/retuning", headers={"HX-Request": "true"})
    assert "dates disappear" in text_of(preview)
    assert "<html" not in preview.text
    assert "<html" in alice.get(f"/proposals/{proposal}/retuning").text
    assert alice.post(f"/proposals/{proposal}/retune", data={"version": "9"}).status_code == 412
    answer = alice.post(f"/proposals/{proposal}/retune", data={"version": "1"})
    assert "Every 2 months" in text_of(alice.get(answer.headers["location"]))
    assert "decided already" in text_of(alice.post(f"/proposals/{proposal}/retune", data={"version": "2"}))
    assert web("bob").post(f"/proposals/{proposal}/retune", data={"version": "2"}).status_code == 403
