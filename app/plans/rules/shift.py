"""What becomes of a cycle on a day that the calendar refuses (S31)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import chain
from typing import Literal

from app.plans.rules.calendar import WorkCalendar

Shift = Literal["none", "next", "previous", "nearest", "skip"]
SHIFT_MAX = 31  # days


@dataclass(frozen=True, slots=True)
class Shifted:
    on: date
    is_skipped: bool = False
    is_flagged: bool = False  # nothing found within 31 days: the date stays, the order is made and flagged


def shift_day(day: date, shift: Shift, calendar: WorkCalendar, *, is_within_month: bool = False) -> Shifted:
    """The nearest working day in the shift's direction, at most 31 days away; `nearest`: on a tie the earlier.

    Within the month a shift turns round at the month's edge, as "modified following" does: Saturday the 31st with
    `next` becomes Friday the 30th.
    """
    if shift == "none" or calendar.is_working(day):
        return Shifted(day)
    if shift == "skip":
        return Shifted(day, is_skipped=True)
    for found in _candidates(day, shift, is_within_month=is_within_month):
        if calendar.is_working(found):
            return Shifted(found)
    return Shifted(day, is_flagged=True)


def _candidates(day: date, shift: Shift, *, is_within_month: bool) -> Iterator[date]:
    later, earlier = range(1, SHIFT_MAX + 1), range(-1, -SHIFT_MAX - 1, -1)
    ways: Iterator[int]
    if shift == "nearest":
        ways = (step for pair in zip(earlier, later, strict=True) for step in pair)
    elif is_within_month:
        ways = chain(later, earlier) if shift == "next" else chain(earlier, later)
    else:
        ways = iter(later if shift == "next" else earlier)
    origin = day.toordinal()
    for step in ways:
        if not 1 <= origin + step <= date.max.toordinal():
            continue
        found = date.fromordinal(origin + step)
        if not is_within_month or (found.year, found.month) == (day.year, day.month):
            yield found
