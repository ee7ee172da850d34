"""The work on an order in a browser, with JavaScript and without."""

import re
from html import unescape
from io import BytesIO

import pytest
from PIL import Image

from app.equipment.models import Equipment, Supplier
from tests.factories.equipment import make_equipment
from tests.factories.parts import make_part
from tests.factories.people import BEFORE
from tests.factories.procedures import make_procedure, version_of
from tests.factories.workorders import make_order

HTMX = {"hx-request": "true"}
STEPS = [
    {"title": "No red lamp", "kind": "pass_fail"},
    {"title": "Which lamp", "kind": "text", "only_if_position": 1, "only_if_answer": "failed"},
    {"title": "Runtime", "kind": "number", "minimum": 12, "unit": "min", "on_failure": "follow_up"},
    {"title": "Display", "kind": "photo", "is_mandatory": False},
]


def text_of(answer):
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", answer.text)).replace("\u00a0", " ").split())


@pytest.fixture
def house(database, cast):
    """Two orders on a UPS: the runtime was 13 min on the first."""
    with database.writing() as session:
        piece = make_equipment(session, "OND-1", cast.lyon, name="UPS")
        procedure = make_procedure(session, "UPS check", STEPS, safety_notes="Never both supplies")
        for n in range(2):
            order = make_order(session, piece, f"Check {n}")
            order.procedure_version_id = version_of(session, procedure)
        make_part(session, "FAN", 2, name="Fan")
        session.add(Supplier(name="Eaton", created_at=BEFORE))


def test_each_step_is_kept_as_soon_as_it_is_answered(web, house):
    bob = web("bob")
    page = text_of(bob.get("/work-orders/1"))
    assert "0 of 3 done" in page
    assert "Safety: Never both supplies" in page
    assert "at least 12 min" in page
    begun = bob.post("/work-orders/1/steps/3", data={"value": "13"}, headers=HTMX)
    assert ('id="step-3"' in begun.text, 'id="begun"' in begun.text) == (True, True)  # what it began is fetched anew
    told = bob.post("/work-orders/1/steps/1", data={"value": "failed"}, headers=HTMX)
    assert 'id="begun"' not in told.text
    assert (told.status_code, re.findall(r'id="(step-\d+)"', told.text)) == (200, ["step-1", "step-2"])
    assert "hidden" not in told.text.split('id="step-2"')[1].split(">")[0]
    assert "2 of 4 done" in text_of(told)
    assert "1 mandatory step has no answer yet: 2. Which lamp" in text_of(told)
    again = bob.post("/work-orders/1/steps/1", data={"value": "passed"})
    assert (again.status_code, again.headers["location"]) == (303, "/work-orders/1#step-1")
    assert "Conforms" in text_of(bob.get("/work-orders/1"))


def test_an_order_without_a_procedure_is_given_one(web, house, database):
    bob = web("bob")
    with database.writing() as session:
        make_order(session, session.get_one(Equipment, 1), "Strange noise")
    assert 'href="/work-orders/3/procedure"' in bob.get("/work-orders/3").text
    assert "UPS check" in text_of(bob.get("/work-orders/3/procedure"))
    assert "This is needed" in text_of(bob.post("/work-orders/3/procedure", data={"version": "1"}))
    given = bob.post("/work-orders/3/procedure", data={"version": "1", "procedure_id": "1"})
    assert (given.status_code, given.headers["location"]) == (303, "/work-orders/3#thread")
    assert "0 of 3 done" in text_of(bob.get("/work-orders/3"))
    again = bob.post("/work-orders/3/procedure", data={"version": "2", "procedure_id": "1"})
    assert (again.status_code, "has a procedure already" in text_of(again)) == (409, True)


def test_out_of_limits_is_said_at_once_and_the_last_time_stands_beside(web, house):
    bob = web("bob")
    bob.post("/work-orders/1/steps/3", data={"value": "13"})
    bob.post("/work-orders/2/steps/1", data={"value": "passed"})
    told = bob.post("/work-orders/2/steps/3", data={"value": "11,5"}, headers=HTMX)
    assert "Below the limit" in text_of(told)
    assert "13 min on 23 Nov" in text_of(told)
    assert "An order to follow is proposed" in text_of(told)
    done = bob.post("/work-orders/2/complete", data={"follow_ups[]": ["", "3"]})
    assert done.status_code == 303
    assert "Follow up: Runtime" in text_of(bob.get("/work-orders"))


def test_what_cannot_be_read_stays_in_the_field_with_a_word(web, house):
    bob = web("bob")
    told = bob.post("/work-orders/1/steps/3", data={"value": "a lot"}, headers=HTMX)
    assert (told.status_code, 'value="a lot"' in told.text) == (422, True)
    assert "Write a number" in text_of(told)
    assert bob.post("/work-orders/1/steps/3", data={"value": "a lot"}).status_code == 422


def test_an_order_is_not_finished_with_a_mandatory_step_open(web, house):
    refused = web("bob").post("/work-orders/1/complete", data={})
    assert refused.status_code == 422
    assert "2 mandatory steps have no answer yet, the first is 1: No red lamp" in text_of(refused)
    assert 'href="#step-1"' in refused.text


