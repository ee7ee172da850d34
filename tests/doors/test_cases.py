"""Past cases over REST, and as a card and a page."""

import re

import pytest

from tests.doors.web.test_plans import text_of
from tests.factories.cases import file_all, make_case
from tests.factories.equipment import make_category, make_equipment, make_model
from tests.factories.workorders import make_order


@pytest.fixture
def order(database, cast):
    """An order on a printer; a model's case before it, one that failed again, and one of a foreign site."""
    with database.writing() as session:
        printers, model = make_category(session, "Printer"), make_model(session, "M507", manufacturer="HP")
        here = make_equipment(session, "IMP-1", cast.lyon, printers, model_id=model.id)
        there = make_equipment(session, "IMP-2", cast.nantes, printers, model_id=model.id)
        jam = {"failure_mode": "degraded_output"}
        make_case(session, here, "Bourrage", "2026-02-02", observed="Rouleaux <b>usés</b>", kind="cleaned", **jam)
        make_case(session, here, "Bourrage", "2026-02-12", kind="component_replaced", minutes_spent=40, **jam)
        make_case(session, there, "Nantes jam", **jam)
        file_all(session)
        return make_order(session, here, "Paper jams again").id


def test_rest_tells_what_cured_the_similar_cases_and_how_often_it_held(api, order):
    cases = api("bob").get(f"/api/v1/work-orders/{order}/similar-cases").json()
    assert [(case["title"], case["near"]) for case in cases][-1] == ("Bourrage", "model")
    first = cases[-1]
    assert (first["kind"], first["failed_again_on"]) == ("cleaned", "2026-02-12")
    assert first["held"] == [{"days": 30, "count": 1, "held": 0}, {"days": 90, "count": 1, "held": 0}]


def test_rest_searches_in_both_languages_within_what_one_sees(api, order):
    bob, eve = api("bob"), api("eve")
    assert {case["title"] for case in bob.get("/api/v1/cases", params={"q": "jam"}).json()} == {
        "Bourrage",
        "Nantes jam",
    }
    assert [case["title"] for case in eve.get("/api/v1/cases", params={"q": "bourrages"}).json()] == ["Nantes jam"]
    assert eve.get(f"/api/v1/work-orders/{order}/similar-cases").status_code == 404
    assert bob.get("/api/v1/cases", params={"q": "x" * 201}).status_code == 422
    assert bob.get("/api/v1/cases", params={"else": "1"}).status_code == 422


def test_the_order_fetches_a_card_that_says_what_was_done(web, order):
    bob = web("bob")
    assert f'hx-get="/work-orders/{order}/similar-cases"' in bob.get(f"/work-orders/{order}").text
    card = bob.get(f"/work-orders/{order}/similar-cases", headers={"HX-Request": "true"})
    assert "<html" not in card.text
    assert "Rouleaux &lt;b&gt;usés&lt;/b&gt;" in card.text
    said = text_of(card)
    assert "Same model" in said
    assert "Component replaced, 40 min" in said
    assert "Failed again on" in said
    assert re.search(r"held 30 days: 0 of 1 times", said)
    assert "<html" in bob.get(f"/work-orders/{order}/similar-cases").text


def test_the_page_searches_and_says_where_nothing_is_found(web, order):
    bob = web("bob")
    assert "Nantes jam" in text_of(bob.get("/cases?q=jam&failure_mode=&equipment_id="))
    assert "No case has all of these words." in text_of(bob.get("/cases?q=jam+screen"))
    assert "Nantes jam" not in text_of(bob.get("/cases?failure_mode=overheats"))


def test_a_request_is_helped_by_the_same_cases(web, api, order):
    chloe = api("chloe")
    asked = chloe.post("/api/v1/requests", json={"equipment_id": 1, "text": "Papier bloqué, encore un bourrage"})
    assert asked.status_code == 201, asked.text
    number = asked.json()["id"]
    cases = api("bob").get(f"/api/v1/requests/{number}/similar-cases").json()
    assert [(case["title"], case["near"]) for case in cases] == [
        ("Nantes jam", "model"),
        ("Bourrage", "model"),
        ("Bourrage", "model"),
    ]
    assert chloe.get(f"/api/v1/requests/{number}/similar-cases").status_code == 403
    bob = web("bob")
    assert f'hx-get="/requests/{number}/similar-cases"' in bob.get(f"/requests/{number}").text
    assert "Component replaced" in text_of(bob.get(f"/requests/{number}/similar-cases"))
