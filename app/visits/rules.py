"""In which order the stops of a visit are walked, and what may be done with a visit."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from app.core.errors import Conflict
from app.core.i18n import N_

PATH_JOINT = " > "
DIGITS = re.compile(r"(\d+)")
# What a visit can be told, by its state.
MOVES = {
    "start": (("planned", "stopped"), "started"),
    "stop": (("started",), "stopped"),
    "end": (("planned", "started", "stopped"), "ended"),
}


@dataclass(frozen=True, slots=True)
class Stop:
    """An order of a visit, by where it is: the names of its place from the top, its rack, its tag."""

    order_id: int
    path: str
    rack: str
    tag: str


def walking_order(stops: Iterable[Stop]) -> list[int]:
    """Building by building, floor by floor, room by room, rack by rack: « Étage 2 » comes before « Étage 10 »."""
    return [stop.order_id for stop in sorted(stops, key=_place)]


def _place(stop: Stop) -> tuple[object, ...]:
    path = tuple(_natural(name) for name in stop.path.split(PATH_JOINT))
    return path, _natural(stop.rack), _natural(stop.tag), stop.order_id


def _natural(name: str) -> tuple[tuple[int, int, str], ...]:
    """Numbers by their value, letters whatever their case."""
    parts = DIGITS.split(name.casefold())
    return tuple((0, int(part), "") if part.isdecimal() else (1, 0, part) for part in parts if part)


def move(state: str, name: str) -> str:
    sources, target = MOVES[name]
    if state not in sources:
        raise Conflict("wrong_state", N_("This cannot be done to the visit as it stands now."))
    return target


def moved(order_ids: list[int], order_id: int, direction: str) -> list[int]:
    """One place up or down; at the end it stays where it is."""
    at = order_ids.index(order_id)
    to = at - 1 if direction == "up" else at + 1
    if not 0 <= to < len(order_ids):
        return order_ids
    found = list(order_ids)
    found[at], found[to] = found[to], found[at]
    return found
