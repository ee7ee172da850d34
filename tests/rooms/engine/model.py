"""A plan's ledger by definition, to hold the engine against: written from the rules' text, day by day.

It shares no code with the engine and imports nothing of it. Slow and plain on purpose: every slot is found by walking
the days, every cycle is kept apart, nothing is folded.
"""

from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta

DAY = timedelta(days=1)
HORIZON = 3_650  # days after an anchor


@dataclass(frozen=True)
class Said:
    """What a version of the plan says."""

    freq: str
    every: int
    start: date
    lead: int = 0
    weekdays_only: bool = False  # shifts to the next day from Monday to Friday
    overlap: str = "suppress"
    catch_up: str = "latest"
    late: str = "keep"
    mode: str = "fixed"

    def after(self, base: date, count: int) -> date:
        """So many intervals later (S8); months are clamped (S2)."""
        if self.freq != "month":
            return base + timedelta(days=self.every * count * {"day": 1, "week": 7}[self.freq])
        months = base.month - 1 + self.every * count
        year, month = base.year + months // 12, months % 12 + 1
        return date(year, month, min(base.day, monthrange(year, month)[1]))

    def is_slot(self, day: date) -> bool:
        if day < self.start:
            return False
        if self.freq == "month":  # S1, S2: from the anchor, clamped
            months = (day.year - self.start.year) * 12 + day.month - self.start.month
            return months % self.every == 0 and day.day == min(self.start.day, monthrange(day.year, day.month)[1])
        return (day - self.start).days % (self.every * {"day": 1, "week": 7}[self.freq]) == 0

    def slots(self) -> list[date]:
        known = _slots.get(self)
        if known is None:
            known = _slots[self] = [day for n in range(HORIZON) if self.is_slot(day := self.start + timedelta(days=n))]
        return known

    def due(self, slot: date) -> date:
        while self.weekdays_only and slot.weekday() > 4:
            slot += DAY
        return slot

    def gap(self, slot: date) -> int:
        """S10: 25 % of the days to the next slot, rounded down."""
        later = slot + DAY
        while not self.is_slot(later):
            later += DAY
        return (later - slot).days * 25 // 100


_slots: dict[Said, list[date]] = {}


@dataclass
class Cycle:
    slot: date
    due: date
    gap: int
    fate: str
    reason: str | None = None
    named: date | None = None  # the slot whose order is the reason


@dataclass
class Order:
    slot: date
    due: date
    made_on: date
    is_started: bool = False


