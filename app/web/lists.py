"""A list of a few kinds of things: words to look for, archived ones, pages. All of it stands in the address."""

from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import Query
from pydantic import BaseModel, Field

from app.http import Page

ON_A_PAGE = 50


class ListQuery(BaseModel):
    q: Annotated[str, Field(max_length=200)] = ""
    archived: bool = False
    cursor: Annotated[str | None, Field(max_length=2000)] = None

    @property
    def is_narrowed(self) -> bool:
        return bool(self.q or self.archived)

    def address(self, path: str, **changes: Any) -> str:
        """This list with something changed, from its first page."""
        kept = {"q": self.q, "archived": "1" if self.archived else ""} | changes
        said = {name: value for name, value in kept.items() if value}
        return f"{path}?{urlencode(said)}" if said else path

    def shown(self, path: str, found: Page[Any]) -> dict[str, Any]:
        """What a list's template needs beside its own words."""
        next_url = self.address(path, cursor=found.next_cursor) if found.next_cursor else None
        return {"rows": found.items, "asked": self, "list_path": path, "next_url": next_url}


Asked = Annotated[ListQuery, Query()]
