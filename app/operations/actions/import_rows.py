"""Rows of a file at the speed of the driver."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Table
from sqlalchemy.orm import Session

from app.core.errors import Conflict
from app.core.i18n import N_
from app.engine.actions.bulk import insert_rows


def add_rows(session: Session, table: Table, rows: Sequence[dict[str, Any]]) -> None:
    """All rows have the same keys in the same order; JSON is given as text.

    Raises Conflict where a key is there already: somebody was faster.
    """
    if rows and insert_rows(session, table, tuple(rows[0]), [tuple(row.values()) for row in rows]) < len(rows):
        raise Conflict(
            "conflict",
            N_("Someone else made the same change at the same moment. Look at the current state and try again."),
        )
