"""A counter's readings in the order of their times, and the lifetime total that runs through them (S28).

Each total is the one before it plus what the counter has run since: over its highest value and on from zero
(roll-over), and through a replacement, after which the new counter shows something else (`is_restart`).
"""

from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from app.core.errors import InvalidInput
from app.core.i18n import N_

Place = tuple[datetime, bool]


@dataclass(frozen=True, slots=True)
class Point:
    """One reading that holds. A restart comes after what the old counter showed at the same instant."""

    at: datetime
    value: int
    total: int
    is_restart: bool = False

    @property
    def place(self) -> Place:
        return self.at, self.is_restart


@dataclass(frozen=True, slots=True)
class Placed:
    """The lifetime total of a reading, and by how much the totals of all later ones change."""

    total: int
    shift: int = 0


@dataclass(frozen=True, slots=True)
class Counter:
    """What of a counter its totals depend on: `offset` is what had been run before its first reading's zero."""

    roll_over_at: int | None = None
    offset: int = 0


def advance(counter: Counter, before: int, after: int) -> int | None:
    """How far it has run from one value to a later one; None: it cannot have.

    A lower value is a roll-over where that means less than half a turn; a slip of the pen means more.
    """
    if after >= before:
        return after - before
    if counter.roll_over_at is None:
        return None
    run = counter.roll_over_at - before + after
    return run if 2 * run < counter.roll_over_at else None


def place(
    counter: Counter, value: int, before: Point | None, after: Point | None, *, is_correction: bool = False
) -> Placed:
    """Where a value between two neighbours stands. Raises InvalidInput where it fits neither.

    A reading that comes late changes no later total, but where the counter was replaced next: what it had run since its
    last reading was not known. A correction may: what was taken for a roll-over was none.
    """
    if before is None:
        total = value + counter.offset
    else:
        run = advance(counter, before.value, value)
        if run is None:
            raise InvalidInput.at(
                "value",
                "runs_back",
                N_("Lower than the reading before it. If the meter was replaced, say so; if it starts again at zero, "
                   "give the value at which it does."),
            )  # fmt: skip
        total = before.total + run
    shift = shift_after(counter, value, total, after)
    if shift and not (is_correction or (after and after.is_restart)):
        raise _beyond_later()
    return Placed(total, shift)


def shift_after(counter: Counter, value: int, total: int, after: Point | None) -> int:
    """By how much the totals from `after` on change if it follows a reading of this value and total."""
    if after is None:
        return 0
    run = 0 if after.is_restart else advance(counter, value, after.value)
    if run is None:
        raise _beyond_later()
    return total + run - after.total


def without(counter: Counter, before: Point | None, after: Point | None) -> int:
    """The shift of later totals when the reading between these two is withdrawn."""
    if after is None:
        return 0
    if before is None:
        total = counter.offset if after.is_restart else after.value + counter.offset
        return total - after.total
    return shift_after(counter, before.value, before.total, after)


def _beyond_later() -> InvalidInput:
    return InvalidInput.at("value", "beyond_later", N_("Higher than a later reading. Correct that one first."))


class Chain:
    """The known part of a meter's readings, which grows as new ones are placed in it; without a counter, no totals."""

    def __init__(self, counter: Counter | None, known: Iterable[Point]) -> None:
        self._counter = counter
        self._points = sorted(set(known), key=lambda point: point.place)

    def add(self, at: datetime, value: int) -> Placed | None:
        """Place a reading; None where it is there already. Raises InvalidInput."""
        points = self._points
        index = bisect_left(points, (at, False), key=lambda point: point.place)
        after = points[index] if index < len(points) else None
        if after is not None and after.place == (at, False):
            if after.value == value:
                return None
            raise InvalidInput.at(
                "read_at", "already_read", N_("There is another reading of this instant. Correct that one.")
            )
        placed = Placed(0)
        if self._counter is not None:
            placed = place(self._counter, value, points[index - 1] if index else None, after)
        if placed.shift:
            points[index:] = [replace(point, total=point.total + placed.shift) for point in points[index:]]
        points.insert(index, Point(at, value, placed.total))
        return placed

    @property
    def last(self) -> Point:
        return self._points[-1]

    def total_at(self, at: datetime) -> int:
        """The total of the reading of that instant, with all shifts since it was placed."""
        return self._points[bisect_left(self._points, (at, False), key=lambda point: point.place)].total
