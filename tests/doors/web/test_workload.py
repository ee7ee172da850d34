"""The page of the coming weeks' work."""

import pytest

from app.plans.rules.rule import Rule
from app.plans.rules.schedule import Schedule
from tests.factories.engine import make_targets
from tests.factories.people import make_team


@pytest.fixture
def planned(database, cast):
    with database.writing() as session:
        make_targets(session, 3, Schedule(Rule("month")))
        make_team(session, "Field", [cast.bob.person])


def test_it_shows_the_weeks_as_a_picture_and_as_figures(web, planned):
    page = web("alice").get("/workload").text
    assert page.count('<svg class="r-chart" viewBox') == 2  # one for the phone, one for the desktop
    assert "Hours by week: no week holds more work than hours." in page
    assert "Show the figures" in page


def test_a_week_with_more_work_than_hours_is_named(web, database, planned):
    with database.writing() as session:
        make_targets(session, 300, Schedule(Rule("month")), code="MANY")
    page = web("alice").get("/workload", params={"weeks": 13}).text
    assert "More work than hours in 2 weeks:" in page
    assert page.count('class="now"') > 2


def test_filters_stand_in_the_address_and_empty_ones_say_nothing(web, planned):
    page = web("alice").get("/workload", params={"kind": "inspection", "site_id": "", "team_id": "", "weeks": "26"})
    assert page.status_code == 200
    assert "Nothing falls due." in page.text
    assert 'href="/workload?weeks=26&amp;kind=inspection&amp;group_by=site"' in page.text


def test_it_says_in_french_what_it_shows(web, database, cast, planned):
    with database.writing() as session:
        session.get_one(type(cast.alice), cast.alice.id).language = "fr"
    page = web("alice").get("/workload").text
    assert "aucune semaine ne compte plus de travail que d’heures" in page


def test_a_technician_does_not_plan(web, planned):
    assert web("bob").get("/workload").status_code == 403
