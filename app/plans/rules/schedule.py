"""The cycles that follow from a schedule, a calendar and a target's own dates (S1, S7, S8, S12, S30, S31).

The future is virtual: a cycle becomes a row only when something happens to it. The order is the rule's date, month
end, spread, season, calendar, lead (S30); a person's exception is applied by whoever knows the target.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from itertools import islice
from typing import Literal

from app.plans.rules.calendar import WorkCalendar
from app.plans.rules.policy import Schedule, check_schedule, days_from, min_gap, window
from app.plans.rules.recurrence import last_slot_before, next_slot
from app.plans.rules.rule import Rule
from app.plans.rules.shift import SHIFT_MAX, Shifted, shift_day
from app.plans.rules.trace import TraceStep, lead_step, reason_dict, rule_steps, shift_step

__all__ = [
    "Cycle", "DayGroup", "Outcome", "Schedule", "Start", "by_meter", "check_schedule", "due_day", "fixed_cycles",
    "floating_cycle", "group_same_day", "interval_days", "last_cycle_before", "meter_cycle", "min_gap", "planned_day",
    "upcoming",
]  # fmt: skip

Outcome = Literal["due", "skipped_calendar", "skipped_season", "skipped_person"]


@dataclass(frozen=True, slots=True)
class Cycle:
    """One cycle's dates. Where season or calendar skip it, `due_on` is the date before them; no order is made."""

    key: str  # S14: "D:2027-01-01" (raw slot), "N:3" floating, "M:7:3" meter and step, "C:7:45" meter and reading
    raw_due_on: date
    due_on: date
    generate_on: date
    window_first_on: date
    window_last_on: date
    interval: int  # days to the rule's next slot (S3)
    outcome: Outcome
    is_flagged: bool  # no day that satisfies the calendar within 31 days: the raw date stays (S31)
    trace: tuple[TraceStep, ...]
    scheduled_on: date | None = None  # the day to which a person moved it (S30); lateness counts from `due_on`

    @property
    def comes_on(self) -> date:
        """The day for which it stands in the diary."""
        return self.scheduled_on or self.due_on


@dataclass(frozen=True, slots=True)
class DayGroup:
    """Consecutive cycles of one target that fall on one day (S31): one order, for `survivor`.

    `cycles` are in raw order and hold the survivor, the merged ones, and skipped ones that lie between them.
    A skipped cycle alone is a group without survivor. A survivor that a person skips leaves its day without an order.
    """

    cycles: tuple[Cycle, ...]
    survivor: Cycle | None
    merged: tuple[Cycle, ...]

    @property
    def order(self) -> Cycle | None:
        """The cycle that gets the day's order."""
        return self.survivor if self.survivor and self.survivor.outcome == "due" else None


@dataclass(frozen=True, slots=True)
class Start:
    """Where a target's dates count from. A plan's own anchor is due itself, one that stands for work is not (S1)."""

    anchor_on: date
    anchor_is_due: bool = True
    settled_through: date | None = None  # raw date of the last cycle with a row (fixed)
    counter: int = 0  # number of the last cycle with a row (floating)


def fixed_cycles(
    schedule: Schedule,
    calendar: WorkCalendar | None,
    anchor: date,
    after_raw: date | None,
    anchor_is_due: bool,  # noqa: FBT001
) -> Iterator[Cycle]:
    """Every cycle with a raw date after `after_raw` (None: all), in raw order, without end unless the rule has one."""
    rule = schedule.rule
    raw = next_slot(rule, anchor, after_raw, calendar, anchor_is_due=anchor_is_due)
    while raw is not None:
        following = next_slot(rule, anchor, raw, calendar, anchor_is_due=anchor_is_due)
        interval = (following - raw).days if following else interval_days(rule, anchor, raw, calendar)
        yield _cycle(schedule, calendar, f"D:{raw.isoformat()}", anchor, raw, interval)
        raw = following


