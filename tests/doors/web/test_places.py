"""The pages of sites, customers, calendars, people, teams and accounts."""

import re

import pytest

from app.places.models import Site
from tests.factories.places import make_customer, make_location

SITE = {"code": "bdx", "name": "Bordeaux", "time_zone": "Europe/Paris", "calendar_id": "", "customer_id": ""}
ACCOUNT = {"name": "Farid", "login": "farid", "password": "le chat dort sur le toit", "role": "technician"}


def made(answer):
    assert answer.status_code == 303, answer.text[-500:]
    return answer.headers["location"]


def test_a_site_and_its_places_are_made_and_edited(web):
    alice = web("alice")
    url = made(alice.post("/sites", data=SITE))
    made(alice.post(f"{url}/locations", data={"name": "Building A"}))
    page = alice.get(url).text
    location = re.search(r"/locations/\d+", page)[0]
    made(alice.post(f"{url}/locations", data={"name": "Room 1", "parent_id": location.split("/")[-1]}))
    assert "Building A &gt; Room 1" in alice.get(url).text
    assert alice.get(f"{location}/edit").status_code == 200
    made(alice.post(location, data={"name": "Building B", "version": "1"}))
    assert "Building B &gt; Room 1" in alice.get(url).text
    made(alice.post(url, data=SITE | {"name": "Bordeaux Lac", "version": "1"}))
    assert "Bordeaux Lac" in alice.get("/sites").text


def test_what_is_archived_stays_where_it_was_chosen_and_comes_back(web, database, cast):
    with database.writing() as session:
        building = make_location(session, session.get_one(Site, cast.lyon.id), "Building A")
        room = make_location(session, session.get_one(Site, cast.lyon.id), "Room 1", building)
        form = {"name": "Room 2", "parent_id": str(building.id), "version": "1"}
    alice = web("alice")
    made(alice.post(f"/locations/{building.id}/archive"))
    edit = f"/locations/{room.id}/edit"
    assert f'<option value="{building.id}" selected>' in alice.get(edit).text
    made(alice.post(f"/locations/{room.id}", data=form))
    site = f"/sites/{cast.lyon.id}"
    assert "Building A &gt; Room 2" in alice.get(site).text
    assert (f"/locations/{building.id}/edit" in alice.get(site).text, "Archived" in alice.get(site).text) == (
        True,
        True,
    )
    made(alice.post(f"/locations/{building.id}/restore"))
    assert "Archived" not in alice.get(site).text


def test_a_form_from_an_older_state_is_refused_and_changes_nothing(web, cast):
    alice = web("alice")
    url = f"/sites/{cast.lyon.id}"
    made(alice.post(url, data=SITE | {"name": "First", "code": "LYO", "version": "1"}))
    assert alice.post(url, data=SITE | {"name": "Second", "code": "LYO", "version": "1"}).status_code == 412
    assert "First" in alice.get(url).text


def test_what_is_wrong_stands_beside_its_field_and_what_was_written_stays(web):
    answer = web("alice").post("/sites", data=SITE | {"code": "LYO", "name": "Kept"})
    assert answer.status_code == 422
    assert "This code is taken." in answer.text
    assert 'value="Kept"' in answer.text


def test_text_of_people_is_shown_as_text(web, cast):
    alice = web("alice")
    url = made(alice.post("/sites", data=SITE | {"name": "<script>alert(1)</script>", "address": '"><img src=x>'}))
    page = alice.get(url).text
    assert "<script>alert" not in page
    assert "<img" not in page


