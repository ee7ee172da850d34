"""Time in minutes, money in minor units."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Costs:
    """What an order cost, in the organisation's currency. `unrated` are minutes whose rate nobody has said: they cost
    nothing here. `others`: what was paid in other currencies, for nobody keeps rates of exchange here.
    """

    minutes: int = 0
    unrated: int = 0
    labour: int = 0
    parts: int = 0
    outside: int = 0
    other: int = 0
    others: Mapping[str, int] = field(default_factory=dict)

    @property
    def total(self) -> int:
        return self.labour + self.parts + self.outside + self.other

    def by_currency(self, own: str) -> dict[str, int]:
        """The totals; the organisation's own first, where there is one."""
        return ({own: self.total} if self.total else {}) | dict(self.others)


def minutes_between(start: datetime, end: datetime) -> int:
    """Begun minutes count; never less than one."""
    return max(1, -(-int((end - start).total_seconds()) // 60))


def labour(entries: Iterable[tuple[int, int | None]]) -> tuple[int, int, int]:
    """(minutes, of them without a rate, cost) of pairs of minutes and what an hour costs; rounded once, half up."""
    minutes = unrated = sixtieths = 0
    for spent, rate in entries:
        minutes += spent
        if rate is None:
            unrated += spent
        else:
            sixtieths += spent * rate
    return minutes, unrated, (sixtieths + 30) // 60