@dataclass
class Item:
    """One item of the plan."""

    said: Said
    enrolled_on: date
    state: str = "active"
    went_on: date | None = None  # the day on which a pause ended that no tick has seen yet
    cycles: dict[date | int, Cycle] = field(default_factory=dict)
    orders: dict[date, Order] = field(default_factory=dict)  # the open ones
    settled: date = date.min
    edited_through: date | None = None
    done_on: date | None = None
    done_due_on: date | None = None

    def __post_init__(self) -> None:
        self._settle_before(self.enrolled_on)

    # What the clock does

    def tick(self, today: date) -> None:
        """Nothing happens while the plan rests, nor once the item has left."""
        if self.state != "active":
            return
        paused_before, self.went_on = self.went_on or date.min, None
        self._judge_waiting(today, paused_before)
        coming = self._coming(today)
        # S21: of those whose date has come, the latest is judged, the others are missed.
        come = [survivor.slot for survivor, _ in coming if survivor.due <= today]
        for survivor, others in coming:
            missed = self._caught_up(survivor, come[-1] if come else None, today, paused_before)
            if self._is_made(survivor.due):
                survivor.fate, survivor.reason = "merged", "same_day"
            elif self._is_too_near_the_edit(survivor):
                survivor.fate, survivor.reason = "suppressed", "edit"
            elif missed:
                survivor.fate, survivor.reason = missed
            else:
                self._judge(survivor, today)
            for other in others:  # S31
                other.fate, other.reason = "merged", "same_day"
            for cycle in (survivor, *others):
                self.cycles[cycle.slot] = cycle
                self.settled = max(self.settled, cycle.slot)

    def _coming(self, today: date) -> list[tuple[Cycle, list[Cycle]]]:
        """S13, S31: unsettled slots whose lead date has come, day by day: which one survives, and the others."""
        days: dict[date, list[date]] = {}
        last = today + timedelta(days=self.said.lead + 10)
        for slot in self.said.slots():
            if self.settled < slot <= last:
                days.setdefault(self.said.due(slot), []).append(slot)
        found = []
        for due, slots in sorted(days.items()):
            if due - timedelta(days=self.said.lead) <= today:
                nearest = min(slots, key=lambda slot: (abs(slot - due), slot))
                made = {slot: Cycle(slot, due, self.said.gap(slot), "?") for slot in slots}
                found.append((made.pop(nearest), list(made.values())))
        return found

    def _caught_up(self, cycle: Cycle, latest: date | None, today: date, paused_before: date) -> tuple[str, str] | None:
        policy = self.said.catch_up
        if cycle.due < paused_before:  # S38
            return "missed", "paused"
        if policy == "latest" and cycle.due <= today and cycle.slot != latest:
            return "missed", "outage"
        if policy == "none" and cycle.due < today:
            return "missed", "outage"
        if policy == "ask" and cycle.due < today:
            return "waiting", "ask"
        return None

    def _is_made(self, due: date) -> bool:
        return due == self.done_due_on or any(order.due == due for order in self.orders.values())

    def _is_too_near_the_edit(self, cycle: Cycle) -> bool:
        """S14b: the first slot of a new version."""
        is_first = self.settled == self.edited_through
        return self.said.late == "skip" and is_first and (cycle.slot - self.settled).days < cycle.gap

    def _judge_waiting(self, today: date, paused_before: date) -> None:
        for cycle in self._waiting():
            if cycle.due < paused_before:  # S38
                cycle.fate, cycle.reason, cycle.named = "missed", "paused", None
            else:
                self._judge(cycle, today)

    def _waiting(self) -> list[Cycle]:
        """Oldest first; what waits for a person's answer is left alone."""
        found = [cycle for cycle in self.cycles.values() if cycle.fate == "waiting" and cycle.reason != "ask"]
        return sorted(found, key=lambda cycle: cycle.slot)

    def _judge(self, cycle: Cycle, today: date) -> None:
        """S20, S10."""
        before = [] if self.said.overlap == "stack" else [o for o in self.orders.values() if o.slot < cycle.slot]
        if self.said.overlap == "replace" and all(self._is_over(order, today) for order in before):
            for order in before:
                del self.orders[order.slot]
                closed = self.cycles[order.slot]
                closed.fate, closed.reason, closed.named = "missed", "replaced", None
            before = []
        if before:
            fate = "waiting" if today <= cycle.due else "suppressed"
            if cycle.fate != fate or fate == "suppressed":
                cycle.fate, cycle.reason, cycle.named = fate, "open_order", max(o.slot for o in before)
        elif self._is_too_soon(cycle, self.done_on, self.done_due_on):
            cycle.fate, cycle.reason, cycle.named = "suppressed", "late", None
        else:
            cycle.fate, cycle.reason, cycle.named = "generated", None, None
            self.orders[cycle.slot] = Order(cycle.slot, cycle.due, today)

    def _is_over(self, order: Order, today: date) -> bool:
        return not order.is_started and today > max(order.due, order.made_on)

    def _is_too_soon(self, cycle: Cycle, done_on: date | None, due_on: date | None) -> bool:
        if self.said.late == "keep" or done_on is None or due_on is None or done_on <= due_on:
            return False
        return 0 <= (cycle.due - done_on).days < cycle.gap

    # What people do

    def start(self, slot: date) -> None:
        self.orders[slot].is_started = True

    def done(self, slot: date, on: date) -> None:
        order = self.orders.pop(slot)
        if self.done_due_on is None or order.due >= self.done_due_on:
            self.done_on, self.done_due_on = on, order.due
        self._suppress_over(order, on)
        if self._has_later_order(order):
            return
        named = slot
        for cycle in self._suppressed_by(slot):
            if cycle.due < on:
                continue
            if named != slot:
                cycle.named = named
            elif self._is_too_soon(cycle, on, order.due):
                cycle.reason, cycle.named = "late", None
            else:  # S20: done in time after all
                cycle.fate, cycle.reason, cycle.named = "waiting", "in_time", None
                named = cycle.slot

    def cancel(self, slot: date, on: date) -> None:
        order = self.orders.pop(slot)
        ended = self.cycles[slot]
        ended.fate, ended.reason = "cancelled", "person"
        self._suppress_over(order, on)
        if self._waiting() or self._has_later_order(order):
            return
        for cycle in self._suppressed_by(slot)[-1:]:  # S20, coming back
            cycle.fate, cycle.reason, cycle.named = "waiting", "came_back", None

    def _suppress_over(self, order: Order, on: date) -> None:
        """S20: their date was over while the order was open."""
        for cycle in self._waiting():
            if cycle.reason == "open_order" and cycle.slot > order.slot and cycle.due < on:
                cycle.fate, cycle.named = "suppressed", order.slot

    def _has_later_order(self, order: Order) -> bool:
        return any(c.slot > order.slot and c.fate in ("generated", "cancelled") for c in self.cycles.values())

    def _suppressed_by(self, slot: date) -> list[Cycle]:
        named = [c for c in self.cycles.values() if (c.fate, c.reason, c.named) == ("suppressed", "open_order", slot)]
        return sorted(named, key=lambda cycle: cycle.slot)

    def edit(self, said: Said, on: date) -> None:
        """S36, S36b, S14b."""
        self.tick(on)
        self.said, self.edited_through = said, self.settled
        if self.state == "active":
            self._settle_before(on)

    def leave(self, on: date) -> None:
        self.tick(on)
        self.state = "ended"
        for cycle in self.cycles.values():
            if cycle.fate == "waiting":
                cycle.fate, cycle.reason, cycle.named = "cancelled", "left", None

    def come_back(self, on: date) -> None:
        self.state = "active"
        self._settle_before(on)

    def pause(self, on: date) -> None:
        self.tick(on)
        if self.state == "active":
            self.state = "paused"

    def go_on(self, on: date) -> None:
        """What was due during the pause is missed (S38): the next tick says so."""
        if self.state == "paused":
            self.state, self.went_on = "active", on

    def _settle_before(self, on: date) -> None:
        """S14b: at the last slot whose due date lies before."""
        past = [slot for slot in self.said.slots() if self.said.due(slot) < on]
        self.settled = max([self.settled, *past[-1:]])

    def in_order(self) -> Iterator[Cycle]:
        return iter(sorted(self.cycles.values(), key=lambda cycle: cycle.slot))


