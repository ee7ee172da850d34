"""`/api/v1/forecast`."""

import pytest

from app.plans.rules.rule import Rule
from app.plans.rules.schedule import Schedule
from tests.factories.engine import make_targets

FORECAST = "/api/v1/forecast"


@pytest.fixture
def planned(database, cast):
    """Two pieces in Lyon, monthly from January."""
    with database.writing() as session:
        make_targets(session, 2, Schedule(Rule("month")))


def test_it_tells_the_work_of_the_coming_weeks(api, planned):
    told = api("alice").get(FORECAST, params={"weeks": 8, "group_by": "kind"}).json()
    assert (told["first_on"], told["people"], len(told["weeks"])) == ("2026-11-23", 2, 8)  # Bob and Dan
    assert told["weeks"][5] == {
        "first_on": "2026-12-28", "orders": 2, "minutes": 60, "unestimated": 0, "capacity_minutes": 3360,
    }  # fmt: skip
    assert told["groups"][0] == {
        "key": "cleaning", "name": "cleaning", "orders": [0, 0, 0, 0, 0, 2, 0, 0], "minutes": [0, 0, 0, 0, 0, 60, 0, 0],
    }  # fmt: skip


def test_it_begins_where_it_is_asked_to(api, planned):
    told = api("alice").get(FORECAST, params={"from": "2027-02-03", "weeks": 1}).json()
    assert (told["first_on"], told["weeks"][0]["orders"]) == ("2027-02-01", 2)


@pytest.mark.parametrize(
    "wrong",
    [
        {"weeks": 0}, {"weeks": 105}, {"kind": "magic"}, {"group_by": "x"}, {"of": "1"}, {"site_id": 10**30},
        {"from": "9999-12-31"}, {"from": "soon"},
    ],
)  # fmt: skip
def test_it_refuses_what_it_does_not_know(api, planned, wrong):
    assert api("alice").get(FORECAST, params=wrong).status_code == 422


def test_what_if_stands_beside_today(api, planned):
    plan = {"title": "Look", "kind": "inspection", "start_on": "2026-12-01", "freq": "week", "estimate_minutes": 15}
    asked = {"forecast": {"weeks": 6}, "plans": [{"plan": plan}], "absences": []}
    answer = api("alice").post(f"{FORECAST}/simulate", json=asked)
    assert answer.status_code == 200, answer.text
    assert answer.json()["today"] == answer.json()["then"]  # a plan that covers nothing adds nothing


def test_a_wrong_supposition_is_named(api, planned):
    asked = {"absences": [{"first_on": "2026-12-01", "last_on": "2026-12-02"}]}
    answer = api("alice").post(f"{FORECAST}/simulate", json=asked)
    assert (answer.status_code, answer.json()["errors"][0]["detail"]) == (422, "Say who is away: a person or a team.")


@pytest.mark.parametrize(
    "wrong",
    [
        {"equipment": [{"count": 1, "category_id": 10**30, "site_id": 1}]},
        {"equipment": [{"count": 0, "category_id": 1, "site_id": 1}]},
        {"plans": [{"plan_id": 10**30, "plan": {"title": "x", "kind": "cleaning", "start_on": "2027-01-01"}}]},
        {"plans": [{"plan": {"title": "x", "kind": "cleaning", "start_on": "2027-01-01", "rrule": "FREQ=HOURLY"}}]},
        {"absences": [{"team_id": 999, "first_on": "0001-01-01", "last_on": "9999-12-31"}]},
        {"everything": True},
    ],
)
def test_a_supposition_that_cannot_be_is_refused(api, planned, wrong):
    assert api("alice").post(f"{FORECAST}/simulate", json=wrong).status_code == 422


def test_the_farthest_days_break_nothing(api, database, cast, planned):
    plan = {
        "title": "x",
        "kind": "cleaning",
        "start_on": "9999-12-31",
        "freq": "year",
        "interval": 100,
        "site_ids": [1],
    }
    away = {"person_id": cast.bob.person_id, "first_on": "0001-01-01", "last_on": "9999-12-31"}
    answer = api("alice").post(f"{FORECAST}/simulate", json={"plans": [{"plan": plan}], "absences": [away]})
    assert answer.status_code == 200, answer.text
