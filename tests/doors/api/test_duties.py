"""Skills, absences, rotas, rules and visits over REST: the same actions as the pages."""

from datetime import date

import pytest

from tests.factories.equipment import make_category, make_piece
from tests.factories.people import make_team
from tests.factories.workorders import make_order

MATCH = {"if-match": '"1"'}


@pytest.fixture
def orders(cast, database):
    with database.writing() as session:
        category = make_category(session)
        pieces = [make_piece(session, cast.lyon, category, f"SW-{n}") for n in range(2)]
        said = {"kind": "cleaning", "type": "preventive", "due_on": date(2026, 11, 23)}
        return [make_order(session, piece, f"Clean {piece.tag}", **said).id for piece in pieces]


def test_skills_are_named_and_given(api, cast):
    alice, bob = api("alice"), cast.bob.person_id
    skill = alice.post("/api/v1/skills", json={"name": "Printers"}).json()
    held = [{"skill_id": skill["id"], "level": 2}]
    path = f"/api/v1/persons/{bob}/skills"
    assert alice.put(path, json={"skills": held}).status_code == 428
    told = alice.put(path, json={"skills": held}, headers=MATCH)
    assert (told.json()["skills"], told.headers["etag"]) == (held, '"2"')
    assert api("bob").get(path).json() == told.json()
    assert alice.put(path, json={"skills": []}, headers=MATCH).status_code == 412
    too_high = [{"skill_id": skill["id"], "level": 4}]
    assert alice.put(path, json={"skills": too_high}, headers={"if-match": '"2"'}).status_code == 422
    renamed = alice.patch(f"/api/v1/skills/{skill['id']}", json={"name": "Laser"}, headers=MATCH)
    assert renamed.json()["name"] == "Laser"


def test_absences_join_or_are_refused_in_words(api, cast):
    alice, bob = api("alice"), cast.bob.person_id
    days = {"person_id": bob, "first_on": "2026-12-21", "last_on": "2026-12-24"}
    absence = alice.post("/api/v1/absences", json=days).json()
    assert absence["person"] == "Bob"
    ill = alice.post("/api/v1/absences", json=days | {"kind": "sickness"})
    assert (ill.status_code, ill.json()["code"]) == (409, "away_already")
    longer = alice.patch(f"/api/v1/absences/{absence['id']}", json={"last_on": "2026-12-31"}, headers=MATCH)
    assert longer.json()["last_on"] == "2026-12-31"
    listed = alice.get("/api/v1/absences", params={"first_on": "2026-12-31"}).json()["items"]
    assert [row["id"] for row in listed] == [absence["id"]]
    assert api("dan").get("/api/v1/absences").json()["items"] == []
    assert alice.delete(f"/api/v1/absences/{absence['id']}").status_code == 204
    backwards = days | {"last_on": "2026-12-20"}
    assert alice.post("/api/v1/absences", json=backwards).status_code == 422


def test_who_is_on_call_is_told_for_any_moment(api, cast, database):
    with database.writing() as session:
        team_id = make_team(session, "Night").id
    alice, path = api("alice"), f"/api/v1/teams/{team_id}/on-call"
    assert alice.get(path).status_code == 404
    people = [cast.bob.person_id, cast.dan.person_id]
    rota = {"time_zone": "Europe/Paris", "starts_on": "2026-11-02", "handover": "08:00", "person_ids": people}
    assert alice.put(path, json=rota).status_code == 428
    assert alice.put(path, json=rota, headers=MATCH).status_code == 412
    made = alice.put(path, json=rota, headers={"if-match": '"0"'})
    assert (made.json()["person_id"], made.headers["etag"]) == (cast.dan.person_id, '"1"')
    swap = {"person_id": cast.bob.person_id, "first_on": "2026-11-28", "last_on": "2026-11-29"}
    told = alice.post(f"{path}/swaps", json=swap).json()
    assert [duty["person"] for duty in told["duties"]][:3] == ["Dan", "Bob", "Dan"]
    at = {"at": "2026-11-28T12:00:00Z"}
    assert api("bob").get(path, params=at).json()["person_id"] == cast.bob.person_id
    assert alice.delete(f"{path}/swaps/{told['swaps'][0]['id']}").status_code == 204
    assert alice.delete(path, headers={"if-match": '"0"'}).status_code == 412
    assert alice.delete(path, headers=MATCH).status_code == 204


