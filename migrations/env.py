"""Alembic's way in. Imports every room's models, so that autogenerate and `alembic check` see all tables."""

from typing import Any, Literal

from alembic import context
from sqlalchemy import Connection, text
from sqlalchemy.types import TypeEngine

import app.assignments.models
import app.cases.models
import app.changes.models
import app.equipment.models
import app.interventions.models
import app.journal.models
import app.ledger.models
import app.library.models
import app.meters.models
import app.parts.models
import app.people.models
import app.places.models
import app.plans.models
import app.procedures.models
import app.proposals.models
import app.requests.models
import app.resources.models
import app.visits.models
import app.workorders.models  # noqa: F401
from app.core.db import Base, Database, Instant
from app.core.settings import load_settings


def render_item(kind: str, item: Any, _autogen: Any) -> str | Literal[False]:
    """Ronde's own column types by name, so that a migration reads like a model."""
    if kind == "type" and isinstance(item, Instant):
        return "app.core.db.Instant()"
    if kind == "type" and isinstance(item, TypeEngine) and item._variant_mapping:  # noqa: SLF001 - SQLAlchemy has no public way
        names = {"BIGINT": "app.core.db.Key", "JSON": "app.core.db.Json"}
        return names.get(str(item), False)
    return False


def is_compared(name: str | None, kind: str, _parents: Any) -> bool:
    """Models say nothing of the full-text index: on each database it is another thing (docs/decisions/0014)."""
    return not (kind in ("table", "index") and (name or "").startswith(("case_words", "order_words")))


def migrate(connection: Connection) -> None:
    """All pending revisions in one transaction, so that an interrupted migration leaves nothing behind."""
    is_sqlite = connection.dialect.name == "sqlite"
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_as_batch=is_sqlite,
        render_item=render_item,
        include_name=is_compared,
        transactional_ddl=True,
    )
    with context.begin_transaction():
        context.run_migrations()
        if is_sqlite and (broken := connection.execute(text("PRAGMA foreign_key_check")).first()):
            raise RuntimeError(f"the migration would leave a row without what it refers to: {tuple(broken)}")


def run() -> None:
    """On the connection that `app.operations` hands over, or on the configured database."""
    given: Connection | None = context.config.attributes.get("connection")
    if given is not None:
        migrate(given)
        return
    database = Database(load_settings().url)
    with database.migrating() as connection:
        migrate(connection)
    database.close()


run()
