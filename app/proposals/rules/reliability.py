"""Reliability of one piece, as domain.md and EN 15341 define it. Times in minutes, money in minor units.

Each answer is None where there is nothing to divide by: no failure has no time between failures.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

REPEAT = timedelta(days=30)
MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Span:
    """From an instant up to, not including, another."""

    from_at: datetime
    until_at: datetime

    @property
    def minutes(self) -> int:
        return max(0, (self.until_at - self.from_at) // MINUTE)

    def within(self, other: "Span") -> "Span":
        start = max(self.from_at, other.from_at)
        return Span(start, max(start, min(self.until_at, other.until_at)))


@dataclass(frozen=True, slots=True)
class Down:
    """A time out of use; `is_planned`: announced, such as for maintenance."""

    span: Span
    is_planned: bool = False


@dataclass(frozen=True, slots=True)
class Failure:
    """`restored_at` None: not known, and left out of the time to restore. `repair_minutes`: hands on the piece."""

    failed_at: datetime
    mode: str | None = None
    restored_at: datetime | None = None
    repair_minutes: int | None = None


@dataclass(frozen=True, slots=True)
class Figures:
    """`in_service_minutes` = up + down + planned down."""

    in_service_minutes: int
    down_minutes: int
    planned_down_minutes: int
    failures: int
    repeat_failures: int
    mtbf_minutes: int | None
    mttr_minutes: int | None
    active_repair_minutes: int | None
    availability_permille: int | None


def minutes_of(spans: Iterable[Span]) -> int:
    """What overlaps counts once."""
    total, end = timedelta(), None
    for span in sorted(spans, key=lambda span: (span.from_at, span.until_at)):
        start = span.from_at if end is None else max(span.from_at, end)
        if span.until_at > start:
            total += span.until_at - start
        end = span.until_at if end is None else max(end, span.until_at)
    return total // MINUTE


def figures(service: Span, failures: Sequence[Failure], downs: Sequence[Down]) -> Figures:
    """`service`: the part of the period in which the piece was in service; failures outside it are left out.

    Operating time is time in service less all downtime. Planned downtime is neither up nor down: where both overlap
    it is a failure's.
    """
    counted = [f for f in failures if service.from_at <= f.failed_at < service.until_at]
    unplanned = [down.span.within(service) for down in downs if not down.is_planned]
    both = minutes_of([down.span.within(service) for down in downs])
    down = minutes_of(unplanned)
    up = service.minutes - both
    restored = [f for f in counted if f.restored_at is not None and f.restored_at >= f.failed_at]
    worked = [f.repair_minutes for f in counted if f.repair_minutes is not None]
    return Figures(
        in_service_minutes=service.minutes,
        down_minutes=down,
        planned_down_minutes=both - down,
        failures=len(counted),
        repeat_failures=repeats(counted),
        mtbf_minutes=_ratio(up, len(counted)),
        mttr_minutes=_ratio(
            sum((f.restored_at - f.failed_at) // MINUTE for f in restored if f.restored_at), len(restored)
        ),
        active_repair_minutes=_ratio(sum(worked), len(worked)),
        availability_permille=_ratio(up * 1000, up + down),
    )


def repeats(failures: Sequence[Failure]) -> int:
    """Failures of the same mode within 30 days of the one before."""
    last: dict[str | None, datetime] = {}
    found = 0
    for failure in sorted(failures, key=lambda failure: failure.failed_at):
        before = last.get(failure.mode)
        found += failure.mode is not None and before is not None and failure.failed_at - before <= REPEAT
        last[failure.mode] = failure.failed_at
    return found


def compliance_percent(done_in_window: int, cycles: int) -> int | None:
    return _ratio(done_in_window * 100, cycles)


def share_percent(cost_minor: int, value_minor: int | None) -> int | None:
    """Corrective cost over replacement value; rounded down, so that a threshold is reached when it is."""
    return cost_minor * 100 // value_minor if value_minor else None


def replacement_value(
    model_minor: int | None, model_currency: str | None, paid_minor: int | None, paid_currency: str | None
) -> tuple[int | None, str | None]:
    """The model's price today, else what was paid. Costs in another currency are not compared with it."""
    if model_minor is not None:
        return model_minor, model_currency or paid_currency
    return paid_minor, paid_currency or model_currency


def months_between(first: date, last: date) -> int:
    """Whole months; the day counts."""
    return max(0, (last.year - first.year) * 12 + last.month - first.month - (last.day < first.day))


def _ratio(amount: int, by: int) -> int | None:
    """To the nearest, halves up."""
    return (2 * amount + by) // (2 * by) if by else None
