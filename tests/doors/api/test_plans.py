from datetime import UTC, datetime

import pytest
from sqlalchemy import event, select

from app.core.clock import fixed_clock
from app.ledger.models import Occurrence
from app.operations.actions.tick import tick
from app.workorders.models import WorkOrder
from tests.factories.equipment import make_category, make_piece

PLANS = "/api/v1/maintenance-plans"


@pytest.fixture
def switch(database, cast):
    """A switch in Lyon and one in Nantes; the category's id."""
    with database.writing() as session:
        category = make_category(session)
        make_piece(session, cast.lyon, category, "SW-1")
        make_piece(session, cast.nantes, category, "SW-2")
        return category.id


@pytest.fixture
def said(switch):
    return {
        "title": "Clean switches",
        "kind": "cleaning",
        "start_on": "2027-01-01",
        "interval": 6,
        "shift": "next",
        "lead_days": 14,
        "category_ids": [switch],
    }


def create(client, said, **more):
    answer = client.post(PLANS, json=said | more)
    assert answer.status_code == 201, answer.text
    return answer.json()


def change(client, plan, path="", **body):
    method = client.post if path else client.patch
    return method(f"{PLANS}/{plan['id']}{path}", json=body, headers={"if-match": f'"{plan["version"]}"'})


def test_a_plan_is_made_and_covers_its_items(api, said):
    answer = api("alice").post(PLANS, json=said)
    plan = answer.json()
    assert answer.status_code == 201
    assert answer.headers["location"] == f"{PLANS}/{plan['id']}"
    assert answer.headers["etag"] == '"1"'
    assert (plan["code"], plan["target_count"], plan["next_due_on"]) == ("P-0001", 2, "2027-01-04")
    assert plan["rrule"] == "FREQ=MONTHLY;INTERVAL=6"
    assert plan["words"].startswith("Every 6 months on the 1st, moved to the next working day, 14 days ahead")


def test_a_rule_may_come_as_an_rrule(api, said):
    plan = create(api("alice"), said, rrule="FREQ=MONTHLY;BYDAY=-1FR")
    assert (plan["freq"], plan["interval"]) == ("month", 1)
    assert plan["nth_weekdays"] == [{"nth": -1, "weekday": "friday"}]
    assert plan["rrule"] == "FREQ=MONTHLY;BYDAY=-1FR"


@pytest.mark.parametrize(
    ("wrong", "pointer", "code"),
    [
        ({"freq": "fortnight"}, "/freq", "not_a_choice"),
        ({"interval": 0}, "/interval", "too_small"),
        ({"rrule": "FREQ=SECONDLY"}, "/rrule", "rrule_freq"),
        ({"freq": "year", "month_days": [30], "months": [2], "month_end": "skip"}, "/rule", "rule_never_matches"),
        ({"mode": "floating", "weekdays": ["monday"], "freq": "week"}, "/mode", "floating_takes_an_interval"),
        ({"catch_up": "all"}, "/catch_up", "catch_up_all_needs_stack"),
        ({"category_ids": [999]}, "/category_ids", "unknown"),
        ({"team_id": 999}, "/team_id", "unknown"),
        ({"title": "   "}, "/title", "too_short"),
        ({"title": "a\u0000b"}, "/title", "bad_format"),
        ({"start_on": "2027-02-30"}, "/start_on", "not_a_date"),
        ({"colour": "red"}, "/colour", "unknown_field"),
        ({"season": {"ranges": [{"first": "02-30", "last": "03-01"}]}}, "/season", "season_day_unknown"),
        ({"start_on": "0001-01-01", "freq": "day"}, "made", None),
        ({"start_on": "9999-12-31"}, "made", None),
        ({"category_ids": [2**70]}, None, None),
    ],
)
def test_bad_input_names_its_field_and_is_never_a_500(api, said, wrong, pointer, code):
    answer = api("alice").post(PLANS, json=said | wrong)
    if pointer == "made":
        assert answer.status_code == 201, answer.text
        return
    assert answer.status_code == 422, answer.text
    if pointer:
        assert [(error["pointer"], error["code"]) for error in answer.json()["errors"]] == [(pointer, code)]


def test_a_preview_says_dates_words_and_warnings_and_writes_nothing(api, said):
    alice = api("alice")
    preview = alice.post(f"{PLANS}/preview", json=said | {"start_on": "2026-01-01", "lead_days": 200}).json()
    assert [cycle["due_on"] for cycle in preview["cycles"][:2]] == ["2027-01-04", "2027-07-01"]
    assert preview["cycles"][0]["note"] == "New Year's Day"
    assert preview["target_count"] == 2
    assert len(preview["warnings"]) == 2
    assert alice.get(PLANS).json()["items"] == []


def test_a_preview_warns_of_a_second_plan_of_the_same_kind(api, said):
    alice = api("alice")
    create(alice, said)
    preview = alice.post(f"{PLANS}/preview", json=said).json()
    assert preview["warnings"] == ["2 items are already covered by another plan of this kind."]


