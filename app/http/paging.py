"""Keyset pages: a cursor names the last row shown, so that page 1,000 costs what page 1 does."""

import base64
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Any, Generic, TypeVar

from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy.orm import Session

from app.core.db import Order
from app.core.errors import InvalidInput
from app.core.i18n import N_

T = TypeVar("T")
MAX_LIMIT = 200
BATCH = 500


class ListFilter(BaseModel):
    """Base of what a list can be asked for: an unknown parameter is refused."""

    model_config = ConfigDict(extra="forbid")


class PageQuery(ListFilter):
    """Base of the query for one page of a list."""

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
    except (ValueError, RecursionError):
        values = None
    if not isinstance(values, list) or not all(isinstance(value, str | int | None) for value in values):
        raise bad_cursor()
    return values


def bad_cursor() -> InvalidInput:
    return InvalidInput.at("cursor", "bad_cursor", N_("This page link is not valid. Start again from the first page."))


def page_of(rows: Sequence[T], limit: int, key: Callable[[T], Sequence[Any]]) -> Page[T]:
    """Of `limit + 1` rows asked for, the page and, where a row is left over, the cursor of the next one."""
    shown = list(rows[:limit])
    if len(rows) <= limit:
        return Page(items=shown, next_cursor=None)
    values = [value.isoformat() if isinstance(value, date | datetime) else value for value in key(shown[-1])]
    return Page(items=shown, next_cursor=base64.urlsafe_b64encode(json.dumps(values).encode()).decode())


@dataclass(frozen=True, slots=True)
class Listing(Generic[T]):
    """A list with its filters and its order: shown page by page, or written whole into a file.

    `fetch` takes the session, `after` and `limit`, and answers with one row more where there is more.
    """

    fetch: Callable[..., Sequence[T]]
    place: Callable[[T], Sequence[Any]]

    @classmethod
    def sorted_by(
        cls, sort: str, orders: Mapping[str, Order], fetch: Callable[..., Sequence[T]], **asked: Any
    ) -> "Listing[T]":
        """By a query that takes its filters, `sort`, `after` and `limit`."""
        return cls(lambda session, **page: fetch(session, sort=sort, **asked, **page), orders[sort.lstrip("-")].place)

    def page(self, session: Session, *, limit: int, cursor: str | None) -> Page[T]:
        return page_of(self.fetch(session, after=cursor_after(cursor), limit=limit), limit, self.place)

    def batches(self, session: Session) -> Iterator[list[T]]:
        """All of it, a few hundred rows at a time, however long it is."""
        cursor: str | None = None
        while (page := self.page(session, limit=BATCH, cursor=cursor)).next_cursor:
            yield page.items
            cursor = page.next_cursor
        yield page.items
