"""What stopped, over REST and on its page."""

import re

from sqlalchemy import select

from app.ledger.models import GenerationRun
from tests.doors.api.test_plans import create, said, switch  # noqa: F401 - fixtures
from tests.doors.web.test_plans import text_of

ATTENTION = "/api/v1/attention"


def test_the_list_is_paged_and_filtered(api, said):  # noqa: F811
    alice = api("alice")
    for n in range(3):
        create(alice, said, title=f"Empty {n}", category_ids=[])
    create(alice, said, title="Far ahead", interval=1, lead_days=60)
    whole = alice.get(ATTENTION).json()["items"]
    kinds = [entry["kind"] for entry in whole]
    assert kinds == ["scheduler_silent", *["no_items"] * 3, "long_lead"]
    first = alice.get(ATTENTION, params={"limit": 2}).json()
    rest = alice.get(ATTENTION, params={"limit": 50, "cursor": first["next_cursor"]}).json()
    assert first["items"] + rest["items"] == whole
    assert rest["next_cursor"] is None
    (lead,) = alice.get(ATTENTION, params={"kind": "long_lead"}).json()["items"]
    assert (lead["what"], lead["page"]) == ("Far ahead", f"/plans/{lead['plan_id']}/edit")
    assert alice.get(f"{ATTENTION}/count").json() == {"count": 5}


def test_a_kind_or_a_cursor_that_does_not_exist_is_refused(api):
    alice = api("alice")
    assert alice.get(ATTENTION, params={"kind": "nothing"}).status_code == 422
    assert alice.get(ATTENTION, params={"cursor": "WyJ4IiwgMV0="}).status_code == 422
    assert alice.get(ATTENTION, params={"else": "1"}).status_code == 422


def test_the_page_says_why_and_what_to_do_in_the_readers_language(web, api, said):  # noqa: F811
    create(api("alice"), said, title="Empty", category_ids=[])
    page = text_of(web("alice").get("/attention"))
    assert "Empty Without items The plan covers no item, so that it makes no order." in page
    assert "No scheduler has been seen" in page
    alone = text_of(web("alice").get("/attention?kind=no_items"))
    assert "No scheduler has been seen" not in alone
    assert re.search(r"\b2\b", text_of(web("alice").get("/attention/count")))


def test_a_run_is_withdrawn_on_its_page(web, api, database, said):  # noqa: F811
    alice = api("alice")
    create(alice, said, title="Now", start_on="2026-11-25")
    assert alice.post("/api/v1/generation-runs").json()["counts"]["orders"] == 2
    with database.reading() as session:
        run_id = session.scalars(select(GenerationRun.id)).one()
    page = web("alice").get(f"/attention/runs/{run_id}")
    assert "Withdraw this run" in page.text
    answer = web("alice").post(f"/attention/runs/{run_id}/withdraw")
    assert (answer.status_code, answer.headers["location"]) == (303, "/attention")
    assert "Withdraw this run" not in web("alice").get(f"/attention/runs/{run_id}").text
