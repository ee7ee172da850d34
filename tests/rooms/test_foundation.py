"""The database of both kinds: migrated, and what the core promises of it."""

from datetime import UTC, datetime

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import inspect, select
from sqlalchemy.orm import Session

from app.core.db import Base, Database
from app.core.db.bulk import among, listed, one_of
from app.core.errors import Conflict
from app.journal.models import Heartbeat, OutboxEvent
from tests.conftest import ROOT


def test_the_models_and_the_migrations_agree(database: Database) -> None:
    config = Config(ROOT / "alembic.ini")
    with database.migrating() as connection:
        config.attributes["connection"] = connection
        command.check(config)


def test_an_instant_comes_back_as_utc(session: Session) -> None:
    at = datetime(2026, 11, 23, 7, 30, 0, 123456, tzinfo=UTC)
    session.add(Heartbeat(instance="a", started_at=at, seen_at=at))
    session.flush()
    session.expunge_all()
    assert session.scalar(select(Heartbeat.seen_at)) == at


def test_two_rows_of_one_identity_are_a_conflict(database: Database, now: datetime) -> None:
    def beat() -> None:
        with database.writing() as session:
            session.add(Heartbeat(instance="a", started_at=now, seen_at=now))

    beat()
    with pytest.raises(Conflict):
        beat()


def test_an_empty_database_holds_all_tables(database: Database) -> None:
    assert set(Base.metadata.tables) <= set(inspect(database.engine).get_table_names())


@pytest.mark.parametrize("keys", [[], [2], [1, 2, 2, 9]])
def test_many_keys_are_one_parameter_or_none(session: Session, now: datetime, keys: list[int]) -> None:
    session.add_all(OutboxEvent(id=n, kind=f"k{n}", entity="e", entity_id=n, created_at=now) for n in (1, 2, 3))
    session.flush()
    expected = sorted({1, 2, 3} & set(keys))
    found = select(OutboxEvent.id).order_by(OutboxEvent.id)
    assert session.scalars(found.where(among(session, OutboxEvent.id, keys))).all() == expected
    assert session.scalars(found.where(one_of(OutboxEvent.id, keys))).all() == expected
    kinds = [f"k{key}" for key in keys]
    assert session.scalars(found.where(among(session, OutboxEvent.kind, kinds))).all() == expected
    values = listed(session, OutboxEvent.id, keys)
    assert sorted(session.scalars(select(values.c.value))) == keys
