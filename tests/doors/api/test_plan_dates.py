"""One item's dates over REST: skipped, moved, wanted now, taken back; and its pause (S35, S38, S40)."""

from datetime import date

import pytest
from sqlalchemy import select

from app.changes.actions.edits import create_plan
from app.places.models import CalendarDays
from app.plans.models import PlanTarget
from tests.factories.equipment import make_category, make_piece
from tests.factories.plans import ALICE, plan_input

TARGETS = "/api/v1/plan-targets"
FEBRUARY = {"cycle_key": "D:2027-02-01", "reason": "Stocktaking"}


@pytest.fixture
def target(database, cast, now):
    """Monthly from 1 January 2027 on one switch in Lyon."""
    with database.writing() as session:
        piece = make_piece(session, cast.lyon, make_category(session), "SW-1")
        create_plan(session, plan_input(equipment_ids=[piece.id], site_id=cast.lyon.id), by=ALICE, now=now)
        return f"{TARGETS}/{session.scalars(select(PlanTarget.id)).one()}"


def upcoming(client, target):
    return [(c["due_on"], c["scheduled_on"], c["is_skipped"]) for c in client.get(f"{target}/upcoming?count=3").json()]


def test_a_date_is_skipped_listed_and_taken_back(api, target):
    alice = api("alice")
    decided = alice.post(f"{target}/skip", json=FEBRUARY).json()
    assert (decided["due_on"], decided["is_skipped"], decided["work_order_id"]) == ("2027-02-01", True, None)
    assert upcoming(alice, target)[1] == ("2027-02-01", None, True)
    [listed] = alice.get(f"{target}/exceptions").json()
    assert (listed["kind"], listed["reason"], listed["user_name"]) == ("skip", "Stocktaking", "Alice")
    assert alice.delete(f"{target}/exceptions/{listed['id']}").status_code == 204
    assert alice.get(f"{target}/exceptions").json() == []


def test_a_date_is_moved_and_a_day_off_is_said(api, target):
    alice = api("alice")
    decided = alice.post(f"{target}/move", json=FEBRUARY | {"on": "2027-02-07"}).json()
    assert (decided["due_on"], decided["scheduled_on"]) == ("2027-02-01", "2027-02-07")
    assert decided["warning"].startswith("Nobody works on that day")
    assert upcoming(alice, target)[1] == ("2027-02-01", "2027-02-07", False)


@pytest.mark.parametrize(
    ("more", "pointer", "code"),
    [
        ({"on": "2027-03-01"}, "/on", "beyond_neighbours"),
        ({"on": "2026-01-01"}, "/on", "in_the_past"),
        ({"on": "2027-02-30"}, "/on", "not_a_date"),
        ({"on": "2027-02-05", "reason": " "}, "/reason", "too_short"),
        ({"on": "2027-02-05", "colour": "red"}, "/colour", "unknown_field"),
    ],
)
def test_a_move_that_cannot_be_names_its_field(api, target, more, pointer, code):
    answer = api("alice").post(f"{target}/move", json=FEBRUARY | more)
    assert answer.status_code == 422, answer.text
    assert [(error["pointer"], error["code"]) for error in answer.json()["errors"]] == [(pointer, code)]


@pytest.mark.parametrize("key", ["D:2027-02-02", "N:1", "N:x", "M:1:1", "D:9999-99-99", "X"])
def test_a_date_that_is_none_is_a_conflict(api, target, key):
    answer = api("alice").post(f"{target}/skip", json=FEBRUARY | {"cycle_key": key})
    assert (answer.status_code, answer.json()["code"]) == (409, "no_such_date")


def test_the_next_date_is_wanted_now(api, target):
    alice = api("alice")
    decided = alice.post(f"{target}/do-now", json={"reason": "On site"}).json()
    assert (decided["cycle_key"], decided["scheduled_on"]) == ("D:2027-01-01", "2026-11-23")
    order = alice.get(f"/api/v1/work-orders/{decided['work_order_id']}").json()
    assert (order["due_on"], order["state"]) == ("2027-01-01", "ready")
    again = alice.post(f"{target}/do-now", json={"reason": "Twice"})
    assert (again.status_code, again.json()["code"]) == (409, "order_open")


def test_one_item_rests_and_says_why(api, target):
    alice = api("alice")
    rests = alice.post(f"{target}/pause", json={"reason": "On loan", "until": "2027-09-01"}).json()
    assert (rests["state"], rests["pause_reason"], rests["paused_by"]) == ("paused", "On loan", "Alice")
    assert rests["paused_until"] == "2027-09-01"
    goes_on = alice.post(f"{target}/resume", json={}).json()
    assert (goes_on["state"], goes_on["pause_reason"], goes_on["next_due_on"]) == ("active", None, "2027-01-01")


def test_an_edit_answers_with_the_decisions_that_drop(api, target):
    alice = api("alice")
    alice.post(f"{target}/skip", json=FEBRUARY)
    plan_id = alice.get(target).json()["plan_id"]
    answer = alice.patch(f"/api/v1/maintenance-plans/{plan_id}", json={"interval": 2}, headers={"if-match": '"1"'})
    dropped = answer.json()["dropped_exceptions"]
    assert [(each["item"], each["due_on"], each["kind"]) for each in dropped] == [("SW-1", "2027-02-01", "skip")]


def test_a_plan_may_spread_its_dates(api, database, cast):
    with database.writing() as session:
        category = make_category(session, "printer")
        for number in range(9):
            make_piece(session, cast.lyon, category, f"PR-{number}")
    alice = api("alice")
    said = {"title": "Printers", "kind": "cleaning", "start_on": "2027-01-01", "category_ids": [category.id]}
    plan = alice.post("/api/v1/maintenance-plans", json=said | {"spread_days": 5}).json()
    assert plan["spread_days"] == 5
    assert "spread over 5 days" in plan["words"]
    items = alice.get(f"{TARGETS}?plan_id={plan['id']}").json()["items"]
    days = {item["next_due_on"] for item in items}
    assert days <= {f"2027-01-0{day}" for day in range(1, 6)}
    assert len(days) > 2


def test_a_rule_that_gives_no_date_any_more_is_said_not_a_crash(api, database, cast, now):
    """The calendar allows work in a summer that is over, and never since (S15, S32)."""
    with database.writing() as session:
        piece = make_piece(session, cast.lyon, make_category(session), "SW-1")
        data = plan_input(equipment_ids=[piece.id], site_id=cast.lyon.id, freq="working_day")
        plan_id = create_plan(session, data, by=ALICE, now=now).id
        summer = {"kind": "allowed", "first_on": date(2020, 7, 1), "last_on": date(2020, 8, 31), "name": "Summer"}
        session.add(CalendarDays(calendar_id=cast.lyon.calendar_id, **summer))
        target = f"{TARGETS}/{session.scalars(select(PlanTarget.id)).one()}"
    alice = api("alice")
    refused = [
        alice.post(f"{target}/skip", json=FEBRUARY),
        alice.post(f"{target}/do-now", json={"reason": "On site"}),
    ]
    assert {(answer.status_code, answer.json()["code"]) for answer in refused} == {(409, "rule_never_matches")}
    assert alice.get(f"{target}/upcoming").json() == []
    why = alice.get(f"/api/v1/maintenance-plans/{plan_id}/explain", params={"equipment_id": piece.id}).json()
    assert why["sentences"] == ["The rule could not be followed: No date satisfies this rule."]
