"""Whether a plan's interval suits what its visits find (domain.md, Plan tuning).

The share of visits that find something is known from a few visits only: Wilson's interval (95 %) says between which
bounds it lies. A longer interval is proposed where even the upper bound is low and nothing failed in between; a
shorter one where even the lower bound is high. In between nobody is asked.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from math import sqrt

from app.proposals.rules.measuring import FAILED

Z = 1.96  # 95 % of a normal distribution
VISITS = 8  # fewer say too little
NOTHING_IN_A_ROW = 6
SELDOM = 0.35  # upper bound below which visits are too many
OFTEN = 0.40  # lower bound from which they are too few
FAILURES = 3  # between visits
FAILURES_OFTEN = 0.15  # lower bound of the share of intervals with a failure
AGAIN_AFTER = 6  # further visits after a decision
COOL_DOWN_DAYS = 90

TUNABLE = frozenset({"cleaning", "inspection", "calibration"})
ONLY_SHORTER = frozenset({"calibration"})  # what a law or a warranty asks for is never done less often
# Intervals that people work by; a step up or down is one of these, and never more than double or less than half.
STEPS: dict[str, tuple[int, ...]] = {
    "day": (1, 2, 3, 5, 7, 10, 14, 21, 28, 45, 60, 90, 120, 180, 270, 365),
    "working_day": (1, 2, 3, 5, 10, 20),
    "week": (1, 2, 3, 4, 6, 8, 13, 26, 52),
    "month": (1, 2, 3, 4, 6, 9, 12, 18, 24, 36, 48, 60),
    "year": (1, 2, 3, 4, 5),
}


class Why(StrEnum):
    NOTHING_FOUND = "nothing_found"
    OFTEN_FOUND = "often_found"
    FAILS_BETWEEN = "fails_between"


@dataclass(frozen=True, slots=True)
class Visit:
    """One order of the plan that was done under its present interval."""

    done_on: date
    finding: str
    category_id: int | None = None


@dataclass(frozen=True, slots=True)
class Bounds:
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Tuned:
    """What is proposed, and on what it rests. `failures`: between these visits, on the pieces that they look after."""

    why: Why
    before: int
    after: int
    visits: int
    found: int
    in_a_row: int
    failures: int
    share: Bounds
    since_on: date


def wilson(count: int, of: int, z: float = Z) -> Bounds:
    """Wilson's score interval for a share (E. B. Wilson, 1927): sound also for few visits and for none or all."""
    if of == 0:
        return Bounds(0.0, 1.0)
    share = count / of
    spread = z * sqrt(share * (1 - share) / of + z * z / (4 * of * of))
    middle, whole = share + z * z / (2 * of), 1 + z * z / of
    return Bounds(max(0.0, (middle - spread) / whole), min(1.0, (middle + spread) / whole))


def longer(unit: str, interval: int) -> int | None:
    return next((step for step in STEPS.get(unit, ()) if interval < step <= 2 * interval), None)


def shorter(unit: str, interval: int) -> int | None:
    return next((step for step in reversed(STEPS.get(unit, ())) if interval / 2 <= step < interval), None)


def in_a_row(visits: Sequence[Visit]) -> int:
    """How many of the latest visits found nothing, one after the other; `visits` in the order in which they were."""
    count = 0
    for visit in reversed(visits):
        if visit.finding != "none":
            break
        count += 1
    return count


def tuned(
    kind: str, unit: str, interval: int, visits: Sequence[Visit], *, failures: int, may_be_longer: bool = True
) -> Tuned | None:
    """`visits` in the order in which they were. Shorter wins: what fails is dearer than a visit too many.

    `may_be_longer` is false where a warranty runs that asks for the work.
    """
    if kind not in TUNABLE or len(visits) < VISITS:
        return None
    found = sum(visit.finding != "none" for visit in visits)
    share, row = wilson(found, len(visits)), in_a_row(visits)
    why, after = None, None
    if share.low >= OFTEN:
        why, after = Why.OFTEN_FOUND, shorter(unit, interval)
    elif failures >= FAILURES and wilson(min(failures, len(visits)), len(visits)).low >= FAILURES_OFTEN:
        why, after = Why.FAILS_BETWEEN, shorter(unit, interval)
    elif share.high <= SELDOM and row >= NOTHING_IN_A_ROW and not failures and not _has_failed(visits):
        why, after = Why.NOTHING_FOUND, longer(unit, interval)
        if kind in ONLY_SHORTER or not may_be_longer:
            return None
    if why is None or after is None:
        return None
    return Tuned(why, interval, after, len(visits), found, row, failures, share, visits[0].done_on)


def _has_failed(visits: Sequence[Visit]) -> bool:
    return any(visit.finding in FAILED for visit in visits)


def may_ask_again(visits: Sequence[Visit], decided_on: date | None, today: date) -> bool:
    """After a decision: once the cool-down is over, and on further visits."""
    if decided_on is None:
        return True
    fresh = sum(visit.done_on > decided_on for visit in visits)
    return (today - decided_on).days >= COOL_DOWN_DAYS and fresh >= AGAIN_AFTER