@dataclass
class FloatingItem(Item):
    """S8, S11, S12: one cycle at a time; its date counts from the day the work was done. Cycles go by number."""

    number: int = 0
    base: date = date.max
    is_base_due: bool = True
    later_than: date = date.min

    def __post_init__(self) -> None:
        self.base, self.later_than = self.said.start, self.enrolled_on - DAY

    def tick(self, today: date) -> None:
        if self.state != "active":
            return
        paused_before, self.went_on = self.went_on or date.min, None
        while not self.orders:
            slot = self._next()
            due = self.said.due(slot)
            if due - timedelta(days=self.said.lead) > today:
                return
            self.number += 1
            cycle = self.cycles[self.number] = Cycle(slot, due, 0, "generated")
            missed = self._caught_up(cycle, slot, today, paused_before)
            if missed:
                cycle.fate, cycle.reason = missed
                self.base, self.is_base_due, self.later_than = due, False, max(today, due)
            else:
                self.orders[slot] = Order(slot, due, today)

    def _next(self) -> date:
        count = 0 if self.is_base_due else 1
        while self.said.after(self.base, count) <= self.later_than:
            count += 1
        return self.said.after(self.base, count)

    def done(self, slot: date, on: date) -> None:
        del self.orders[slot]
        self.base, self.is_base_due, self.later_than = on, False, date.min

    def cancel(self, slot: date, on: date) -> None:
        order = self.orders.pop(slot)
        ended = self.cycles[self.number]
        ended.fate, ended.reason = "cancelled", "person"
        self.base, self.is_base_due, self.later_than = order.due, False, on
