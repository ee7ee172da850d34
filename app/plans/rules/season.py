"""Seasons: recurring date ranges that may cross New Year (S32)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import MAXYEAR, date
from typing import Any, Literal, Self

from app.core.i18n import N_
from app.plans.rules.errors import RuleError

Outside = Literal["skip", "defer"]
MonthDay = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Season:
    """Each range holds its first and its last (month, day), both included; a last before its first crosses New Year."""

    ranges: tuple[tuple[MonthDay, MonthDay], ...]
    outside: Outside = "skip"

    def __contains__(self, day: date) -> bool:
        at = (day.month, day.day)
        return any(first <= at <= last if first <= last else at >= first or at <= last for first, last in self.ranges)

    def next_start(self, day: date) -> date:
        """The first day in season on or after a day outside it; at the end of the calendar (9999) the day itself."""
        starts = [
            _in_year(first, year) for first, _ in self.ranges for year in (day.year, day.year + 1) if year <= MAXYEAR
        ]
        return min((start for start in starts if start >= day), default=day)

    def to_dict(self) -> dict[str, Any]:
        return {"ranges": [[list(first), list(last)] for first, last in self.ranges], "outside": self.outside}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        ranges = tuple(((first[0], first[1]), (last[0], last[1])) for first, last in data["ranges"])
        return cls(ranges, data.get("outside", "skip"))


def check_season(season: Season) -> None:
    if not season.ranges:
        raise RuleError("season_empty", N_("A season needs at least one range of days."), "season")
    for edges in season.ranges:
        for month, day in edges:
            try:
                date(2024, month, day)  # a leap year: 29 February may begin or end a season
            except ValueError:
                raise RuleError("season_day_unknown", N_("This day of the year does not exist."), "season") from None


def _in_year(at: MonthDay, year: int) -> date:
    """A season that begins on 29 February begins on 1 March in other years."""
    try:
        return date(year, *at)
    except ValueError:
        return date(year, 3, 1)
