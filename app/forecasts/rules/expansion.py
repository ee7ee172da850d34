"""The days to come of targets that are alike: one expansion does for all of them.

Slots and due days only, without the story of each date: a year of ten thousand targets is asked for on a page.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

from app.plans.rules.calendar import WorkCalendar
from app.plans.rules.errors import RuleError
from app.plans.rules.policy import Schedule, days_from
from app.plans.rules.recurrence import next_slot, slots
from app.plans.rules.schedule import planned_day
from app.plans.rules.shift import SHIFT_MAX


@dataclass(frozen=True, slots=True)
class Series:
    """Where the dates of some targets go on from; `counted_after_on` and `waits_for_on` are of floating ones.

    `waits_for_on`: the due date of the open order that the next date counts from (S11). `begins_on`: paused until then.
    `estimated_on`: the day that a meter's readings foretell, where a meter alone says when (S27). `higher`: of the same
    items, plans of higher rank that take in dates within `tolerance` days (S24), `open_on` their open order's.
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
    estimated_on: date | None = None
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
    if series.schedule.rule.freq == "none":
        days: Iterator[date] = iter([max(series.estimated_on, first_on)] if series.estimated_on else [])
    elif series.schedule.mode == "floating":
        days = _floating(series, first_on, last_on, above)
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


def _floating(series: Series, first_on: date, last_on: date, above: _Above | None) -> Iterator[date]:
    """S8, S11, S12: what is overdue is done today; an order that takes a date in resets the clock (S24)."""
    schedule, calendar = series.schedule, series.calendar
    rule, most = replace(schedule.rule, count=None), schedule.rule.count
    base, number, after = series.anchor_on, series.counter + 1, series.counted_after_on
    is_due = series.is_anchor_due and not series.counter
    if series.waits_for_on is not None:
        base, after, is_due = max(series.waits_for_on, first_on), None, False
    while most is None or number <= most:
        raw = next_slot(rule, base, after, calendar, anchor_is_due=is_due)
        on = None if raw is None else planned_day(schedule, calendar, raw)
        if on is None or on > last_on:
            return
        base, number, after, is_due = max(on, first_on), number + 1, None, False
        yield base
        base = max(base, (above and above.near(base)) or base)
