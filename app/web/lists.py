"""A list's page: words to look for, filters, an order, pages. All of it stands in the address."""

from typing import Annotated, Any, ClassVar
from urllib.parse import urlencode

from pydantic import BaseModel, Field, model_validator
from sqlalchemy.orm import Session

from app.http import Listing

ON_A_PAGE = 50


class ListQuery(BaseModel):
    """What a list's address says; an empty answer of its form is none. Each list has its `PATH` and its own `sort`."""

    PATH: ClassVar[str]

    q: Annotated[str, Field(max_length=200)] = ""
    archived: bool = False
    sort: str = ""
    cursor: Annotated[str | None, Field(max_length=2000)] = None

    @model_validator(mode="before")
    @classmethod
    def without_empty_answers(cls, said: Any) -> Any:
        return {name: value for name, value in said.items() if value != ""} if isinstance(said, dict) else said

    def said(self, **changes: Any) -> dict[str, Any]:
        """What stands in the address of this list, with something changed."""
        kept = self.model_dump(mode="json", exclude={"cursor"}, exclude_defaults=True) | changes
        return {name: "1" if value is True else value for name, value in kept.items() if value}

    def address(self, below: str = "", **changes: Any) -> str:
        """This list with something changed, from its first page; or a page below it."""
        said = self.said(**changes)
        return f"{self.PATH}{below}?{urlencode(said)}" if said else f"{self.PATH}{below}"

    @property
    def is_narrowed(self) -> bool:
        return bool(self.said(sort=None))

    def sorted_by(self, name: str) -> str:
        """Where a click on a column's head leads: to its order, or to the reverse."""
        usual = type(self).model_fields["sort"].default
        sort = f"-{name}" if self.sort == name else name
        return self.address(sort=None if sort == usual else sort)

    def direction(self, name: str) -> str:
        return {name: "asc", f"-{name}": "desc"}.get(self.sort, "")

    def shown(self, session: Session, listing: Listing[Any]) -> dict[str, Any]:
        """What a list's template needs beside its own words."""
        found = listing.page(session, limit=ON_A_PAGE, cursor=self.cursor)
        next_url = self.address(cursor=found.next_cursor) if found.next_cursor else None
        return {"rows": found.items, "asked": self, "next_url": next_url}
