"""An item of a plan as a page: what a person decides about its dates, and its rest."""

import pytest
from sqlalchemy import select

from app.changes.actions.edits import create_plan
from app.plans.models import PlanTarget
from tests.doors.web.test_plans import text_of
from tests.factories.equipment import make_category, make_piece
from tests.factories.plans import ALICE, plan_input


@pytest.fixture
def item(database, cast, now):
    """Monthly from 1 January 2027 on one switch in Lyon; the item's page."""
    with database.writing() as session:
        piece = make_piece(session, cast.lyon, make_category(session), "SW-1", name="Core switch")
        plan = create_plan(session, plan_input(equipment_ids=[piece.id]), by=ALICE, now=now)
        return f"/plans/{plan.id}/items/{session.scalars(select(PlanTarget.id)).one()}"


def decide(client, item, what, **more):
    said = {"cycle_key": "D:2027-02-01", "reason": "Stocktaking", "on": ""}
    return client.post(f"{item}/{what}", data=said | more)


def test_each_date_to_come_may_be_moved_or_skipped_and_the_first_done_today(web, item):
    page = web("alice").get(item)
    assert page.text.count("Skip this date") == page.text.count("Move to that day") == 12
    assert page.text.count("Do it today") == 1
    assert "Skip this date" not in web("bob").get(item).text


def test_a_skipped_date_says_who_and_why_and_is_taken_back(web, item):
    alice = web("alice")
    assert decide(alice, item, "skip").headers["location"] == item
    page = alice.get(item)
    assert "skipped by Alice: Stocktaking" in text_of(page)
    assert "Take back what Alice decided" in text_of(page)
    action = page.text.split("/exceptions/")[1].split("/withdraw")[0]
    assert alice.post(f"{item}/exceptions/{action}/withdraw").status_code == 303
    assert "skipped by" not in alice.get(item).text


def test_a_day_on_which_nobody_works_is_asked_about_once(web, item):
    alice = web("alice")
    asked = decide(alice, item, "move", on="2027-02-07")
    assert asked.status_code == 200
    assert "is a Sunday. Move it there all the same?" in text_of(asked)
    assert decide(alice, item, "move", on="2027-02-07", sure="2027-02-07").status_code == 303
    page = text_of(alice.get(item))
    assert "moved by Alice: Stocktaking · due on 1 Feb" in page


def test_a_move_beyond_its_neighbours_shows_the_form_again_with_both_dates(web, item):
    refused = decide(web("alice"), item, "move", on="2027-04-05")
    assert refused.status_code == 422
    assert "after 1 Jan 2027 and before 1 Mar 2027" in text_of(refused)
    assert 'value="2027-04-05"' in refused.text


def test_a_reason_is_needed(web, item):
    assert "This is needed" in text_of(decide(web("alice"), item, "skip", reason=""))


def test_what_is_done_today_has_its_order_and_a_second_one_is_refused(web, item):
    alice = web("alice")
    assert decide(alice, item, "do-now", cycle_key="D:2027-01-01").status_code == 303
    page = alice.get(item)
    assert "OT-000001 · Ready" in text_of(page)
    assert "Do it today" not in page.text
    refused = decide(alice, item, "do-now", cycle_key="D:2027-02-01")
    assert (refused.status_code, "OT-000001 is open" in text_of(refused)) == (409, True)


def test_an_item_rests_and_goes_on(web, item):
    alice = web("alice")
    rests = alice.post(f"{item}/pause", data={"reason": "On loan", "until": "2027-09-01"})
    assert rests.status_code == 303
    page = text_of(alice.get(item))
    assert "Paused for this item by Alice until Wed 1 Sept 2027: On loan" in page
    assert alice.post(f"{item}/resume", data={"is_caught_up": "1"}).status_code == 303
    assert "Let it rest" in alice.get(item).text


def test_a_pause_that_ends_in_the_past_is_refused_beside_its_field(web, item):
    answer = web("alice").post(f"{item}/pause", data={"reason": "On loan", "until": "2026-01-01"})
    assert (answer.status_code, "Choose a day to come." in answer.text) == (422, True)


def test_a_piece_shows_its_next_date_with_the_same_buttons(web, item):
    alice = web("alice")
    page = alice.get("/equipment/1")
    assert f'action="{item}/skip"' in page.text
    done = decide(alice, item, "skip", cycle_key="D:2027-01-01", equipment_id="1")
    assert done.headers["location"] == "/equipment/1"
    assert "1 Feb" in text_of(alice.get("/equipment/1"))


def test_an_edit_tells_which_decisions_drop(web, item):
    alice = web("alice")
    decide(alice, item, "skip")
    plan = item.partition("/items")[0]
    said = {"title": "Clean switches", "kind": "cleaning", "mode": "fixed", "freq": "month", "interval": "2"}
    said |= {"start_on": "2027-01-01", "equipment_tags": "SW-1", "version": "1"}
    assert alice.post(f"{plan}/edit", data=said).status_code == 303
    assert "no longer in the plan: SW-1 (1 Feb 2027)." in text_of(alice.get(plan))


def test_an_item_that_is_not_there_or_of_another_plan_is_not_found(web, item):
    alice = web("alice")
    plan, _, target_id = item.partition("/items/")
    assert decide(alice, f"{plan}/items/999", "move", on="2027-02-06").status_code == 404
    assert alice.get(f"/plans/999/items/{target_id}").status_code == 404
    other = alice.post("/plans/new", data={"title": "Other", "kind": "inspection", "start_on": "2027-01-01"})
    assert alice.get(f"{other.headers['location']}/items/{target_id}").status_code == 404


def test_a_date_that_no_row_bears_is_refused(web, item):
    for said in ("9" * 5_000, "-1", "x", ""):
        assert web("alice").post(f"{item}/answer", data={"occurrence_id": said}).status_code == 422
