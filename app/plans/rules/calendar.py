"""The days on which work may fall (S33)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

ReasonKind = Literal["weekday", "holiday", "closure", "blackout", "outside_window"]


@dataclass(frozen=True, slots=True)
class Span:
    """Days from `first_on` to `last_on`, both included; every year where `is_yearly` (it may cross New Year)."""

    first_on: date
    last_on: date
    name: str = ""
    is_yearly: bool = False


@dataclass(frozen=True, slots=True)
class Reason:
    kind: ReasonKind
    name: str | None = None  # English for a holiday; a closure or blackout as its people named it
    name_fr: str | None = None


@dataclass(frozen=True, slots=True)
class WorkCalendar:
    weekdays: tuple[int, ...] = (0, 1, 2, 3, 4)  # Monday is 0
    country: str | None = None  # ISO 3166-1 alpha-2
    region: str | None = None  # a subdivision that the `holidays` library knows, e.g. 57, 6AE, 974, GP
    closures: tuple[Span, ...] = ()
    openings: tuple[Span, ...] = ()  # win over weekday, holiday and closure
    blackouts: tuple[Span, ...] = ()  # win over all
    allowed: tuple[Span, ...] = ()  # where given, nothing outside them

    def is_working(self, day: date) -> bool:
        raise NotImplementedError

    def why_not(self, day: date) -> Reason | None:
        """None on a day that works."""
        raise NotImplementedError