def floating_cycle(
    schedule: Schedule,
    calendar: WorkCalendar | None,
    base_on: date,
    counter: int,
    *,
    after: date | None = None,
    base_is_due: bool = False,
) -> Cycle | None:
    """Cycle number `counter`, one interval after `base_on` (S8); None where the rule has ended.

    With `after`: the first of base + k intervals, k >= 1, that lies after that day (S12). With `base_is_due`, the base
    is a plan's own anchor and the first cycle (S1).
    """
    rule = schedule.rule
    if rule.count is not None:
        if counter > rule.count:
            return None
        rule = replace(rule, count=None)
    raw = next_slot(rule, base_on, after, calendar, anchor_is_due=base_is_due)
    if raw is None:
        return None
    return _cycle(schedule, calendar, f"N:{counter}", base_on, raw, interval_days(rule, raw, raw, calendar))


def meter_cycle(
    schedule: Schedule, calendar: WorkCalendar | None, key: str, raw: date, interval: int, step: TraceStep
) -> Cycle:
    """A cycle that a meter brings: never left out, and never put on an earlier day (S26, S29).

    `interval`: days that it would take to come again at the average use.
    """
    return _cycle(by_meter(schedule), calendar, key, raw, raw, interval, [step])


def by_meter(schedule: Schedule) -> Schedule:
    """As it holds for cycles that a meter brings: nothing is to be spread that comes on a day of its own (S40)."""
    return replace(schedule, mode="floating", shift="none" if schedule.shift == "none" else "next", offset_days=0)


def upcoming(schedule: Schedule, calendar: WorkCalendar | None, start: Start, count: int = 12) -> list[Cycle]:
    """The next cycles, for a preview. A floating plan's assume that each is done on its due date."""
    if schedule.mode == "fixed":
        cycles = fixed_cycles(schedule, calendar, start.anchor_on, start.settled_through, start.anchor_is_due)
    else:
        cycles = _floating_chain(schedule, calendar, start)
    return list(islice(cycles, count))


def _floating_chain(schedule: Schedule, calendar: WorkCalendar | None, start: Start) -> Iterator[Cycle]:
    base, number, is_due = start.anchor_on, start.counter + 1, start.anchor_is_due and start.counter == 0
    while (cycle := floating_cycle(schedule, calendar, base, number, base_is_due=is_due)) is not None:
        yield cycle
        base, number, is_due = cycle.due_on, number + 1, False


def last_cycle_before(
    schedule: Schedule,
    calendar: WorkCalendar | None,
    anchor: date,
    day: date,
    anchor_is_due: bool,  # noqa: FBT001
) -> date | None:
    """The raw date of the last fixed cycle whose `due_on` lies before `day`, or None (S14b, on enrolling)."""
    rule = schedule.rule
    before = days_from(day, SHIFT_MAX + 1)  # a shift to an earlier day reaches this far
    while (raw := last_slot_before(rule, anchor, before, calendar, anchor_is_due=anchor_is_due)) is not None:
        if due_day(schedule, calendar, raw) < day:
            return raw
        before = raw
    return None


def group_same_day(cycles: Iterable[Cycle]) -> Iterator[DayGroup]:
    """Cycles that fall on one day make one order, for the raw date nearest to it; equal: the earlier (S31).

    Lazy: looks ahead no further than a shift reaches, so that a plan that is skipped for ever can still be walked.
    """
    group: list[Cycle] = []
    skipped: list[Cycle] = []  # since the last due one: they belong to the group only if it goes on
    for cycle in cycles:
        is_near = bool(group) and cycle.raw_due_on <= days_from(group[0].due_on, SHIFT_MAX)
        if is_near and cycle.outcome != "due":
            skipped.append(cycle)
        elif is_near and cycle.due_on == group[0].due_on:
            group += [*skipped, cycle]
            skipped = []
        else:
            yield from _closed(group, skipped)
            group, skipped = [cycle] if cycle.outcome == "due" else [], []
            if not group:
                yield DayGroup((cycle,), None, ())
    yield from _closed(group, skipped)


