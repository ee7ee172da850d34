"""One printer's life over REST: cleaned, failed, fixed for now and for good, replaced; its figures by hand."""

from datetime import UTC, datetime

import pytest

from app.operations.actions.tick import tick

V1 = "/api/v1"
DAY = 24 * 60
FAILED = {"finding": "failed", "failure_mode": "degraded_output"}


class Program:
    """What a program of one person says; each answer is looked at."""

    def __init__(self, client):
        self.client = client

    def get(self, path, **query):
        answer = self.client.get(V1 + path, params=query)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def send(self, method, path, version=None, **body):
        headers = {"if-match": f'"{version}"'} if version is not None else {}
        answer = self.client.request(method, V1 + path, json=body, headers=headers)
        assert answer.status_code in (200, 201), answer.text
        return answer.json()

    def post(self, path, version=None, **body):
        return self.send("POST", path, version, **body)

    def complete(self, order, **report):
        version = self.get(f"/work-orders/{order}")["version"]
        return self.post(f"/work-orders/{order}/complete", version, **report)


@pytest.fixture
def day(clock, database):
    """`day(2, 24)`: it is eight in the morning in Paris on that day of 2026, and the clock has ticked."""

    def dawn(month, number, hour=7):
        clock.at = datetime(2026, month, number, hour, tzinfo=UTC)
        tick(database, clock=clock, instance="story")

    return dawn


class Story:
    """The printer, and what its people do with it."""

    def __init__(self, alice, bob, site_id):
        self.alice, self.bob, self.site_id = alice, bob, site_id

    def begin(self, technician_id):
        """A category with its rule, a model at 600 EUR, the printer with a meter and a plan, and fusers at 150 EUR."""
        alice = self.alice
        alice.send("PUT", f"/hourly-rates/persons/{technician_id}", hourly_rate_minor=40_00)
        printers = alice.post("/equipment-categories", code="PRN", name="Printers")["id"]
        rule = {"threshold": 3, "window_days": 60, "cool_down_days": 30}
        alice.send("PUT", f"/equipment-categories/{printers}/ladder-rules/failures", 0, **rule)
        price = {"replacement_cost_minor": 600_00, "currency": "EUR"}
        model = alice.post("/equipment-models", manufacturer="Acme", reference="P-200", category_id=printers, **price)
        place = {"category_id": printers, "model_id": model["id"], "site_id": self.site_id}
        self.id = alice.post("/equipment", **place, name="Reception", commissioned_on="2025-01-01")["id"]
        meter = alice.post("/meters", equipment_id=self.id, name="Pages")
        self.bob.post(f"/meters/{meter['id']}/readings", value=48_000)
        dates = {"start_on": "2026-01-05", "interval": 2}
        alice.post("/maintenance-plans", title="Clean printers", kind="cleaning", category_ids=[printers], **dates)
        fuser = alice.post("/parts", reference="FU-200", name="Fuser", unit_cost_minor=150_00, currency="EUR")
        self.fuser_id = fuser["id"]
        alice.post(f"/parts/{self.fuser_id}/receive", quantity=2)

    def open_order(self):
        found = self.alice.get("/work-orders", equipment_id=self.id)["items"]
        (order,) = [order for order in found if order["state"] in ("planned", "ready", "in_progress")]
        return order

    def clean(self):
        order = self.open_order()
        assert order["kind"] == "cleaning"
        self.bob.complete(order["id"], finding="minor", observed="Dust on the rollers", minutes_spent=20)

    def fail(self, on):
        """Down from eight to ten; half an hour of work."""
        order = {"title": "Streaks on each page", "kind": "repair", "equipment_id": self.id, "due_on": on}
        made = self.bob.post("/work-orders", **order)["id"]
        down = {"down_from": f"{on}T08:00:00Z", "down_until": f"{on}T10:00:00Z"}
        self.bob.complete(made, kind="adjusted", restoration="curative", minutes_spent=30, **FAILED, **down)
        return made

    def proposals(self):
        rows = self.alice.get("/proposals", state="open", equipment_id=self.id)["items"]
        return {row["kind"]: row for row in rows}

    def accept(self, kind):
        """The order that it makes."""
        proposal = self.proposals()[kind]
        return self.alice.post(f"/proposals/{proposal['id']}/accept", proposal["version"])["order_id"]

    def figures(self, first, last):
        return self.alice.get(f"/equipment/{self.id}/reliability", **{"from": first, "until": last})

    def temporary_fixes(self):
        return [fix["id"] for fix in self.alice.get("/temporary-fixes")["items"]]


