"""Meters and readings over REST, from the reading to the order."""

import base64
from datetime import timedelta

import pytest

from app.core.clock import fixed_clock
from app.operations.actions.tick import tick
from tests.factories.equipment import make_equipment


@pytest.fixture
def piece(database, cast):
    with database.writing() as session:
        return make_equipment(session, "IMP-0001", cast.lyon).id


@pytest.fixture
def alice(api):
    return api("alice")


@pytest.fixture
def meter(alice, piece):
    answer = alice.post("/api/v1/meters", json={"equipment_id": piece, "name": "Pages printed", "unit": "pages"})
    assert answer.status_code == 201
    return answer.json()


def test_a_meter_is_made_changed_and_archived(alice, meter):
    path = f"/api/v1/meters/{meter['id']}"
    tag = alice.get(path).headers["etag"]
    changed = alice.patch(path, json={"max_age_hours": 24, "roll_over_at": 100000}, headers={"if-match": tag})
    assert (changed.status_code, changed.json()["roll_over_at"]) == (200, 100000.0)
    assert changed.json()["overdue_at"] is not None
    stale = alice.patch(path, json={"unit": "sheets"}, headers={"if-match": tag})
    assert stale.status_code == 412
    archived = alice.post(f"{path}/archive", headers={"if-match": changed.headers["etag"]})
    assert archived.json()["archived_at"] is not None
    assert alice.get("/api/v1/meters").json()["items"] == []


def test_S28_many_readings_are_taken_at_once_and_a_refused_row_is_named(api, meter, clock):
    said = [
        {"meter_id": meter["id"], "value": 100, "read_at": "2026-11-20T08:00:00Z"},
        {"tag": "IMP-0001", "meter": "pages printed", "value": "120,0", "read_at": "2026-11-21T08:00:00+01:00"},
        {"meter_id": meter["id"], "value": "N/A"},
        {"meter_id": meter["id"], "value": 90},
        {"meter_id": 999, "value": 90},
    ]
    bob = api("bob")
    answer = bob.post("/api/v1/readings", json={"readings": said})
    assert answer.status_code == 200
    report = answer.json()
    assert (report["recorded"], report["unchanged"], report["refused"]) == (2, 0, 3)
    assert [(error["pointer"], error["code"]) for error in report["errors"]] == [
        ("/readings/2/value", "not_a_number"),
        ("/readings/3/value", "runs_back"),
        ("/readings/4/meter_id", "unknown_meter"),
    ]
    assert bob.post("/api/v1/readings", json={"readings": said[:2]}).json()["unchanged"] == 2
    found = bob.get("/api/v1/readings", params={"meter_id": meter["id"]}).json()["items"]
    assert [(row["value"], row["total"], row["read_at"]) for row in found] == [
        (120.0, 120.0, "2026-11-21T07:00:00Z"),
        (100.0, 100.0, "2026-11-20T08:00:00Z"),
    ]


@pytest.mark.parametrize("value", ["NaN", "Infinity", "1e999", 1e300, 10**80, "", "\u0000", "²", "--3"])
def test_S28_an_absurd_value_is_refused_for_its_row_alone(api, meter, value):
    said = [{"meter_id": meter["id"], "value": value}, {"meter_id": meter["id"], "value": 5}]
    report = api("bob").post("/api/v1/readings", json={"readings": said}).json()
    assert (report["recorded"], report["refused"]) == (1, 1)


@pytest.mark.parametrize("since", ["2026-01-01T00:00:00", "9999-12-31T23:59:59-10:00", "0001-01-01T00:00:00+10:00"])
def test_readings_are_asked_for_by_instants_alone(api, meter, since):
    asked = {"meter_id": meter["id"], "since": since}
    assert api("bob").get("/api/v1/readings", params=asked).status_code == 422


def test_a_cursor_beyond_all_calendars_is_no_fault_of_ours(api, meter):
    cursor = base64.urlsafe_b64encode(b'["9999-12-31T23:59:59-10:00", 1]').decode()
    answer = api("bob").get("/api/v1/readings", params={"meter_id": meter["id"], "cursor": cursor})
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (422, "bad_cursor")


def test_S28_a_counter_replaced_beyond_all_calendars_names_its_field(api, meter):
    said = {"replaced_at": "9999-12-31T00:00:00", "first_value": 0}
    answer = api("bob").post(f"/api/v1/meters/{meter['id']}/replace", json=said)
    assert answer.json()["errors"][0]["pointer"] == "/replaced_at"


def test_S28_an_idempotency_key_repeats_the_answer(api, meter):
    sent = {"json": {"readings": [{"meter_id": meter["id"], "value": 5}]}, "headers": {"idempotency-key": "k1"}}
    first, second = (api("bob").post("/api/v1/readings", **sent) for _ in range(2))
    assert (first.json(), second.headers["idempotency-replayed"]) == (second.json(), "true")


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"readings": []}, "readings"),
        ({"readings": [{"value": 1, "colour": "red"}]}, "readings/0/colour"),
        ({"readings": [{"meter_id": 1, "value": 1, "read_at": "yesterday"}]}, "readings/0/read_at"),
        ({"readings": [{"meter_id": 1, "value": 1}] * 10_001}, "readings"),
        ({"readings": [{"meter_id": 2**70, "value": 1}]}, "readings/0/meter_id"),
        ({"readings": [{"meter_id": 1, "value": True}]}, "readings/0/value"),
        ({"readings": [{"meter_id": 1, "value": "9" * 101}]}, "readings/0/value"),
        ({"readings": [{"meter_id": 1, "value": {"a": 1}}]}, "readings/0/value"),
        ({"readings": [{"meter_id": 1}]}, "readings/0/value"),
    ],
)
def test_what_is_no_list_of_readings_is_refused_as_a_whole(api, cast, body, pointer):
    answer = api("bob").post("/api/v1/readings", json=body)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"].strip("/") == pointer


