"""Dates, durations and numbers as a reader of the language writes them.

Names come from Babel; days are put together here, because a list of fifty costs a millisecond through Babel's
patterns, and because French wants « 1er » where Babel writes 1.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo
from decimal import Decimal
from functools import cache
from zoneinfo import ZoneInfo

from babel.core import get_locale_identifier
from babel.dates import get_day_names, get_month_names
from babel.numbers import format_currency, format_decimal

from app.core.i18n.catalogue import Language, current_language

NBSP = "\N{NO-BREAK SPACE}"
MINUTES_PER_HOUR = 60
HOURS_PER_DAY = 24

# Babel's plain "en" is American; Ronde writes the day before the month in both languages.
_BABEL_LOCALES: dict[Language, str] = {"en": get_locale_identifier(("en", "GB", None, None)), "fr": "fr"}


@dataclass(frozen=True, slots=True)
class Here:
    """Where and when the reader is: instants are shown in the zone, the year is left out while it is today's."""

    zone: tzinfo
    today: date | None


NOWHERE = Here(UTC, None)
_here: ContextVar[Here] = ContextVar("here", default=NOWHERE)


def set_here(time_zone: str, today: date) -> None:
    """For the rest of this request."""
    _here.set(Here(ZoneInfo(time_zone), today))


@contextmanager
def in_zone(time_zone: str, today: date) -> Iterator[None]:
    """For a block: a message to somebody elsewhere, or one row of another site."""
    token = _here.set(Here(ZoneInfo(time_zone), today))
    try:
        yield
    finally:
        _here.reset(token)


@cache
def _names(language: Language) -> tuple[list[str], list[str], list[str], list[str]]:
    """Short and long weekdays (Monday first), short and long months (January first)."""
    locale = _BABEL_LOCALES[language]
    return (
        [get_day_names("abbreviated", locale=locale)[n] for n in range(7)],
        [get_day_names("wide", locale=locale)[n] for n in range(7)],
        [get_month_names("abbreviated", locale=locale)[n] for n in range(1, 13)],
        [get_month_names("wide", locale=locale)[n] for n in range(1, 13)],
    )


def _local_day(value: date) -> date:
    return value.astimezone(_here.get().zone).date() if isinstance(value, datetime) else value


def _with_year(value: date, *, year: bool | None) -> bool:
    today = _here.get().today
    return year if year is not None else today is None or today.year != value.year


def _number_of_day(value: date, language: Language) -> str:
    return "1er" if value.day == 1 and language == "fr" else str(value.day)


def _joined(*words: str) -> str:
    return NBSP.join(words)


def short_day(value: date, *, year: bool | None = None) -> str:
    """« lun. 23 nov. »; the year is added when it is not the current one, or as told."""
    day, language = _local_day(value), current_language()
    weekdays, _, months, _ = _names(language)
    text = _joined(weekdays[day.weekday()], _number_of_day(day, language), months[day.month - 1])
    return f"{text} {day.year}" if _with_year(day, year=year) else text


def tiny_day(value: date, *, year: bool | None = None) -> str:
    """« 23 nov. »: for a narrow column, where the weekday tells nothing."""
    day, language = _local_day(value), current_language()
    text = _joined(_number_of_day(day, language), _names(language)[2][day.month - 1])
    return f"{text} {day.year}" if _with_year(day, year=year) else text


def long_day(value: date, *, year: bool | None = None) -> str:
    """« lundi 23 novembre »."""
    day, language = _local_day(value), current_language()
    _, weekdays, _, months = _names(language)
    text = f"{weekdays[day.weekday()]} {_joined(_number_of_day(day, language), months[day.month - 1])}"
    return f"{text} {day.year}" if _with_year(day, year=year) else text


def capfirst(text: str) -> str:
    """At the head of a line; the other letters stay (« Monday 23 November »)."""
    return text[:1].upper() + text[1:]


def month(value: date) -> str:
    """« novembre 2026 »."""
    return f"{_names(current_language())[3][value.month - 1]} {value.year}"


def clock_time(value: datetime) -> str:
    """« 9 h 05 », « 6 h »; in English 09:05."""
    local = value.astimezone(_here.get().zone)
    if current_language() == "en":
        return f"{local:%H:%M}"
    return _joined(str(local.hour), "h", f"{local.minute:02}") if local.minute else _joined(str(local.hour), "h")


def moment(value: datetime, *, year: bool | None = None) -> str:
    """« lun. 23 nov. à 9 h 05 »: an instant in the reader's zone."""
    between = f" à{NBSP}" if current_language() == "fr" else ", "
    return f"{short_day(value, year=year)}{between}{clock_time(value)}"


def duration(value: timedelta | float) -> str:
    """« 25 min », « 3 h 20 », « 2 j 4 h », from a timedelta or minutes."""
    total = round(value.total_seconds() / 60) if isinstance(value, timedelta) else round(value)
    if total < 0:
        return f"−{duration(-total)}"
    hours, minutes = divmod(total, MINUTES_PER_HOUR)
    if hours >= 2 * HOURS_PER_DAY:
        days, hours = divmod(hours, HOURS_PER_DAY)
        words = [str(days), "j" if current_language() == "fr" else "d"]
        return _joined(*words, str(hours), "h") if hours else _joined(*words)
    if not hours:
        return _joined(str(minutes), "min")
    if not minutes:
        return _joined(str(hours), "h")
    end = [f"{minutes:02}"] if current_language() == "fr" else [str(minutes), "min"]
    return _joined(str(hours), "h", *end)


def number(value: Decimal | float, digits: int | None = None) -> str:
    """« 1 840 », « 23,1 »; with `digits`, as many decimals at most."""
    pattern = None if digits is None else "#,##0" + ("." + "#" * digits if digits else "")
    return format_decimal(value, format=pattern, locale=_BABEL_LOCALES[current_language()])


def percent(value: Decimal | float, digits: int = 0) -> str:
    """« 92 % » from a share of 0.92."""
    text = number(value * 100, digits)
    return f"{text}{NBSP}%" if current_language() == "fr" else f"{text}%"


def money(value: Decimal | float, currency: str = "EUR") -> str:
    """« 1 840 € », cents only where there are some."""
    pattern = "#,##0\N{NO-BREAK SPACE}¤" if current_language() == "fr" else "¤#,##0"
    if Decimal(str(value)) % 1:
        pattern = pattern.replace("#,##0", "#,##0.00")
    locale = _BABEL_LOCALES[current_language()]
    return format_currency(value, currency, format=pattern, locale=locale, currency_digits=False)


FILTERS = {
    "short_day": short_day,
    "tiny_day": tiny_day,
    "long_day": long_day,
    "capfirst": capfirst,
    "month": month,
    "clock_time": clock_time,
    "moment": moment,
    "duration": duration,
    "number": number,
    "percent": percent,
    "money": money,
}
"""What templates may say: `{{ order.due_on|short_day }}`."""
