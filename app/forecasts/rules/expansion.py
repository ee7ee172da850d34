"""The days to come of targets that are alike: one expansion does for all of them.

Slots and due days only, without the story of each date: a year of ten thousand targets is asked for on a page.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from itertools import takewhile

from app.ledger.rules.metering import Reading
from app.ledger.rules.projecting import steps_ahead
from app.plans.rules.calendar import WorkCalendar
from app.plans.rules.errors import RuleError
from app.plans.rules.policy import Schedule, days_from
from app.plans.rules.recurrence import next_slot, slots
from app.plans.rules.schedule import by_meter, planned_day
from app.plans.rules.shift import SHIFT_MAX


@dataclass(frozen=True, slots=True)
class Series:
    """Where the dates of some targets go on from; `counted_after_on` and `waits_for_on` are of floating ones.

    `waits_for_on`: the due date of the open order that the next date counts from (S11). `begins_on`: paused until then.
    `reading`: the counter that the plan goes by, too or alone, and `next_total` what it shows when a floating one is
    next due (S25, S27). `higher`: of the same items, plans of higher rank that take in dates within `tolerance` days
    (S24), `open_on` their open order's.
    """

    schedule: Schedule
    calendar: WorkCalendar
    anchor_on: date
    is_anchor_due: bool = True
    settled_through: date | None = None
    counter: int = 0
    counted_after_on: date | None = None
    waits_for_on: date | None = None
    begins_on: date | None = None
    reading: Reading | None = None
    next_total: int = 0
    open_on: date | None = None
    higher: tuple[Series, ...] = ()
    tolerance: int = 0


def due_days(series: Series, today: date, last_on: date) -> Iterator[date]:
    """The days from today to `last_on` on which an order falls due; a floating target's as if each was done when due.

    What was due before has its row, or is caught up with by the next tick. A rule that cannot be followed gives
    nothing: its plan says so itself.
    """
    first_on = max(today, series.begins_on or today)
    above = _Above(series, today, last_on) if series.higher else None
    if series.schedule.mode == "floating":
        days = _floating(series, today, last_on, above)
    elif series.reading is not None:
        days = _steps(series, series.reading, first_on, last_on)
    else:
        days = _fixed(series, last_on)
    try:
        for day in days:
            if first_on <= day <= last_on and (above is None or above.near(day) is None):
                yield day
    except RuleError:
        return


class _Above:
    """The days of orders that take in what lies near them."""

    def __init__(self, series: Series, today: date, last_on: date) -> None:
        self._tolerance = series.tolerance
        reach = days_from(last_on, series.tolerance)
        days = {day for each in series.higher for day in due_days(each, today, reach)}
        self._days = sorted(days | {each.open_on for each in series.higher if each.open_on is not None})

    def near(self, day: date) -> date | None:
        at = bisect_left(self._days, days_from(day, -self._tolerance))
        found = self._days[at] if at < len(self._days) else None
        return found if found is not None and (found - day).days <= self._tolerance else None


def _fixed(series: Series, last_on: date) -> Iterator[date]:
    """Dates that fall on one day make one order (S31)."""
    schedule, calendar, before = series.schedule, series.calendar, None
    raws = slots(
        schedule.rule,
        series.anchor_on,
        series.settled_through,
        calendar,
        until=days_from(last_on, SHIFT_MAX),  # a shift to an earlier day reaches this far
        anchor_is_due=series.is_anchor_due,
    )
    for raw in raws:
        on = planned_day(schedule, calendar, raw)
        if on is not None and on != before:
            yield on
            before = on


def _steps(series: Series, reading: Reading, first_on: date, last_on: date) -> Iterator[date]:
    """S26, S27: each further step at the average use; those that a pause holds are missed (S38)."""
    schedule, until = by_meter(series.schedule), min(series.schedule.rule.until or last_on, last_on)
    settled, before = max(series.counter, reading.first_step), None
    if series.begins_on is not None:
        settled = max(settled, reading.step_on(days_from(series.begins_on, -1)))
    for _, raw in takewhile(lambda step: step[1] <= until, steps_ahead(reading, settled, first_on)):
        on = planned_day(schedule, series.calendar, raw)
        if on is not None and on != before:
            yield on
            before = on


def _floating(series: Series, today: date, last_on: date, above: _Above | None) -> Iterator[date]:
    """S8, S11, S12, S25: what is overdue is done today; what a pause holds is missed (S38).

    An order that takes a date in resets the clock (S24).
    """
    clock = _Clock.of(series, today)
    while (day := clock.next(series, today, last_on)) is not None:
        if series.begins_on is not None and day < series.begins_on:
            clock.miss(day, series.begins_on, series.reading)
            continue
        done_on = max(day, today)
        yield done_on
        clock.start(max(done_on, (above and above.near(done_on)) or done_on), series.reading)


@dataclass(slots=True)
class _Clock:
    """Where a floating target's next date counts from: a day and, where it goes by a counter, a total."""

    base: date
    number: int
    after: date | None
    is_due: bool
    total: int
    metered: Schedule

    @classmethod
    def of(cls, series: Series, today: date) -> _Clock:
        is_due = series.is_anchor_due and not series.counter
        number, after, metered = series.counter + 1, series.counted_after_on, by_meter(series.schedule)
        clock = cls(series.anchor_on, number, after, is_due, series.next_total, metered)
        if series.waits_for_on is not None:
            clock.start(max(series.waits_for_on, today), series.reading)
            clock.number -= 1
        return clock

    def next(self, series: Series, today: date, last_on: date) -> date | None:
        """By time or by meter, whichever comes first."""
        schedule, calendar, days = series.schedule, series.calendar, list[date]()
        if schedule.rule.freq != "none" and (schedule.rule.count is None or self.number <= schedule.rule.count):
            rule = replace(schedule.rule, count=None) if schedule.rule.count else schedule.rule
            raw = next_slot(rule, self.base, self.after, calendar, anchor_is_due=self.is_due)
            days += [] if raw is None else [planned_day(schedule, calendar, raw) or raw]
        if series.reading is not None:
            raw = series.reading.day_of(self.total, today)
            if raw is not None and raw <= (schedule.rule.until or raw):
                days.append(planned_day(self.metered, calendar, raw) or raw)
        day = min(days, default=None)
        return None if day is None or day > last_on else day

    def start(self, done_on: date, reading: Reading | None) -> None:
        self.base, self.number, self.after, self.is_due = done_on, self.number + 1, None, False
        if reading is not None:
            self.total = reading.total_on(done_on) + reading.every

    def miss(self, day: date, until: date, reading: Reading | None) -> None:
        """S12, S38: the first of due + k intervals after the pause."""
        self.base, self.number, self.after, self.is_due = day, self.number + 1, until, False
        if reading is not None:
            self.total = reading.next_total(self.total - reading.every, reading.total_on(until))
