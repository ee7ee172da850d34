"""When an order goes up a level."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Step:
    """`cause` overdue: `after` the end of the due day at the site; not_started: `after` it is ready, not begun."""

    id: int
    level: int
    cause: str
    after: timedelta
    priority: str | None = None
    team_id: int | None = None
    site_id: int | None = None


@dataclass(frozen=True, slots=True)
class Late:
    """An open order. `overdue_at`: when its due day ended at its site; `ready_at`: since when it could be begun."""

    id: int
    state: str
    priority: str
    team_id: int | None
    site_id: int
    due_on: date
    overdue_at: datetime
    ready_at: datetime
    level: int  # the highest that it has reached; 0: none


def reached(order: Late, steps: list[Step], now: datetime) -> Step | None:
    """The highest level that the order has come to and not reached yet; of one level the narrower rule counts."""
    due = [step for step in steps if step.level > order.level and _is_about(step, order) and _is_time(step, order, now)]
    return max(due, key=lambda step: (step.level, _narrowness(step), -step.id), default=None)


def _is_about(step: Step, order: Late) -> bool:
    said = (step.priority, step.team_id, step.site_id)
    there = (order.priority, order.team_id, order.site_id)
    return all(one is None or one == other for one, other in zip(said, there, strict=True))


def _is_time(step: Step, order: Late, now: datetime) -> bool:
    """What is on hold waits for others: it is late, and nobody here is to be blamed for it."""
    if step.cause == "not_started":
        return order.state == "ready" and now >= order.ready_at + step.after
    return order.state != "on_hold" and now >= order.overdue_at + step.after


def _narrowness(step: Step) -> int:
    return sum(value is not None for value in (step.priority, step.team_id, step.site_id))
