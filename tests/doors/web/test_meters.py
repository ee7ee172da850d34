"""Meters in a browser: a piece's page, a reading on a phone, corrections, a plan that goes by one."""

import re
from datetime import timedelta
from html import unescape

import pytest

from app.core.clock import fixed_clock
from app.operations.actions.tick import tick
from tests.factories.equipment import make_equipment


@pytest.fixture
def piece(database, cast):
    with database.writing() as session:
        return make_equipment(session, "IMP-0001", cast.lyon, name="Printer").id


@pytest.fixture
def meter(web, piece):
    said = {"name": "Pages", "kind": "counter", "unit": "pages", "decimals": "0"}
    answer = web("alice").post(f"/equipment/{piece}/meters/new", data=said | {"states": "", "least": ""})
    assert answer.status_code == 303, answer.text
    return answer.headers["location"]


def text_of(answer):
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", answer.text)).replace("\u00a0", " ").split())


def test_a_reading_is_taken_on_a_phone(web, piece, meter):
    bob = web("bob")
    assert 'inputmode="numeric"' in bob.get(meter).text
    assert bob.post(f"{meter}/readings", data={"value": "12 345", "read_at": ""}).status_code == 303
    page = text_of(bob.get(meter))
    assert "12,345 pages" in page
    assert "Bob" in page
    assert "12,345 pages" in text_of(bob.get(f"/equipment/{piece}"))


def test_a_reading_that_runs_back_is_said_beside_its_field_and_kept(web, meter, clock):
    bob = web("bob")
    bob.post(f"{meter}/readings", data={"value": "500"})
    clock.at += timedelta(minutes=1)
    answer = bob.post(f"{meter}/readings", data={"value": "400"})
    assert answer.status_code == 422
    assert "Lower than the reading before it" in text_of(answer)
    assert 'value="400"' in answer.text


def test_a_time_of_the_site_is_taken(web, meter):
    bob = web("bob")
    bob.post(f"{meter}/readings", data={"value": "500", "read_at": "2026-11-20T09:15"})
    assert "9:15" in text_of(bob.get(meter))


def test_S28_a_reading_is_corrected_and_stays_to_be_seen(web, meter):
    bob = web("bob")
    bob.post(f"{meter}/readings", data={"value": "910"})
    assert bob.post("/readings/1/correct", data={"value": "", "reason": "x"}).status_code == 422
    assert bob.post("/readings/1/correct", data={"value": "190", "reason": ""}).status_code == 422
    assert bob.post("/readings/1/correct", data={"value": "190", "reason": "Misread"}).status_code == 303
    assert "910" not in text_of(bob.get(meter))
    assert "910" in text_of(bob.get(f"{meter}?superseded=1"))
    assert bob.post("/readings/1/correct", data={"value": "191", "reason": "Again"}).status_code == 409


def test_S28_a_counter_is_exchanged(web, meter):
    bob = web("bob")
    bob.post(f"{meter}/readings", data={"value": "500", "read_at": "2026-11-20T09:15"})
    bob.post(f"{meter}/replace", data={"last_value": "620", "first_value": "20", "replaced_at": ""})
    assert "620" in text_of(bob.get(meter))
    refused = bob.post(f"{meter}/replace", data={"last_value": "5", "first_value": "0"})
    assert refused.status_code == 422


def test_S29_a_silent_meter_says_that_its_reading_is_overdue(web, piece, clock):
    said = {"name": "Room", "kind": "gauge", "unit": "°C", "max_age_hours": "24"}
    web("alice").post(f"/equipment/{piece}/meters/new", data=said)
    clock.at += timedelta(hours=25)
    assert "Reading overdue" in text_of(web("bob").get(f"/equipment/{piece}"))


