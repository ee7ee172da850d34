"""A form that comes back: because something in it is wrong, or because somebody else has saved in the meantime.

In the second case nobody's work is lost: what was typed stands in the fields, what is saved now beside each that
differs. Saving again is on top of what is saved now; the page itself, opened anew, shows that.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import Enum
from typing import Any

from app.core.errors import AppError, InvalidInput, PreconditionFailed
from app.web.forms import wrongs

REFUSED = (InvalidInput, PreconditionFailed)


@dataclass(frozen=True, slots=True)
class Saved:
    """What is saved now in a field where something else is typed; templates say it in the field's own words."""

    value: str | list[str]

    @property
    def day(self) -> date:
        return date.fromisoformat(str(self.value))


class Refusal(dict[str, Any]):
    """By field what to show beside it. `typed` fills the form again; `saved_url` is the form as it is saved now."""

    def __init__(self, error: AppError, typed: Mapping[str, Any], shown: Mapping[str, Any]) -> None:
        super().__init__(shown)
        self.status = error.status
        self.typed = dict(typed)
        self.saved_url: str | None = None

    def __bool__(self) -> bool:
        """Also where both have typed the same."""
        return True


def refused(
    error: AppError, typed: Mapping[str, Any], saved: Mapping[str, Any], fields: Iterable[str], saved_url: str
) -> Refusal:
    """`saved` are the values with which the form would be opened now, its `version` among them."""
    if not isinstance(error, PreconditionFailed):
        return wrong(error, typed)
    known = saved.keys() & set(fields) - {"version"}
    asked = [name for name in saved if name in known and (name in typed or isinstance(saved[name], bool))]
    differs = {name: Saved(plain(saved[name])) for name in asked if not is_same(typed.get(name), saved[name])}
    refusal = Refusal(error, {**typed, "version": saved["version"]}, differs)
    refusal.saved_url = saved_url
    return refusal


def wrong(error: AppError, typed: Mapping[str, Any]) -> Refusal:
    return Refusal(error, typed, wrongs(error))


def is_same(typed: Any, saved: Any) -> bool:
    return plain(typed) == plain(saved) or (isinstance(saved, bool) and (typed in ("1", "true", "on", True)) == saved)


def plain(value: Any) -> str | list[str]:
    """As a form would hold it."""
    if isinstance(value, list | tuple | set | frozenset):
        return sorted(str(plain(one)) for one in value if one != "")
    if isinstance(value, Enum):
        return str(value.value)
    if isinstance(value, bool):
        return "1" if value else ""
    if isinstance(value, date):
        return value.isoformat()
    return "" if value is None else str(value).replace("\r\n", "\n").strip()


def status_of(errors: Mapping[str, Any] | None) -> int:
    """Of the page of a form with these errors."""
    return errors.status if isinstance(errors, Refusal) else InvalidInput.status if errors else 200
