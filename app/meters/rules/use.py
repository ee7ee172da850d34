"""How much a counter runs a day, and when it will reach a value at that pace (S27)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction

WINDOW = timedelta(days=90)
READINGS_MIN = 3
PROJECTED_MAX = 36_500  # days: beyond that an estimate is none
SECOND = timedelta(seconds=1)
SECONDS_A_DAY = 86_400


@dataclass(frozen=True, slots=True)
class Use:
    """Average use, with its basis. `per_day` is scaled like the totals."""

    per_day: Fraction
    readings: int
    first_at: datetime
    last_at: datetime
    last_total: int

    def days_until(self, total: int) -> int | None:
        """Days from the last reading until the lifetime total is reached; None: not within a century."""
        if total <= self.last_total:
            return 0
        if self.per_day <= 0:
            return None
        days = -((self.last_total - total) * self.per_day.denominator // self.per_day.numerator)  # rounded up
        return days if days <= PROJECTED_MAX else None

    def in_days(self, days: int) -> int:
        """What it runs in so many days, rounded down."""
        return self.per_day.numerator * days // self.per_day.denominator


Reading = tuple[datetime, int]  # an instant and the lifetime total then


def average_use(readings: int, first: Reading | None, last: Reading | None) -> Use | None:
    """Between the first and the last of so many readings of one window; None with fewer than three."""
    if first is None or last is None or readings < READINGS_MIN or last[0] - first[0] < SECOND:
        return None
    days = Fraction((last[0] - first[0]) // SECOND, SECONDS_A_DAY)
    return Use((last[1] - first[1]) / days, readings, first[0], last[0], last[1])
