"""Brings the database to the shape that this program needs."""

from app.core.db import Database
from app.core.errors import Conflict
from app.core.i18n import N_
from app.operations.queries.schema import SchemaState, schema_state, schema_state_of, script_location


def upgrade(database: Database) -> SchemaState:
    """All pending revisions, in one transaction; answers with the state before.

    Of two upgrades at once one waits and then finds nothing to do: the revision is read under the lock.
    Raises Conflict for a revision that this program does not know: a later Ronde has been here.
    """
    from alembic import command
    from alembic.config import Config

    with database.migrating() as connection:
        before = schema_state_of(connection)
        refuse_unknown(before)
        if not before.is_current:
            config = Config()
            config.set_main_option("script_location", str(script_location()).replace("%", "%%"))
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
        return before


def require_current(database: Database) -> None:
    """Raises Conflict, in one clear line, unless the database is of this very version."""
    state = schema_state(database)
    refuse_unknown(state)
    if not state.is_current:
        raise Conflict("old_revision", N_("The database is of an earlier version. Run `ronde upgrade` first."))


def refuse_unknown(state: SchemaState) -> None:
    if not state.is_known:
        raise Conflict(
            "unknown_revision",
            N_("The database is of a later version of Ronde (revision %(revision)s). Install that version."),
            revision=state.current,
        )
