"""A cycle comes up while an earlier order of the target is open (S10, S20)."""

from __future__ import annotations

from datetime import date, timedelta

from app.ledger.rules.facts import Facts, OpenOrder, Verdict
from app.plans.rules.schedule import min_gap

DAY = timedelta(days=1)


class OpenOrders:
    """The target's open orders while one decision is made; cycles are judged oldest first."""

    def __init__(self, facts: Facts, today: date) -> None:
        self._facts = facts
        self._today = today
        self._open = list(facts.open_orders)
        self.replaced: list[tuple[str, str]] = []
        self.reminded: list[str] = []

    def judge(self, key: str, raw_due_on: date, due_on: date, interval: int) -> Verdict:
        blockers = self._make_room(key, raw_due_on, self._in_the_way(raw_due_on))
        if not blockers:
            return self._generate(key, raw_due_on, due_on, interval)
        named = max(blockers, key=lambda order: order.raw_due_on).key
        if self._today <= due_on:
            return Verdict("waiting", "open_order", named)
        if self._facts.schedule.overlap == "remind":
            self.reminded.append(named)
        return Verdict("suppressed", "open_order", named)

    def has_any(self) -> bool:
        return bool(self._open)

    def same_day(self, due_on: date) -> str | None:
        """The order already made for a day: no second one (S31)."""
        return next((order.key for order in self._open if order.due_on == due_on), None)

    def wake_on(self, raw_due_on: date, due_on: date) -> date:
        """When a waiting cycle is judged next: its date is over or, under `replace`, the order's own."""
        blockers = self._in_the_way(raw_due_on)
        if self._facts.schedule.overlap == "replace" and blockers and not any(order.is_started for order in blockers):
            due_on = min(due_on, max(_last_safe_day(order) for order in blockers))
        return max(self._today, due_on) + DAY

    def _in_the_way(self, raw_due_on: date) -> list[OpenOrder]:
        """A floating target has one order at a time (S11), so that any other one is in the way."""
        if self._facts.schedule.mode == "floating":
            return list(self._open)
        if self._facts.schedule.overlap == "stack":
            return []
        return [order for order in self._open if order.raw_due_on < raw_due_on]

    def _make_room(self, key: str, raw_due_on: date, blockers: list[OpenOrder]) -> list[OpenOrder]:
        """`replace` closes earlier orders that are over and not started: all of them, or none."""
        closable = all(order.raw_due_on < raw_due_on and self._is_replaceable(order) for order in blockers)
        if self._facts.schedule.overlap != "replace" or not closable:
            return blockers
        for order in blockers:
            self._open.remove(order)
            self.replaced.append((order.key, key))
        return []

    def _is_replaceable(self, order: OpenOrder) -> bool:
        return not order.is_started and self._today > _last_safe_day(order)

    def _generate(self, key: str, raw_due_on: date, due_on: date, interval: int) -> Verdict:
        if self._comes_too_soon(due_on, interval):
            return Verdict("suppressed", "late")
        self._open.append(OpenOrder(key, raw_due_on, due_on, made_on=self._today))
        return Verdict("generated")

    def _comes_too_soon(self, due_on: date, interval: int) -> bool:
        """S10: the slot after work that was done late."""
        done_on, was_due_on = self._facts.last_done_on, self._facts.last_done_due_on
        if self._facts.schedule.late == "keep" or done_on is None or was_due_on is None or done_on <= was_due_on:
            return False
        return 0 <= (due_on - done_on).days < min_gap(self._facts.schedule, interval)


def _last_safe_day(order: OpenOrder) -> date:
    """An order is not replaced before its due date is over, nor on the day on which it was made."""
    return max(order.comes_on, order.made_on or order.comes_on)