def two_cleanings_and_three_failures(story, day):
    day(1, 5)
    story.clean()
    day(2, 1)
    before = story.figures("2026-01-01", "2026-01-31")  # nothing failed: there is no time between failures
    assert before["in_service_minutes"] == 31 * DAY
    assert (before["failures"], before["mtbf_minutes"], before["mttr_minutes"]) == (0, None, None)
    assert (before["availability_permille"], before["corrective_cost_minor"]) == (1000, 0)
    assert (before["cycles"], before["cycles_in_window"], before["compliance_percent"]) == (1, 1, 100)
    day(2, 10, 11)
    failures = [story.fail("2026-02-10")]
    day(2, 24, 11)
    failures.append(story.fail("2026-02-24"))
    day(3, 5)
    story.clean()
    assert story.proposals() == {}
    day(3, 10, 11)
    failures.append(story.fail("2026-03-10"))
    day(3, 10, 12)
    (found,) = story.alice.get("/proposals", state="open", equipment_id=story.id)["items"]
    assert (found["kind"], found["rule"]) == ("repair", "failures:degraded_output")
    proposal = story.alice.get(f"/proposals/{found['id']}")
    (rule,) = proposal["evidence"]["rules"]
    assert (rule["value"], rule["threshold"], rule["window_days"]) == (3, 3, 60)
    assert [each["id"] for each in rule["orders"]] == failures


def a_repair_for_now_and_one_for_good(story, day):
    repair = story.accept("repair")
    day(3, 12, 9)
    bob = story.bob
    bob.post(f"/work-orders/{repair}/parts", part_id=story.fuser_id, quantity=1)
    for_now = {"restoration": "palliative", "curative_due_on": "2026-03-20"}
    bob.complete(repair, kind="component_replaced", minutes_spent=60, **FAILED, **for_now)
    assert story.alice.get(f"/parts/{story.fuser_id}")["stock"] == 1
    curative = story.open_order()
    assert (curative["kind"], curative["due_on"]) == ("repair", "2026-03-20")
    assert story.alice.get(f"/work-orders/{curative['id']}")["parent_id"] == repair
    assert story.temporary_fixes() == [repair]
    assert story.proposals() == {}
    day(3, 20, 9)
    bob.post(f"/work-orders/{curative['id']}/cost-lines", label="Acme, on site", amount_minor=60_00)
    bob.complete(curative["id"], kind="repaired", restoration="curative", minutes_spent=60, **FAILED)
    assert story.temporary_fixes() == []


def figures_by_hand(found):
    """31 + 28 + 31 days, less the hour of 29 March; three times two hours down.

    60 EUR: 3 x 30 min at 40 an hour; 190: an hour and a fuser; 100: an hour and the supplier.
    """
    assert found["in_service_minutes"] == 90 * DAY - 60
    assert (found["down_minutes"], found["failures"], found["repeat_failures"]) == (360, 3, 2)
    assert found["mtbf_minutes"] == (90 * DAY - 60 - 360) // 3 == 43_060
    assert (found["mttr_minutes"], found["active_repair_minutes"], found["availability_permille"]) == (120, 30, 997)
    assert (found["corrective_cost_minor"], found["cost_share_percent"]) == (350_00, 58)
    assert (found["cycles"], found["compliance_percent"]) == (2, 100)


def a_replacement(story):
    """One action, which does the order that the proposal made; the new piece's id."""
    alice = story.alice
    order = story.accept("replace")
    version = alice.get(f"/equipment/{story.id}")["version"]
    said = {"reason": "Half of a new one was spent", "order_id": order, "new": {"serial": "NEW-1"}}
    new = alice.post(f"/equipment/{story.id}/replace", version, **said)["id"]
    done = alice.get(f"/work-orders/{order}")
    assert (done["state"], done["resolution"]["kind"]) == ("completed", "equipment_replaced")
    return new


def what_goes_over_and_what_stays(story, new):
    alice = story.alice
    (target,) = alice.get("/plan-targets", equipment_id=new)["items"]
    assert (target["state"], target["next_due_on"]) == ("active", "2026-05-05")
    (fresh,) = alice.get("/meters", equipment_id=new)["items"]
    assert (fresh["name"], fresh["last_value"]) == ("Pages", None)
    (kept,) = alice.get("/meters", equipment_id=story.id, archived=True)["items"]
    assert float(kept["last_value"]) == 48_000
    retired = alice.get(f"/equipment/{story.id}")
    assert (retired["status"], retired["replaced_by_id"]) == ("retired", new)
    chain = alice.get(f"/equipment/{new}/chain")
    assert [link["id"] for link in chain["position"]] == [story.id, new]
    history = alice.get("/work-orders", equipment_id=story.id)["items"]
    assert sorted(row["kind"] for row in history) == ["cleaning"] * 2 + ["repair"] * 5 + ["replacement"]


def test_a_printer_is_cleaned_repaired_and_replaced_on_evidence(api, cast, day):
    day(1, 1)
    story = Story(Program(api("alice")), Program(api("bob")), cast.lyon.id)
    story.begin(cast.bob.person_id)
    two_cleanings_and_three_failures(story, day)
    a_repair_for_now_and_one_for_good(story, day)
    day(3, 20, 10)
    assert story.proposals()["replace"]["rule"] == "cost"
    day(4, 1)
    figures_by_hand(story.figures("2026-01-01", "2026-03-31"))
    new = a_replacement(story)
    what_goes_over_and_what_stays(story, new)
    figures_by_hand(story.figures("2026-01-01", "2026-03-31"))
    day(4, 2)
    fresh = story.alice.get(f"/equipment/{new}/reliability", **{"from": "2026-04-01", "until": "2026-04-01"})
    assert (fresh["failures"], fresh["corrective_cost_minor"]) == (0, 0)
    assert story.proposals() == {}
