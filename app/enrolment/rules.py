"""Where the dates of an item begin as it enters a plan, comes back to it, or the plan changes (S1, S14b, S22, S37)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta

from app.ledger.rules.deciding import decide
from app.ledger.rules.facts import Facts
from app.plans.rules.calendar import WorkCalendar
from app.plans.rules.schedule import Schedule, last_cycle_before

DAY = timedelta(days=1)


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
        after = max(after, today - DAY) if after else today - DAY
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
