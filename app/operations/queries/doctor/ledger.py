"""The promise itself: each cycle from enrolment to `settled_through` has exactly one row (S14b), and nothing stalls."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from app.core.i18n import N_
from app.ledger.models import Occurrence
from app.operations.queries.doctor.finding import Finding, fault, warning
from app.plans.models import MaintenancePlan, PlanTarget, PlanVersion
from app.plans.rules.recurrence import slots
from app.plans.rules.schedule import Schedule
from app.reports.queries.ahead import runs_ahead
from app.workorders.models import WorkOrder

BATCH = 500
LATE_TICK = timedelta(hours=1)
Line = Any  # a row of the database: its columns are named where it is read


@dataclass(frozen=True, slots=True)
class Version:
    schedule: Schedule
    anchor_on: date
    anchor_policy: str


def examine(session: Session, now: datetime) -> Iterator[Finding]:
    yield from _coverage(session)
    yield from _stalled(session)
    yield from _merged(session)
    yield from _behind(session, now)
    yield from _ahead(session, now)


def _coverage(session: Session) -> Iterator[Finding]:
    found: dict[str, list[int]] = {"overlap": [], "gap": [], "count": [], "beyond": []}
    last_id = 0
    versions: dict[int, Version] = {}
    while batch := _fixed_targets(session, last_id):
        last_id = batch[-1].id
        rows = _rows_by_target(session, [target.id for target in batch])
        _learn_versions(session, versions, {row.plan_version_id for lines in rows.values() for row in lines})
        for target in batch:
            for kind in set(_faults_of(target, rows.get(target.id, []), versions)):
                found[kind].append(target.id)
    texts = {
        "overlap": N_("%(count)s targets have a cycle with two fates."),
        "gap": N_("%(count)s targets have a cycle without a fate."),
        "count": N_("%(count)s targets have a ledger row that counts its cycles wrongly."),
        "beyond": N_("%(count)s targets have a ledger row past the day through which they are settled."),
    }
    for kind, targets in found.items():
        if targets:
            yield fault(f"ledger_{kind}", texts[kind], tuple(targets), count=len(targets))


def _fixed_targets(session: Session, after_id: int) -> Sequence[Line]:
    return session.execute(
        select(
            PlanTarget.id,
            PlanTarget.anchor_on,
            PlanTarget.is_anchor_due,
            PlanTarget.settled_through,
            PlanTarget.enrolled_on,
        )
        .where(PlanTarget.id > after_id)
        .order_by(PlanTarget.id)
        .limit(BATCH)
    ).all()


def _rows_by_target(session: Session, target_ids: Sequence[int]) -> dict[int, list[Line]]:
    """Rows of fixed cycles in raw order; floating ones are numbered and checked by their unique key."""
    lines: dict[int, list[Line]] = {}
    statement = (
        select(
            Occurrence.target_id,
            Occurrence.plan_version_id,
            Occurrence.raw_due_on,
            Occurrence.last_raw_due_on,
            Occurrence.count.label("cycles"),
        )
        .where(Occurrence.target_id.in_(target_ids), Occurrence.cycle_key.like("D:%"))
        .order_by(Occurrence.target_id, Occurrence.raw_due_on, Occurrence.id)
    )
    for row in session.execute(statement):
        lines.setdefault(row.target_id, []).append(row)
    return lines


def _learn_versions(session: Session, known: dict[int, Version], wanted: set[int]) -> None:
    columns = select(PlanVersion.id, PlanVersion.schedule, PlanVersion.anchor_on, PlanVersion.anchor_policy)
    for row in session.execute(columns.where(PlanVersion.id.in_(wanted - known.keys()))):
        known[row.id] = Version(Schedule.from_dict(row.schedule), row.anchor_on, row.anchor_policy)


def _faults_of(target: Line, rows: Sequence[Line], versions: dict[int, Version]) -> Iterator[str]:
    """The promise holds from the day on which the item was enrolled, or came back: what it missed away has no rows."""
    if rows and target.settled_through is not None and rows[-1].last_raw_due_on > target.settled_through:
        yield "beyond"
    since = target.enrolled_on
    for row in rows:
        if row.raw_due_on < since:
            continue
        count = _count(target, versions[row.plan_version_id], row.raw_due_on, row.last_raw_due_on)
        if count is not None and count != row.cycles:
            yield "count"
    for before, after in pairwise(rows):
        if after.raw_due_on <= before.last_raw_due_on:
            yield "overlap"
        elif before.plan_version_id == after.plan_version_id and _count(
            target,
            versions[after.plan_version_id],
            max(since, before.last_raw_due_on + timedelta(days=1)),
            after.raw_due_on - timedelta(days=1),
        ):
            yield "gap"
    if rows and target.settled_through is not None:
        version = versions[rows[-1].plan_version_id]
        after_last = max(since, rows[-1].last_raw_due_on + timedelta(days=1))
        if _count(target, version, after_last, target.settled_through):
            yield "gap"


def _count(target: Line, version: Version, first: date, last: date) -> int | None:
    """Slots of a version from day to day; None where they can't be told any more.

    Working days depend on the calendar of their time, and an earlier version's own anchor per item is not kept.
    """
    rule = version.schedule.rule
    if rule.freq == "working_day":
        return None
    if version.anchor_policy == "plan" and version.anchor_on != target.anchor_on:
        return None
    found = slots(rule, target.anchor_on, first - timedelta(days=1), until=last, anchor_is_due=target.is_anchor_due)
    return sum(1 for _ in found)


def _stalled(session: Session) -> Iterator[Finding]:
    """S12: an active target has a day to wake on, or an order that it waits for; a waiting cycle has an end."""
    has_open = (
        select(WorkOrder.id)
        .where(WorkOrder.target_id == PlanTarget.id, WorkOrder.is_open)
        .correlate(PlanTarget)
        .exists()
    )
    stalled = tuple(
        session.scalars(
            select(PlanTarget.id)
            .join(MaintenancePlan, MaintenancePlan.id == PlanTarget.plan_id)
            .where(
                PlanTarget.state == "active",
                MaintenancePlan.state == "active",
                PlanTarget.wake_at.is_(None),
                PlanTarget.next_due_on.is_not(None),
                ~has_open,
            )
        )
    )
    if stalled:
        yield fault(
            "target_stalled", N_("%(count)s targets wait for nothing and will never wake."), stalled, count=len(stalled)
        )
    endless = tuple(
        session.scalars(
            select(Occurrence.target_id)
            .join(PlanTarget, PlanTarget.id == Occurrence.target_id)
            .where(Occurrence.fate == "waiting", PlanTarget.state == "ended")
        )
    )
    if endless:
        yield fault(
            "waiting_endless", N_("%(count)s cycles wait on a target that has ended."), endless, count=len(endless)
        )


def _merged(session: Session) -> Iterator[Finding]:
    """S24: what was merged into a cycle of another plan names one that there is."""
    named = aliased(Occurrence)
    is_there = (named.target_id == Occurrence.because_target_id) & (named.cycle_key == Occurrence.because_key)
    lost = tuple(
        session.scalars(
            select(Occurrence.target_id)
            .outerjoin(named, is_there)
            .where(Occurrence.because_target_id.is_not(None), named.id.is_(None))
        )
    )
    if lost:
        yield fault("ledger_merged", N_("%(count)s cycles are merged into one that is gone."), lost, count=len(lost))


def _behind(session: Session, now: datetime) -> Iterator[Finding]:
    late = session.scalar(select(func.count()).where(PlanTarget.wake_at <= now - LATE_TICK)) or 0
    if late:
        yield warning("behind", N_("%(count)s targets should have been looked at an hour ago."), count=late)
    failed = tuple(session.scalars(select(PlanTarget.plan_id).where(PlanTarget.state == "error").distinct()))
    if failed:
        yield warning(
            "plan_error", N_("%(count)s plans cannot be generated; see their pages."), failed, count=len(failed)
        )


def _ahead(session: Session, now: datetime) -> Iterator[Finding]:
    """S23."""
    runs = runs_ahead(session, now)
    if runs:
        text = N_("%(count)s orders were made far ahead of their day: a clock ran ahead, or somebody looked ahead.")
        yield warning("ahead", text, tuple(sorted(runs)), count=runs.total())
