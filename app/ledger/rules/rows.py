"""Rows of the ledger: consecutive cycles with one fate and reason are one row, split when one changes (S21b)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import takewhile

from app.ledger.rules.facts import Facts, Fate, NewRow, Reason
from app.plans.rules.schedule import Cycle, fixed_cycles, group_same_day

Kind = tuple[Fate, Reason | None]
FOLDED: frozenset[Kind] = frozenset(
    {
        ("suppressed", "open_order"),
        ("missed", "outage"),
        ("missed", "error"),
        ("missed", "paused"),
        ("missed", "jump"),
        ("missed", "passed"),
        ("merged", "same_day"),
        ("skipped", "calendar"),
        ("skipped", "season"),
        ("skipped", "item_status"),
    }
)
# Days of the rule that bring no work of their own: between the rows of a run they become part of it.
BETWEEN: frozenset[Kind] = frozenset({("merged", "same_day"), ("skipped", "calendar"), ("skipped", "season")})


@dataclass(frozen=True, slots=True)
class Row:
    """One cycle, or a run of them: `key`, `raw_due_on` and `due_on` are the first one's, `last_…` the last one's."""

    key: str
    fate: Fate
    reason: Reason | None
    named: str | None
    raw_due_on: date
    due_on: date
    last_raw_due_on: date
    last_due_on: date
    version: int
    count: int = 1
    counts: tuple[tuple[Fate, int], ...] = ()  # by fate, where the run holds merged or skipped days too
    scheduled_on: date | None = None  # the day to which a person moved it: such a cycle is a row of its own
    of: int | None = None  # the target of `named`, where it is another one (S24)

    @property
    def over_on(self) -> date:
        """The day that is the last for it in the diary."""
        return self.scheduled_on or self.last_due_on

    @property
    def kind(self) -> Kind:
        return self.fate, self.reason


@dataclass(frozen=True, slots=True)
class Difference:
    added: tuple[Row, ...]
    changed: tuple[Row, ...]
    removed: tuple[str, ...]


def new_row(row: NewRow, version: int) -> Row:
    first = one_cycle(row.cycle, row.verdict.fate, row.verdict.reason, row.verdict.named, version)
    return replace(first, count=row.count, of=row.verdict.of)


def one_cycle(cycle: Cycle, fate: Fate, reason: Reason | None, named: str | None, version: int) -> Row:
    days = cycle.raw_due_on, cycle.due_on
    return Row(cycle.key, fate, reason, named, *days, *days, version, scheduled_on=cycle.scheduled_on)


def fold(rows: Iterable[Row]) -> list[Row]:
    """Rows of one target in raw order. Merged or skipped days between two rows of a run become part of it."""
    folded: list[Row] = []
    for row in rows:
        start = _start_of_run(folded, row)
        if start is None:
            folded.append(row)
        else:
            folded[start:] = [_join([*folded[start:], row])]
    return folded


def _start_of_run(folded: Sequence[Row], row: Row) -> int | None:
    start = len(folded)
    if start and _is_one_run(folded[-1], row):
        return start - 1
    if row.kind not in FOLDED - BETWEEN:
        return None
    while start and folded[start - 1].kind in BETWEEN:
        start -= 1
    return start - 1 if start and _is_one_run(folded[start - 1], row) else None


def _is_one_run(one: Row, other: Row) -> bool:
    is_alike = one.kind == other.kind and one.named == other.named and one.version == other.version
    follows = not other.key.startswith("M:") or _key_after(one, one.count) == other.key
    return is_alike and follows and _may_be_folded(one) and _may_be_folded(other)


def _may_be_folded(row: Row) -> bool:
    """What a person moved is told alone; a floating cycle or an episode could not be split off again."""
    return row.kind in FOLDED and row.scheduled_on is None and not row.key.startswith(("N:", "C:"))


def _join(run: Sequence[Row]) -> Row:
    counter: Counter[Fate] = Counter()
    for row in run:
        counter.update(dict(row.counts or ((row.fate, row.count),)))
    return replace(
        run[0],
        last_raw_due_on=run[-1].last_raw_due_on,
        last_due_on=run[-1].last_due_on,
        count=counter.total(),
        counts=tuple(sorted(counter.items())) if len(counter) > 1 else (),
    )


def _step(row: Row, place: int) -> Row:
    """One of a run of steps (S26): they follow one another by number; of the days, the first and the last are known."""
    raw_due_on, due_on = (row.raw_due_on, row.due_on) if place == 0 else (row.last_raw_due_on, row.last_due_on)
    alone = replace(row, key=_key_after(row, place), count=1, counts=(), raw_due_on=raw_due_on, due_on=due_on)
    return replace(alone, last_raw_due_on=raw_due_on, last_due_on=due_on)


def _key_after(row: Row, count: int) -> str:
    if not count:
        return row.key
    meter, _, step = row.key.rpartition(":")
    return f"{meter}:{int(step) + count}" if step.isdecimal() else ""


def difference(before: Iterable[Row], after: Iterable[Row]) -> Difference:
    """What to write so that `before` becomes `after`; rows are told apart by their keys."""
    old = {row.key: row for row in before}
    new = {row.key: row for row in after}
    return Difference(
        added=tuple(row for key, row in new.items() if key not in old),
        changed=tuple(row for key, row in new.items() if key in old and old[key] != row),
        removed=tuple(key for key in old if key not in new),
    )


def members(row: Row, facts: Facts) -> list[Row]:
    """The cycles of a run, one by one; empty where the schedule has changed so that they can't be told any more."""
    if row.scheduled_on is not None:
        return [row]
    if row.key.startswith("M:"):
        return [_step(row, place) for place in range(row.count)]
    before = row.raw_due_on - timedelta(days=1)
    cycles = fixed_cycles(facts.schedule, facts.calendar, facts.anchor_on, before, facts.anchor_is_due)
    found: list[Row] = []
    for group in group_same_day(takewhile(lambda cycle: cycle.raw_due_on <= row.last_raw_due_on, cycles)):
        for cycle in group.cycles:
            if cycle is group.survivor:
                found.append(one_cycle(cycle, row.fate, row.reason, row.named, row.version))
            elif cycle in group.merged:
                named = group.survivor.key if group.survivor else None
                found.append(one_cycle(cycle, "merged", "same_day", named, row.version))
            else:
                reason: Reason = "calendar" if cycle.outcome == "skipped_calendar" else "season"
                found.append(one_cycle(cycle, "skipped", reason, None, row.version))
    return found if len(found) == row.count and found[-1].raw_due_on == row.last_raw_due_on else []
