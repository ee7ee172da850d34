"""Alerts of monitoring systems become states of pieces, and orders of the plans that watch them (S29)."""

import json
from datetime import timedelta
from typing import Any

import pytest

from app.core.clock import fixed_clock
from app.operations.actions.tick import tick
from tests.factories.equipment import make_equipment

HOOKS = "/api/v1/hooks"
ALERTMANAGER: dict[str, Any] = {
    "version": "4",
    "status": "firing",
    "alerts": [
        {
            "status": "firing",
            "labels": {"alertname": "DiskFull", "instance": "srv-1.example.org:9100", "severity": "critical"},
            "startsAt": "2026-11-23T07:00:00.000Z",
            "endsAt": "0001-01-01T00:00:00Z",
        }
    ],
}
SENT: dict[str, Any] = {
    "alertmanager": ALERTMANAGER,
    "nagios": {
        "NAGIOS_HOSTNAME": "srv-1.example.org", "NAGIOS_SERVICEDESC": "DiskFull", "NAGIOS_SERVICESTATE": "CRITICAL",
        "NAGIOS_TIMET": "1795417200",
    },
    "zabbix": {"host": "srv-1.example.org", "trigger_name": "DiskFull", "event_value": "1", "event_nseverity": "5"},
    "generic": {"host": "srv-1.example.org", "name": "DiskFull", "status": "critical"},
}  # fmt: skip
OVER: dict[str, Any] = {
    "alertmanager": {
        "alerts": [ALERTMANAGER["alerts"][0] | {"status": "resolved", "endsAt": "2026-11-23T07:20:00Z"}],
    },
    "nagios": SENT["nagios"] | {"NAGIOS_SERVICESTATE": "OK", "NAGIOS_TIMET": "1795418400"},
    "zabbix": SENT["zabbix"] | {"event_value": "0"},
    "generic": SENT["generic"] | {"status": "resolved"},
}


@pytest.fixture
def server(database, cast):
    with database.writing() as session:
        return make_equipment(session, "SRV-0001", cast.lyon, remote_host="srv-1.example.org").id


def state(program):
    return [(meter["name"], meter["last_value"]) for meter in program.get("/api/v1/meters").json()["items"]]


@pytest.mark.parametrize("source", SENT)
def test_S29_an_alert_opens_and_closes_a_state_of_its_piece(api, server, clock, source):
    bob = api("bob")
    first = bob.post(f"{HOOKS}/{source}", json=SENT[source])
    assert (first.status_code, first.json()["recorded"], first.json()["errors"]) == (200, 1, [])
    assert state(bob) == [("DiskFull", "critical")]
    clock.at += timedelta(minutes=5)
    bob.post(f"{HOOKS}/{source}", json=OVER[source])
    assert state(bob) == [("DiskFull", "ok")]


def test_S29_the_same_alert_sent_again_is_one(api, server):
    bob = api("bob")
    bob.post(f"{HOOKS}/alertmanager", json=ALERTMANAGER)
    assert bob.post(f"{HOOKS}/alertmanager", json=ALERTMANAGER).json()["unchanged"] == 1


def test_S29_an_alert_of_an_unknown_piece_stops_no_other(api, server):
    alerts = [{"host": "nowhere", "name": "Down", "status": "down"}, SENT["generic"]]
    report = api("bob").post(f"{HOOKS}/generic", json={"alerts": alerts}).json()
    assert (report["recorded"], report["errors"][0]["pointer"], report["errors"][0]["code"]) == (
        1,
        "/alerts/0/host",
        "unknown_piece",
    )


@pytest.mark.parametrize(
    ("source", "body"),
    [
        ("alertmanager", {}),
        ("alertmanager", {"alerts": [3]}),
        ("alertmanager", {"alerts": "all"}),
        ("nagios", {"HOSTNAME": "x"}),
        ("zabbix", {"host": "x"}),
        ("generic", {"alerts": [{"name": "x"}]}),
        ("generic", {"alerts": 7}),
    ],
)
def test_what_is_no_alert_is_refused(api, cast, source, body):
    answer = api("bob").post(f"{HOOKS}/{source}", json=body)
    assert (answer.status_code, answer.json()["code"]) == (422, "not_an_alert")


