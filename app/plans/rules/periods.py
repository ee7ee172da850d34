"""The days of one period of a rule: the k-th day, week, month or year after the anchor's own (S1, S2, S4).

Days are ordinals (`date.toordinal`) here: they compare and bisect at a third of the cost of dates.
"""

from __future__ import annotations

from calendar import isleap
from datetime import date
from functools import lru_cache

from app.plans.rules.rule import Rule

MAX_ORDINAL = date.max.toordinal()
_LENGTHS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


def period_at(rule: Rule, anchor: date, ordinal: int) -> int:
    """The number of the last period that begins on or before the day; the anchor's own is 0, nothing lies before it."""
    if rule.freq == "month":
        day = date.fromordinal(ordinal)
        units = (day.year - anchor.year) * 12 + day.month - anchor.month
    elif rule.freq == "year":
        units = date.fromordinal(ordinal).year - anchor.year
    elif rule.freq == "week":
        units = (ordinal - _week_begin(rule, anchor)) // 7
    else:
        units = ordinal - anchor.toordinal()
    return max(0, units // rule.interval)


def period_begin(rule: Rule, anchor: date, period: int) -> int:
    """The period's first day, or a day beyond the calendar's end (31 December 9999)."""
    units = period * rule.interval
    if rule.freq == "month":
        year, month = divmod(anchor.year * 12 + anchor.month - 1 + units, 12)
        return date(year, month + 1, 1).toordinal() if year <= date.max.year else MAX_ORDINAL + 1
    if rule.freq == "year":
        year = anchor.year + units
        return date(year, 1, 1).toordinal() if year <= date.max.year else MAX_ORDINAL + 1
    if rule.freq == "week":
        return _week_begin(rule, anchor) + 7 * units
    return anchor.toordinal() + units


def period_days(rule: Rule, anchor: date, begin: int) -> list[int]:
    """The rule's days in the period that begins on `begin`, ascending; the anchor's period may hold days before it."""
    if rule.freq == "month":
        return _month_period(rule, anchor, begin)
    if rule.freq == "year":
        return _year_period(rule, anchor, begin)
    if rule.freq == "week":
        weekdays = rule.weekdays or (anchor.weekday(),)
        days = sorted({begin + (weekday - rule.week_start) % 7 for weekday in weekdays})
        days = [day for day in days if 1 <= day <= MAX_ORDINAL]
        return [day for day in days if date.fromordinal(day).month in rule.months] if rule.months else days
    return [begin] if _is_day_wanted(rule, date.fromordinal(begin)) else []


def _week_begin(rule: Rule, anchor: date) -> int:
    return anchor.toordinal() - (anchor.weekday() - rule.week_start) % 7


def _is_day_wanted(rule: Rule, day: date) -> bool:
    if (rule.weekdays and day.weekday() not in rule.weekdays) or (rule.months and day.month not in rule.months):
        return False
    if not rule.month_days:
        return True
    length = month_length(day.year, day.month)
    return day.day in {_fit(wanted, length, rule.month_end) for wanted in rule.month_days}


def _month_period(rule: Rule, anchor: date, begin: int) -> list[int]:
    first = date.fromordinal(begin)
    if rule.months and first.month not in rule.months:
        return []
    length = month_length(first.year, first.month)
    days = _days_of_month(rule, _anchor_day(rule, anchor), length, begin % 7)
    return _positions([begin + day for day in days], rule.set_positions)


def _year_period(rule: Rule, anchor: date, begin: int) -> list[int]:
    year = date.fromordinal(begin).year
    if not rule.months and (rule.weekdays or rule.nth_weekdays):
        length = 366 if isleap(year) else 365
        return _positions([begin + day for day in sorted(_by_weekday(rule, length, begin % 7))], rule.set_positions)
    days: list[int] = []
    for month in sorted(set(rule.months)) or (anchor.month,):
        first = date(year, month, 1).toordinal()
        wanted = _days_of_month(rule, _anchor_day(rule, anchor), month_length(year, month), first % 7)
        days += [first + day for day in wanted]
    return _positions(days, rule.set_positions)


def _anchor_day(rule: Rule, anchor: date) -> int:
    """The anchor's day of the month; -1 where it stands for the last day of every month (S2 `last_day`)."""
    if rule.month_end == "last_day" and anchor.day == month_length(anchor.year, anchor.month):
        return -1
    return anchor.day


@lru_cache(maxsize=4096)
def _days_of_month(rule: Rule, anchor_day: int, length: int, first_mod: int) -> tuple[int, ...]:
    """Days counted from 0. Two days that clamp to one are one (S2); of month days and weekdays both must hold."""
    if not (rule.month_days or rule.weekdays or rule.nth_weekdays):
        fitting = _fit(anchor_day, length, rule.month_end)
        return () if fitting is None else (fitting - 1,)
    days = set(range(length))
    if rule.month_days:
        days &= {fit - 1 for day in rule.month_days if (fit := _fit(day, length, rule.month_end)) is not None}
    if rule.weekdays or rule.nth_weekdays:
        days &= _by_weekday(rule, length, first_mod)
    return tuple(sorted(days))


def _by_weekday(rule: Rule, length: int, first_mod: int) -> set[int]:
    """Plain and n-th weekdays of a month (or year) whose first ordinal is `first_mod` modulo 7."""
    first_of = {weekday: (weekday + 1 - first_mod) % 7 for weekday in range(7)}  # ordinal 1 was a Monday
    days = {day for weekday in rule.weekdays for day in range(first_of[weekday], length, 7)}
    for nth, weekday in rule.nth_weekdays:
        found = range(first_of[weekday], length, 7)
        if abs(nth) <= len(found):
            days.add(found[nth - 1] if nth > 0 else found[nth])
    return days


def _fit(day: int, length: int, month_end: str) -> int | None:
    """A day of the month in a month of this length, or None: days counted from the end have nothing to clamp to."""
    if day < 0:
        return length + 1 + day if -day <= length else None
    if day <= length:
        return day
    return None if month_end == "skip" else length


def _positions(days: list[int], positions: tuple[int, ...]) -> list[int]:
    """BYSETPOS (RFC 5545, 3.3.10)."""
    if not positions:
        return days
    chosen = {days[at - 1 if at > 0 else at] for at in positions if abs(at) <= len(days)}
    return sorted(chosen)


def month_length(year: int, month: int) -> int:
    return 29 if month == 2 and isleap(year) else _LENGTHS[month - 1]
