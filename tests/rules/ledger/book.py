"""A target and its ledger in memory, so that decisions can be played day by day."""

from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from app.ledger.rules.deciding import decide
from app.ledger.rules.facts import Change, Decision, Facts, NewRow, OpenOrder, Waiting
from app.ledger.rules.generation import CYCLES_PER_DECISION
from app.ledger.rules.rows import Row, fold, members, new_row
from app.ledger.rules.settling import after_done, after_not_done


@dataclass
class Book:
    facts: Facts
    rows: list[Row] = field(default_factory=list)
    orders: dict[str, OpenOrder] = field(default_factory=dict)  # the open ones
    made: list[tuple[date, str]] = field(default_factory=list)  # day, cycle
    intervals: dict[str, int] = field(default_factory=dict)
    wake_on: date | None = None
    decisions: int = 0

    def tick(self, today: date, limit: int = CYCLES_PER_DECISION) -> None:
        while True:
            decision = decide(self._facts(), today, limit)
            self.decisions += 1
            self._apply(decision, today)
            if not decision.is_cut:
                return

    def days(self, first: date, last: date, limit: int = CYCLES_PER_DECISION) -> None:
        for n in range((last - first).days + 1):
            self.tick(first + timedelta(days=n), limit)

    def start(self, key: str) -> None:
        self.orders[key] = replace(self.orders[key], is_started=True)

    def done(self, key: str, done_on: date) -> None:
        order = self.orders.pop(key)
        self._settle(order, after_done(self._after(order), self._facts(), order, done_on))
        floating = self.facts.schedule.mode == "floating"
        self.facts = replace(
            self.facts,
            last_done_on=done_on,
            last_done_due_on=order.due_on,
            anchor_on=done_on if floating else self.facts.anchor_on,
            counted_after_on=None,
        )

    def cancel(self, key: str, on: date) -> None:
        order = self.orders.pop(key)
        self.rows = [replace(row, fate="cancelled") if row.key == key else row for row in self.rows]
        self._settle(order, after_not_done(self._after(order), self._facts(), order, on))

    def fates(self) -> list[tuple[str, str, int]]:
        return [(row.key.removeprefix("D:"), row.fate, row.count) for row in self.rows]

    def cycles(self) -> list[Row]:
        """The ledger, cycle by cycle."""
        return [cycle for row in self.rows for cycle in (members(row, self.facts) if row.count > 1 else [row])]

    def _after(self, order: OpenOrder) -> list[Row]:
        return [row for row in self.rows if row.raw_due_on > order.raw_due_on]

    def _settle(self, order: OpenOrder, rows: list[Row]) -> None:
        self.rows = [row for row in self.rows if row.raw_due_on <= order.raw_due_on] + rows

    def _facts(self) -> Facts:
        waiting = tuple(
            Waiting(row.key, row.raw_due_on, row.due_on, self.intervals.get(row.key, 1), row.reason or "open_order")
            for row in self.rows
            if row.fate == "waiting"
        )
        return replace(self.facts, open_orders=tuple(self.orders.values()), waiting=waiting)

    def _apply(self, decision: Decision, today: date) -> None:
        changes = {change.key: change for change in decision.changes}
        stored = [self._changed(row, changes.get(row.key)) for row in self.rows]
        closed = dict(decision.replaced)
        stored = [
            replace(row, fate="missed", reason="replaced", named=closed[row.key]) if row.key in closed else row
            for row in stored
        ]
        self.rows = fold([*stored, *(new_row(row, 1) for row in decision.rows)])
        for key in closed:
            self.orders.pop(key, None)
        for row in decision.rows:
            self.intervals[row.cycle.key] = row.cycle.interval
        items: list[NewRow | Change] = [*decision.rows, *decision.changes]
        for item in items:
            self._make(item, today, closed)
        self.facts = replace(
            self.facts,
            settled_through=decision.settled_through,
            counter=decision.counter,
            anchor_on=decision.anchor_on,
            counted_after_on=decision.counted_after_on,
        )
        self.wake_on = decision.wake_on

    def _changed(self, row: Row, change: Change | None) -> Row:
        if change is None:
            return row
        verdict = change.verdict
        return replace(row, fate=verdict.fate, reason=verdict.reason, named=verdict.named, of=verdict.of)

    def _make(self, item: NewRow | Change, today: date, closed: dict[str, str]) -> None:
        if item.verdict.fate != "generated":
            return
        key = item.cycle.key if isinstance(item, NewRow) else item.key
        row = next(row for row in self.rows if row.key == key)
        self.made.append((today, key))
        if key not in closed:
            self.orders[key] = OpenOrder(key, row.raw_due_on, row.due_on, made_on=today)
