"""One app for the whole table; its database is put back before every route."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from httpx2 import Response
from sqlalchemy import func, select
from starlette.testclient import TestClient

from app.core.clock import fixed_clock
from app.core.db import Database
from app.core.settings import Settings
from app.http.limits import Limiter
from app.journal.models import AuditEntry, OutboxEvent
from app.main import create_app
from tests.security.rows import Row
from tests.security.world import NOW, World, build


@dataclass
class House:
    """The service, its world, and how a request of the table is sent."""

    app: FastAPI
    world: World
    path: Path
    pristine: Path

    @property
    def database(self) -> Database:
        database = self.app.state.house.database
        assert isinstance(database, Database)
        return database

    def put_back(self) -> None:
        self.database.close()
        for ending in ("-wal", "-shm"):
            self.path.with_name(self.path.name + ending).unlink(missing_ok=True)
        shutil.copy(self.pristine, self.path)
        self.app.state.house.limiter = Limiter()

    def traces(self) -> int:
        """Grows with every change that anybody makes."""
        with self.database.reading() as session:
            return sum(
                session.scalar(select(func.count()).select_from(table)) or 0 for table in (AuditEntry, OutboxEvent)
            )

    def send(self, operation: str, row: Row, login: str | None, *, foreign: bool = False, token: str = "") -> Response:
        method, path = operation.split(" ", 1)
        ids = self.world.own | {"token_id": self.world.own.get(f"token_of_{login}", 0)}
        ids |= {name: ids[other] for name, other in row.own.items()}
        if foreign:
            ids |= self.world.foreign
        client = TestClient(self.app, follow_redirects=False)
        headers = dict(row.headers)
        if path.startswith("/api/"):
            headers = ({"if-match": '"1"'} if method != "GET" else {}) | headers
            if login:
                headers["authorization"] = f"Bearer {token or f'ronde_pat_{login}_read_write'}"
            sent: dict[str, Any] = {"json": filled(row.body, ids)} if row.body is not None else {}
        else:
            if login:
                client.cookies.set("ronde_session", f"session-of-{login}")
            sent = {"data": filled(row.body, ids)} if row.body is not None else {}
        if row.files:
            sent["files"] = row.files
        query = f"?{row.query.format(**ids)}" if row.query else ""
        return client.request(method, path.format(**ids) + query, headers=headers, **sent)


def filled(body: Any, ids: dict[str, object]) -> Any:
    """`"{site_id}"` becomes the number, also inside lists and objects."""
    if isinstance(body, str):
        return ids[body[1:-1]] if body.startswith("{") and body.endswith("}") else body
    if isinstance(body, dict):
        return {name: filled(value, ids) for name, value in body.items()}
    return [filled(value, ids) for value in body] if isinstance(body, list) else body


@pytest.fixture(scope="session")
def whole_house(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    data_dir = tmp_path_factory.mktemp("security")
    path, pristine = data_dir / "ronde.db", data_dir / "pristine.db"
    shutil.copy(sqlite_template, path)
    app = create_app(Settings(data_dir=data_dir), clock=fixed_clock(NOW))
    database = app.state.house.database
    with database.writing() as session:
        world = build(session)
    with database.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    database.close()
    shutil.copy(path, pristine)
    yield House(app, world, path, pristine)
    app.state.house.floor.close()
    database.close()


@pytest.fixture
def house(whole_house: House) -> House:
    whole_house.put_back()
    return whole_house
