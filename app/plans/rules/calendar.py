"""The days on which work may fall (S33): weekdays, holidays, own closures and openings, blackouts, allowed windows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import lru_cache
from typing import Literal

import holidays

ReasonKind = Literal["holiday", "closure", "blackout", "outside_window", "weekday"]


@dataclass(frozen=True, slots=True)
class Span:
    """Days from `first_on` to `last_on`, both included; every year where `is_yearly` (it may cross New Year)."""

    first_on: date
    last_on: date
    name: str = ""
    is_yearly: bool = False


@dataclass(frozen=True, slots=True)
class Reason:
    """Why no work falls on a day. A holiday is named in both languages, a closure as its people named it."""

    kind: ReasonKind
    name: str | None = None
    name_fr: str | None = None

    def name_in(self, language: str) -> str | None:
        return (self.name_fr or self.name) if language == "fr" else self.name


@dataclass(frozen=True, slots=True)
class WorkCalendar:
    """A site's calendar as plain values. What a year holds is computed once and kept with the object: share it."""

    weekdays: tuple[int, ...] = (0, 1, 2, 3, 4)  # Monday is 0
    country: str | None = None  # ISO 3166-1 alpha-2
    region: str | None = (
        None  # a subdivision of the `holidays` library: 57 or 6AE (Alsace-Moselle), 971 to 976, NC, ...
    )
    closures: tuple[Span, ...] = ()
    openings: tuple[Span, ...] = ()  # win over weekday, holiday and closure
    blackouts: tuple[Span, ...] = ()  # change freeze: wins over all
    allowed: tuple[Span, ...] = ()  # where given, nothing falls outside them, openings included
    _years: dict[int, dict[date, Reason]] = field(default_factory=dict, init=False, repr=False, compare=False)

    def is_working(self, day: date) -> bool:
        return day not in self._refusals(day.year)

    def why_not(self, day: date) -> Reason | None:
        """None on a day that works. Of several reasons the one that tells most: a holiday on a Saturday is named."""
        return self._refusals(day.year).get(day)

    def _refusals(self, year: int) -> dict[date, Reason]:
        refusals = self._years.get(year)
        if refusals is None:
            refusals = self._years[year] = _refusals_of(self, year)
        return refusals


def _refusals_of(calendar: WorkCalendar, year: int) -> dict[date, Reason]:
    """Later reasons overwrite earlier ones, so they are written from the least telling to the most."""
    refusals: dict[date, Reason] = {}
    days = [date(year, 1, 1) + timedelta(days=n) for n in range((date(year, 12, 31) - date(year, 1, 1)).days + 1)]
    day_off = Reason("weekday")
    refusals |= {day: day_off for day in days if day.weekday() not in calendar.weekdays}
    closed = _named_days("closure", calendar.closures, year)
    closed |= {
        day: Reason("holiday", *names) for day, names in _holidays(calendar.country, calendar.region, year).items()
    }
    refusals |= closed
    for span in calendar.openings:
        for day in days_of(span, year):
            refusals.pop(day, None)
    frozen: dict[date, Reason] = {}
    if calendar.allowed:
        inside = {day for span in calendar.allowed for day in days_of(span, year)}
        outside = Reason("outside_window")
        frozen |= {day: outside for day in days if day not in inside}
    frozen |= _named_days("blackout", calendar.blackouts, year)
    for day, reason in frozen.items():
        if refusals.get(day, day_off) is day_off:
            refusals[day] = reason
    return refusals


def _named_days(kind: ReasonKind, spans: tuple[Span, ...], year: int) -> dict[date, Reason]:
    return {day: Reason(kind, span.name or None) for span in spans for day in days_of(span, year)}


def days_of(span: Span, year: int) -> Iterator[date]:
    """The days of `year` in the span. A yearly span on 29 February is on the 28th in other years."""
    first, last = date(year, 1, 1), date(year, 12, 31)
    if not span.is_yearly:
        yield from _days(max(first, span.first_on), min(last, span.last_on))
        return
    begin, end = on_this_year(span.first_on, year), on_this_year(span.last_on, year)
    if begin <= end:
        yield from _days(begin, end)
    else:
        yield from _days(first, end)
        yield from _days(begin, last)


def on_this_year(day: date, year: int) -> date:
    return date(year, 2, 28) if (day.month, day.day) == (2, 29) and not _is_leap(year) else day.replace(year=year)


def _is_leap(year: int) -> bool:
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)


def _days(first: date, last: date) -> Iterator[date]:
    for ordinal in range(first.toordinal(), last.toordinal() + 1):
        yield date.fromordinal(ordinal)


@lru_cache(maxsize=512)
def _holidays(country: str | None, region: str | None, year: int) -> dict[date, tuple[str, str]]:
    """Names in English and French; a country that has no French (or English) names gives its own."""
    if country is None:
        return {}
    english = holidays.country_holidays(country, subdiv=region, years=year, language="en_US")
    french = holidays.country_holidays(country, subdiv=region, years=year, language="fr")
    return {day: (english[day], french.get(day, english[day]).replace("'", "’")) for day in sorted(english)}
