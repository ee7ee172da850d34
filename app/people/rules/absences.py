"""Days away: those of one kind that touch become one, those of two kinds exclude one another."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Away:
    """From a day to another, both included."""

    id: int
    kind: str
    first_on: date
    last_on: date


@dataclass(frozen=True, slots=True)
class Joined:
    """`merged`: those that the new days take in. `conflict`: days of another kind that are in the way."""

    first_on: date
    last_on: date
    merged: tuple[Away, ...] = ()
    conflict: Away | None = None


def join(kind: str, first_on: date, last_on: date, known: Iterable[Away]) -> Joined:
    """A holiday that goes on is one holiday; who is ill during it says so by shortening the holiday first."""
    merged: list[Away] = []
    for away in sorted(known, key=lambda each: each.first_on):
        if away.kind != kind:
            if away.first_on <= last_on and first_on <= away.last_on:
                return Joined(first_on, last_on, conflict=away)
        elif away.first_on <= last_on + DAY and first_on <= away.last_on + DAY:
            merged.append(away)
    days = [(first_on, last_on), *((away.first_on, away.last_on) for away in merged)]
    return Joined(min(first for first, _ in days), max(last for _, last in days), tuple(merged))
