"""Rows of a file at the speed of the driver."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Date, Table
from sqlalchemy.orm import Session

from app.core.db import Instant
from app.core.db.bulk import insert_rows, instant
from app.core.errors import Conflict
from app.core.i18n import N_


def add_rows(session: Session, table: Table, rows: Sequence[dict[str, Any]]) -> None:
    """All rows have the same keys in the same order; JSON is given as text.

    Raises Conflict where a key is there already: somebody was faster.
    """
    if rows and insert_rows(session, table, tuple(rows[0]), as_text(session, table, rows)) < len(rows):
        raise Conflict(
            "conflict",
            N_("Someone else made the same change at the same moment. Look at the current state and try again."),
        )


def as_text(session: Session, table: Table, rows: Sequence[dict[str, Any]]) -> list[tuple[Any, ...]]:
    """Days and instants as the driver takes them; a file holds few different ones, so each is written once."""
    written: dict[Any, str | None] = {None: None}
    dated = [name for name in rows[0] if isinstance(table.c[name].type, Date | Instant)]
    for name in dated:
        for value in {row[name] for row in rows} - written.keys():
            written[value] = instant(session, value) if isinstance(value, datetime) else value.isoformat()
    return [tuple((row | {name: written[row[name]] for name in dated}).values()) for row in rows]