def test_S28_a_reading_is_corrected_and_the_old_one_stays(api, meter):
    bob = api("bob")
    first = bob.post(f"/api/v1/meters/{meter['id']}/readings", json={"value": 910})
    assert first.status_code == 201
    right = bob.post(f"/api/v1/readings/{first.json()['id']}/correct", json={"value": 190, "reason": "Misread"}).json()
    assert (right["value"], right["correction_of_id"]) == (190.0, first.json()["id"])
    assert bob.get(f"/api/v1/readings/{first.json()['id']}").json()["superseded_at"] is not None
    again = bob.post(f"/api/v1/readings/{first.json()['id']}/correct", json={"value": 190, "reason": "Misread"})
    assert again.status_code == 409


def test_a_foreign_reading_and_none_at_all_are_told_alike(api, meter):
    own = api("bob").post(f"/api/v1/meters/{meter['id']}/readings", json={"value": 910}).json()["id"]
    eve = api("eve")
    answers = [eve.get(f"/api/v1/readings/{reading_id}") for reading_id in (own, own + 1)]
    assert [(answer.status_code, answer.json()["detail"]) for answer in answers] == [
        (404, "This reading does not exist, or you have no access to it."),
    ] * 2


def test_S28_a_counter_is_replaced_and_the_total_runs_on(api, meter):
    bob = api("bob")
    bob.post(f"/api/v1/meters/{meter['id']}/readings", json={"value": 500, "read_at": "2026-11-20T08:00:00Z"})
    replaced = bob.post(f"/api/v1/meters/{meter['id']}/replace", json={"last_value": 620, "first_value": 20}).json()
    assert (replaced["last_value"], replaced["last_total"]) == (20.0, 620.0)


def test_S28_readings_come_from_a_file(api, meter):
    lines = ["Étiquette;Compteur;Valeur;Date", "IMP-0001;Pages printed;1 000;20/11/2026 09:30"]
    text = "\n".join([*lines, "IMP-0001;Pages printed;;", "X;Y;1;"])
    answer = api("bob").post(
        "/api/v1/readings/import", content=text.encode("cp1252"), headers={"content-type": "text/csv"}
    )
    report = answer.json()
    assert (report["recorded"], [error["pointer"] for error in report["errors"]]) == (
        1,
        ["/lines/3/value", "/lines/4/meter_id"],
    )
    unknown = api("bob").post("/api/v1/readings/import", content=b"a;b\n1;2\n", headers={"content-type": "text/csv"})
    assert (unknown.status_code, unknown.json()["code"]) == (422, "columns_missing")


def test_S29_meters_that_nobody_reads_are_listed(alice, piece, clock):
    alice.post("/api/v1/meters", json={"equipment_id": piece, "name": "Room", "kind": "gauge", "max_age_hours": 24})
    assert alice.get("/api/v1/meters/overdue").json()["items"] == []
    clock.at += timedelta(hours=25)
    assert [row["name"] for row in alice.get("/api/v1/meters/overdue").json()["items"]] == ["Room"]


def test_S26_a_reading_brings_the_order_that_the_plan_says(alice, database, meter, piece, clock):
    plan = {
        "title": "Maintenance kit", "kind": "replacement", "start_on": "2026-11-23", "equipment_ids": [piece],
        "freq": "none", "trigger": {"kind": "counter", "meter": "Pages printed", "unit": "pages", "every": 10000},
    }  # fmt: skip
    made = alice.post("/api/v1/maintenance-plans", json=plan)
    assert made.status_code == 201
    assert made.json()["words"] == "Every 10,000\N{NO-BREAK SPACE}pages of “Pages printed”"
    for days, value in ((1, 45000), (2, 50100)):
        clock.at += timedelta(days=days)
        alice.post(f"/api/v1/meters/{meter['id']}/readings", json={"value": value})
        tick(database, clock=fixed_clock(clock.at + timedelta(minutes=1)), instance="test")
    orders = alice.get("/api/v1/work-orders", params={"equipment_id": piece}).json()["items"]
    assert [order["title"] for order in orders] == ["Maintenance kit"]
    rows = alice.get("/api/v1/occurrences", params={"equipment_id": piece}).json()["items"]
    assert [row["cycle_key"] for row in rows] == [f"M:{meter['id']}:5"]
    told = alice.get(f"/api/v1/occurrences/{rows[0]['id']}/explain").json()["sentences"]
    assert told[0].startswith("“Pages printed” reached 50,000")


def test_a_plan_without_dates_needs_a_meter(alice, piece):
    plan = {"title": "Kit", "kind": "repair", "start_on": "2026-11-23", "equipment_ids": [piece], "freq": "none"}
    answer = alice.post("/api/v1/maintenance-plans", json=plan)
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "/freq")
    for trigger, pointer in (
        ({"kind": "counter", "meter": "Pages"}, "trigger/every"),
        ({"kind": "counter", "meter": "Pages", "every": 0}, "trigger/every"),
        ({"kind": "condition", "meter": "Pages"}, "trigger/threshold"),
    ):
        answer = alice.post("/api/v1/maintenance-plans", json=plan | {"trigger": trigger})
        assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, f"/{pointer}")


def test_a_number_typed_with_a_comma_may_be_nought(alice, piece):
    made = alice.post("/api/v1/meters", json={"equipment_id": piece, "name": "Fuel", "lifetime_offset": "0,0"})
    assert (made.status_code, made.json().get("lifetime_offset")) == (201, 0.0)
