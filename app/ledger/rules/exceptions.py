"""What a person decides about one cycle ahead (S35): applied after the calendar and before the lead (S30)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

from app.plans.rules.policy import Schedule, days_from
from app.plans.rules.schedule import Cycle, DayGroup
from app.plans.rules.trace import exception_step, lead_step


@dataclass(frozen=True, slots=True)
class CycleException:
    """Skips the cycle or, with `moved_on`, moves it. It holds for the slot that the cycle had when it was made."""

    key: str
    raw_due_on: date
    moved_on: date | None
    who: str
    reason: str

    def holds_for(self, cycle: Cycle) -> bool:
        return cycle.outcome == "due" and (cycle.key, cycle.raw_due_on) == (self.key, self.raw_due_on)


Exceptions = tuple[CycleException, ...]


def decided(cycle: Cycle, exceptions: Exceptions, schedule: Schedule) -> Cycle:
    """The cycle as a person wants it; its identity and its `due_on` stay, and later cycles don't move."""
    found = next((each for each in exceptions if each.holds_for(cycle)), None)
    if found is None:
        return cycle
    steps = [step for step in cycle.trace if step["step"] != "lead"]
    steps.append(exception_step(cycle.due_on, found.moved_on, found.who, found.reason))
    if found.moved_on is None:
        return replace(cycle, outcome="skipped_person", trace=tuple(steps))
    generate_on = days_from(found.moved_on, -schedule.lead_days)
    if schedule.lead_days:
        steps.append(lead_step(schedule.lead_days, generate_on))
    return replace(cycle, scheduled_on=found.moved_on, generate_on=generate_on, trace=tuple(steps))


def decided_groups(groups: Iterator[DayGroup], exceptions: Exceptions, schedule: Schedule) -> Iterator[DayGroup]:
    """A day's exception is its survivor's: the cycles merged into it share its lot (S31)."""
    return (_decided_group(group, exceptions, schedule) for group in groups) if exceptions else groups


def _decided_group(group: DayGroup, exceptions: Exceptions, schedule: Schedule) -> DayGroup:
    was = group.survivor
    survivor = decided(was, exceptions, schedule) if was else None
    if survivor is was:
        return group
    cycles = tuple(survivor if cycle is was and survivor else cycle for cycle in group.cycles)
    return replace(group, cycles=cycles, survivor=survivor)


def is_ahead(key: str, raw_due_on: date, settled_through: date | None, counter: int) -> bool:
    """Whether a cycle has no row yet: a fixed one past the last settled slot, a floating one past the counter."""
    if key.startswith("N:"):
        return int(key.removeprefix("N:")) > counter
    return settled_through is None or raw_due_on > settled_through