def test_a_photo_from_the_camera_answers_its_step(web, house):
    picture = BytesIO()
    Image.new("RGB", (8, 8)).save(picture, "JPEG")
    bob = web("bob")
    assert 'capture="environment"' in bob.get("/work-orders/1").text
    photo = {"file": ("p.jpg", picture.getvalue(), "image/jpeg")}
    assert bob.post("/work-orders/1/steps/4", files=photo).status_code == 303
    assert "Photo taken" in text_of(bob.get("/work-orders/1"))


def test_time_parts_costs_and_people_are_recorded(web, house, cast):
    bob, alice = web("bob"), web("alice")
    for path, data in (
        ("start-timer", {}),
        ("stop-timer", {}),
        ("times", {"minutes": "25", "worked_on": "", "person_id": str(cast.dan.person_id)}),
        ("times/1", {"minutes": "10", "note": "Forgotten", "version": "2"}),
        ("parts", {"reference": "fan", "quantity": "2"}),
        ("parts/1/return", {"quantity": "1"}),
        ("cost-lines", {"label": "Travel", "amount_minor": "90,50", "kind": "outside", "supplier_id": "1"}),
        ("helpers", {"person_id": str(cast.dan.person_id)}),
    ):
        answer = bob.post(f"/work-orders/1/{path}", data=data)
        assert (path, answer.status_code) == (path, 303), answer.text
    card = text_of(alice.get("/work-orders/1/work", headers=HTMX))
    for words in ("Time: 35 min", "Forgotten", "1 piece Fan", "1 returned", "€90.50", "Dan"):
        assert words in card
    assert bob.post("/work-orders/1/cost-lines/1/remove", data={}).status_code == 303
    assert bob.post(f"/work-orders/1/helpers/{cast.dan.person_id}/remove", data={}).status_code == 303


def test_what_is_refused_stands_in_the_form_again(web, house):
    bob = web("bob")
    refused = bob.post("/work-orders/1/parts", data={"reference": "FAN", "quantity": "3"})
    assert (refused.status_code, "Fan: 2 in stock, 3 needed" in text_of(refused)) == (409, True)
    unknown = bob.post("/work-orders/1/parts", data={"reference": "Pump", "quantity": "3"})
    assert (unknown.status_code, 'value="Pump"' in unknown.text) == (422, True)
    assert bob.post("/work-orders/1/times", data={"minutes": "soon"}).status_code == 422
    assert "Fan, 2 pieces" in text_of(bob.get("/work-orders/1/parts/choices?reference=fa"))


def test_it_is_handed_to_a_supplier_with_a_note(web, house):
    bob = web("bob")
    bob.post("/work-orders/1/start", data={})
    handed = bob.post("/work-orders/1/hand-over", data={"supplier_id": "1", "note": "Under contract"})
    assert handed.status_code == 303
    page = text_of(bob.get("/work-orders/1"))
    assert "Waiting for the supplier" in page
    assert "Under contract" in page
    assert "Eaton" in page
    nobody = bob.post("/work-orders/1/hand-over", data={"note": "Who?"})
    assert (nobody.status_code, "Say who takes it" in text_of(nobody)) == (422, True)


def test_the_page_asks_the_same_whatever_the_number_of_steps(app, web, database, cast, queries_of):
    with database.writing() as session:
        piece = make_equipment(session, "OND-1", cast.lyon)
        for count in (2, 25):
            steps = [{"title": f"Step {n}", "kind": "number", "maximum": 9} for n in range(count)]
            order = make_order(session, piece, f"{count} steps")
            order.procedure_version_id = version_of(session, make_procedure(session, f"{count} steps", steps))
    bob = web("bob")
    few = queries_of(app, lambda: bob.get("/work-orders/1"))
    assert queries_of(app, lambda: bob.get("/work-orders/2")) == few
    assert few <= 26


def test_my_day_says_how_far_the_steps_are_and_leads_to_those_left(web, house):
    bob = web("bob")
    bob.post("/work-orders/1/steps/1", data={"value": "passed"})
    day = bob.get("/")
    assert "1 of 3 steps" in text_of(day)
    assert 'href="/work-orders/1#thread"' in day.text
    assert 'action="/work-orders/1/complete"' not in day.text
    bob.post("/work-orders/1/steps/3", data={"value": "15"})
    assert 'action="/work-orders/1/complete"' in bob.get("/").text


def test_an_hour_has_a_price_at_a_site_or_of_a_person(web, house, cast, database):
    alice = web("alice")
    dan = f"person-{cast.dan.person_id}"
    assert alice.post("/hourly-rates", data={"site-1": "42,50", dan: "60"}).status_code == 303
    page = alice.get("/hourly-rates").text
    assert 'value="42.50"' in page
    refused = alice.post("/hourly-rates", data={"site-1": "much", dan: "61"})
    assert (refused.status_code, 'value="61"' in refused.text) == (422, True)
    web("bob").post("/work-orders/1/times", data={"minutes": "60"})
    web("dan").post("/work-orders/1/times", data={"minutes": "60"})
    assert "Costs: €102.50" in text_of(alice.get("/work-orders/1/work"))
    with database.writing() as session:
        make_part(session, "FUSER", 1, unit_cost_minor=8000, currency="USD")
    web("bob").post("/work-orders/1/parts", data={"reference": "FUSER", "quantity": "1"})
    assert "Costs: €102.50 + US$80" in text_of(alice.get("/work-orders/1/work"))
    assert web("bob").get("/hourly-rates").status_code == 403
