"""The same of a plan that counts from the day the work was done (S8, S11, S12): cycles go by number, one at a time."""

from dataclasses import dataclass
from datetime import date, timedelta

from tests.rooms.engine.model import SKIP, Cycle, Item, Order, Refused


@dataclass
class FloatingItem(Item):
    number: int = 0
    base: date = date.max
    is_base_due: bool = True
    later_than: date = date.min

    def __post_init__(self) -> None:
        self.base, self.later_than = self.said.start, self.enrolled_on - timedelta(days=1)

    def tick(self, today: date) -> None:
        paused_before = self._pause_over(today)
        if paused_before is None:
            return
        self._judge_waiting(today, paused_before)
        while not self.orders:
            cycle = self._next()
            if cycle.day - timedelta(days=self.said.lead) > today:
                return
            missed = self._caught_up(cycle, cycle.slot, today, paused_before)
            if self._is_skipped(cycle):
                missed = "skipped", "person"
            self.number += 1
            self.cycles[self.number] = cycle
            if missed:
                cycle.fate, cycle.reason = missed
                self.base, self.is_base_due, self.later_than = cycle.due, False, max(today, cycle.due)
            else:
                self._make(cycle, today)

    def _next(self) -> Cycle:
        count = 0 if self.is_base_due else 1
        while self.said.after(self.base, count) <= self.later_than:
            count += 1
        slot = self.said.after(self.base, count)
        cycle = Cycle(slot, self.said.due(slot), 0)
        self._move(cycle, self.number + 1)
        return cycle

    def _is_skipped(self, cycle: Cycle) -> bool:
        """The next one."""
        return self.wanted.get(self.number + 1) == (cycle.slot, SKIP)

    def _in_the_way(self, cycle: Cycle) -> list[Order]:
        return list(self.orders.values())

    def done(self, slot: date, on: date) -> None:
        del self.orders[slot]
        self.base, self.is_base_due, self.later_than = on, False, date.min

    def end(self, slot: date, fate: str, on: date) -> None:
        ended = self.orders.pop(slot).cycle
        ended.fate, ended.reason = fate, "person"
        self.base, self.is_base_due, self.later_than = ended.due, False, on

    def ahead(self, count: int = 4) -> list[Cycle]:
        """While an order is open there is no next date."""
        return [] if self.orders else [self._next()]

    def want(self, slot: date, day: date, on: date) -> None:
        self.wanted[self.number + 1] = slot, day
        self.tick(on)

    def take_back(self, slot: date, on: date) -> None:
        self.tick(on)
        number = next(number for number, (of_slot, _) in self.wanted.items() if of_slot == slot)
        if number <= self.number:
            raise Refused
        del self.wanted[number]
        self.tick(on)

    def between(self, slot: date, on: date) -> tuple[date, date]:
        if self.orders:
            return on - timedelta(days=1), on + timedelta(days=30)
        following = self.said.after(self.said.due(slot), 1)
        return max(self.base, on - timedelta(days=1)), self.said.due(following)

    def do_now(self, on: date) -> None:
        self.tick(on)
        if self.state != "active" or self.rests_until is not None or self.orders:
            raise Refused
        cycle = self._next()
        if self._is_skipped(cycle):
            raise Refused
        self.number += 1
        self.wanted[self.number] = cycle.slot, on
        cycle.moved = on
        self.cycles[self.number] = cycle
        self._make(cycle, on)
