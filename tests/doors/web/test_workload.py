"""The page of the coming weeks' work."""

import pytest
from sqlalchemy import delete, select, update

from app.equipment.models import EquipmentCategory
from app.people.models import Person, TeamMember, User
from app.plans.models import MaintenancePlan, PlanTarget
from app.plans.rules.rule import Rule
from app.plans.rules.schedule import Schedule
from tests.factories.engine import make_targets
from tests.factories.equipment import make_category, make_piece
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


def test_what_if_asks_first_and_then_shows_both(web, database, cast, planned):
    alice = web("alice")
    assert "the weeks appear here" in alice.get("/workload/what-if").text
    away = {"away": f"person-{cast.bob.person_id}", "away_from": "2026-12-07", "away_until": "2026-12-11"}
    page = alice.get("/workload/what-if", params=away | {"weeks": 4, "plan_id": "", "count": ""})
    assert page.status_code == 200
    assert page.text.count('<th scope="col" class="r-num">Then</th>') == 2
    assert "245 h" in page.text  # seven weeks of 35 hours: two people for four weeks, less one


def test_a_plan_supposed_otherwise_stands_beside_today(web, database, planned):
    with database.reading() as session:
        plan_id = session.scalar(select(MaintenancePlan.id))
    page = web("alice").get("/workload/what-if", params={"plan_id": plan_id, "interval": 1, "freq": "week"})
    assert page.status_code == 200


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        ({"count": 3}, "This is needed"),
        ({"away": "team-1", "away_from": "2026-12-07", "away_until": "2026-12-01"}, "lies before the first"),
    ],
)
def test_what_lacks_something_says_so_beside_the_field(web, planned, asked, says):
    page = web("alice").get("/workload/what-if", params=asked)
    assert page.status_code == 422
    assert "1 thing to correct" in page.text or "2 things to correct" in page.text
    assert says in page.text


@pytest.mark.parametrize(("typed", "minutes"), [("35", 2100), ("17:30", 1050), ("", None)])
def test_a_persons_page_takes_hours(web, database, cast, typed, minutes):
    path = f"/people/{cast.bob.person_id}"
    assert web("alice").post(path, data={"name": "Bob", "weekly_minutes": typed, "version": "1"}).status_code == 303
    with database.reading() as session:
        assert session.get_one(Person, cast.bob.person_id).weekly_minutes == minutes
    shown = f'value="{minutes // 60}:{minutes % 60:02}"' if minutes else 'name="weekly_minutes" type="text" value=""'
    assert shown in web("alice").get(path).text


def test_a_plans_form_shows_the_hours_that_it_adds(web, database, cast):
    with database.writing() as session:
        make_piece(session, cast.lyon, make_category(session, "switch"), "SW-1")
        category_id = session.scalar(select(EquipmentCategory.id))
    plan = {"title": "Clean", "kind": "cleaning", "start_on": "2027-01-04", "freq": "week", "interval": "1"}
    form = plan | {"mode": "fixed", "category_ids[]": str(category_id), "estimate_minutes": "60"}
    shown = web("alice").post("/plans/workload", data=form)
    assert shown.status_code == 200
    assert "In 52 weeks: 0 h today, 46 h with this plan." in shown.text.replace("\N{NO-BREAK SPACE}", " ")
    unknown = web("alice").post("/plans/workload", data=form | {"interval": "0"}).text
    assert "as soon as there are dates" in unknown


def test_an_items_page_says_why_there_is_no_work_on_a_day(web, database, cast, planned):
    with database.reading() as session:
        target = session.scalars(select(PlanTarget)).first()
    page = web("alice").get(f"/plans/{target.plan_id}/items/{target.id}", params={"on": "2027-01-05"}).text
    said = page.replace("\N{NO-BREAK SPACE}", " ")
    assert "No date of this plan falls on Tue 5 Jan 2027." in said
    assert "The next one lies on Mon 1 Feb 2027." in said


def test_an_empty_house_is_told_what_to_do_first(web, cast):
    page = web("alice").get("/workload").text
    assert "No work to come" in page
    assert 'href="/plans/new"' in page


def test_without_people_no_week_is_called_too_full(web, database, cast, planned):
    with database.writing() as session:
        session.execute(update(User).values(role="manager"))
        session.execute(delete(TeamMember))
    page = web("alice").get("/workload").text
    assert "hours are counted." in page
    assert "More work than hours in" not in page.partition('<svg class="r-chart"')[0]
