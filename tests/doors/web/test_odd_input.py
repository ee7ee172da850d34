"""What no form of ours sends, and what people write all the same: a word on what is wrong, never a fault of ours."""

import base64
import json
from urllib.parse import quote

import pytest

from app.people.models import Skill
from tests.factories.equipment import make_equipment
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
