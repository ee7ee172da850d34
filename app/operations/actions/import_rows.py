"""Rows of a file at the speed of the driver."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Table
from sqlalchemy.orm import Session

from app.core.db.bulk import insert_rows, instant
from app.core.errors import Conflict
from app.core.i18n import N_


def add_rows(session: Session, table: Table, rows: Sequence[dict[str, Any]]) -> None:
    """All rows have the same keys in the same order; JSON is given as text.

    Raises Conflict where a key is there already: somebody was faster.
    """
    if rows and insert_rows(session, table, tuple(rows[0]), as_text(session, rows)) < len(rows):
        raise Conflict(
            "conflict",
            N_("Someone else made the same change at the same moment. Look at the current state and try again."),
        )


def as_text(session: Session, rows: Sequence[dict[str, Any]]) -> list[tuple[Any, ...]]:
    """Days and instants as the driver takes them; a file holds few different ones, so each is written once."""
    written: dict[Any, str] = {}
    for row in rows:
        for value in row.values():
            if isinstance(value, date) and value not in written:
                written[value] = instant(session, value) if isinstance(value, datetime) else value.isoformat()
    if not written:
        return [tuple(row.values()) for row in rows]
    return [tuple(written[v] if isinstance(v, date) else v for v in row.values()) for row in rows]