def test_a_patch_is_a_new_version_and_keeps_what_it_does_not_name(api, said):
    alice = api("alice")
    plan = create(alice, said)
    answer = change(alice, plan, lead_days=7, open_orders="update")
    assert answer.status_code == 200, answer.text
    edited = answer.json()
    assert (edited["number"], edited["version"], edited["lead_days"], edited["interval"]) == (2, 2, 7, 6)
    versions = alice.get(f"{PLANS}/{plan['id']}/versions").json()
    assert [version["number"] for version in versions] == [2, 1]
    assert versions[0]["changes"] == {"lead_days": [14, 7]}
    assert versions[0]["created_by_name"] == "Alice"


def test_a_patch_with_null_takes_a_field_back(api, said):
    alice = api("alice")
    plan = create(alice, said, estimate_minutes=30)
    assert change(alice, plan, estimate_minutes=None, lead_days=None).json()["estimate_minutes"] is None
    assert alice.get(f"{PLANS}/{plan['id']}").json()["lead_days"] == 0


def test_a_change_needs_the_version_that_it_was_made_from(api, said):
    alice = api("alice")
    plan = create(alice, said)
    assert alice.patch(f"{PLANS}/{plan['id']}", json={"title": "New"}).status_code == 428
    assert change(alice, plan, title="New").status_code == 200
    assert change(alice, plan, title="Newer").status_code == 412


def test_a_plan_is_paused_resumed_and_archived(api, said):
    alice = api("alice")
    plan = create(alice, said)
    assert change(alice, plan, "/pause", reason="Move", until="2026-11-23").status_code == 422
    plan = change(alice, plan, "/pause", reason="Move", until="2027-02-01").json()
    assert (plan["state"], plan["reason"], plan["next_due_on"]) == ("paused", "Move", None)
    assert change(alice, plan, "/pause", reason="Again").status_code == 409
    plan = change(alice, plan, "/resume").json()
    assert plan["state"] == "active"
    plan = change(alice, plan, "/archive").json()
    assert (plan["state"], plan["target_count"]) == ("ended", 0)
    assert change(alice, plan, title="Again").status_code == 409
    assert alice.get(PLANS).json()["items"] == []
    assert len(alice.get(PLANS, params={"is_archived": True}).json()["items"]) == 1


def test_lists_are_paged_filtered_and_refuse_what_they_do_not_know(api, said):
    alice = api("alice")
    for title in ("Beta", "Alpha", "Gamma"):
        create(alice, said, title=title, kind="inspection" if title == "Gamma" else "cleaning")
    first = alice.get(PLANS, params={"limit": 2}).json()
    assert [plan["title"] for plan in first["items"]] == ["Alpha", "Beta"]
    rest = alice.get(PLANS, params={"limit": 2, "cursor": first["next_cursor"]}).json()
    assert ([plan["title"] for plan in rest["items"]], rest["next_cursor"]) == (["Gamma"], None)
    assert [plan["title"] for plan in alice.get(PLANS, params={"kind": "inspection"}).json()["items"]] == ["Gamma"]
    assert [plan["title"] for plan in alice.get(PLANS, params={"q": "alph"}).json()["items"]] == ["Alpha"]
    assert alice.get(PLANS, params={"colour": "red"}).status_code == 422
    assert alice.get(PLANS, params={"cursor": "!"}).status_code == 422


def test_a_manager_of_one_site_plans_for_it_alone(api, said, cast):
    """Eve sees plans of the whole house, with the items of her site; she changes her own only."""
    whole = create(api("alice"), said)
    lyons = create(api("alice"), said, site_id=cast.lyon.id, title="Lyon's")
    eve = api("eve")
    assert eve.get(f"{PLANS}/{whole['id']}").json()["target_count"] == 1
    assert eve.get(f"{PLANS}/{lyons['id']}").status_code == 404
    assert [plan["title"] for plan in eve.get(PLANS).json()["items"]] == ["Clean switches"]
    assert [target["tag"] for target in eve.get("/api/v1/plan-targets").json()["items"]] == ["SW-2"]
    assert change(eve, whole, title="Mine").status_code == 403
    assert change(eve, lyons, title="Mine").status_code == 404
    assert eve.post(PLANS, json=said).status_code == 403
    assert eve.post(PLANS, json=said | {"site_id": cast.lyon.id}).status_code == 404
    assert create(eve, said, site_id=cast.nantes.id)["target_count"] == 1


def test_technicians_read_and_requesters_do_not(api, said):
    plan = create(api("alice"), said)
    assert api("bob").get(f"{PLANS}/{plan['id']}").status_code == 200
    assert api("bob").post(PLANS, json=said).status_code == 403
    assert change(api("bob"), plan, title="Mine").status_code == 403
    assert api("chloe").get(PLANS).status_code == 403


