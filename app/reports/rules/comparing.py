"""Two futures of one item, day by day: which dates appear, disappear and move (S34, S36)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from app.plans.rules.schedule import Cycle

BEYOND = 62  # days past the horizon that are looked at too: a date moved across its end is no date lost


@dataclass(frozen=True, slots=True)
class Difference:
    appear: tuple[date, ...] = ()
    disappear: tuple[date, ...] = ()
    moves: tuple[tuple[date, date], ...] = ()

    @property
    def is_nothing(self) -> bool:
        return not (self.appear or self.disappear or self.moves)


def compare(before: Sequence[Cycle], after: Sequence[Cycle], last_on: date) -> Difference:
    """A day on which there is work before and after stays, whatever slot it stands for.

    Of the others those of one slot are one date that moves; then dates at most half an interval apart, in order.
    What is left disappears, or appears. Dates past `last_on` are there to be moved to, and are not told themselves.
    """
    common = {cycle.comes_on for cycle in before} & {cycle.comes_on for cycle in after}
    old = [cycle for cycle in before if cycle.comes_on not in common]
    new = [cycle for cycle in after if cycle.comes_on not in common]
    moves, old, new = _same_slots(old, new)
    near, gone, come = _neighbours(old, new)
    moves += near
    return Difference(
        appear=tuple(sorted(cycle.comes_on for cycle in come if cycle.comes_on <= last_on)),
        disappear=tuple(sorted(cycle.comes_on for cycle in gone if cycle.comes_on <= last_on)),
        moves=tuple(sorted(move for move in moves if min(move) <= last_on)),
    )


Moves = list[tuple[date, date]]


def _same_slots(old: list[Cycle], new: list[Cycle]) -> tuple[Moves, list[Cycle], list[Cycle]]:
    """Numbers of a floating plan say nothing: its third date may well be what was the sixth."""
    slots = {cycle.key: cycle for cycle in new if cycle.key.startswith("D:")}
    moves = [(cycle.comes_on, slots[cycle.key].comes_on) for cycle in old if cycle.key in slots]
    kept = {cycle.key for cycle in old if cycle.key in slots}
    return moves, [c for c in old if c.key not in kept], [c for c in new if c.key not in kept]


def _neighbours(old: list[Cycle], new: list[Cycle]) -> tuple[Moves, list[Cycle], list[Cycle]]:
    old, new = sorted(old, key=_due), sorted(new, key=_due)
    moves, gone, come = [], [], []
    while old and new:
        was, becomes = old[0], new[0]
        if abs((becomes.comes_on - was.comes_on).days) * 2 <= min(was.interval, becomes.interval):
            moves.append((was.comes_on, becomes.comes_on))
            del old[0], new[0]
        elif becomes.comes_on < was.comes_on:
            come.append(new.pop(0))
        else:
            gone.append(old.pop(0))
    return moves, gone + old, come + new


def _due(cycle: Cycle) -> date:
    return cycle.comes_on
