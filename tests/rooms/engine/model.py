"""A plan's ledger by definition, to hold the engine against: written from the rules' text, day by day.

It shares no code with the engine and imports nothing of it. Slow and plain on purpose: every cycle is kept apart,
nothing is folded.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import islice
from typing import Any

from tests.rooms.engine.said import Said

SKIP = date.min  # wanted of a slot, instead of the day to which it moves
FOR_GOOD = date.max


class Refused(Exception):
    """What a person wants cannot be."""


@dataclass
class Cycle:
    slot: date
    due: date
    gap: int
    fate: str = "?"
    reason: str | None = None
    named: date | None = None  # the slot whose order is the reason
    moved: date | None = None

    @property
    def day(self) -> date:
        """S30: a person's day is final."""
        return self.moved or self.due


@dataclass
class Order:
    cycle: Cycle
    made_on: date
    is_started: bool = False

    @property
    def slot(self) -> date:
        return self.cycle.slot


@dataclass
class Item:
    """One item of the plan."""

    said: Said
    enrolled_on: date
    state: str = "active"
    rests_until: date | None = None  # the item alone is paused
    went_on: date | None = None  # the day on which a pause ended that no tick has seen yet
    wanted: dict[Any, tuple[date, date]] = field(default_factory=dict)  # S35: the slot, and its day or SKIP
    cycles: dict[date | int, Cycle] = field(default_factory=dict)
    orders: dict[date, Order] = field(default_factory=dict)  # the open ones
    settled: date = date.min
    edited_through: date | None = None
    done_on: date | None = None
    done_due_on: date | None = None
    met: set[str] = field(default_factory=set)  # how it has rested

    def __post_init__(self) -> None:
        self._settle_before(self.enrolled_on)

    # What the clock does

    def tick(self, today: date) -> None:
        paused_before = self._pause_over(today)
        if paused_before is None:
            return
        self._judge_waiting(today, paused_before)
        coming = self._coming(today)
        # S21: of those whose date has come, the latest is judged, the others are missed.
        come = [survivor.slot for survivor, _ in coming if survivor.day <= today and not self._is_skipped(survivor)]
        for survivor, others in coming:
            missed = self._caught_up(survivor, come[-1] if come else None, today, paused_before)
            if self._is_skipped(survivor):
                survivor.fate, survivor.reason = "skipped", "person"
            elif not survivor.moved and self._is_made(survivor.due):
                survivor.fate, survivor.reason = "merged", "same_day"
            elif not survivor.moved and self._is_too_near_the_edit(survivor):
                survivor.fate, survivor.reason = "suppressed", "edit"
            elif missed:
                survivor.fate, survivor.reason = missed
            else:
                self._judge(survivor, today)
            self._keep(survivor, others)

    def _pause_over(self, today: date) -> date | None:
        """The day before which it rested. None: plan or item rest, or the item has left, and nothing happens."""
        if self.state != "active" or (self.rests_until is not None and self.rests_until > today):
            return None
        before = max(self.rests_until or date.min, self.went_on or date.min)
        if self.rests_until is not None:
            self.met.add("until a day")
        self.rests_until = self.went_on = None
        return before

    def _coming(self, today: date) -> list[tuple[Cycle, list[Cycle]]]:
        """S13: unsettled ones whose lead date has come; never over one that has not (S14b)."""
        found = []
        for survivor, others in self._days_ahead():
            if survivor.day - timedelta(days=self.said.lead) > today:
                break
            found.append((survivor, others))
        return found

    def _days_ahead(self) -> Iterator[tuple[Cycle, list[Cycle]]]:
        """S31: of the unsettled slots of a day the nearest survives, as a person wants it (S30)."""
        slots = iter([slot for slot in self.said.slots() if slot > self.settled])
        slot = next(slots, None)
        while slot is not None:
            due, of_day = self.said.due(slot), []
            while slot is not None and self.said.due(slot) == due:
                of_day.append(Cycle(slot, due, self.said.gap(slot)))
                slot = next(slots, None)
            nearest = min(of_day, key=lambda cycle: (abs(cycle.slot - due), cycle.slot))
            self._move(nearest, nearest.slot)
            yield nearest, [cycle for cycle in of_day if cycle is not nearest]

    def _move(self, cycle: Cycle, key: date | int) -> None:
        of_slot, day = self.wanted.get(key, (None, SKIP))
        cycle.moved = day if of_slot == cycle.slot and day != SKIP else None

    def _is_skipped(self, cycle: Cycle) -> bool:
        return self.wanted.get(cycle.slot) == (cycle.slot, SKIP)

    def _keep(self, survivor: Cycle, others: list[Cycle]) -> None:
        for other in others:  # S31
            other.fate, other.reason = "merged", "same_day"
        for cycle in (survivor, *others):
            self.cycles[cycle.slot] = cycle
            self.settled = max(self.settled, cycle.slot)

    def _caught_up(self, cycle: Cycle, latest: date | None, today: date, paused_before: date) -> tuple[str, str] | None:
        policy = self.said.catch_up
        if cycle.day < paused_before:  # S38
            return "missed", "paused"
        if policy == "latest" and cycle.day <= today and cycle.slot != latest:
            return "missed", "outage"
        if policy == "none" and cycle.day < today:
            return "missed", "outage"
        if policy == "ask" and cycle.day < today:
            return "waiting", "ask"
        return None

    def _is_made(self, due: date) -> bool:
        return due == self.done_due_on or any(order.cycle.due == due for order in self.orders.values())

    def _is_too_near_the_edit(self, cycle: Cycle) -> bool:
        """S14b: the first slot of a new version."""
        is_first = self.settled == self.edited_through
        return self.said.late == "skip" and is_first and (cycle.slot - self.settled).days < cycle.gap

    def _judge_waiting(self, today: date, paused_before: date) -> None:
        for cycle in self._waiting():
            if cycle.day < paused_before:  # S38
                cycle.fate, cycle.reason, cycle.named = "missed", "paused", None
            else:
                self._judge(cycle, today)

    def _waiting(self) -> list[Cycle]:
        """Oldest first; what waits for a person's answer is left alone."""
        found = [cycle for cycle in self.cycles.values() if cycle.fate == "waiting" and cycle.reason != "ask"]
        return sorted(found, key=lambda cycle: cycle.slot)

    def _in_the_way(self, cycle: Cycle) -> list[Order]:
        return [] if self.said.overlap == "stack" else [o for o in self.orders.values() if o.slot < cycle.slot]

    def _judge(self, cycle: Cycle, today: date) -> None:
        """S20, S10."""
        before = self._in_the_way(cycle)
        if self.said.overlap == "replace" and all(self._is_over(order, cycle, today) for order in before):
            for order in before:
                del self.orders[order.slot]
                order.cycle.fate, order.cycle.reason, order.cycle.named = "missed", "replaced", None
            before = []
        if before:
            fate = "waiting" if today <= cycle.day else "suppressed"
            if cycle.fate != fate or fate == "suppressed":
                cycle.fate, cycle.reason, cycle.named = fate, "open_order", max(o.slot for o in before)
        elif self._is_too_soon(cycle, self.done_on, self.done_due_on):
            cycle.fate, cycle.reason, cycle.named = "suppressed", "late", None
        else:
            self._make(cycle, today)

    def _make(self, cycle: Cycle, today: date) -> None:
        cycle.fate, cycle.reason, cycle.named = "generated", None, None
        self.orders[cycle.slot] = Order(cycle, today)

    def _is_over(self, order: Order, cycle: Cycle, today: date) -> bool:
        is_earlier = order.slot < cycle.slot
        return is_earlier and not order.is_started and today > max(order.cycle.day, order.made_on)

    def _is_too_soon(self, cycle: Cycle, done_on: date | None, due_on: date | None) -> bool:
        if self.said.late == "keep" or done_on is None or due_on is None or done_on <= due_on:
            return False
        return 0 <= (cycle.day - done_on).days < cycle.gap

    # What people do

    def start(self, slot: date) -> None:
        self.orders[slot].is_started = True

    def done(self, slot: date, on: date) -> None:
        cycle = self.orders.pop(slot).cycle
        if self.done_due_on is None or cycle.due >= self.done_due_on:
            self.done_on, self.done_due_on = on, cycle.due
        self._suppress_over(slot, on)
        if self._has_later_order(slot):
            return
        named = slot
        for later in self._suppressed_by(slot):
            if later.day < on:
                continue
            if named != slot:
                later.named = named
            elif self._is_too_soon(later, on, cycle.due):
                later.reason, later.named = "late", None
            else:  # S20: done in time after all
                later.fate, later.reason, later.named = "waiting", "in_time", None
                named = later.slot

    def end(self, slot: date, fate: str, on: date) -> None:
        """Cancelled, or skipped."""
        ended = self.orders.pop(slot).cycle
        ended.fate, ended.reason = fate, "person"
        self._suppress_over(slot, on)
        if self._waiting() or self._has_later_order(slot):
            return
        for cycle in self._suppressed_by(slot)[-1:]:  # S20, coming back
            cycle.fate, cycle.reason, cycle.named = "waiting", "came_back", None

    def _suppress_over(self, slot: date, on: date) -> None:
        """S20: their date was over while the order was open."""
        for cycle in self._waiting():
            if cycle.reason == "open_order" and cycle.slot > slot and cycle.day < on:
                cycle.fate, cycle.named = "suppressed", slot

    def _has_later_order(self, slot: date) -> bool:
        return any(c.slot > slot and c.fate in ("generated", "cancelled") for c in self.cycles.values())

    def _suppressed_by(self, slot: date) -> list[Cycle]:
        named = [c for c in self.cycles.values() if (c.fate, c.reason, c.named) == ("suppressed", "open_order", slot)]
        return sorted(named, key=lambda cycle: cycle.slot)

    # What managers say of one date (S35)

    def ahead(self, count: int = 4) -> list[Cycle]:
        return [survivor for survivor, _ in islice(self._days_ahead(), count)]

    def want(self, slot: date, day: date, on: date) -> None:
        """`day` is SKIP, or where the cycle moves."""
        self.wanted[slot] = slot, day
        self.tick(on)

    def take_back(self, slot: date, on: date) -> None:
        self.tick(on)
        if self.state == "ended" or slot <= self.settled:
            raise Refused
        del self.wanted[slot]
        self.tick(on)

    def between(self, slot: date, on: date) -> tuple[date, date]:
        """The days beside a cycle's, between which it may move; from today on."""
        known = [c for c in self.cycles.values() if c.reason != "same_day"] + self.ahead(6)
        before = [cycle.day for cycle in known if cycle.slot < slot]
        after = [cycle.day for cycle in known if cycle.slot > slot]
        return max([*before, on - timedelta(days=1)]), min(after)

    def do_now(self, on: date) -> None:
        self.tick(on)
        if self.state != "active" or self.rests_until is not None:
            raise Refused
        if self.orders and self.said.overlap != "stack":
            raise Refused
        cycle, others = next(self._days_ahead())
        if self._is_skipped(cycle):
            raise Refused
        cycle.moved = on
        self.wanted[cycle.slot] = cycle.slot, on
        self._make(cycle, on)
        self._keep(cycle, others)
        self.tick(on)

    # What managers say of the item or the plan

    def rest(self, until: date | None, on: date) -> None:
        """S38: the item alone."""
        self.tick(on)
        if self.state == "ended" or self.rests_until is not None:
            raise Refused
        self.rests_until = until or FOR_GOOD

    def rest_no_more(self, on: date, *, is_caught_up: bool) -> None:
        self.tick(on)
        if self.state == "ended" or self.rests_until is None:
            raise Refused
        self.rests_until, self.went_on = None, on
        before = self._missed_in_pause()
        self.tick(on)
        found = [key for key in self._missed_in_pause() if key not in before]
        if is_caught_up and found:
            cycle = self.cycles[max(found)]
            cycle.fate, cycle.reason = "waiting", "came_back"
            self.met.add("caught up")
            self.tick(on)

    def _missed_in_pause(self) -> list[date | int]:
        return [key for key, cycle in self.cycles.items() if (cycle.fate, cycle.reason) == ("missed", "paused")]

    def edit(self, said: Said, on: date) -> None:
        """S36, S36b, S14b."""
        self.tick(on)
        self.said, self.edited_through = said, self.settled
        if self.state == "active" and self.rests_until is None:
            self._settle_before(on)
        if self.state != "ended":
            self.drop()

    def drop(self) -> None:
        """S36: what was wanted of dates that are gone."""
        for slot in [slot for slot in self.wanted if slot > self.settled]:
            if all(cycle.slot != slot for cycle in self.ahead(400)):
                del self.wanted[slot]

    def leave(self, on: date) -> None:
        self.tick(on)
        if self.rests_until is not None:
            self._miss_before(on)
        self.state, self.rests_until = "ended", None
        for cycle in self.cycles.values():
            if cycle.fate == "waiting":
                cycle.fate, cycle.reason, cycle.named = "cancelled", "left", None

    def _miss_before(self, on: date) -> None:
        """S36b, S38: whoever leaves while he rests has missed what was due meanwhile."""
        for survivor, others in self._days_ahead():
            if survivor.day >= on:
                return
            is_skipped = self._is_skipped(survivor)
            survivor.fate, survivor.reason = ("skipped", "person") if is_skipped else ("missed", "paused")
            self._keep(survivor, others)

    def come_back(self, on: date) -> None:
        self.state = "active"
        self._settle_before(on)
        self.drop()

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
