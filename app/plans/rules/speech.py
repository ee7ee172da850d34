"""The reader's language, passed in: rules know no catalogue."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Speech:
    """gettext, ngettext, a day written out, which of a holiday's names to take, and a number written out."""

    gettext: Callable[[str], str]
    ngettext: Callable[[str, str, int], str]
    day: Callable[[date], str]
    language: str = "en"
    number: Callable[[Decimal], str] = str


def join(parts: Sequence[str], say: Speech) -> str:
    """A, B and C."""
    if len(parts) < 2:
        return "".join(parts)
    return say.gettext("%(most)s and %(last)s") % {"most": ", ".join(parts[:-1]), "last": parts[-1]}
