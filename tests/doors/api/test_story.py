"""One printer's life over REST: cleaned, failed, fixed for now and for good, replaced. Its figures are reckoned by hand."""

from datetime import UTC, datetime

import pytest

from app.operations.actions.tick import tick

V1 = "/api/v1"
DAY = 24 * 60


class Program:
    """What a program of one person says; each answer is looked at."""

    def __init__(self, client):
        self.client = client

    def get(self, path, **query):
        answer = self.client.get(V1 + path, params=query)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def send(self, method, path, version=None, **body):
        headers = {"if-match": f'"{version}"'} if version else {}
        answer = self.client.request(method, V1 + path, json=body, headers=headers)
        assert answer.status_code in (200, 201), answer.text
        return answer.json()

    def post(self, path, version=None, **body):
        return self.send("POST", path, version, **body)

    def complete(self, order, **report):
        version = self.get(f"/work-orders/{order}")["version"]
        return self.post(f"/work-orders/{order}/complete", version, **report)


@pytest.fixture
def alice(api):
    return Program(api("alice"))


@pytest.fixture
def bob(api):
    return Program(api("bob"))


@pytest.fixture
def day(clock, database):
    """`day(2, 24)`: it is eight in the morning in Paris on that day of 2026, and the clock has ticked."""

    def dawn(month, number, hour=7):
        clock.at = datetime(2026, month, number, hour, tzinfo=UTC)
        tick(database, clock=clock, instance="story")

    return dawn


