"""S5: days and zones. Every transition of every IANA zone from 2026 to 2030, and clocks that break midnight."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest

from app.core.clock import start_of_day, today

ZONES = sorted(available_timezones() - {"localtime"})
BEGIN, END, STEP = datetime(2026, 1, 1, tzinfo=UTC), datetime(2031, 1, 1, tzinfo=UTC), timedelta(days=7)


def transitions(name: str) -> list[datetime]:
    """The instants, to the second, at which a zone's offset changes; probed weekly, then halved."""
    zone, found, low = ZoneInfo(name), [], BEGIN
    while low < END:
        high = low + STEP
        before = low.astimezone(zone).utcoffset()
        if high.astimezone(zone).utcoffset() != before:
            left, right = low, high
            while right - left > timedelta(seconds=1):
                middle = left + timedelta(seconds=(right - left).total_seconds() // 2)
                left, right = (middle, right) if middle.astimezone(zone).utcoffset() == before else (left, middle)
            found.append(right)
        low = high
    return found


def test_S05_a_day_begins_at_its_first_instant_around_every_transition_of_every_zone():
    seen = 0
    for name in ZONES:
        for instant in transitions(name):
            seen += 1
            for day in (today(instant, name) + timedelta(days=n) for n in (-1, 0, 1)):
                begin = start_of_day(day, name)
                assert today(begin, name) == day, (name, day)
                for back in (timedelta(seconds=1), timedelta(minutes=31), timedelta(hours=1), timedelta(hours=2)):
                    assert today(begin - back, name) == day - timedelta(days=1), (name, day)
                assert start_of_day(day + timedelta(days=1), name) - begin in LENGTHS, (name, day)
    assert seen > 1500  # zones do change their clocks


LENGTHS = {timedelta(hours=hours) for hours in (22, 23, 23.5, 24, 24.5, 25, 26)}  # Lord Howe shifts by half an hour


@pytest.mark.parametrize(
    ("zone", "day", "begin"),
    [
        ("Africa/Cairo", "2026-04-24", "2026-04-23T22:00"),  # 00:00 does not exist: the day begins at 01:00
        ("Asia/Beirut", "2027-03-28", "2027-03-27T22:00"),
        ("America/Havana", "2026-03-08", "2026-03-08T05:00"),
        ("America/Havana", "2026-11-01", "2026-11-01T04:00"),  # 00:00 comes twice: the first one
        ("America/Santiago", "2026-09-06", "2026-09-06T04:00"),
        ("Europe/Paris", "2026-03-29", "2026-03-28T23:00"),
        ("Pacific/Kiritimati", "2026-01-01", "2025-12-31T10:00"),
        ("Pacific/Chatham", "2026-07-01", "2026-06-30T11:15"),
    ],
)
def test_S05_midnights_that_are_missing_or_come_twice(zone, day, begin):
    assert start_of_day(date.fromisoformat(day), zone) == datetime.fromisoformat(begin).replace(tzinfo=UTC)


def test_S05_the_same_instant_is_another_day_elsewhere():
    instant = datetime(2026, 12, 31, 23, 30, tzinfo=UTC)
    assert today(instant, "Europe/Paris") == date(2027, 1, 1)
    assert today(instant, "America/Guadeloupe") == date(2026, 12, 31)
    assert today(instant, "Pacific/Noumea") == date(2027, 1, 1)
