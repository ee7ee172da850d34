"""Recurrence rules on civil dates (S1 to S4, S6)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal, Self

from app.plans.rules.calendar import WorkCalendar

Freq = Literal["day", "week", "month", "year", "working_day", "dates"]
MonthEnd = Literal["clamp", "skip", "last_day"]


@dataclass(frozen=True, slots=True)
class Rule:
    freq: Freq
    interval: int = 1
    weekdays: tuple[int, ...] = ()
    month_days: tuple[int, ...] = ()
    nth_weekdays: tuple[tuple[int, int], ...] = ()
    months: tuple[int, ...] = ()
    set_positions: tuple[int, ...] = ()
    week_start: int = 0
    count: int | None = None
    until: date | None = None
    dates: tuple[date, ...] = ()
    month_end: MonthEnd = "clamp"

    def to_dict(self) -> dict[str, Any]:
        raise NotImplementedError

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        raise NotImplementedError


def validate(rule: Rule) -> None:
    """Raise RuleError naming the field."""
    raise NotImplementedError


def next_slot(
    rule: Rule, anchor: date, after: date | None, calendar: WorkCalendar | None = None, *, anchor_is_due: bool = True
) -> date | None:
    """The first slot after `after` (None: the first at all); None where the rule has ended; raises NeverMatches."""
    raise NotImplementedError


def slots(
    rule: Rule,
    anchor: date,
    after: date | None,
    calendar: WorkCalendar | None = None,
    *,
    until: date | None = None,
    limit: int | None = None,
    anchor_is_due: bool = True,
) -> Iterator[date]:
    raise NotImplementedError


def last_slot_before(
    rule: Rule, anchor: date, before: date, calendar: WorkCalendar | None = None, *, anchor_is_due: bool = True
) -> date | None:
    raise NotImplementedError