@pytest.mark.parametrize("name", ["\u0000", "a\u0000b", "x" * 5000, 7, None, {"a": 1}, "\ud83d"])
def test_whatever_an_alert_is_called_the_answer_is_no_fault_of_ours(api, server, name):
    body = json.dumps({"host": "SRV-0001", "status": "critical", "name": name})
    answer = api("bob").post(f"{HOOKS}/generic", content=body, headers={"content-type": "application/json"})
    assert answer.status_code in (200, 422)


def test_many_alerts_about_one_host_ask_for_its_piece_once(api, app, server, queries_of):
    bob = api("bob")
    alerts = [{"host": "nowhere", "name": f"Disk {n}", "status": "down"} for n in range(100)]
    assert queries_of(app, lambda: bob.post(f"{HOOKS}/generic", json={"alerts": alerts})) < 20


def test_alerts_about_a_thousand_hosts_that_nobody_knows_cost_a_handful_of_statements(api, app, server, queries_of):
    bob = api("bob")
    alerts = [{"host": f"host-{n}.example.org", "name": "Disk", "status": "down"} for n in range(1_000)]
    assert queries_of(app, lambda: bob.post(f"{HOOKS}/generic", json={"alerts": alerts})) < 20


@pytest.mark.parametrize(
    ("more", "host", "code"),
    [
        ({"remote_host": "srv-1.example.org"}, "srv-1.example.org", "unknown_piece"),  # two of one host
        ({"name": "srv-1.example.org"}, "srv-1.example.org", None),  # a host is surer than a name
        ({"tag": "SRV-1"}, "srv-1.example.org", None),
    ],
)
def test_a_piece_is_known_by_the_surest_of_its_names_and_two_of_one_name_are_none(
    api, database, server, more, host, code
):
    with database.writing() as session:
        make_equipment(session, **{"tag": "SRV-0002"} | more)
    report = api("bob").post(f"{HOOKS}/generic", json={"host": host, "name": "Disk", "status": "down"}).json()
    assert [error["code"] for error in report["errors"]] == ([code] if code else [])


@pytest.mark.parametrize("at", ["9999-12-31T23:59:59-10:00", "0001-01-01T00:00:00+10:00", "now", 1e300, -1, None])
def test_an_alert_whose_time_nobody_can_tell_is_one_of_now(api, server, at):
    report = api("bob").post(f"{HOOKS}/generic", json=SENT["generic"] | {"at": at}).json()
    assert report["recorded"] == 1, report


def test_a_foreign_piece_is_not_known(api, server):
    report = api("eve").post(f"{HOOKS}/generic", json=SENT["generic"]).json()
    assert report["errors"][0]["code"] == "unknown_piece"


def test_S29_an_alert_brings_an_order_once(api, database, server, clock):
    alice = api("alice")
    trigger = {"kind": "condition", "meter": "diskfull", "threshold": "critical"}
    plan = {"title": "Free the disk", "kind": "repair", "freq": "none", "start_on": "2026-11-23", "trigger": trigger}
    made = alice.post("/api/v1/maintenance-plans", json=plan | {"equipment_ids": [server]})
    assert made.status_code == 201, made.text
    for minutes in (1, 2):
        clock.at += timedelta(minutes=minutes)
        alice.post(f"{HOOKS}/alertmanager", json=ALERTMANAGER)
        tick(database, clock=fixed_clock(clock.at), instance="test")
    orders = alice.get("/api/v1/work-orders", params={"equipment_id": server}).json()["items"]
    assert [order["title"] for order in orders] == ["Free the disk"]