def _closed(group: list[Cycle], skipped: list[Cycle]) -> Iterator[DayGroup]:
    if group:
        due = [cycle for cycle in group if cycle.outcome == "due"]
        survivor = min(due, key=lambda cycle: (abs(cycle.raw_due_on - cycle.due_on), cycle.raw_due_on))
        yield DayGroup(tuple(group), survivor, tuple(cycle for cycle in due if cycle is not survivor))
    for cycle in skipped:
        yield DayGroup((cycle,), None, ())


def interval_days(rule: Rule, anchor: date, slot: date, calendar: WorkCalendar | None = None) -> int:
    """Days from a slot to the next one of the rule, its end left aside (S3); of a list's last, the gap before."""
    endless = replace(rule, count=None, until=None) if rule.count or rule.until else rule
    following = next_slot(endless, anchor, slot, calendar)
    if following is not None:
        return (following - slot).days
    earlier = last_slot_before(endless, anchor, slot, calendar)
    return (slot - earlier).days if earlier else 0


def due_day(schedule: Schedule, calendar: WorkCalendar | None, raw: date) -> date:
    """The due date of a slot, without the story of how it came about; the raw date where the cycle is skipped."""
    return planned_day(schedule, calendar, raw) or days_from(raw, schedule.offset_days)


def planned_day(schedule: Schedule, calendar: WorkCalendar | None, raw: date) -> date | None:
    """The same, and None where season or calendar skip the cycle."""
    on = days_from(raw, schedule.offset_days) if schedule.offset_days else raw
    if schedule.season is not None and on not in schedule.season:
        if not _defers(schedule):
            return None
        on = schedule.season.next_start(on)
    if calendar is None or schedule.shift == "none":
        return on
    shifted = _shift(schedule, calendar, on)
    return None if shifted.is_skipped else shifted.on


def _defers(schedule: Schedule) -> bool:
    return schedule.mode == "floating" or (schedule.season is not None and schedule.season.outside == "defer")


def _shift(schedule: Schedule, calendar: WorkCalendar, on: date) -> Shifted:
    shift = "next" if schedule.mode == "floating" and schedule.shift == "skip" else schedule.shift  # S31
    return shift_day(on, shift, calendar, is_within_month=schedule.shift_within_month)


def _cycle(
    schedule: Schedule,
    calendar: WorkCalendar | None,
    key: str,
    anchor: date,
    raw: date,
    interval: int,
    first: list[TraceStep] | None = None,
) -> Cycle:
    """Spread, season, calendar, then lead (S30, S7), with the trace of each that changed something."""
    steps = first or rule_steps(schedule.rule, anchor, raw)
    spread_on, is_flagged = raw, False
    if schedule.offset_days:
        spread_on = days_from(raw, schedule.offset_days)
        steps.append({"step": "spread", "days": schedule.offset_days, "on": spread_on.isoformat()})
    on = spread_on
    outcome: Outcome = "due"
    if schedule.season is not None and on not in schedule.season:
        season_step: TraceStep = {"step": "season", "was": on.isoformat()}
        if _defers(schedule):
            on = schedule.season.next_start(on)
            season_step["on"] = on.isoformat()
        else:
            outcome = "skipped_season"
        steps.append(season_step)
    if calendar is not None and outcome == "due":
        was, shifted = on, _shift(schedule, calendar, on)
        on, is_flagged = shifted.on, shifted.is_flagged
        if shifted.is_skipped or is_flagged:
            why = reason_dict(calendar.why_not(was))
            steps.append({"step": "flag" if is_flagged else "skip", "was": was.isoformat(), "why": why})
        elif on != was:
            steps.append(shift_step(calendar, was, on, schedule.shift))
        if shifted.is_skipped:
            on, outcome = spread_on, "skipped_calendar"
    generate_on = days_from(on, -schedule.lead_days)
    if schedule.lead_days and outcome == "due":
        steps.append(lead_step(schedule.lead_days, generate_on))
    first_on, last_on = window(schedule, on, interval)
    return Cycle(key, raw, on, generate_on, first_on, last_on, interval, outcome, is_flagged, tuple(steps))
