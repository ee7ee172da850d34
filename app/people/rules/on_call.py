"""Who is on call (astreinte): a weekly rotation of people, with single days given to somebody else."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

WEEK = timedelta(days=7)
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Swap:
    """On these days of duty, both included, somebody else is on call. Of several on a day the newest (last) counts."""

    first_on: date
    last_on: date
    person_id: int


@dataclass(frozen=True, slots=True)
class Rota:
    """A day of duty runs from the hand-over of its date to that of the next date, in the team's own zone.

    Weeks begin on the weekday of `starts_on`; before it nobody is on call. Minutes count from midnight, on the wall.
    """

    time_zone: str
    starts_on: date
    handover_minutes: int
    person_ids: Sequence[int]
    swaps: Sequence[Swap] = ()

    def begins_at(self, day: date) -> datetime:
        """When a day of duty begins. An hour that the clock leaves out counts from behind the gap, one that it shows
        twice from the first time.
        """
        hour, minute = divmod(self.handover_minutes, 60)
        return datetime.combine(day, time(hour, minute), ZoneInfo(self.time_zone)).astimezone(UTC)

    def duty_day(self, at: datetime) -> date:
        day = at.astimezone(ZoneInfo(self.time_zone)).date()
        return day if self.begins_at(day) <= at else day - DAY

    def person_on(self, day: date) -> int | None:
        """Who has the duty that begins on this day."""
        if day < self.starts_on or not self.person_ids:
            return None
        swapped = [swap.person_id for swap in self.swaps if swap.first_on <= day <= swap.last_on]
        return swapped[-1] if swapped else self.person_ids[(day - self.starts_on) // WEEK % len(self.person_ids)]

    def person_at(self, at: datetime) -> int | None:
        return self.person_on(self.duty_day(at))


@dataclass(frozen=True, slots=True)
class Duty:
    """One person, without a break, from one hand-over to another."""

    person_id: int
    from_at: datetime
    until_at: datetime


def duties(rota: Rota, at: datetime, *, days: int) -> Iterator[Duty]:
    """From the one that runs at that moment on, over so many days; each as long as one person has it."""
    first = max(rota.duty_day(at), rota.starts_on)
    last = first + timedelta(days=days)
    begun, person_id = first, rota.person_on(first)
    day = first
    while person_id is not None and day < last:
        day += DAY
        if (then := rota.person_on(day)) != person_id or day == last:
            yield Duty(person_id, rota.begins_at(begun), rota.begins_at(day))
            begun, person_id = day, then


def is_out_of_hours(at: datetime, time_zone: str, *, opens: int, closes: int, is_worked: bool) -> bool:
    """Outside of a team's own hours (minutes from midnight), or on a day that is not worked at all."""
    local = at.astimezone(ZoneInfo(time_zone))
    return not is_worked or not opens <= local.hour * 60 + local.minute < closes
