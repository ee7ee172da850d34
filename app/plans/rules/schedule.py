"""A plan version's schedule, and the cycles that follow from it (S1, S7, S8, S30).

The future is virtual: cycles are computed here from the schedule, the calendar and a target's dates, and become
rows only when something happens to them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal, Self

from app.plans.rules.calendar import WorkCalendar
from app.plans.rules.recurrence import Rule
from app.plans.rules.season import Season
from app.plans.rules.shift import Shift
from app.plans.rules.trace import TraceStep

Mode = Literal["fixed", "floating"]
Overlap = Literal["suppress", "stack", "replace", "remind"]
CatchUp = Literal["latest", "all", "none", "ask"]
Late = Literal["keep", "skip"]
Outcome = Literal["due", "skipped_calendar", "skipped_season"]


@dataclass(frozen=True, slots=True)
class Schedule:
    rule: Rule
    mode: Mode = "fixed"
    shift: Shift = "none"
    shift_within_month: bool = False
    season: Season | None = None
    lead_days: int = 0
    overlap: Overlap = "suppress"
    catch_up: CatchUp = "latest"
    late: Late = "keep"
    min_gap_percent: int = 25
    min_gap_days: int | None = None  # where given it wins over the percentage; so do the next two
    tolerance_before_days: int | None = None  # default: 20 % of the interval
    tolerance_after_days: int | None = None  # default: 10 % of the interval, at least one day

    def to_dict(self) -> dict[str, Any]:
        raise NotImplementedError

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        raise NotImplementedError


@dataclass(frozen=True, slots=True)
class Cycle:
    """One cycle's dates. Where the outcome is `skipped_…`, `due_on` is the raw date and nothing is generated."""

    key: str  # "D:2027-01-01" (raw slot) fixed, "N:3" floating (S14)
    raw_due_on: date
    due_on: date
    generate_on: date
    window_first_on: date
    window_last_on: date
    interval: int  # days to the rule's next slot (S3)
    outcome: Outcome
    is_flagged: bool  # no day that satisfies the calendar within 31 days: the raw date stays (S31)
    trace: tuple[TraceStep, ...]


@dataclass(frozen=True, slots=True)
class DayGroup:
    """Consecutive cycles of one target that fall on one day (S31): one order, for `survivor`.

    `cycles` are in raw order and hold the survivor, the merged ones, and skipped ones that lie between them.
    `survivor` is None where the group is a single skipped cycle.
    """

    cycles: tuple[Cycle, ...]
    survivor: Cycle | None
    merged: tuple[Cycle, ...]


@dataclass(frozen=True, slots=True)
class Start:
    """Where a target's dates count from. A plan's own anchor is due itself; one that stands for work or entry is not (S1)."""

    anchor_on: date
    anchor_is_due: bool = True
    settled_through: date | None = None  # raw date of the last cycle with a row (fixed)
    counter: int = 0  # the last cycle's number (floating)


def fixed_cycles(
    schedule: Schedule, calendar: WorkCalendar | None, anchor: date, after_raw: date | None, anchor_is_due: bool
) -> Iterator[Cycle]:
    """Every cycle with a raw date after `after_raw` (None: from the anchor on), in raw order. Endless unless the rule ends."""
    raise NotImplementedError


def floating_cycle(
    schedule: Schedule, calendar: WorkCalendar | None, base_on: date, counter: int, after: date | None = None
) -> Cycle | None:
    """Cycle number `counter`, one interval after `base_on` (S8); None where the rule has ended.

    With `after`: the first of base + k intervals, k >= 1, after that day (S12).
    """
    raise NotImplementedError


def upcoming(schedule: Schedule, calendar: WorkCalendar | None, start: Start, count: int = 12) -> list[Cycle]:
    """The next cycles for a preview. Floating ones assume that each is done on its due date."""
    raise NotImplementedError


def last_cycle_before(
    schedule: Schedule, calendar: WorkCalendar | None, anchor: date, day: date, anchor_is_due: bool
) -> date | None:
    """The raw date of the last cycle whose `due_on` lies before `day` (S14b, on enrolling); None: there is none."""
    raise NotImplementedError


def group_same_day(cycles: Iterator[Cycle]) -> Iterator[DayGroup]:
    """The survivor is the one whose raw date is nearest to the day; equal: the earlier (S31)."""
    raise NotImplementedError


def min_gap(schedule: Schedule, interval: int) -> int:
    """Days (S10, S14b); a percentage is rounded down."""
    raise NotImplementedError
