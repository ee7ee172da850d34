"""Which revision the database is at, and which one this program was written for."""

from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection

import migrations
from app.core.db import Database


@dataclass(frozen=True, slots=True)
class SchemaState:
    """`current` is None for an empty database; `is_known` false for one that a later Ronde has migrated."""

    current: str | None
    head: str
    is_known: bool

    @property
    def is_current(self) -> bool:
        return self.current == self.head


def script_location() -> Path:
    return Path(str(migrations.__file__)).parent


def schema_state(database: Database) -> SchemaState:
    with database.engine.connect() as connection:
        return schema_state_of(connection)


def schema_state_of(connection: Connection) -> SchemaState:
    from alembic.config import Config
    from alembic.migration import MigrationContext
    from alembic.script import ScriptDirectory

    config = Config()
    config.set_main_option("script_location", str(script_location()).replace("%", "%%"))
    scripts = ScriptDirectory.from_config(config)
    current = MigrationContext.configure(connection).get_current_revision()
    known = {script.revision for script in scripts.walk_revisions()}
    return SchemaState(current, scripts.get_current_head() or "", current is None or current in known)
