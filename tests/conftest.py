"""Both databases, migrated by Alembic once a worker; a rolled-back session for rooms, a whole app for doors."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
import structlog
from alembic import command
from alembic.config import Config
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.core.db import Base, Database

pytest_plugins = ["tests.postgres"]

ROOT = Path(__file__).parents[1]
BACKENDS = ("sqlite", "postgresql")
NOW = datetime(2026, 11, 23, 7, 30, tzinfo=UTC)  # a Monday morning in France


@dataclass
class MovableClock:
    """`clock.at = …` moves the time of the whole app."""

    at: datetime

    def __call__(self) -> datetime:
        return self.at


def migrate(database: Database) -> None:
    config = Config(ROOT / "alembic.ini")
    with database.migrating() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated, empty SQLite file to copy."""
    path = tmp_path_factory.mktemp("sqlite") / "template.db"
    database = Database(f"sqlite:///{path}")
    migrate(database)
    with database.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    database.close()
    return path


@pytest.fixture(scope="session")
def postgresql(postgresql_url: str, worker_id: str) -> Iterator[Database]:
    """A migrated PostgreSQL database of this worker's own."""
    name = f"ronde_{worker_id}"
    server = Database(postgresql_url)
    with server.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)"))
        connection.execute(text(f"CREATE DATABASE {name}"))
    server.close()
    database = Database(str(server.url.set(database=name).render_as_string(hide_password=False)))
    migrate(database)
    yield database
    database.close()


@pytest.fixture(params=BACKENDS)
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """An empty, migrated database of each kind, in turn. What the test commits is gone afterwards."""
    if request.param == "sqlite":
        path = tmp_path / "ronde.db"
        shutil.copy(request.getfixturevalue("sqlite_template"), path)
        database = Database(f"sqlite:///{path}")
        yield database
        database.close()
        return
    database = request.getfixturevalue("postgresql")
    yield database
    empty(database)


def empty(database: Database) -> None:
    """PostgreSQL as migrated: what has rows loses them, what has counted counts from one.

    TRUNCATE makes new files for every table that refers to one of them, which costs more than most tests.
    """
    names = [table.name for table in Base.metadata.sorted_tables]
    filled = " UNION ALL ".join(f"SELECT '{name}' WHERE EXISTS (SELECT FROM \"{name}\")" for name in names)
    with database.writing() as session:
        session.execute(text("SET LOCAL session_replication_role = replica"))  # foreign keys are not looked at
        for name in session.scalars(text(filled)).all():
            session.execute(text(f'DELETE FROM "{name}"'))
        counted = "SELECT setval(format('%I', sequencename), 1, false) FROM pg_sequences WHERE last_value IS NOT NULL"
        session.execute(text(counted))


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    """One transaction, rolled back at the end."""
    with Session(database.engine.execution_options(ronde_begin="BEGIN IMMEDIATE"), expire_on_commit=False) as session:
        yield session


@pytest.fixture(autouse=True)
def logs_as_they_were() -> Iterator[None]:
    """A command that was run in this process leaves its logs on a stream that pytest has closed since."""
    yield
    structlog.reset_defaults()


@pytest.fixture
def now() -> datetime:
    return NOW
