"""The first visit."""

import time
from functools import partial

import pytest
from sqlalchemy import func, select

from app.demonstration.actions import demonstration, on_demand
from app.people.models import User
from app.places.models import Calendar, Organisation
from app.workorders.models import WorkOrder

FORM = {
    "organisation": "Maison Dupont",
    "name": "Adam Petit",
    "login": "Adam",
    "password": "une phrase assez longue",
    "language": "fr",
    "country": "FR",
    "time_zone": "Europe/Paris",
}


def test_an_empty_installation_leads_to_the_set_up(stranger):
    assert stranger.get("/login").headers["location"] == "/setup"
    page = stranger.get("/setup", headers={"accept-language": "fr-FR"})
    assert page.status_code == 200
    assert '<option value="Europe/Paris" selected>' in page.text


def test_it_makes_the_house_its_calendar_and_an_administrator_who_is_signed_in(stranger, database):
    answer = stranger.post("/setup", data=FORM)
    assert (answer.status_code, answer.headers["location"]) == (303, "/welcome")
    assert "Ronde est prêt" in stranger.get("/welcome").text
    with database.reading() as session:
        organisation = session.get(Organisation, 1)
        calendar = session.get(Calendar, organisation.calendar_id)
        user = session.scalar(select(User))
    assert (organisation.name, organisation.currency) == ("Maison Dupont", "EUR")
    assert (calendar.name, calendar.country, calendar.weekdays) == ("France", "FR", "1111100")
    assert (user.login, user.role, user.has_all_sites) == ("adam", "admin", True)


def test_it_can_be_done_once(stranger, database, cast):
    assert stranger.get("/setup").headers["location"] == "/login"
    assert stranger.post("/setup", data=FORM).headers["location"] == "/login"
    with database.reading() as session:
        assert session.scalar(select(func.count(User.id)).where(User.login == "adam@example.org")) == 0


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("password", "short"),
        ("password", "aaaaaaaaaaaaaaaa"),
        ("time_zone", "Europe/Atlantis"),
        ("time_zone", "../../etc/passwd"),
        ("country", "XX"),
        ("language", "de"),
        ("login", "a b"),
        ("organisation", ""),
        ("name", "<script>" * 100),
    ],
)
def test_it_says_what_is_wrong_and_keeps_the_rest(stranger, database, field, value):
    answer = stranger.post("/setup", data=FORM | {field: value})
    assert answer.status_code == 422
    assert "is-invalid" in answer.text or "invalid-feedback" in answer.text
    assert FORM["password"] not in answer.text
    with database.reading() as session:
        assert session.get(Organisation, 1) is None


def test_nobody_slips_in_a_role(stranger):
    assert stranger.post("/setup", data=FORM | {"role": "admin"}).status_code == 422


def wait_for(client, words):
    for _ in range(600):
        page = client.get("/welcome/demonstration").text
        if words in page:
            return page
        time.sleep(0.1)
    raise AssertionError(page)


def test_the_demonstration_is_made_beside_the_page(stranger, database, clock, monkeypatch):
    for name in ("found_firm", "live_until"):
        monkeypatch.setattr(on_demand, name, partial(getattr(demonstration, name), days=2))
    stranger.post("/setup", data=FORM | {"login": "marc", "language": "en"})  # one of its people is called that too
    assert "Look at the demonstration" in stranger.get("/welcome").text
    assert stranger.post("/welcome/demonstration").headers["location"] == "/welcome/demonstration"
    with database.reading() as session:
        assert on_demand.is_being_made(session, now=clock())  # the clock leaves the house alone
    page = wait_for(stranger, "The demonstration is there.")
    assert "nadia" in page
    assert "marc.demo" in page
    assert "Look at the demonstration" not in stranger.get("/welcome").text
    assert stranger.post("/welcome/demonstration").status_code == 409
    with database.reading() as session:
        assert not on_demand.is_being_made(session, now=clock())
        assert session.scalar(select(func.count(WorkOrder.id))) > 0
        assert session.scalar(select(func.count(User.id)).where(User.role == "admin")) == 1


def test_it_is_offered_to_an_administrator_of_an_empty_house_alone(web):
    assert web("adam").get("/welcome/demonstration").headers["location"] == "/welcome"
    assert "Look at the demonstration" not in web("adam").get("/welcome").text  # there are sites
    assert web("adam").post("/welcome/demonstration").status_code == 409
    assert web("alice").post("/welcome/demonstration").status_code == 403


def test_what_goes_wrong_is_said(stranger, database, monkeypatch):
    def fails(*_arguments, **_more):
        raise RuntimeError("disk full")

    monkeypatch.setattr(on_demand, "live_until", fails)
    stranger.post("/setup", data=FORM | {"language": "en"})
    stranger.post("/welcome/demonstration")
    assert "RuntimeError" in wait_for(stranger, "could not be made")
