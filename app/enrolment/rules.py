"""Where the dates of an item begin as it enters a plan, comes back to it, or the plan changes (S1, S14b, S22, S37)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta

from app.ledger.rules.deciding import decide
from app.ledger.rules.facts import Facts
from app.plans.rules.calendar import WorkCalendar
from app.plans.rules.policy import days_from
from app.plans.rules.schedule import Schedule, floating_cycle, last_cycle_before
from app.plans.rules.shift import SHIFT_MAX

DAY = timedelta(days=1)
YEAR = 366  # days: no season is further away


@dataclass(frozen=True, slots=True)
class Beginning:
    """A target's dates, and when its first cycle is to be looked at; `wake_on` null: no cycle is left."""

    anchor_on: date
    is_anchor_due: bool
    settled_through: date | None
    counted_after_on: date | None
    next_due_on: date | None
    wake_on: date | None


def begin(
    schedule: Schedule,
    calendar: WorkCalendar | None,
    anchor: tuple[date, bool],
    today: date,
    before: Facts | None = None,
) -> Beginning:
    """S14b: nothing that was due before `today` is made up for, however long ago the dates began.

    `before` is the target as it was, where it has a past: what is settled there stays settled, and a floating clock
    goes on from the work that it counts from.
    """
    anchor_on, is_anchor_due = anchor
    counter = before.counter if before else 0
    settled = before.settled_through if before else None
    after = before.counted_after_on if before else None
    if schedule.mode == "floating":
        over_on = _last_over(schedule, calendar, (anchor_on, is_anchor_due and not counter), today)
        after = max(after, over_on) if after else over_on
    else:
        last = last_cycle_before(schedule, calendar, anchor_on, today, is_anchor_due)
        settled = max(settled, last) if settled and last else settled or last
        after = None
    facts = Facts(schedule, calendar, anchor_on, is_anchor_due, settled, counter, counted_after_on=after)
    if before:
        facts = replace(facts, open_orders=before.open_orders, waiting=before.waiting)
    decision = decide(facts, today, limit=1)
    made = [row.cycle.due_on for row in decision.rows if row.verdict.fate == "generated"]
    has_work = bool(decision.rows or decision.changes)
    return Beginning(
        anchor_on=anchor_on,
        is_anchor_due=is_anchor_due,
        settled_through=settled,
        counted_after_on=after,
        next_due_on=made[0] if made else decision.next_due_on,
        wake_on=today if has_work or schedule.trigger else decision.wake_on,
    )


def _last_over(schedule: Schedule, calendar: WorkCalendar | None, anchor: tuple[date, bool], today: date) -> date:
    """Floating: the day up to which cycles are over. One that season, calendar or spread put off to today or later is
    still to come, however long ago its own day was.
    """
    put_off = schedule.offset_days + (YEAR if schedule.season else 0) + (SHIFT_MAX if schedule.shift != "none" else 0)
    if not put_off or schedule.rule.freq == "none":
        return today - DAY
    over_on = days_from(today, -put_off - 1)
    while True:
        cycle = floating_cycle(schedule, calendar, anchor[0], 1, after=over_on, base_is_due=anchor[1])
        if cycle is None or cycle.raw_due_on >= today:
            return today - DAY
        if cycle.due_on >= today:
            return days_from(cycle.raw_due_on, -1)
        over_on = cycle.raw_due_on
