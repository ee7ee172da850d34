"""Plans of one family on one item in memory, played day by day: what the engine does with `decide_together`."""

from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from app.ledger.rules.facts import Decision, OpenOrder
from app.ledger.rules.families import Member, decide_together
from app.ledger.rules.generation import CYCLES_PER_DECISION
from app.ledger.rules.rows import Row
from tests.rules.ledger.book import Book


@dataclass
class Household:
    """Books from the lowest rank up: rank 1 is the first."""

    books: list[Book]
    tolerance: int = 7
    done: dict[int, OpenOrder] = field(default_factory=dict)  # by rank

    def tick(self, today: date, limit: int = CYCLES_PER_DECISION) -> None:
        for _ in range(1_000):
            decisions = decide_together(self.members(), self.tolerance, today, limit)
            is_woken = False  # what came back is looked at in the same run
            for rank, decision in decisions.items():
                is_woken |= self._apply(rank, decision, today)
            if not is_woken and not any(decision.is_cut for decision in decisions.values()):
                return
        raise AssertionError("it never ends")

    def days(self, first: date, last: date, limit: int = CYCLES_PER_DECISION) -> None:
        for n in range((last - first).days + 1):
            self.tick(first + timedelta(days=n), limit)

    def members(self) -> list[Member]:
        return [
            Member(rank, rank, book._facts(), self.done.get(rank), self._is_held(book))
            for rank, book in enumerate(self.books, 1)
        ]

    def book(self, rank: int) -> Book:
        return self.books[rank - 1]

    def complete(self, rank: int, key: str, on: date) -> None:
        """Floating clocks below begin anew, but where an order of their own is open."""
        order = self.book(rank).orders[key]
        self.book(rank).done(key, on)
        self.done[rank] = order
        for lower in self.books[: rank - 1]:
            if lower.facts.schedule.mode == "floating" and not lower.orders and not self._is_held(lower):
                lower.facts = replace(lower.facts, anchor_on=on, anchor_is_due=False, counted_after_on=None)

    def cancel(self, rank: int, key: str, on: date) -> None:
        """A floating clock goes on past the day of the decision (S12)."""
        book = self.book(rank)
        due_on = book.orders[key].due_on
        book.cancel(key, on)
        if book.facts.schedule.mode == "floating":
            book.facts = replace(book.facts, anchor_on=due_on, anchor_is_due=False, counted_after_on=on)
        self._come_back(rank, key)

    def _come_back(self, rank: int, key: str) -> bool:
        is_woken = False
        for lower in self.books[: rank - 1]:
            taken = [row for row in lower.rows if row.reason == "family" and (row.of, row.named) == (rank, key)]
            is_woken |= bool(taken)
            if not taken or any(row.fate == "waiting" and row.reason != "ask" for row in lower.rows):
                continue
            last = taken[-1]
            if any(row.fate in ("generated", "cancelled") and row.raw_due_on > last.raw_due_on for row in lower.rows):
                continue
            back = replace(last, fate="waiting", reason="came_back", named=None, of=None)
            lower.rows = [back if row is last else row for row in lower.rows]
        return is_woken

    def _is_held(self, book: Book) -> bool:
        last = next((row for row in reversed(book.rows) if row.key == f"N:{book.facts.counter}"), None)
        if last is None or last.reason != "family" or last.of is None:
            return False
        return last.named in self.book(last.of).orders

    def _apply(self, rank: int, decision: Decision, today: date) -> bool:
        self.book(rank)._apply(decision, today)
        woken = [self._come_back(rank, key) for key, _ in decision.replaced]
        return any(woken)

    def merged(self, rank: int) -> list[Row]:
        return [row for row in self.book(rank).rows if row.reason == "family"]
