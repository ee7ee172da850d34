"""Keyset pages: a cursor names the last row shown, so that page 1,000 costs what page 1 does."""

import base64
import json
from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Annotated, Any, Generic, TypeVar

from pydantic import BaseModel, ConfigDict, Field

from app.core.errors import InvalidInput
from app.core.i18n import N_

T = TypeVar("T")
MAX_LIMIT = 200


class PageQuery(BaseModel):
    """Base of every list's query: an unknown parameter is refused."""

    model_config = ConfigDict(extra="forbid")

    limit: Annotated[int, Field(ge=1, le=MAX_LIMIT, description="Rows on a page.")] = 50
    cursor: Annotated[str | None, Field(max_length=2000, description="`next_cursor` of the page before.")] = None


class Page(BaseModel, Generic[T]):
    """One page of a list; `next_cursor` is null on the last one."""

    items: list[T]
    next_cursor: str | None


def cursor_after(cursor: str | None) -> list[Any] | None:
    """The sort values of the last row shown, or None for the first page."""
    if cursor is None:
        return None
    try:
        values = json.loads(base64.urlsafe_b64decode(cursor.encode()))
    except ValueError:
        values = None
    if not isinstance(values, list) or not all(isinstance(value, str | int | None) for value in values):
        raise InvalidInput.at(
            "cursor", "bad_cursor", N_("This page link is not valid. Start again from the first page.")
        )
    return values


def page_of(rows: Sequence[T], limit: int, key: Callable[[T], Sequence[Any]]) -> Page[T]:
    """Of `limit + 1` rows asked for, the page and, where a row is left over, the cursor of the next one."""
    shown = list(rows[:limit])
    if len(rows) <= limit:
        return Page(items=shown, next_cursor=None)
    values = [value.isoformat() if isinstance(value, date | datetime) else value for value in key(shown[-1])]
    return Page(items=shown, next_cursor=base64.urlsafe_b64encode(json.dumps(values).encode()).decode())