def test_a_printer_is_cleaned_repaired_and_replaced_on_evidence(alice, bob, cast, day):
    day(1, 1)
    alice.send("PUT", f"/hourly-rates/persons/{cast.bob.person_id}", hourly_rate_minor=40_00)
    printers = alice.post("/equipment-categories", code="PRN", name="Printers")["id"]
    alice.send(
        "PUT", f"/equipment-categories/{printers}/ladder-rules/failures", threshold=3, window_days=60, cool_down_days=30
    )
    model = alice.post(
        "/equipment-models", manufacturer="Acme", reference="P-200", category_id=printers,
        replacement_cost_minor=600_00, currency="EUR",
    )  # fmt: skip
    place = {"category_id": printers, "model_id": model["id"], "site_id": cast.lyon.id}
    old = alice.post("/equipment", **place, name="Reception printer", commissioned_on="2025-01-01")
    meter = alice.post("/meters", equipment_id=old["id"], name="Pages")
    bob.post(f"/meters/{meter['id']}/readings", value=48_000)
    alice.post(
        "/maintenance-plans", title="Clean the printers", kind="cleaning", start_on="2026-01-05", interval=2,
        category_ids=[printers],
    )  # fmt: skip
    fuser = alice.post("/parts", reference="FU-200", name="Fuser", unit_cost_minor=150_00, currency="EUR")
    alice.post(f"/parts/{fuser['id']}/receive", quantity=2)

    def is_proposed():
        return [
            (row["kind"], row["rule"]) for row in alice.get("/proposals", state="open", equipment_id=old["id"])["items"]
        ]

    def open_orders(equipment=old):
        found = alice.get("/work-orders", equipment_id=equipment["id"])["items"]
        return [order for order in found if order["state"] in ("planned", "ready", "in_progress")]

    def clean():
        (order,) = open_orders()
        assert order["kind"] == "cleaning"
        bob.complete(order["id"], finding="minor", observed="Dust on the rollers", minutes_spent=20)

    def fail(on):
        order = bob.post(
            "/work-orders", title="Streaks on each page", kind="repair", equipment_id=old["id"], due_on=on
        )["id"]
        bob.complete(
            order, kind="adjusted", finding="failed", failure_mode="degraded_output", restoration="curative",
            down_from=f"{on}T08:00:00Z", down_until=f"{on}T10:00:00Z", minutes_spent=30,
        )  # fmt: skip
        return order

    # Cleaned twice, something small each time. Nothing failed yet, so there is no time between failures.
    day(1, 5)
    clean()
    day(2, 1)
    before = alice.get(f"/equipment/{old['id']}/reliability", **{"from": "2026-01-01", "until": "2026-01-31"})
    assert before["in_service_minutes"] == 31 * DAY
    assert (before["failures"], before["mtbf_minutes"], before["mttr_minutes"]) == (0, None, None)
    assert (before["availability_permille"], before["corrective_cost_minor"]) == (1000, 0)
    assert (before["cycles"], before["cycles_in_window"], before["compliance_percent"]) == (1, 1, 100)

    # Three failures of one mode within 60 days.
    day(2, 10, 11)
    failures = [fail("2026-02-10")]
    day(2, 24, 11)
    failures.append(fail("2026-02-24"))
    day(3, 5)
    clean()
    assert is_proposed() == []
    day(3, 10, 11)
    failures.append(fail("2026-03-10"))
    day(3, 10, 12)
    assert is_proposed() == [("repair", "failures:degraded_output")]
    (proposal,) = alice.get("/proposals", state="open", equipment_id=old["id"])["items"]
    proposal = alice.get(f"/proposals/{proposal['id']}")
    (rule,) = proposal["evidence"]["rules"]
    assert [each["id"] for each in rule["orders"]] == failures
    repair = alice.post(f"/proposals/{proposal['id']}/accept", proposal["version"])["order_id"]

    # Repaired for now: the lasting fix is opened, and the temporary one is not forgotten.
    day(3, 12, 9)
    bob.post(f"/work-orders/{repair}/parts", part_id=fuser["id"], quantity=1)
    bob.complete(
        repair, kind="component_replaced", finding="failed", failure_mode="degraded_output", restoration="palliative",
        curative_due_on="2026-03-20", minutes_spent=60,
    )  # fmt: skip
    assert alice.get(f"/parts/{fuser['id']}")["stock"] == 1
    (curative,) = open_orders()
    assert (curative["kind"], curative["due_on"]) == ("repair", "2026-03-20")
    assert alice.get(f"/work-orders/{curative['id']}")["parent_id"] == repair
    assert [fix["id"] for fix in alice.get("/temporary-fixes")["items"]] == [repair]
    assert is_proposed() == []

    # The lasting fix brings what was spent past half of a new printer.
    day(3, 20, 9)
    bob.post(f"/work-orders/{curative['id']}/cost-lines", label="Acme, on site", amount_minor=60_00)
    bob.complete(
        curative["id"], kind="repaired", finding="significant", failure_mode="degraded_output", restoration="curative",
        minutes_spent=60,
    )  # fmt: skip
    assert alice.get("/temporary-fixes")["items"] == []
    day(3, 20, 10)
    assert ("replace", "cost") in is_proposed()

    # By hand: 31 + 28 + 31 days, less the hour of 29 March; three times two hours down.
    day(4, 1)
    period = {"from": "2026-01-01", "until": "2026-03-31"}
    after = alice.get(f"/equipment/{old['id']}/reliability", **period)
    assert after["in_service_minutes"] == 90 * DAY - 60
    assert (after["down_minutes"], after["failures"], after["repeat_failures"]) == (360, 3, 2)
    assert after["mtbf_minutes"] == (90 * DAY - 60 - 360) // 3 == 43_060
    assert (after["mttr_minutes"], after["active_repair_minutes"], after["availability_permille"]) == (120, 30, 997)
    # 3 x 30 min at 40 EUR an hour; an hour and a fuser; an hour and the supplier: 60 + 190 + 100 EUR.
    assert (after["corrective_cost_minor"], after["cost_share_percent"]) == (350_00, 58)
    assert (after["cycles"], after["compliance_percent"]) == (2, 100)

    # Replaced in one action, which does the order that the proposal made.
    (found,) = (
        row
        for row in alice.get("/proposals", state="open", equipment_id=old["id"])["items"]
        if row["kind"] == "replace"
    )
    order = alice.post(f"/proposals/{found['id']}/accept", found["version"])["order_id"]
    version = alice.get(f"/equipment/{old['id']}")["version"]
    new = alice.post(
        f"/equipment/{old['id']}/replace", version, reason="Half of a new one was spent", order_id=order,
        new={"serial": "NEW-1"},
    )  # fmt: skip
    done = alice.get(f"/work-orders/{order}")
    assert (done["state"], done["resolution"]["kind"]) == ("completed", "equipment_replaced")
    (target,) = alice.get("/plan-targets", equipment_id=new["id"])["items"]
    assert (target["state"], target["next_due_on"]) == ("active", "2026-05-05")
    (fresh,) = alice.get("/meters", equipment_id=new["id"])["items"]
    assert (fresh["name"], fresh["last_value"]) == ("Pages", None)
    (kept,) = alice.get("/meters", equipment_id=old["id"], archived=True)["items"]
    assert float(kept["last_value"]) == 48_000

    # The old one's history stays whole, by position and by its own figures.
    retired = alice.get(f"/equipment/{old['id']}")
    assert (retired["status"], retired["replaced_by_id"]) == ("retired", new["id"])
    chain = alice.get(f"/equipment/{new['id']}/chain")
    assert [link["id"] for link in chain["position"]] == [old["id"], new["id"]]
    history = alice.get("/work-orders", equipment_id=old["id"])["items"]
    assert sorted(row["kind"] for row in history) == ["cleaning"] * 2 + ["repair"] * 5 + ["replacement"]
    again = alice.get(f"/equipment/{old['id']}/reliability", **period)
    assert again == after | {"cycles": again["cycles"]}
    day(4, 2)
    fresh_start = alice.get(f"/equipment/{new['id']}/reliability", **{"from": "2026-04-01", "until": "2026-04-01"})
    assert (fresh_start["failures"], fresh_start["corrective_cost_minor"]) == (0, 0)
    assert is_proposed() == []
