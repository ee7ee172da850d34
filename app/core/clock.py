"""The one place that asks what time it is. Everything else is handed a clock, or an instant."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

Clock = Callable[[], datetime]


def system_clock() -> datetime:
    """The machine's time, as an aware UTC instant."""
    return datetime.now(UTC)


def fixed_clock(at: datetime) -> Clock:
    """A clock that stands still: for tests, demonstrations and `--now`."""
    if at.tzinfo is None:
        raise ValueError("a clock needs an aware instant")
    return lambda: at


def today(now: datetime, time_zone: str) -> date:
    """The civil date at a site (S5)."""
    return now.astimezone(ZoneInfo(time_zone)).date()


def start_of_day(day: date, time_zone: str) -> datetime:
    """The first valid instant of a site's day in UTC, also where midnight does not exist (S5)."""
    local = datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(time_zone))
    instant = local.astimezone(UTC)
    # A midnight inside a gap maps one offset too early or late: walk to the first instant that bears the date.
    return instant if today(instant, time_zone) == day else local.replace(fold=1).astimezone(UTC)