def test_lists_of_skills_and_rules_are_pages_and_know_what_they_are_asked(api):
    alice = api("alice")
    for name in ("Printers", "Racks", "Éclairage"):
        alice.post("/api/v1/skills", json={"name": name})
    first = alice.get("/api/v1/skills?limit=2").json()
    rest = alice.get(f"/api/v1/skills?limit=2&cursor={first['next_cursor']}").json()
    assert [row["name"] for row in (*first["items"], *rest["items"])] == ["Éclairage", "Printers", "Racks"]
    assert rest["next_cursor"] is None
    ladder = "/api/v1/ladder-rules"
    first = alice.get(f"{ladder}?limit=4").json()
    rest = alice.get(f"{ladder}?limit=4&cursor={first['next_cursor']}").json()
    assert (len(first["items"]), len(rest["items"]), rest["next_cursor"]) == (4, 2, None)
    for path in ("assignment-rules", "escalation-rules", "ladder-rules", "skills", "assignment-rules/preview"):
        answer = alice.get(f"/api/v1/{path}", params={"archive": "1"})
        assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "/archive"), path


def test_an_order_is_given_by_rule_sent_up_and_seen(api, cast, orders):
    alice, bob = api("alice"), api("bob")
    said = {"name": "Cleaning", "kind": "cleaning", "strategy": "person", "person_id": cast.bob.person_id}
    rule = alice.post("/api/v1/assignment-rules", json=said).json()
    assert [row["person"] for row in alice.get("/api/v1/assignment-rules/preview").json()] == ["Bob", "Bob"]
    given = bob.post(f"/api/v1/work-orders/{orders[0]}/assign", headers=MATCH).json()
    assert (given["rule_id"], given["person"]) == (rule["id"], "Bob")
    again = bob.post(f"/api/v1/work-orders/{orders[0]}/assign", headers={"if-match": '"2"'})
    assert again.json()["code"] == "has_person"
    up = {"level": 2, "to_person_id": cast.alice.person_id, "note": "Beyond me"}
    levels = bob.post(f"/api/v1/work-orders/{orders[0]}/escalate", json=up, headers={"if-match": '"2"'}).json()
    assert [(row["level"], row["to_person"]) for row in levels] == [(2, "Alice")]
    seen = alice.post(f"/api/v1/work-orders/{orders[0]}/acknowledge").json()
    assert seen[0]["acknowledged_by"] == "Alice"


def test_a_visit_is_made_walked_and_done_in_bulk_once(api, orders):
    bob = api("bob")
    key = {"idempotency-key": "one"}
    visits = [bob.post("/api/v1/visits", json={"day_on": "2026-11-23", "order_ids": orders}, headers=key) for _ in "12"]
    assert visits[0].json() == visits[1].json()
    visit = visits[0].json()
    assert (visit["total"], visit["done"], visit["next_order_id"]) == (2, 0, orders[0])
    path = f"/api/v1/visits/{visit['id']}"
    assert bob.post(f"{path}/start").status_code == 428
    assert bob.post(f"{path}/start", headers=MATCH).json()["state"] == "started"
    down = {"order_id": orders[0], "direction": "down"}
    moved = bob.post(f"{path}/orders/move", json=down, headers={"if-match": '"2"'}).json()
    assert [stop["order_id"] for stop in moved["orders"]] == orders[::-1]
    done = bob.post(f"{path}/complete", json={"order_ids": orders, "minutes_each": 5}).json()
    assert [row["is_done"] for row in done] == [True, True]
    assert bob.get(path).json()["state"] == "ended"
    assert [row["id"] for row in bob.get("/api/v1/visits", params={"is_open": False}).json()["items"]] == [visit["id"]]