def test_a_customer_and_a_calendar_are_made_and_edited(web):
    alice = web("alice")
    made(alice.post("/sites/customers", data={"code": "acme", "name": "Acme"}))
    customer = re.search(r"/sites/customers/\d+", alice.get("/sites/customers").text)[0]
    made(alice.post(customer, data={"code": "acme", "name": "Acme 2", "version": "1"}))
    calendar = {"code": "als", "name": "Alsace", "weekdays[]": ["monday", "tuesday"], "country": "FR", "region": "6AE"}
    url = made(alice.post("/sites/calendars", data=calendar))
    page = alice.get(f"{url}?year=2026").text
    assert "2026-12-26" in page  # Saint Stephen's day, in Alsace and Moselle only
    run = {"kind": "closure", "name": "Summer", "first_on": "2026-08-03", "last_on": "2026-08-14"}
    made(alice.post(f"{url}/days", data=run))
    assert "Summer" in alice.get(url).text
    assert alice.post(f"{url}/days", data=run | {"last_on": "2026-08-01"}).status_code == 422
    remove = re.search(rf"{url}/days/\d+/remove", alice.get(url).text)[0]
    made(alice.post(remove))
    assert "Summer" not in alice.get(url).text
    none_worked = calendar | {"weekdays[]": [""], "version": "3"}
    assert alice.post(url, data=none_worked).status_code == 422


def test_a_person_and_a_team_are_made_and_edited(web):
    alice = web("alice")
    made(alice.post("/people", data={"name": "Gus Petit", "email": "gus@example.org", "language": "fr"}))
    person = re.search(r"/people/\d+", alice.get("/people?q=gus").text)[0]
    made(alice.post(person, data={"name": "Gus Grand", "version": "1"}))
    made(alice.post("/people/teams", data={"name": "Field", "member_ids[]": [person.split("/")[-1]]}))
    team = re.search(r"/people/teams/\d+", alice.get("/people/teams").text)[0]
    assert "checked" in alice.get(team).text
    made(alice.post(team, data={"name": "Field", "member_ids[]": "", "version": "1"}))
    assert "checked" not in alice.get(team).text


def test_an_account_is_made_limited_and_ended(web, cast, stranger):
    adam = web("adam")
    made(adam.post("/people/accounts", data=ACCOUNT | {"site_ids[]": [cast.lyon.id]}))
    url = re.search(r"/people/accounts/\d+", adam.get("/people/accounts?q=farid").text)[0]
    signing_in = {"login": "farid", "password": ACCOUNT["password"]}
    made(stranger.post("/login", data=signing_in))
    assert "Nantes" not in stranger.get("/sites").text
    wrong = adam.post("/people/accounts", data=ACCOUNT)
    assert wrong.status_code == 422
    assert ACCOUNT["password"] not in wrong.text
    made(adam.post(f"{url}/password", data={"password": "une phrase assez longue"}))
    assert stranger.get("/sites").status_code == 303
    made(adam.post(f"{url}/deactivate"))
    assert stranger.post("/login", data=signing_in | {"password": "une phrase assez longue"}).status_code == 422


@pytest.mark.parametrize("path", ["/people/accounts", "/people/accounts/new"])
def test_accounts_are_for_administrators(web, path):
    assert web("alice").get(path).status_code == 403


def test_what_a_technician_sees_offers_nothing_to_edit(web, database, cast):
    with database.writing() as session:
        make_customer(session)
        make_location(session, cast.lyon)
    bob = web("bob")
    for path in (
        "/sites",
        f"/sites/{cast.lyon.id}",
        "/sites/customers",
        "/sites/calendars",
        "/people",
        "/people/teams",
    ):
        answer = bob.get(path)
        assert answer.status_code == 200, path
        assert "/new" not in answer.text
        assert "/edit" not in answer.text


def test_lists_are_narrowed_by_role_and_by_customer(web, cast, database):
    adam = web("adam")
    page = adam.get("/people/accounts?role=manager").text
    assert '<option value="manager" selected>' in page
    assert "Alice" in page
    assert f"/people/accounts/{cast.bob.id}" not in page
    with database.writing() as session:
        customer = make_customer(session, "ACME", name="Acme")
        session.get_one(Site, cast.nantes.id).customer_id = customer.id
    page = adam.get(f"/sites?customer_id={customer.id}&sort=-code").text
    assert "Nantes" in page
    assert "Lyon" not in page
    assert f"/sites/export.csv?sort=-code&amp;customer_id={customer.id}" in page
