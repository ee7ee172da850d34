"""What the route class promises to every handler of both doors, tried on a small app."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import pytest
from fastapi import APIRouter, FastAPI, Query, Response
from fastapi.testclient import TestClient
from pydantic import BaseModel, ConfigDict
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.api import errors
from app.core.db import Database
from app.core.errors import Conflict
from app.core.i18n import N_, current_language
from app.core.security import Actor, Role
from app.core.settings import Settings
from app.http import CurrentActor, House, IfMatch, Now, PageQuery, RondeRoute, public, reads
from app.http.middleware import Surroundings
from app.http.shelves import Shelves, shelve
from app.journal.models import Heartbeat

ALICE = Actor(name="Alice", role=Role.MANAGER, user_id=1)
NOW = datetime(2026, 11, 23, 7, 30, tzinfo=UTC)
router = APIRouter(route_class=RondeRoute)


class BeatInput(BaseModel):
    model_config = ConfigDict(extra="forbid")
    instance: str
    number: int = 0


class BeatView(BaseModel):
    id: str
    version: int


def beat(session: Session, instance: str, now: datetime) -> None:
    session.add(Heartbeat(instance=instance, started_at=now, seen_at=now))


@router.get("/beats")
def list_beats(session: Session, by: CurrentActor, query: Annotated[PageQuery, Query()]) -> int:
    return session.scalar(select(func.count()).select_from(Heartbeat)) or 0


@router.post("/beats", status_code=201)
def create_beat(body: BeatInput, session: Session, by: CurrentActor, now: Now) -> BeatView:
    beat(session, body.instance, now)
    return BeatView(id=body.instance, version=4)


@router.get("/beats/{instance}")
def get_beat(instance: str, by: CurrentActor) -> BeatView:
    return BeatView(id=instance, version=4)


@router.post("/looked-at")
@reads
def look_at_beats(session: Session, by: CurrentActor, now: Now) -> int:
    beat(session, "looked", now)
    session.flush()
    return session.scalar(select(func.count()).select_from(Heartbeat)) or 0


@router.post("/refused")
def refused(session: Session, by: CurrentActor, now: Now) -> None:
    beat(session, "refused", now)
    session.flush()
    raise Conflict("busy", N_("Not now."))


@router.post("/own-error-page")
def own_error_page(session: Session, by: CurrentActor, now: Now) -> Response:
    beat(session, "form", now)
    session.flush()
    return Response("wrong", 422)


@router.patch("/beats/{instance}")
def patch_beat(instance: str, version: IfMatch, by: CurrentActor) -> int:
    return version


@router.get("/open")
@public
def open_to_all() -> str:
    return "welcome"


@pytest.fixture
def client(database: Database, tmp_path: Path) -> Iterator[TestClient]:
    app = FastAPI()
    house = House(Settings(data_dir=tmp_path), database, lambda: NOW)
    app.state.house = house
    app.state.authenticate = lambda request, session, now: replace(ALICE, language=current_language())
    shelve(app, [router])
    errors.install(app)
    app.add_middleware(Surroundings)
    with TestClient(app) as client:
        yield client
    house.floor.close()


def test_a_change_is_committed_before_the_answer(client: TestClient, database: Database) -> None:
    answer = client.post("/beats", json={"instance": "a"})
    assert (answer.status_code, answer.json()) == (201, {"id": "a", "version": 4})
    assert (answer.headers["etag"], answer.headers["location"]) == ('"4"', "/beats/a")
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Heartbeat)) == 1


def test_nothing_stays_of_a_post_that_only_looks(client: TestClient) -> None:
    assert client.post("/looked-at", headers={"Idempotency-Key": "k1"}).json() == 1
    assert client.get("/beats").json() == 0


@pytest.mark.parametrize(("path", "status"), [("/refused", 409), ("/own-error-page", 422)])
def test_an_error_takes_back_what_was_written(client: TestClient, path: str, status: int) -> None:
    assert client.post(path).status_code == status
    assert client.get("/beats").json() == 0


def test_the_same_key_and_body_get_the_same_answer_and_one_effect(client: TestClient) -> None:
    headers = {"Idempotency-Key": "k1"}
    first = client.post("/beats", json={"instance": "a"}, headers=headers)
    again = client.post("/beats", json={"instance": "a"}, headers=headers)
    assert (again.status_code, again.content) == (201, first.content)
    assert again.headers["idempotency-replayed"] == "true"
    assert again.headers["location"] == "/beats/a"
    assert client.get("/beats").json() == 1


def test_the_same_key_with_another_body_is_refused(client: TestClient) -> None:
    headers = {"Idempotency-Key": "k1"}
    client.post("/beats", json={"instance": "a"}, headers=headers)
    answer = client.post("/beats", json={"instance": "b"}, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (422, "idempotency_key_reused")


def test_two_of_one_identity_are_a_conflict_not_a_crash(client: TestClient) -> None:
    client.post("/beats", json={"instance": "a"})
    answer = client.post("/beats", json={"instance": "a"})
    assert (answer.status_code, answer.json()["code"]) == (409, "conflict")


@pytest.mark.parametrize(
    ("body", "status", "code", "pointer"),
    [
        (b"{", 400, "bad_json", None),
        (b"[]", 422, "invalid", "/"),
        (b'{"instance": "a", "owner": 1}', 422, "unknown_field", "/owner"),
        (b'{"instance": "a", "number": "x"}', 422, "not_a_number", "/number"),
        (b"{}", 422, "required", "/instance"),
        (b'{"instance": "\\ud800"}', 422, None, None),
    ],
)
def test_bad_input_is_a_problem_that_names_the_field(
    client: TestClient, body: bytes, status: int, code: str | None, pointer: str | None
) -> None:
    answer = client.post("/beats", content=body, headers={"content-type": "application/json"})
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")
    problem: dict[str, Any] = answer.json()
    if code:
        assert problem["errors"][0]["code"] == code
    if pointer:
        assert problem["errors"][0]["pointer"] == pointer
    assert client.get("/beats").json() == 0


def test_an_unknown_parameter_is_refused(client: TestClient) -> None:
    answer = client.get("/beats?sort_by=name")
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (422, "unknown_field")


def test_routers_are_found_by_their_first_segment_and_another_method_is_still_a_405(client: TestClient) -> None:
    shelves = client.app.routes[0]
    assert isinstance(shelves, Shelves)
    own = {"beats", "looked-at", "refused", "own-error-page", "open"}
    assert set(shelves.shelves) == {"docs", "openapi.json", "redoc", *own}
    assert client.get("/open").json() == "welcome"
    assert client.get("/beats").json() == 0
    assert (client.put("/beats").status_code, client.get("/beatless").status_code) == (405, 404)


def test_a_handler_that_no_route_of_ours_guards_stops_the_start() -> None:
    bare = APIRouter()
    bare.get("/bare")(open_to_all)
    with pytest.raises(TypeError, match="/bare"):
        shelve(FastAPI(), [router, bare])


def test_a_change_needs_the_version_it_was_made_from(client: TestClient) -> None:
    assert client.patch("/beats/a").status_code == 428
    assert client.patch("/beats/a", headers={"If-Match": "abc"}).status_code == 422
    assert client.patch("/beats/a", headers={"If-Match": '"7"'}).json() == 7


def test_messages_come_in_the_language_that_was_asked_for(client: TestClient) -> None:
    answer = client.post("/beats", json={}, headers={"accept-language": "fr-FR,fr;q=0.9,en;q=0.5"})
    assert answer.json()["errors"][0]["detail"] == "Ce champ est obligatoire."


def test_a_handler_that_does_not_ask_who_is_there_does_not_start() -> None:
    def leaky(session: Session) -> int:
        return 1

    with pytest.raises(TypeError, match="public"):
        APIRouter(route_class=RondeRoute).add_api_route("/leaky", leaky)


def test_every_answer_carries_the_security_headers(client: TestClient) -> None:
    for answer in (client.get("/open"), client.get("/nowhere")):
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert "default-src 'self'" in answer.headers["content-security-policy"]
        assert answer.headers["x-request-id"]
