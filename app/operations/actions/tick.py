"""A tick (S17): the same from the scheduler, the command line, a button or REST. Doors open its transactions here."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

import structlog
from sqlalchemy.orm import Session

from app.core.clock import Clock
from app.core.db import Database
from app.engine import queries
from app.engine.actions.batch import BatchReport, LostRace, generate_batch, judge, mark_failed
from app.engine.actions.reconciling import reconcile_changes
from app.engine.actions.runs import begin_run, finish_run
from app.ledger.queries.facts import Schedules
from app.proposals.actions.queue import climb_all

BATCH = 1000
ERRORS_SHOWN = 100
LOSSES_MAX = 3
PREVIEWED = 40_000  # cycles of a target that a dry run looks at: a daily plan's century


@dataclass(slots=True)
class TickReport:
    as_of: datetime
    run_id: int | None = None
    targets: int = 0
    orders: int = 0
    cycles: Counter[str] = field(default_factory=Counter)  # by fate
    errors: list[dict[str, Any]] = field(default_factory=list)
    is_dry: bool = False

    def add(self, batch: BatchReport) -> None:
        self.targets += batch.targets
        self.orders += batch.orders
        self.cycles.update(batch.cycles)
        self.fail(batch.failures)

    def fail(self, failures: dict[int, str]) -> None:
        self.errors += [{"target_id": target_id, "error": error} for target_id, error in failures.items()]

    def counts(self) -> Counter[str]:
        return Counter({"targets": self.targets, "orders": self.orders}) + self.cycles

    def to_dict(self) -> dict[str, Any]:
        return asdict(self) | {"as_of": self.as_of.isoformat(), "cycles": dict(self.cycles)}


def tick(database: Database, *, clock: Clock, instance: str, as_of: datetime | None = None) -> TickReport:
    """All that is due as of an instant (now), in batches of a transaction each.

    1. Targets follow equipment that changed (S39), and what was reported of pieces moves their ladders. Where nothing
    is due, that is all: no row is written.
    2. Claim a batch, judge it, write it.
    3. A batch that fails is taken apart: each of its targets alone, in a transaction of its own, so that the one that
    fails is marked and the others are on time. 4. Until nothing that is due can be claimed.
    """
    report = TickReport(as_of or clock())
    _reconcile(database, report)
    climb_all(database, now=report.as_of)
    with database.reading() as session:
        if not queries.has_due_targets(session, now=report.as_of):
            return report
    with database.writing() as session:
        report.run_id = begin_run(session, instance=instance, as_of=report.as_of, now=clock())
    work = _Work(database, report, report.run_id)
    while work.next_batch():
        pass
    with database.writing() as session:
        errors = report.errors[:ERRORS_SHOWN]
        finish_run(session, report.run_id, counts=report.counts(), errors=errors, now=clock())
    structlog.get_logger().info("ticked", run_id=report.run_id, errors=len(report.errors), **report.counts())
    return report


def _reconcile(database: Database, report: TickReport) -> None:
    """A scope that fails stops no plan: it is tried again by the next tick, and every night."""
    try:
        while True:
            with database.reading() as session:
                if not queries.has_equipment_changes(session):
                    return
            with database.writing() as session:
                if not reconcile_changes(session, now=report.as_of):
                    return
    except Exception as error:  # noqa: BLE001 - S18
        structlog.get_logger().warning("reconcile_failed", error=repr(error))
        report.errors.append({"target_id": None, "error": f"{type(error).__name__}: {error}"[:500]})


class _Work:
    """The batches of one run."""

    def __init__(self, database: Database, report: TickReport, run_id: int) -> None:
        self._database = database
        self._report = report
        self._run_id = run_id
        self._schedules = Schedules()
        self._number = 0
        self._lost: Counter[int] = Counter()

    def next_batch(self) -> bool:
        """Whether there was something left to claim."""
        claimed: list[int] = []
        try:
            batch = self._generate(
                lambda session: queries.claim_targets(session, now=self._report.as_of, limit=BATCH), claimed
            )
        except Exception as error:
            if not claimed:
                raise
            structlog.get_logger().warning("batch_failed", error=repr(error), targets=len(claimed))
            for target_id in claimed:
                self._alone(target_id)
            return True
        self._report.add(batch)
        return bool(claimed)

    def _alone(self, target_id: int) -> None:
        try:
            claim = self._claim_one(target_id)
            self._report.add(self._generate(claim, []))
        except LostRace:
            self._lose(target_id)
        except Exception as error:  # noqa: BLE001 - S18
            self._fail(target_id, f"{type(error).__name__}: {error}"[:500])

    def _lose(self, target_id: int) -> None:
        """Another scheduler has done it. A target that always loses is at odds with its own ledger."""
        self._lost[target_id] += 1
        if self._lost[target_id] >= LOSSES_MAX:
            self._fail(target_id, "LostRace: the ledger holds a cycle that the target has not come to")

    def _fail(self, target_id: int, failure: str) -> None:
        self._report.fail({target_id: failure})
        with self._database.writing() as session:
            mark_failed(session, target_id, failure, now=self._report.as_of)

    def _claim_one(self, target_id: int) -> Callable[[Session], list[int]]:
        return lambda session: queries.claim_named(session, [target_id], now=self._report.as_of)

    def _generate(self, claim: Callable[[Session], list[int]], claimed: list[int]) -> BatchReport:
        with self._database.writing() as session:
            claimed += claim(session)
            if not claimed:
                return BatchReport()
            self._number += 1
            return generate_batch(
                session,
                claimed,
                run_id=self._run_id,
                batch=f"{self._run_id}.{self._number}",
                schedules=self._schedules,
                now=self._report.as_of,
            )


def preview_tick(database: Database, *, as_of: datetime) -> TickReport:
    """What a tick as of that instant would decide; nothing is written, nothing is locked."""
    report, schedules, last_id = TickReport(as_of, is_dry=True), Schedules(), 0
    while ids := _due_after(database, as_of, last_id):
        last_id = ids[-1]
        with database.reading() as session:
            batch = judge(session, ids, schedules=schedules, now=as_of, limit=PREVIEWED).report
        batch.orders = batch.cycles["generated"]
        report.add(batch)
    return report


def _due_after(database: Database, as_of: datetime, last_id: int) -> Sequence[int]:
    with database.reading() as session:
        return queries.due_target_ids(session, now=as_of, limit=BATCH, after_id=last_id)
