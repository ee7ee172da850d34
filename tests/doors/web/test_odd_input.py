"""What no form of ours sends, and what people write all the same: a word on what is wrong, never a fault of ours."""

import base64
import json
from html import escape
from urllib.parse import quote

import pytest

from app.core.errors import Conflict, InvalidInput
from app.core.i18n import in_language
from app.people.models import Skill
from app.web import on_call, teams
from app.web.forms import trouble, wrongs
from tests.factories.equipment import make_equipment
from tests.factories.people import make_person, make_rota, make_team
from tests.factories.workorders import make_order


@pytest.fixture
def order(database, cast):
    with database.writing() as session:
        piece = make_equipment(session, "SWI-0001", cast.lyon, name="Core switch")
        return make_order(session, piece, "Clean the fans", kind="cleaning", due_on="2026-11-20").id


@pytest.mark.parametrize(
    "reason", ["<img src=x hx-post=/people/accounts/1/deactivate hx-trigger=load>", "done to 50 %"]
)
def test_a_reason_in_the_history_is_text(web, order, reason):
    alice = web("alice")
    assert alice.post(f"/work-orders/{order}/cancel", data={"version": "1", "reason": reason}).status_code == 303
    page = alice.get(f"/work-orders/{order}")
    assert page.status_code == 200
    assert escape(reason) in page.text
    assert "<img src=x" not in page.text


def test_a_cursor_that_is_a_tower_is_refused(web, order):
    tower = base64.urlsafe_b64encode(b"[" * 1400).decode()
    assert web("bob").get(f"/work-orders?cursor={tower}").status_code == 422


def test_a_flash_cookie_that_means_nothing_says_nothing(web):
    bob = web("bob")
    for said in ([[], "x"], [{}, "x"], ["done", "x", 1], 7, "["):
        bob.cookies.set("ronde_flash", quote(said if isinstance(said, str) else json.dumps(said)))
        assert bob.get("/livez").status_code == bob.get("/me").status_code == 200


def test_a_language_is_known_however_it_is_written(stranger, cast):
    for wanted in ("FR", "en;q=0.5, fr ; q=0.9"):
        assert 'lang="fr"' in stranger.get("/login", headers={"accept-language": wanted}).text


def test_a_form_from_a_page_that_hides_where_it_comes_from_is_forged(web):
    bob = web("bob")
    for origin in ("null", "", "http://[", "//", "http://"):
        assert bob.post("/logout", headers={"origin": origin}).status_code == 403


def test_a_host_that_is_none_is_no_fault(web):
    assert web("bob").get("/me", headers={"host": "http://["}).status_code == 200


ODD_FORMS: list[tuple[str, dict[str, str]]] = [
    ("/people/1/skills", {"skill-1": "abc"}),
    ("/visits", {"site_id": "abc", "day_on": "tomorrow"}),
    ("/plans/new", {"title": "x", "trigger": "x"}),
    ("/plans/new", {"title": "x", "dates[]": "x"}),
    ("/plans/new", {"title": "x", "on[]": "x"}),
    ("/plans/new", {"title": "x", "equipment_tags[]": "x"}),
    ("/plans/new", {"title": "x", "season_first_day[]": "x"}),
    ("/plans/new", {"title": "x", "freq[]": "x"}),
    ("/plans/new", {"title": "x", "rrule.x": "x", "freq": "rrule"}),
    ("/hourly-rates", {"site-1": "9" * 18, "person-1": "-5"}),
    ("/people/absences", {"first_on": "9999-12-31", "last_on": "9999-12-31", "person_id": "1"}),
]


def test_an_odd_form_is_answered_with_what_is_wrong(web, database):
    with database.writing() as session:
        session.add(Skill(name="Printers"))
    alice = web("alice")
    assert [alice.post(url, data=form).status_code for url, form in ODD_FORMS] == [422] * len(ODD_FORMS)


def test_a_part_of_something_elsewhere_is_shown_and_edited(web, cast, database):
    with database.writing() as session:
        whole = make_equipment(session, "RACK-1", cast.lyon)
        piece = make_equipment(session, "SWI-0002", cast.nantes, parent_id=whole.id, name="Switch").id
    eve = web("eve")
    page = eve.get(f"/equipment/{piece}")
    assert page.status_code == 200
    assert "RACK-1" not in page.text
    assert eve.get(f"/equipment/{piece}/edit").status_code == 200
    form = {"version": "1", "name": "Core", "category_id": "1", "site_id": str(cast.nantes.id), "status": "in_service"}
    assert eve.post(f"/equipment/{piece}/edit", data=form | {"criticality": "B"}).status_code == 303
    assert "RACK-1" in web("alice").get(f"/equipment/{piece}").text


def test_a_procedure_that_was_never_in_force_is_shown(web, api, cast):
    alice = api("alice")
    made = alice.post("/api/v1/procedures", json={"title": "Clean"})
    url = f"/procedures/{made.json()['id']}"
    gone = alice.request("DELETE", f"/api/v1{url}/draft", headers={"if-match": made.headers["etag"]})
    assert gone.status_code == 200
    assert web("alice").get(url).status_code == 200


def test_a_house_may_have_more_people_than_a_list_shows(web, cast, database, monkeypatch):
    """Whoever is on call, or in the team, stays there when the form is saved."""
    monkeypatch.setattr(on_call, "PEOPLE_MAX", 1)
    monkeypatch.setattr(teams, "CHOICES", 1)
    with database.writing() as session:
        person = make_person(session, "Zoé")
        zoe, team = person.id, make_team(session, "Field", [person]).id
        make_rota(session, team, [zoe])
    alice = web("alice")
    page = alice.get(f"/people/teams/{team}/on-call")
    assert page.status_code == 200
    assert f'<option value="{zoe}" selected>Zoé' in page.text
    assert f'value="{zoe}" checked' in alice.get(f"/people/teams/{team}").text


def test_what_is_wrong_is_said_with_what_it_speaks_of(cast):
    with in_language("fr"):
        assert trouble(Conflict("full", "%(name)s is added.", name="Lyon")) == "Lyon est ajouté."
        assert wrongs(Conflict("full", "Full to 100 %")) == {"": "Full to 100 %"}
        assert trouble(InvalidInput.at("name", "bad", "Full")) is None
