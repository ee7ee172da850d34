"""What a new version does to a target: where its dates count from, and which slots its orders take (S36, S37)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import islice
from typing import Literal

from app.ledger.rules.facts import Facts
from app.ledger.rules.generation import PEEKED
from app.plans.rules.schedule import Cycle, DayGroup, fixed_cycles, floating_cycle, group_same_day, last_cycle_before

DAY = timedelta(days=1)


def followed_anchor(
    choice: Literal["keep", "last_done", "start"], facts: Facts, anew: tuple[date, bool]
) -> tuple[date, bool]:
    """S37: where a target's dates count from under a new version, whose schedule `facts` hold; its own are `anew`.

    A floating clock that has run goes on from the work that it counts from, whatever is chosen.
    """
    own = facts.anchor_on, facts.anchor_is_due
    if facts.schedule.mode == "floating" and facts.counter:
        return own
    if choice == "last_done" and facts.last_done_on:
        return facts.last_done_on, False
    return anew if choice == "start" else own


def floating_slot(facts: Facts, key: str, today: date) -> Cycle | None:
    """An order that nobody has started keeps its number; its date is the first of base + k intervals from today on.

    None for one that a fixed version made: it keeps its date.
    """
    number = key.removeprefix("N:")
    if not number.isdecimal():
        return None
    return floating_cycle(facts.schedule, facts.calendar, facts.anchor_on, int(number), after=today - DAY)


def fixed_slots(facts: Facts, stays: date | None, today: date) -> Iterator[list[DayGroup]]:
    """For one such order after another, the days of the rule up to and with the one that it takes.

    From today on, after `stays`: the last cycle that is not to move.
    """
    past = last_cycle_before(facts.schedule, facts.calendar, facts.anchor_on, today, facts.anchor_is_due)
    base = max((day for day in (stays, past) if day is not None), default=None)
    cycles = fixed_cycles(facts.schedule, facts.calendar, facts.anchor_on, base, facts.anchor_is_due)
    passed: list[DayGroup] = []
    for group in group_same_day(islice(cycles, PEEKED)):
        passed.append(group)
        if group.survivor is not None:
            yield passed
            passed = []
