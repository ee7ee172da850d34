"""Slots of a recurrence rule on civil dates (S1 to S4, S6).

Every slot belongs to a period counted from the anchor's own, so that the n-th one never depends on the one before it
(S1), and is found without walking from the anchor (S6).
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import date
from functools import lru_cache
from itertools import islice
from math import gcd

from app.plans.rules.calendar import WorkCalendar
from app.plans.rules.errors import NeverMatches
from app.plans.rules.periods import MAX_ORDINAL, period_at, period_begin, period_days
from app.plans.rules.rule import Freq, MonthEnd, Rule, check_rule

__all__ = ["Freq", "MonthEnd", "Rule", "check_rule", "last_slot_before", "next_slot", "slots"]

# The Gregorian calendar repeats after 400 years, which are whole weeks: what has not matched by then never will.
_REPEATS_AFTER = {"day": 146_097, "week": 20_871, "month": 4_800, "year": 400}
_DAYS = {"day": 1, "week": 7}  # a plain interval of these is a multiple of days
_WORKDAY_SEARCH = 3_660  # days without one working day before a calendar counts as closed for good
_MONDAY_TO_FRIDAY = WorkCalendar()


def next_slot(
    rule: Rule, anchor: date, after: date | None, calendar: WorkCalendar | None = None, *, anchor_is_due: bool = True
) -> date | None:
    """The first slot after `after` (None: the first of all); None where the rule has ended. Raises NeverMatches.

    An anchor that is not due itself is no slot (S1). Working days are counted from `after`, the last recorded cycle,
    so that a calendar's change never moves the past (S3); without a calendar they are Monday to Friday.
    """
    floor = anchor.toordinal() + (not anchor_is_due)
    if after is not None:
        floor = max(floor, after.toordinal() + 1)
    end = _end(rule, anchor, anchor_is_due)
    if floor > end:
        return None
    if rule.freq == "working_day":
        return _working_slot(rule, anchor, floor, end, calendar or _MONDAY_TO_FRIDAY)
    ordinal = _listed_slot(rule, floor) if rule.freq in ("dates", "none") else _civil_slot(rule, anchor, floor, end)
    return None if ordinal is None or ordinal > end else date.fromordinal(ordinal)


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
    """The slots after `after`, up to and including `until`, at most `limit`."""
    return islice(_slots(rule, anchor, after, calendar, until or date.max, anchor_is_due), limit)


def last_slot_before(
    rule: Rule, anchor: date, before: date, calendar: WorkCalendar | None = None, *, anchor_is_due: bool = True
) -> date | None:
    """The last slot before `before`, or None. Working days have no closed form: they are walked once, and kept."""
    floor = anchor.toordinal() + (not anchor_is_due)
    ceiling = min(before.toordinal() - 1, _end(rule, anchor, anchor_is_due))
    if ceiling < floor:
        return None
    if rule.freq == "working_day":
        day = date.fromordinal(ceiling)
        walked = _working_slots(rule, anchor, day.year, calendar, anchor_is_due)
        found = bisect_right(walked, day)
        return walked[found - 1] if found else None
    if rule.freq in ("dates", "none"):
        listed = rule.dates[: bisect_right(rule.dates, date.fromordinal(ceiling))]
        return listed[-1] if listed and listed[-1].toordinal() >= floor else None
    for period in range(period_at(rule, anchor, ceiling), -1, -1):
        days = period_days(rule, anchor, period_begin(rule, anchor, period))
        found = bisect_right(days, ceiling)
        if found:
            return date.fromordinal(days[found - 1]) if days[found - 1] >= floor else None
    return None


def _slots(
    rule: Rule,
    anchor: date,
    after: date | None,
    calendar: WorkCalendar | None,
    until: date,
    anchor_is_due: bool,  # noqa: FBT001
) -> Iterator[date]:
    while True:
        slot = next_slot(rule, anchor, after, calendar, anchor_is_due=anchor_is_due)
        if slot is None or slot > until:
            return
        yield slot
        after = slot


@lru_cache(maxsize=64)
def _working_slots(
    rule: Rule,
    anchor: date,
    year: int,
    calendar: WorkCalendar | None,
    anchor_is_due: bool,  # noqa: FBT001
) -> tuple[date, ...]:
    """The slots from the anchor to the end of a year, for as long as the calendar has working days."""
    found = []
    with suppress(NeverMatches):
        for slot in _slots(rule, anchor, None, calendar, date(year, 12, 31), anchor_is_due):
            found.append(slot)  # noqa: PERF402 - what was found before the calendar closed for good must be kept
    return tuple(found)


def _end(rule: Rule, anchor: date, anchor_is_due: bool) -> int:  # noqa: FBT001
    """The last day on which the rule may fall, as an ordinal."""
    if rule.count is not None:
        return _end_by_count(rule, anchor, anchor_is_due)
    return MAX_ORDINAL if rule.until is None else rule.until.toordinal()


@lru_cache(maxsize=4096)
def _end_by_count(rule: Rule, anchor: date, anchor_is_due: bool) -> int:  # noqa: FBT001
    """COUNT becomes a last day by one expansion, which is kept: the next slot need not know its number (S6)."""
    last = None
    for last in slots(replace(rule, count=None), anchor, None, limit=rule.count, anchor_is_due=anchor_is_due):  # noqa: B007
        pass
    return 0 if last is None else last.toordinal()


def _listed_slot(rule: Rule, floor: int) -> int | None:
    at = bisect_left(rule.dates, date.fromordinal(floor))
    return rule.dates[at].toordinal() if at < len(rule.dates) else None


def _civil_slot(rule: Rule, anchor: date, floor: int, end: int) -> int | None:
    if rule.freq in _DAYS and not (rule.weekdays or rule.month_days or rule.months):
        step, origin = rule.interval * _DAYS[rule.freq], anchor.toordinal()
        slot = origin - (origin - floor) // step * step  # the first multiple at or after the floor
        return slot if slot <= MAX_ORDINAL else None
    period = period_at(rule, anchor, floor)
    cycle = _REPEATS_AFTER[rule.freq]
    for number in range(period, period + cycle // gcd(cycle, rule.interval) + 2):
        begin = period_begin(rule, anchor, number)
        if begin > end:
            return None
        for day in period_days(rule, anchor, begin):
            if day >= floor:
                return day
    raise NeverMatches


def _working_slot(rule: Rule, anchor: date, floor: int, end: int, calendar: WorkCalendar) -> date | None:
    """The anchor itself where it is due and works; else the n-th working day after the last cycle, or the anchor."""
    if floor == anchor.toordinal() and calendar.is_working(anchor):
        return anchor
    missing, since = rule.interval, floor
    for ordinal in range(max(floor, anchor.toordinal() + 1), end + 1):
        if calendar.is_working(date.fromordinal(ordinal)):
            missing, since = missing - 1, ordinal
            if missing == 0:
                return date.fromordinal(ordinal)
        elif ordinal - since > _WORKDAY_SEARCH:
            raise NeverMatches
    return None
