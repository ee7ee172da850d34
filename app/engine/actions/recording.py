"""Decisions become rows of the ledger: new ones in bulk, changed ones where a run of cycles goes on (S21b)."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Protocol

from sqlalchemy import Row as ResultRow
from sqlalchemy import bindparam, delete
from sqlalchemy.orm import Session

from app.core.db.bulk import day, insert_rows, instant, update_rows
from app.ledger.models import Occurrence
from app.ledger.queries.facts import last_rows, rows_from
from app.ledger.rules.facts import Decision, Facts, Verdict
from app.ledger.rules.rows import FOLDED, Row, difference, fold, new_row
from app.plans.rules.schedule import Cycle

TABLE: Any = Occurrence.__table__
CYCLE_COLUMNS = (
    "plan_version_id", "cycle_key", "raw_due_on", "due_on", "scheduled_on", "last_raw_due_on", "last_due_on", "count",
    "counts", "window_first_on", "window_last_on", "interval_days", "fate", "reason", "because_key", "is_flagged",
    "trace", "because_target_id",
)  # fmt: skip
COLUMNS = ("target_id", *CYCLE_COLUMNS, "run_id", "batch", "created_at", "decided_at")
ROWS_BEFORE = 6
REMOVE = delete(Occurrence).where(
    Occurrence.target_id == bindparam("of_target"), Occurrence.cycle_key == bindparam("key")
)
CHANGED = (
    "fate", "reason", "because_key", "because_target_id", "last_raw_due_on", "last_due_on", "count", "counts", "batch",
    "decided_at",
)  # fmt: skip


class Judged(Protocol):
    @property
    def state(self) -> ResultRow[Any]: ...
    @property
    def facts(self) -> Facts: ...
    @property
    def decision(self) -> Decision: ...


Key = tuple[int, str]  # target and cycle


@dataclass(slots=True)
class Recorded:
    is_whole: bool = True  # False: a row was there already, or has changed since it was read
    has_orders: bool = False
    replaced: list[tuple[Key, str]] = field(default_factory=list)
    reminded: list[Key] = field(default_factory=list)


@dataclass(slots=True)
class _Writes:
    added: list[tuple[Any, ...]] = field(default_factory=list)
    changed: list[tuple[Any, ...]] = field(default_factory=list)
    removed: list[Key] = field(default_factory=list)


def record_fates(session: Session, judged: Sequence[Judged], *, run_id: int, batch: str, now: datetime) -> Recorded:
    """Write what was decided. New rows carry the batch, so that orders are made from them and from nothing else."""
    recorded, writes, at = Recorded(), _Writes(), instant(session, now)
    folding: list[Judged] = []
    written: dict[int, list[tuple[Any, ...]]] = {}  # decisions that targets share are turned into rows once
    for item in judged:
        target_id, decision = item.state.id, item.decision
        recorded.replaced += [((target_id, key), by) for key, by in decision.replaced]
        recorded.reminded += [(target_id, key) for key in decision.reminded]
        fates: list[Verdict] = [row.verdict for row in decision.rows] + [change.verdict for change in decision.changes]
        recorded.has_orders |= any(verdict.fate == "generated" for verdict in fates)
        if decision.changes or any((verdict.fate, verdict.reason) in FOLDED for verdict in fates):
            folding.append(item)
            continue
        if id(decision) not in written:
            version = item.state.version_id
            written[id(decision)] = [_cycle_values(new_row(row, version), row.cycle) for row in decision.rows]
        writes.added += [(target_id, *values) for values in written[id(decision)]]
    for item, before in _rows_to_fold(session, folding):
        _fold(item, before, writes, batch, at)
    _write(session, writes, recorded, (run_id, batch, at, at))
    return recorded


def _write(session: Session, writes: _Writes, recorded: Recorded, stamp: tuple[Any, ...]) -> None:
    """Removed rows go first: a row that is split may take the key of one that is gone."""
    if writes.removed:
        gone = [{"of_target": target_id, "key": key} for target_id, key in writes.removed]
        session.connection().execute(REMOVE, gone)
    changed = update_rows(
        session, TABLE, sets=CHANGED, where=("target_id", "cycle_key", "fate", "count"), rows=writes.changed
    )
    added = insert_rows(session, TABLE, COLUMNS, [(*row, *stamp) for row in writes.added])
    recorded.is_whole = changed == len(writes.changed) and added == len(writes.added)


def _fold(item: Judged, before: Sequence[Row], writes: _Writes, batch: str, at: str) -> None:
    target_id, decision = item.state.id, item.decision
    changes = {change.key: change.verdict for change in decision.changes}
    touched = [_changed(row, changes) for row in before]
    new = [new_row(row, item.state.version_id) for row in decision.rows]
    found = difference(before, fold([*touched, *new]))
    cycles = {row.cycle.key: row.cycle for row in decision.rows}
    writes.added += [(target_id, *_cycle_values(row, cycles[row.key])) for row in found.added]
    writes.changed += list(_changed_values(target_id, found.changed, before, batch, at))
    writes.removed += [(target_id, key) for key in found.removed]


def _rows_to_fold(session: Session, folding: Sequence[Judged]) -> Iterator[tuple[Judged, list[Row]]]:
    """Of each target all rows from the first one that changes, and a few more that it may join."""
    alike: dict[int, list[Judged]] = {}
    for item in folding:
        alike.setdefault(ROWS_BEFORE + len(item.facts.waiting), []).append(item)
    for count, items in alike.items():
        last = last_rows(session, [item.state.id for item in items], count)
        for item in items:
            rows, changed = last[item.state.id], {change.key for change in item.decision.changes}
            first = min((cycle.raw_due_on for cycle in item.facts.waiting if cycle.key in changed), default=None)
            if first is not None and len(rows) == count and rows[0].raw_due_on > first:
                rows = rows_from(session, item.state.id, first)
            yield item, rows


def _changed(row: Row, changes: Mapping[str, Any]) -> Row:
    verdict = changes.get(row.key)
    if verdict is None:
        return row
    return replace(row, fate=verdict.fate, reason=verdict.reason, named=verdict.named, of=verdict.of)


def _changed_values(
    target_id: int, rows: Sequence[Row], before: Sequence[Row], batch: str, at: str
) -> Iterator[tuple[Any, ...]]:
    was = {row.key: row for row in before}
    for row in rows:
        old = was[row.key]
        yield (
            row.fate, row.reason, row.named, row.of, day(row.last_raw_due_on), day(row.last_due_on), row.count,
            _counts(row), batch, at,
            target_id, row.key, old.fate, old.count,
        )  # fmt: skip


def _cycle_values(row: Row, cycle: Cycle) -> tuple[Any, ...]:
    return (
        row.version, row.key, day(row.raw_due_on), day(row.due_on), day(row.scheduled_on), day(row.last_raw_due_on),
        day(row.last_due_on), row.count, _counts(row), day(cycle.window_first_on), day(cycle.window_last_on),
        cycle.interval, row.fate, row.reason, row.named, cycle.is_flagged,
        json.dumps(cycle.trace, ensure_ascii=False, separators=(",", ":")), row.of,
    )  # fmt: skip


def _counts(row: Row) -> str | None:
    return json.dumps(dict(row.counts)) if row.counts else None
