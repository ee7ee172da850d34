"""Persons, accounts, teams and tokens over REST."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from app.journal.models import AuditEntry, IdempotencyRecord
from app.people.models import ApiToken, User
from app.people.rules.passwords import is_right

ACCOUNT = {"name": "Farid Benali", "login": "Farid", "role": "technician", "password": "le chat dort sur le toit"}
MATCH = {"if-match": '"1"'}


def test_a_new_account_sees_no_site_unless_told_which(api, cast, database):
    adam = api("adam")
    farid = adam.post("/api/v1/users", json=ACCOUNT).json()
    assert (farid["login"], farid["has_all_sites"], farid["site_ids"]) == ("farid", False, [])
    body = {"site_ids": [cast.lyon.id]}
    answer = adam.patch(f"/api/v1/users/{farid['id']}", json=body, headers=MATCH)
    assert answer.json()["site_ids"] == [cast.lyon.id]
    with database.reading() as session:
        user = session.get(User, farid["id"])
        assert is_right(ACCOUNT["password"], user.password_hash)
        audit = session.scalars(
            select(AuditEntry.action).where(AuditEntry.entity == "user").order_by(AuditEntry.id)
        ).all()
    assert audit == ["created", "scope_changed"]


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"login": "bob"}, "/login"),
        ({"role": "owner"}, "/role"),
        ({"password": "short"}, "/password"),
        ({"password": "farid benali"}, "/password"),
        ({"site_ids": [999]}, "/site_ids"),
        ({"is_active": False}, "/is_active"),
        ({"email": "nobody"}, "/email"),
    ],
)
def test_what_is_wrong_with_an_account_is_said_at_its_field(api, body, pointer):
    answer = api("adam").post("/api/v1/users", json=ACCOUNT | body)
    assert answer.status_code == 422
    assert [error["pointer"] for error in answer.json()["errors"]] == [pointer]


def test_only_administrators_see_and_make_accounts(api, cast):
    for login in ("alice", "bob", "chloe"):
        client = api(login)
        assert client.get("/api/v1/users").status_code == 403
        assert client.post("/api/v1/users", json=ACCOUNT).status_code == 403
        assert client.get(f"/api/v1/users/{cast.adam.id}").status_code == 403
        assert client.get(f"/api/v1/users/{cast.user(login).id}").status_code == 200
        body = {"role": "admin"}
        assert client.patch(f"/api/v1/users/{cast.user(login).id}", json=body, headers=MATCH).status_code == 403
        new = {"password": "une phrase assez longue"}
        assert client.post(f"/api/v1/users/{cast.adam.id}/set-password", json=new).status_code == 403


def test_from_the_moment_of_deactivation_neither_session_nor_token_works(api, web, cast):
    adam, bob_program, bob_browser = api("adam"), api("bob"), web("bob")
    assert bob_program.get("/api/v1/me").status_code == 200
    answer = adam.post(f"/api/v1/users/{cast.bob.id}/deactivate", headers=MATCH)
    assert answer.json()["is_active"] is False
    assert bob_program.get("/api/v1/me").status_code == 401
    assert bob_browser.get("/me").status_code == 303
    adam.post(f"/api/v1/users/{cast.bob.id}/activate", headers={"if-match": '"2"'})
    assert bob_program.get("/api/v1/me").status_code == 401


def test_the_last_administrator_stays_one(api, cast):
    adam = api("adam")
    path = f"/api/v1/users/{cast.adam.id}"
    assert adam.post(f"{path}/deactivate", headers=MATCH).json()["code"] == "last_admin"
    assert adam.patch(path, json={"role": "manager"}, headers=MATCH).json()["code"] == "last_admin"


def test_a_change_of_role_holds_from_the_next_request_on(api, cast):
    adam, alice = api("adam"), api("alice")
    assert alice.post("/api/v1/persons", json={"name": "Gus"}).status_code == 201
    adam.patch(f"/api/v1/users/{cast.alice.id}", json={"role": "requester"}, headers=MATCH)
    assert alice.post("/api/v1/persons", json={"name": "Hal"}).status_code == 403


def test_a_new_password_by_an_administrator_ends_the_sessions(api, web, cast):
    bob = web("bob")
    new = {"password": "une phrase assez longue"}
    assert api("adam").post(f"/api/v1/users/{cast.bob.id}/set-password", json=new).status_code == 204
    assert bob.get("/me").status_code == 303


def test_a_team_holds_persons(api, cast):
    alice = api("alice")
    body = {"name": "Field", "member_ids": [cast.bob.person_id, cast.dan.person_id]}
    team = alice.post("/api/v1/teams", json=body).json()
    assert team["member_ids"] == sorted(body["member_ids"])
    answer = alice.patch(f"/api/v1/teams/{team['id']}", json={"member_ids": []}, headers=MATCH)
    assert (answer.json()["name"], answer.json()["member_ids"]) == ("Field", [])
    assert alice.post("/api/v1/teams", json=body).json()["errors"][0]["code"] == "taken"
    assert alice.post("/api/v1/teams", json={"name": "X", "member_ids": [999]}).status_code == 422


def test_a_read_only_token_changes_nothing(api):
    dan = api("dan")
    assert dan.get("/api/v1/sites").status_code == 200
    answer = dan.post("/api/v1/api-tokens", json={"name": "More", "scopes": ["write"]})
    assert (answer.status_code, answer.json()["code"]) == (403, "read_only_token")


def test_a_token_ends_by_itself_and_as_a_basic_password_it_works_too(api, stranger, clock):
    token = api("bob").post("/api/v1/api-tokens", json={"name": "Agent", "expires_in_days": 1}).json()
    assert token["scopes"] == ["read"]
    assert stranger.get("/api/v1/me", auth=("anything", token["token"])).json()["login"] == "bob"
    clock.at += timedelta(days=1)
    assert stranger.get("/api/v1/me", auth=("anything", token["token"])).status_code == 401


def test_a_token_knows_when_it_was_last_used_to_the_hour(api, clock, app):
    bob = api("bob")
    bob.get("/api/v1/me")
    clock.at += timedelta(hours=2)
    bob.get("/api/v1/me")
    app.state.house.floor.close()
    with app.state.house.database.reading() as session:
        assert session.scalar(select(ApiToken.last_used_at)) == clock.at


def test_a_secret_is_not_kept_for_a_replay(api, database):
    headers = {"idempotency-key": "once"}
    token = api("bob").post("/api/v1/api-tokens", json={"name": "Agent"}, headers=headers).json()
    assert token["token"].startswith("ronde_pat_")
    with database.reading() as session:
        assert session.scalars(select(IdempotencyRecord)).all() == []


@pytest.mark.parametrize(
    "header", ["", "Bearer", "Bearer x", "Basic !!!", "Basic eA==", "Bearer ronde_pat_' OR 1=1 --"]
)
def test_what_is_no_token_opens_nothing(stranger, cast, header):
    answer = stranger.get("/api/v1/me", headers={"authorization": header})
    assert (answer.status_code, answer.headers["www-authenticate"]) == (401, 'Bearer realm="ronde"')


def test_who_guesses_tokens_must_wait_and_nobody_else_at_the_same_address(api, stranger):
    bob = api("bob")
    for n in range(100):
        assert stranger.get("/api/v1/me", headers={"authorization": f"Bearer ronde_pat_{n}"}).status_code == 401
    answer = stranger.get("/api/v1/me", headers={"authorization": "Bearer ronde_pat_x"})
    assert (answer.status_code, answer.headers["retry-after"]) == (429, "300")
    assert bob.get("/api/v1/me").status_code == 200
    assert stranger.get("/api/v1/me").status_code == 401


def test_a_manager_leaves_an_administrators_address_alone(api, cast):
    body = {"email": "mine@example.org"}
    answer = api("alice").patch(f"/api/v1/persons/{cast.adam.person_id}", json=body, headers=MATCH)
    assert (answer.status_code, answer.json()["code"]) == (403, "higher_role")
    assert api("alice").patch(f"/api/v1/persons/{cast.bob.person_id}", json=body, headers=MATCH).status_code == 200


def test_lists_take_the_same_number_of_queries_whatever_their_length(api, app, database, queries_of):
    from tests.factories.people import make_team, make_user

    adam = api("adam")
    few = queries_of(app, lambda: (adam.get("/api/v1/users"), adam.get("/api/v1/teams")))
    with database.writing() as session:
        for n in range(20):
            make_team(session, f"Team {n}", [make_user(session, f"user{n}").person])
    assert queries_of(app, lambda: (adam.get("/api/v1/users"), adam.get("/api/v1/teams"))) == few


def test_a_persons_hours_count_in_the_workload(api, cast):
    alice, address = api("alice"), f"/api/v1/persons/{cast.bob.person_id}"
    before = alice.get("/api/v1/forecast", params={"weeks": 2}).json()["weeks"][1]["capacity_minutes"]
    assert alice.patch(address, json={"weekly_minutes": 600}, headers=MATCH).json()["weekly_minutes"] == 600
    assert alice.get("/api/v1/forecast", params={"weeks": 2}).json()["weeks"][1]["capacity_minutes"] == before - 1500
    assert alice.patch(address, json={"weekly_minutes": 10_081}, headers={"if-match": '"2"'}).status_code == 422
