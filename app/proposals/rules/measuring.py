"""How far a piece is from each threshold, and on which orders that rests."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from app.proposals.rules.ladder import Rule, Test
from app.proposals.rules.reliability import months_between
from app.workorders.rules.resolution import FOLLOWING

REPAIRING = ("repaired", "component_replaced")
FOUND = ("minor", "significant", "failed")
FAILED = ("significant", "failed")


@dataclass(frozen=True, slots=True)
class Report:
    """One order that was done, as the ladder reads it. `cost_minor`: labour, parts and outside work together.

    `other_costs`: what was paid in currencies that the piece's value is not in.
    """

    order_id: int
    type: str
    origin: str
    kind: str
    finding: str
    done_on: date
    failed_on: date
    mode: str | None = None
    restoration: str | None = None
    components: tuple[str, ...] = ()
    cost_minor: int = 0
    other_costs: Mapping[str, int] = field(default_factory=dict)

    @property
    def is_failure(self) -> bool:
        """A lasting fix, or a repair that was proposed, tells of a failure that is counted already."""
        return self.type == "corrective" and self.finding in FAILED and self.origin not in FOLLOWING

    @property
    def is_repair(self) -> bool:
        return self.type == "corrective" and self.kind in REPAIRING and self.restoration != "palliative"


@dataclass(frozen=True, slots=True)
class Piece:
    """What the rules ask about a piece."""

    today: date
    reports: Sequence[Report]
    commissioned_on: date | None = None
    expected_life_months: int | None = None
    support_ends_on: date | None = None
    replacement_value_minor: int | None = None
    currency: str | None = None


@dataclass(frozen=True, slots=True)
class Measure:
    """`value` in the rule's unit; None where nothing can be said (no replacement value, no expected life).

    `subject`: the mode or component that it is about. `order_ids`: oldest first.
    """

    rule: Rule
    value: int | None
    is_reached: bool = False
    subject: str | None = None
    order_ids: tuple[int, ...] = ()
    facts: dict[str, Any] = field(default_factory=dict)

    @property
    def key(self) -> str:
        return f"{self.rule.test}:{self.subject}" if self.subject else self.rule.test.value


def measure(rule: Rule, piece: Piece) -> Measure:
    return MEASURES[rule.test](rule, piece)


def _within(rule: Rule, piece: Piece, reports: Iterable[Report], day: Callable[[Report], date]) -> list[Report]:
    """The newest day counts, the one `window_days` before it no longer does."""
    first = piece.today - timedelta(days=rule.window_days) if rule.window_days is not None else date.min
    return sorted((r for r in reports if first < day(r) <= piece.today), key=lambda r: (day(r), r.order_id))


def _counted(rule: Rule, reports: Sequence[Report], subject: str | None = None) -> Measure:
    ids = tuple(report.order_id for report in reports)
    return Measure(rule, len(ids), len(ids) >= rule.threshold, subject if ids else None, ids)


def _most(rule: Rule, reports: Sequence[Report], subjects: Callable[[Report], Iterable[str]]) -> Measure:
    """The subject with the most reports; of several the one that was reported last."""
    groups: dict[str, list[Report]] = defaultdict(list)
    for report in reports:
        for subject in subjects(report):
            groups[subject].append(report)
    if not groups:
        return _counted(rule, ())
    subject = max(groups, key=lambda name: (len(groups[name]), groups[name][-1].done_on, name))
    return _counted(rule, groups[subject], subject)


def _findings(rule: Rule, piece: Piece) -> Measure:
    found = [report for report in piece.reports if report.type == "preventive" and report.finding in FOUND]
    return _counted(rule, _within(rule, piece, found, lambda r: r.done_on))


def _failures(rule: Rule, piece: Piece) -> Measure:
    failures = [report for report in piece.reports if report.is_failure and report.mode]
    return _most(rule, _within(rule, piece, failures, lambda r: r.failed_on), lambda r: [r.mode] if r.mode else [])


def _repairs(rule: Rule, piece: Piece) -> Measure:
    repairs = [report for report in piece.reports if report.is_repair]
    within = _within(rule, piece, repairs, lambda r: r.done_on)
    return _most(rule, within, lambda r: [*r.components, *([r.mode] if r.mode else [])])


def added(costs: Iterable[Mapping[str, int]]) -> dict[str, int]:
    """Sums by currency."""
    sums: Counter[str] = Counter()
    for each in costs:
        sums.update(each)
    return dict(sorted(sums.items()))


def _cost(rule: Rule, piece: Piece) -> Measure:
    """Whole percent, rounded down: half is reached at half. What was paid in other currencies is told, not compared."""
    corrective = [report for report in piece.reports if report.type == "corrective"]
    recent = _within(rule, piece, corrective, lambda r: r.done_on)
    within = [report for report in recent if report.cost_minor]
    total = sum(report.cost_minor for report in within)
    value, currency = piece.replacement_value_minor, piece.currency
    facts: dict[str, Any] = {"cost_minor": total, "replacement_value_minor": value, "currency": currency}
    if others := added(report.other_costs for report in recent):
        facts["other_costs"] = others
    if not piece.replacement_value_minor:
        return Measure(rule, None, facts=facts)
    share = total * 100 // piece.replacement_value_minor
    return Measure(rule, share, share >= rule.threshold, order_ids=tuple(r.order_id for r in within), facts=facts)


def _age(rule: Rule, piece: Piece) -> Measure:
    """Old alone is no reason: there are also more failures in the last window than in the one before it."""
    if piece.commissioned_on is None or not piece.expected_life_months or rule.window_days is None:
        return Measure(rule, None)
    age = months_between(piece.commissioned_on, piece.today)
    failures = [report for report in piece.reports if report.is_failure]
    recent = _within(rule, piece, failures, lambda r: r.failed_on)
    middle = piece.today - timedelta(days=rule.window_days)
    first = middle - timedelta(days=rule.window_days)
    before = sum(first < report.failed_on <= middle for report in failures)
    share = age * 100 // piece.expected_life_months
    facts = {
        "age_months": age,
        "expected_life_months": piece.expected_life_months,
        "failures": len(recent),
        "failures_before": before,
    }
    is_reached = share >= rule.threshold and len(recent) > before
    return Measure(rule, share, is_reached, order_ids=tuple(report.order_id for report in recent), facts=facts)


def _support(rule: Rule, piece: Piece) -> Measure:
    if piece.support_ends_on is None:
        return Measure(rule, None)
    left = (piece.support_ends_on - piece.today).days
    failures = [report for report in piece.reports if report.is_failure]
    recent = _within(rule, piece, failures, lambda r: r.failed_on)
    facts = {"support_ends_on": piece.support_ends_on.isoformat()}
    ids = tuple(report.order_id for report in recent)
    return Measure(rule, left, left <= rule.threshold, order_ids=ids, facts=facts)


MEASURES: dict[Test, Callable[[Rule, Piece], Measure]] = {
    Test.FINDINGS: _findings,
    Test.FAILURES: _failures,
    Test.REPAIRS: _repairs,
    Test.COST: _cost,
    Test.AGE: _age,
    Test.SUPPORT: _support,
}
