"""Pages of skills, absences and rotas."""

from datetime import date

import pytest

from tests.factories.people import make_absence, make_rota, make_skill, make_team


@pytest.fixture
def house(cast, database):
    with database.writing() as session:
        skill = make_skill(session, "Printers")
        team = make_team(session, "Field", [cast.bob.person, cast.dan.person])
        make_rota(session, team.id, [cast.bob.person_id, cast.dan.person_id])
        return skill.id, team.id


def test_a_persons_skills_are_set_on_their_page(web, api, cast, house):
    alice, bob = web("alice"), cast.bob.person_id
    answer = alice.post(f"/people/{bob}/skills", data={f"skill-{house[0]}": "3"})
    assert answer.status_code == 303
    assert api("alice").get(f"/api/v1/persons/{bob}/skills").json()["skills"] == [{"skill_id": house[0], "level": 3}]
    assert "selected>Teaches it" in alice.get(f"/people/{bob}").text
    assert "Bob" in alice.get("/people/skills").text
    alice.post(f"/people/{bob}/skills", data={f"skill-{house[0]}": ""})
    assert api("alice").get(f"/api/v1/persons/{bob}/skills").json()["skills"] == []


def test_a_technician_enters_their_own_days_whoever_the_form_names(web, api, cast):
    days = {"first_on": "2026-12-21", "last_on": "2026-12-24", "person_id": cast.dan.person_id}
    assert web("bob").post("/people/absences", data=days).status_code == 303
    [absence] = api("alice").get("/api/v1/absences").json()["items"]
    assert (absence["person"], absence["kind"]) == ("Bob", "leave")
    page = web("bob").get("/people/absences").text
    assert "21" in page
    assert "Bob" in page
    assert "Bob" not in web("dan").get("/people/absences").text.partition('id="content"')[2]


def test_what_is_in_the_way_of_an_absence_is_said_beside_its_first_day(web, cast, database):
    with database.writing() as session:
        make_absence(session, cast.bob.person_id, date(2026, 12, 21), date(2026, 12, 24))
    said = {"person_id": cast.bob.person_id, "first_on": "2026-12-24", "last_on": "2026-12-24", "kind": "sickness"}
    answer = web("alice").post("/people/absences", data=said)
    assert answer.status_code == 409
    assert "shorten that one first" in answer.text


def test_a_rota_tells_who_is_on_call_and_who_follows(web, house):
    page = web("bob").get(f"/people/teams/{house[1]}/on-call").text
    assert "now: Dan" in page  # the fourth week
    assert "Save the rota" not in page
    alice = web("alice")
    assert "Save the rota" in alice.get(f"/people/teams/{house[1]}/on-call").text
    wrong = alice.post(
        f"/people/teams/{house[1]}/on-call",
        data={"time_zone": "Europe/Paris", "starts_on": "2026-11-02", "opens": "18:00", "closes": "08:00",
              "person_ids[]": ["1"]},
    )  # fmt: skip
    assert wrong.status_code == 422
    assert "end before they begin" in wrong.text


def test_the_lists_ask_the_database_as_often_for_many_as_for_few(web, app, house, cast, database, queries_of):
    alice = web("alice")
    paths = ("/people/skills", "/people/absences", f"/people/teams/{house[1]}/on-call", f"/people/{cast.bob.person_id}")
    few = [queries_of(app, lambda path=path: alice.get(path)) for path in paths]
    with database.writing() as session:
        for n in range(5):
            make_skill(session, f"Skill {n}", [cast.bob.person, cast.dan.person])
            make_absence(session, cast.bob.person_id, date(2026, 12, 1 + 3 * n), date(2026, 12, 1 + 3 * n))
    many = [queries_of(app, lambda path=path: alice.get(path)) for path in paths]
    assert many == few
    assert max(many) <= 12
