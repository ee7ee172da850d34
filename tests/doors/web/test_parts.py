"""Parts in a browser."""

import re
from html import unescape

import pytest

from tests.factories.parts import make_part


def text_of(answer):
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", answer.text)).replace("\u00a0", " ").split())


@pytest.fixture
def part(web):
    said = {"reference": "CR-1220", "name": "Cell", "unit": "piece", "threshold": "2", "unit_cost": "1,20", "shelf": ""}
    made = web("alice").post("/parts/new", data=said)
    assert made.status_code == 303, made.text
    return made.headers["location"]


def test_a_part_is_added_received_and_counted(web, part):
    bob = web("bob")
    assert bob.post(f"{part}/receive", data={"quantity": "5", "unit_cost": "", "note": "BL 77"}).status_code == 303
    assert bob.post(f"{part}/count", data={"stock": "2", "note": ""}).status_code == 303
    shown = text_of(bob.get(part))
    assert "In stock: 2 pieces" in shown
    assert "To order" in shown
    assert "BL 77" in shown
    assert "€1.20" in shown
    assert "To order" in text_of(bob.get("/parts?low=1"))


def test_the_usual_unit_is_read_and_written_in_each_language(web, part):
    alice = web("alice")
    alice.post("/me", data={"language": "fr"})
    assert 'value="pièce"' in alice.get(f"{part}/edit").text
    said = {"reference": "CR-1220", "name": "Cell", "unit": "pièce", "threshold": "2", "version": "1"}
    assert alice.post(f"{part}/edit", data=said).status_code == 303
    assert "0 pièce" in text_of(alice.get(part))
    assert "0 pieces" in text_of(web("bob").get(part))


def test_what_cannot_be_is_said_beside_its_field(web, part):
    refused = web("bob").post(f"{part}/count", data={"stock": "none", "note": "mouse"})
    assert refused.status_code == 422
    assert 'value="none"' in refused.text
    assert 'value="mouse"' in refused.text


def test_an_edit_from_an_old_page_keeps_what_was_typed(web, part):
    alice = web("alice")
    old = {"reference": "CR-1220", "name": "Button cell", "unit": "piece", "version": "1"}
    assert alice.post(f"{part}/edit", data=old).status_code == 303
    refused = alice.post(f"{part}/edit", data=old | {"name": "Cell CR"})
    assert (refused.status_code, "Cell CR" in refused.text) == (412, True)


def test_the_list_asks_the_same_whatever_its_length(app, web, database, queries_of):
    bob = web("bob")
    with database.writing() as session:
        make_part(session, "A", 1)
    few = queries_of(app, lambda: bob.get("/parts"))
    with database.writing() as session:
        for n in range(20):
            make_part(session, f"B{n}", 1)
    assert queries_of(app, lambda: bob.get("/parts")) == few