def test_a_target_shows_its_dates_and_starts_anew_from_the_work_last_done(api, said):
    alice = api("alice")
    plan = create(alice, said, mode="floating", anchor_policy="entry")
    [target, _] = alice.get("/api/v1/plan-targets", params={"plan_id": plan["id"]}).json()["items"]
    assert (target["tag"], target["site_name"], target["next_due_on"]) == ("SW-1", "Lyon", "2027-05-24")
    answer = alice.post(f"/api/v1/plan-targets/{target['id']}/restart", json={"last_done_on": "2026-09-01"})
    assert (answer.status_code, answer.json()["next_due_on"]) == (200, "2027-03-01")
    dates = alice.get(f"/api/v1/plan-targets/{target['id']}/upcoming", params={"count": 2}).json()
    assert [cycle["due_on"] for cycle in dates] == ["2027-03-01", "2027-09-01"]
    late = alice.post(f"/api/v1/plan-targets/{target['id']}/restart", json={"last_done_on": "2030-01-01"})
    assert late.status_code == 422


@pytest.fixture
def generated(database, api, said):
    """Weekly over New Year with nobody working: the first date has an order, the second is absorbed, a third waits."""
    plan = create(api("alice"), said, interval=1, freq="week", lead_days=3)
    for day in (1, 8, 9, 15):
        clock = fixed_clock(datetime(2027, 1, day, 8, tzinfo=UTC))
        tick(database, clock=clock, instance="test")
    return plan


def test_S44_the_ledger_explains_itself(api, database, generated):
    alice = api("alice")
    query = {"plan_id": generated["id"]}
    rows = alice.get("/api/v1/occurrences", params=query).json()["items"]
    tag = rows[0]["tag"]
    fates = [(row["raw_due_on"], row["fate"]) for row in reversed(rows) if row["tag"] == tag]
    assert fates == [("2027-01-01", "generated"), ("2027-01-08", "suppressed"), ("2027-01-15", "waiting")]
    assert len(alice.get("/api/v1/occurrences", params=query | {"fate": "suppressed"}).json()["items"]) == 2
    with database.reading() as session:
        order_id = session.scalars(
            select(WorkOrder.id).join(Occurrence, Occurrence.id == WorkOrder.occurrence_id).order_by(WorkOrder.id)
        ).first()
    first = next(row for row in reversed(rows) if row["fate"] == "generated")
    told = alice.get(f"/api/v1/occurrences/{first['id']}/explain").json()
    assert [step["step"] for step in told["trace"]] == ["rule", "shift", "lead"]
    assert "New Year's Day" in " ".join(told["sentences"])
    own = [row for row in rows if row["target_id"] == first["target_id"]]
    absorbed = next(row for row in own if row["fate"] == "suppressed")
    told = alice.get(f"/api/v1/occurrences/{absorbed['id']}/explain").json()
    assert told["sentences"][-1] == f"No order was made: OT-{order_id:06d} was still open when its date was over."


def test_S44_a_plan_explains_the_next_date_of_an_item_or_why_there_is_none(api, database, said):
    alice = api("alice")
    plan = create(alice, said)
    [target, _] = alice.get("/api/v1/plan-targets", params={"plan_id": plan["id"]}).json()["items"]
    where = {"equipment_id": target["equipment_id"]}
    told = alice.get(f"{PLANS}/{plan['id']}/explain", params=where).json()
    assert told["due_on"] == "2027-01-04"
    assert [step["step"] for step in told["trace"]] == ["rule", "shift", "lead"]
    change(alice, plan, "/pause", reason="Move", until="2027-09-01")
    told = alice.get(f"{PLANS}/{plan['id']}/explain", params=where).json()
    assert told["due_on"] is None
    assert told["sentences"] == ["The plan was paused by Alice until Wed\u00a01\u00a0Sept 2027: Move"]
    assert alice.get(f"{PLANS}/{plan['id']}/explain", params={"equipment_id": 999}).status_code == 404
    for neither_or_both in ({}, where | {"location_id": 1}):
        refused = alice.get(f"{PLANS}/{plan['id']}/explain", params=neither_or_both)
        assert (refused.status_code, refused.json()["errors"][0]["code"]) == (422, "which_item")


@pytest.mark.parametrize("path", [PLANS, "/api/v1/plan-targets", "/api/v1/occurrences"])
def test_the_queries_of_a_list_do_not_grow_with_its_rows(api, database, app, said, path):
    alice = api("alice")

    def queries():
        seen = []
        engine = app.state.house.database.engine
        listener = lambda *args: seen.append(args[2])  # noqa: E731
        event.listen(engine, "before_cursor_execute", listener)
        assert alice.get(path).status_code == 200
        event.remove(engine, "before_cursor_execute", listener)
        return len(seen)

    create(alice, said, title="One")
    tick(database, clock=fixed_clock(datetime(2027, 1, 8, 8, tzinfo=UTC)), instance="test")
    few = queries()
    for n in range(5):
        create(alice, said, title=f"More {n}")
    tick(database, clock=fixed_clock(datetime(2027, 1, 9, 8, tzinfo=UTC)), instance="test")
    assert queries() == few <= 6