def test_a_state_is_chosen_among_its_words(web, piece):
    said = {"name": "Lamp", "kind": "state", "states": "green, orange\nred"}
    path = web("alice").post(f"/equipment/{piece}/meters/new", data=said).headers["location"]
    bob = web("bob")
    assert bob.post(f"{path}/readings", data={"value": "orange"}).status_code == 303
    assert "orange" in text_of(bob.get(path))


def test_a_form_that_makes_no_meter_comes_back_as_it_was(web, piece):
    answer = web("alice").post(f"/equipment/{piece}/meters/new", data={"name": "Lamp", "kind": "state", "states": "on"})
    assert answer.status_code == 422
    assert "Name two states or more" in answer.text
    assert 'value="Lamp"' in answer.text


def test_readings_come_from_a_file(web, meter):
    bob = web("bob")
    file = {"file": ("pages.csv", b"tag;meter;value;read_at\nIMP-0001;Pages;100;2026-11-20 08:00\nX;Y;1;\n")}
    page = text_of(bob.post("/readings/import", files=file))
    assert "1 recorded, 0 unchanged, 1 refused" in page
    assert "Line 3" in page


def test_S26_a_plan_by_a_meter_is_made_in_its_form_and_shows_its_estimate(web, database, piece, meter, clock):
    bob, alice = web("bob"), web("alice")
    for days, value in ((6, 41_000), (4, 43_000), (2, 45_000)):
        at = (clock.at - timedelta(days=days)).strftime("%Y-%m-%dT%H:%M")
        bob.post(f"{meter}/readings", data={"value": str(value), "read_at": at})
    said = {
        "title": "Maintenance kit", "kind": "replacement", "equipment_tags": "IMP-0001", "freq": "none",
        "mode": "fixed", "start_on": "2026-11-23", "trigger.kind": "counter", "trigger.meter": "Pages",
        "trigger.unit": "pages", "trigger.every": "10 000", "trigger.start_at": "", "trigger.readings": "1",
        "trigger.threshold": "", "trigger.cool_down_hours": "0", "lead_days": "0", "interval": "1",
    }  # fmt: skip
    preview = text_of(alice.post("/plans/preview", data=said))
    assert "Every 10,000 pages of “Pages”" in preview
    assert "an estimate" in preview
    assert "26 Nov" in preview
    wrong = alice.post("/plans/new", data=said | {"trigger.every": ""})
    assert wrong.status_code == 422
    assert "Give the number of units" in wrong.text
    path = alice.post("/plans/new", data=said).headers["location"]
    edit = alice.get(f"{path}/edit").text
    assert re.search(r'name="trigger.every"[^>]*value="10000', edit)
    tick(database, clock=fixed_clock(clock.at), instance="test")
    assert "26 Nov" in text_of(alice.get(f"/equipment/{piece}"))
    assert "about 26 Nov" in text_of(alice.get(path))
    item = text_of(alice.get(f"{path}/items/1"))
    assert "an estimate" in item


def test_S29_a_plan_by_a_condition_is_made_in_its_form_and_says_what_it_waits_for(web, piece):
    alice = web("alice")
    alice.post(f"/equipment/{piece}/meters/new", data={"name": "Room", "kind": "gauge", "unit": "°C"})
    said = {
        "title": "Too warm", "kind": "repair", "equipment_tags": "IMP-0001", "freq": "none", "mode": "fixed",
        "start_on": "2026-11-23", "trigger.kind": "condition", "trigger.meter": "Room", "trigger.unit": "°C",
        "trigger.every": "5", "trigger.side": "above", "trigger.threshold": "30", "trigger.back_at": "27",
        "trigger.readings": "2", "trigger.cool_down_hours": "4",
    }  # fmt: skip
    path = alice.post("/plans/new", data=said).headers["location"]
    page = text_of(alice.get(path))
    assert "When “Room” is at 30 °C or above, 2 readings in a row, over once it is back at 27 °C" in page
    assert "Waits for “Room”" in page
    assert "has not been read yet" in text_of(alice.get(f"{path}/items/1"))
