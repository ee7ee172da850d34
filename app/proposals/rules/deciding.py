"""When a rule speaks: hysteresis and cool-down after a decision, so that nobody is asked the same thing twice."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from app.proposals.rules.measuring import Measure

Settled = Literal["open", "pending", "decided"]


@dataclass(frozen=True, slots=True)
class Former:
    """The last proposal of this kind for the piece. `open`: nobody has decided, and nobody did before it expired;
    `pending`: accepted, and its order is not done yet.

    `decided_on`: of an accepted one the day its order ended. `order_ids`: the evidence it had, and the order it made.
    """

    settled: Settled
    decided_on: date | None = None
    keys: frozenset[str] = frozenset()
    order_ids: frozenset[int] = frozenset()
    is_rearmed: bool = False


def speaks(measure: Measure, former: Former | None, today: date) -> bool:
    """A rule that was not heard before may speak once the cool-down is over; one that was needs to have been below its
    threshold since, or `again_after` orders that were not in the evidence before.
    """
    if not measure.is_reached:
        return False
    if former is None or former.settled == "open":
        return True
    if former.settled == "pending" or former.decided_on is None:
        return False
    if (today - former.decided_on).days < measure.rule.cool_down_days:
        return False
    if measure.key not in former.keys or former.is_rearmed:
        return True
    fresh = set(measure.order_ids) - former.order_ids
    return len(fresh) >= measure.rule.again_after


def is_rearmed(measures: Sequence[Measure], former: Former) -> bool:
    """Whether all that the former proposal rested on has fallen back below."""
    reached = {measure.key for measure in measures if measure.is_reached}
    return former.is_rearmed or not (reached & former.keys)
