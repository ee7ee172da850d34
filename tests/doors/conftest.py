"""A whole installation on each database, the named cast, and clients signed in as one of them."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pytest
from fastapi import FastAPI
from sqlalchemy import event
from starlette.routing import Mount
from starlette.testclient import TestClient

from app.core.db import Database
from app.core.security import Role
from app.core.settings import Settings
from app.http import House
from app.main import create_app
from app.people.models import User
from app.places.models import Site
from tests.conftest import MovableClock
from tests.factories.people import make_api_token, make_sign_in, make_user
from tests.factories.places import make_calendar, make_organisation, make_site


@dataclass(frozen=True)
class Cast:
    """Alice plans, Bob repairs, Chloe asks, Dan only looks, Eve manages Nantes only, Adam administers."""

    adam: User
    alice: User
    bob: User
    chloe: User
    dan: User
    eve: User
    lyon: Site
    nantes: Site

    def user(self, login: str) -> User:
        user = getattr(self, login)
        assert isinstance(user, User)
        return user


Client = Callable[[str], TestClient]


@pytest.fixture
def clock(now: datetime) -> MovableClock:
    return MovableClock(now)


@pytest.fixture
def settings(database: Database, tmp_path: Path) -> Settings:
    return Settings(data_dir=tmp_path, database_url=database.url.render_as_string(hide_password=False))


@pytest.fixture(scope="session")
def building(tmp_path_factory: pytest.TempPathFactory) -> FastAPI:
    """The apps with all their routes, which a first request makes ready in a quarter of a second: once a worker."""
    return create_app(Settings(data_dir=tmp_path_factory.mktemp("building")))


@pytest.fixture
def app(building: FastAPI, settings: Settings, clock: MovableClock) -> Iterator[FastAPI]:
    """The building with a house of this test's own in it."""
    house = House(settings, Database(settings.url), clock)
    rest = [route.app for route in building.routes if isinstance(route, Mount) and isinstance(route.app, FastAPI)]
    for door in (building, *rest):
        door.state.house = house
    yield building
    house.floor.close()
    house.database.close()


@pytest.fixture
def cast(database: Database) -> Cast:
    """Committed: six people, and Lyon and Nantes on the French calendar."""
    with database.writing() as session:
        calendar = make_calendar(session)
        make_organisation(session, calendar)
        lyon = make_site(session, "LYO", calendar, name="Lyon")
        nantes = make_site(session, "NTE", calendar, name="Nantes")
        roles = {
            "adam": Role.ADMIN,
            "alice": Role.MANAGER,
            "bob": Role.TECHNICIAN,
            "chloe": Role.REQUESTER,
            "dan": Role.TECHNICIAN,
        }
        users = {login: make_user(session, login, role, language="en") for login, role in roles.items()}
        users["eve"] = make_user(session, "eve", Role.MANAGER, sites=[nantes], language="en")
        return Cast(**users, lyon=lyon, nantes=nantes)


@pytest.fixture
def stranger(app: FastAPI) -> TestClient:
    """A browser or program that nobody has signed in."""
    return TestClient(app, follow_redirects=False)


@pytest.fixture
def web(app: FastAPI, cast: Cast, database: Database) -> Client:
    """`web("bob").get("/")`: a browser in which Bob has signed in."""

    def browser(login: str) -> TestClient:
        with database.writing() as session:
            token = make_sign_in(session, cast.user(login), f"session-{login}-{len(opened)}")
        opened.append(login)
        return TestClient(app, follow_redirects=False, cookies={"ronde_session": token})

    opened: list[str] = []
    return browser


@pytest.fixture
def api(app: FastAPI, cast: Cast, database: Database) -> Client:
    """`api("bob").get("/api/v1/sites")`: a program with Bob's token."""

    def program(login: str) -> TestClient:
        scopes = "read" if login == "dan" else "read write"
        with database.writing() as session:
            token = make_api_token(session, cast.user(login), scopes, f"ronde_pat_{login}_{len(opened)}")
        opened.append(login)
        return TestClient(app, follow_redirects=False, headers={"authorization": f"Bearer {token}"})

    opened: list[str] = []
    return program


@pytest.fixture
def queries_of() -> Callable[[FastAPI, Callable[[], object]], int]:
    """How many statements the app sends while something is done."""

    def counted(app: FastAPI, work: Callable[[], object]) -> int:
        sent: list[str] = []

        def note(*arguments: object) -> None:
            sent.append(str(arguments[2]))

        engine = app.state.house.database.engine
        event.listen(engine, "before_cursor_execute", note)
        try:
            work()
        finally:
            event.remove(engine, "before_cursor_execute", note)
        return len(sent)

    return counted
