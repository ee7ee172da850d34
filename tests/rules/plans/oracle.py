"""A second, slow opinion on recurrence: looks at every single day. Imports nothing from app."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any

DAY = timedelta(days=1)


def walk(rule: dict[str, Any], anchor: date, last: date) -> Iterator[date]:
    """Every day from the anchor to `last` that satisfies the rule (freq day, week, month or year)."""
    day, found = anchor, 0
    while day <= last and day <= rule.get("until", date.max) and found < rule.get("count", 10**9):
        if satisfies(rule, anchor, day):
            found += 1
            yield day
        day += DAY


def satisfies(rule: dict[str, Any], anchor: date, day: date) -> bool:
    interval = rule.get("interval", 1)
    if distance(rule, anchor, day) % interval:
        return False
    if not candidate(rule, anchor, day):
        return False
    positions = rule.get("set_positions", ())
    if not positions:
        return True
    peers = [peer for peer in period_of(rule["freq"], day) if candidate(rule, anchor, peer)]
    place = peers.index(day)
    return place + 1 in positions or place - len(peers) in positions


def distance(rule: dict[str, Any], anchor: date, day: date) -> int:
    if rule["freq"] == "day":
        return (day - anchor).days
    if rule["freq"] == "week":
        return (week_begin(rule, day) - week_begin(rule, anchor)).days // 7
    years = day.year - anchor.year
    return years if rule["freq"] == "year" else years * 12 + day.month - anchor.month


def week_begin(rule: dict[str, Any], day: date) -> date:
    while day.weekday() != rule.get("week_start", 0):
        day -= DAY
    return day


def period_of(freq: str, day: date) -> list[date]:
    first = day.replace(day=1) if freq == "month" else day.replace(month=1, day=1)
    days, unit = [], (lambda d: (d.year, d.month)) if freq == "month" else (lambda d: (d.year, 0))
    while unit(first) == unit(day):
        days.append(first)
        first += DAY
    return days


def candidate(rule: dict[str, Any], anchor: date, day: date) -> bool:  # noqa: PLR0911 - one question after another
    freq, months = rule["freq"], rule.get("months", ())
    if months and day.month not in months:
        return False
    by_weekday = bool(rule.get("weekdays") or rule.get("nth_weekdays"))
    by_month_day = bool(rule.get("month_days"))
    if by_month_day and not any(falls(rule, wanted, day) for wanted in rule["month_days"]):
        return False
    if by_weekday and not on_weekday(rule, day):
        return False
    if by_weekday or by_month_day or freq == "day":
        return True
    if freq == "week":
        return day.weekday() == anchor.weekday()
    if freq == "year" and not months and day.month != anchor.month:
        return False
    if rule.get("month_end") == "last_day" and (anchor + DAY).day == 1:
        return (day + DAY).day == 1
    return falls(rule, anchor.day, day)


def falls(rule: dict[str, Any], wanted: int, day: date) -> bool:
    length = monthrange(day.year, day.month)[1]
    if wanted < 0:
        return day.day == length + 1 + wanted
    if wanted > length and rule.get("month_end", "clamp") != "skip":
        return day.day == length
    return day.day == wanted


def on_weekday(rule: dict[str, Any], day: date) -> bool:
    if day.weekday() in rule.get("weekdays", ()):
        return True
    inside_month = rule["freq"] == "month" or rule.get("months")
    peers = [peer for peer in period_of("month" if inside_month else "year", day) if peer.weekday() == day.weekday()]
    place = peers.index(day)
    return any(
        weekday == day.weekday() and nth in (place + 1, place - len(peers))
        for nth, weekday in rule.get("nth_weekdays", ())
    )


def shifted(day: date, how: str, works: Callable[[date], bool]) -> date | None:
    """The shift by looking at every day up to 31 away; None: skipped; the day itself where nothing is found."""
    if how == "none" or works(day):
        return day
    if how == "skip":
        return None
    for distance in range(1, 32):
        earlier, later = day - distance * DAY, day + distance * DAY
        if how in ("previous", "nearest") and works(earlier):
            return earlier
        if how in ("next", "nearest") and works(later):
            return later
    return day
