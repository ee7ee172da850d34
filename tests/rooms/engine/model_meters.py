"""Plans that go by a meter, by definition (S25 to S29): every question is put to all of its readings.

It shares no code with the engine and imports nothing of it.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from itertools import pairwise
from math import ceil
from typing import Any

from tests.rooms.engine.model import FOR_GOOD, Cycle, Item, Refused

DAY = timedelta(days=1)
WINDOW = 90 * DAY
LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)
ROLL_OVER_AT = 1000


@dataclass(frozen=True)
class SaidMeter:
    """What a version says. `mode` is steps (S26, fixed), floats (S25, S26) or episodes (S29)."""

    mode: str
    every: int = 100
    start_at: int = 0
    days: int = 0  # floats: or so many days after the work was done, whichever comes first
    is_estimated: bool = False
    lead: int = 0
    overlap: str = "suppress"
    catch_up: str = "latest"
    late: str = "keep"
    threshold: int = 30
    back_at: int = 25
    readings: int = 1
    quiet: timedelta = timedelta(0)


@dataclass(frozen=True)
class Slot:
    """A cycle's place: overlap asks for its day, and two of one day are two."""

    day: date
    key: int | datetime

    def __lt__(self, other: "Slot") -> bool:
        return self.day < other.day

    def __gt__(self, other: "Slot") -> bool:
        return self.day > other.day


@dataclass(frozen=True)
class Read:
    """`is_restart`: what a new counter shows in the place of the old one."""

    at: datetime
    value: int
    is_restart: bool = False

    @property
    def on(self) -> date:
        return self.at.date()


@dataclass
class Book:
    """All that was read on one meter and holds."""

    is_counter: bool
    reads: list[Read] = field(default_factory=list)

    def write(self, read: Read) -> None:
        """Late or not (S28)."""
        former = self.totals() if self.is_counter else []
        reads = [*self.reads, read]
        if self.is_counter:
            self._refuse_what_changes(former, self._replaced_after(read), self._totals_of(reads))
        self.reads = reads

    def correct(self, read: Read, value: int | None) -> None:
        reads = [other for other in self.reads if other != read]
        if value is not None:
            reads.append(Read(read.at, value, read.is_restart))
        if self.is_counter:
            self._totals_of(reads)
        self.reads = reads

    def replace(self, at: datetime, last: int | None, first: int) -> None:
        if any(read.at > at for read in self.reads):
            raise Refused
        if last is not None:
            self.write(Read(at, last))
        self.reads.append(Read(at, first, is_restart=True))

    def in_order(self) -> list[Read]:
        return _in_order(self.reads)

    def totals(self) -> list[tuple[Read, int]]:
        return self._totals_of(self.reads)

    def total_by(self, day: date) -> int:
        """What it had run at the end of that day, as far as it was read; before the first reading, what that says."""
        totals = self.totals()
        return next((total for read, total in reversed(totals) if read.on <= day), totals[0][1])

    def day_of(self, total: int, today: date) -> date | None:
        """S27: when it will have run so much at its average use; None: nobody can say."""
        (last, reached), totals = self.totals()[-1], self.totals()
        in_window = [(read, run) for read, run in totals if not read.is_restart and read.at >= last.at - WINDOW]
        if len(in_window) < 3 or in_window[0][0].at == last.at:
            return None
        first, from_there = in_window[0]
        per_second = Fraction(reached - from_there, int((last.at - first.at).total_seconds()))
        if per_second <= 0:
            return None
        days = ceil((total - reached) / (per_second * 86_400))
        return max(today, last.on + days * DAY) if days <= 36_500 else None

    def has_rolled_over(self) -> bool:
        reads = self.in_order()
        return any(two.value < one.value and not two.is_restart for one, two in pairwise(reads))

    def _totals_of(self, reads: list[Read]) -> list[tuple[Read, int]]:
        found: list[tuple[Read, int]] = []
        for read in _in_order(reads):
            if not found:
                found.append((read, 0 if read.is_restart else read.value))
            else:
                before, total = found[-1]
                run = 0 if read.is_restart else self._run(before.value, read.value)
                found.append((read, total + run))
        return found

    def _run(self, before: int, after: int) -> int:
        """Over the highest value and on from zero, where that means less than half a turn."""
        if after >= before:
            return after - before
        run = ROLL_OVER_AT - before + after
        if 2 * run >= ROLL_OVER_AT:
            raise Refused
        return run

    def _replaced_after(self, read: Read) -> datetime | None:
        """When the counter was replaced next: what it had run until then was not known."""
        return min((other.at for other in self.reads if other.is_restart and other.at >= read.at), default=None)

    @staticmethod
    def _refuse_what_changes(
        former: list[tuple[Read, int]], replaced_at: datetime | None, totals: list[tuple[Read, int]]
    ) -> None:
        """A reading that comes late changes no total that was known."""
        now = dict(totals)
        for read, total in former:
            is_known = replaced_at is None or (read.at, read.is_restart) < (replaced_at, True)
            if is_known and now[read] != total:
                raise Refused


def _in_order(reads: list[Read]) -> list[Read]:
    return sorted(reads, key=lambda read: (read.at, read.is_restart))


@dataclass
class MeteredItem(Item):
    """Its cycles go by key: the step, the number, or the instant at which an episode began."""

    said: SaidMeter  # type: ignore[assignment]
    cycles: dict[Any, Cycle] = field(default_factory=dict)
    book: Book = field(default_factory=lambda: Book(is_counter=True))
    is_leaving: bool = False

    def __post_init__(self) -> None:
        pass

    def tick(self, today: date) -> None:
        is_by_hand = self.went_on is not None
        before = self._pause_over(today)
        if before is None:
            return
        self._judge_waiting(today, before)
        if self.book.reads or self.said.days:
            self._look(today, before, FOR_GOOD if is_by_hand else before)

    def _look(self, today: date, before: date, read_before: date) -> None:
        """What was read before that day was read in a pause that is over (S38)."""
        raise NotImplementedError

    def go_on(self, on: date) -> None:
        """What was read while the plan rested is settled as it goes on (S38)."""
        if self.state != "paused":
            return
        self.state = "active"
        if self.rests_until is None or self.rests_until <= on:
            self.rests_until, self.went_on = None, on
            self.tick(on)

    def leave(self, on: date) -> None:
        """S36b, S38: whoever leaves while he rests has missed what came meanwhile."""
        self.tick(on)
        is_resting = self.state == "paused" or self.rests_until is not None
        if is_resting and (self.book.reads or self.said.days):
            self.is_leaving = True
            self._look(on, on, FOR_GOOD)
        self.state = "ended"
        for cycle in self.cycles.values():
            if cycle.fate == "waiting":
                cycle.fate, cycle.reason = "cancelled", "left"

    def came_late(self, at: datetime) -> None:
        """What was read then was not known (S28)."""

    def corrected(self, at: datetime) -> None:
        """What was read then holds no more (S28)."""

    def _add(self, key: int | datetime, day: date) -> Cycle:
        cycle = self.cycles[key] = Cycle(Slot(day, key), day, 0)
        return cycle

    def _judge_new(self, cycle: Cycle, today: date, beside: Collection[Slot] = ()) -> None:
        """`beside` are of the same look, each with an order of its own (S21, all)."""
        if any(order.cycle.due == cycle.due for slot, order in self.orders.items() if slot not in beside):
            cycle.fate, cycle.reason = "merged", "same_day"  # S31
        else:
            self._judge(cycle, today)


@dataclass
class Steps(MeteredItem):
    """S26, fixed: a cycle each time that the total passes start + k x every."""

    before_it: int = 0  # S14b: the last step that was settled as it came, whatever is read late

    def _step(self, total: int) -> int:
        return max(0, (total - self.said.start_at) // self.said.every)

    def _reached(self) -> int:
        return self._step(self.book.totals()[-1][1]) if self.book.reads else 0

    def _first(self) -> int:
        """S14b: what had been run before it was enrolled is not made up for."""
        self.before_it = max(self.before_it, self._step(self.book.total_by(self.enrolled_on - DAY)))
        return self.before_it

    def _look(self, today: date, before: date, read_before: date) -> None:
        rested = 0
        if before != date.min:
            rested = self._step(max((run for read, run in self.book.totals() if read.on < read_before), default=0))
        made_up = set()
        new = [step for step in range(self._first() + 1, self._reached() + 1) if step not in self.cycles]
        for step in new:
            cycle = self._add(step, today)
            if step <= rested:
                cycle.fate, cycle.reason = "missed", "paused"
            elif step == new[-1]:
                self._judge_new(cycle, today, made_up)
            elif self.said.catch_up == "all":
                self._make(cycle, today)
                made_up.add(cycle.slot)
            else:
                asks = self.said.catch_up == "ask"
                cycle.fate, cycle.reason = ("waiting", "ask") if asks else ("missed", "passed")
        if self.said.is_estimated and not self.is_leaving:
            self._look_ahead(today, made_up)

    def _look_ahead(self, today: date, made_up: Collection[Slot]) -> None:
        """S27: orders come from the estimate too."""
        while True:
            step = max(self._reached(), self._first()) + 1
            while step in self.cycles:
                step += 1
            day = self.book.day_of(self.said.start_at + step * self.said.every, today)
            if day is None or day - self.said.lead * DAY > today:
                return
            self._judge_new(self._add(step, day), today, made_up)

    def corrected(self, at: datetime) -> None:
        """Steps that have not come after all will come; one that has or had an order never fires twice."""
        self.before_it = min(self.before_it, self._reached())
        for step in [step for step in self.cycles if step > self._reached()]:
            if self._brought_nothing(self.cycles[step]):
                del self.cycles[step]

    def _brought_nothing(self, cycle: Cycle) -> bool:
        is_passed = cycle.fate == "missed" and cycle.reason in ("passed", "paused")
        return is_passed or cycle.fate in ("waiting", "suppressed", "merged")


@dataclass
class Floats(MeteredItem):
    """S25, S26: so much, or so many days, after the work was last done; one cycle at a time, both clocks start anew."""

    number: int = 0
    base: date = date.max
    decided_on: date | None = None  # the day on which it was decided that a cycle is not done (S12)
    work_on: date | None = None

    def __post_init__(self) -> None:
        self.base = self.enrolled_on
        self.is_base_due, self.later_than = True, self.enrolled_on - DAY

    def _look(self, today: date, before: date, read_before: date) -> None:
        while not self.orders:
            coming = [found for found in (self._by_date(), self._by_meter(today)) if found is not None]
            if not coming:
                return
            day, is_by_date = min(coming, key=lambda found: found[0])
            if day - self.said.lead * DAY > today:
                return
            self.number += 1
            cycle = self._add(self.number, day)
            in_pause = day < before if is_by_date else self._read_in_pause(before, read_before)
            missed = ("missed", "paused") if in_pause else None
            if is_by_date and missed is None:
                missed = self._caught_up(cycle, cycle.slot, today, before)
            if missed is None and self.is_leaving:
                del self.cycles[self.number]
                return
            if missed is None:
                self._make(cycle, today)
                return
            cycle.fate, cycle.reason = missed
            self._not_done(day, today)

    def _by_date(self) -> tuple[date, bool] | None:
        if not self.said.days:
            return None
        count = 0 if self.is_base_due else 1
        while self.base + count * self.said.days * DAY <= self.later_than:
            count += 1
        return self.base + count * self.said.days * DAY, True

    def _by_meter(self, today: date) -> tuple[date, bool] | None:
        if not self.book.reads:
            return None
        if self._wanted() <= self.book.totals()[-1][1]:
            return today, False
        day = self.book.day_of(self._wanted(), today) if self.said.is_estimated else None
        return None if day is None else (day, False)

    def _wanted(self) -> int:
        """The total that brings the next cycle: after one that was not done, beyond what was run by then (S12)."""
        base = self.book.total_by(self.work_on or self.enrolled_on - DAY)
        total = base + self.said.every
        while self.decided_on is not None and total <= self.book.total_by(self.decided_on):
            total += self.said.every
        return total

    def _read_in_pause(self, before: date, read_before: date) -> bool:
        read = [run for read, run in self.book.totals() if read.on < read_before]
        return before != date.min and max(read, default=0) >= self._wanted()

    def _not_done(self, due: date, on: date) -> None:
        self.base, self.is_base_due, self.later_than = due, False, max(on, due)
        self.decided_on = on

    def _in_the_way(self, cycle: Cycle) -> list[Any]:
        return list(self.orders.values())

    def done(self, slot: Any, on: date) -> None:
        del self.orders[slot]
        if slot.key < self.number:  # S11b: the cycle after it counts from the later of the two days
            self.base, self.work_on = max(self.base, on), max(self.work_on or on, on)
            return
        self.base, self.is_base_due, self.later_than = on, False, date.min
        self.work_on, self.decided_on = on, None

    def end(self, slot: Any, fate: str, on: date) -> None:
        ended = self.orders.pop(slot).cycle
        ended.fate, ended.reason = fate, "person"
        if slot.key == self.number:
            self.base, self.is_base_due, self.later_than, self.decided_on = ended.due, False, on, on


@dataclass
class Episodes(MeteredItem):
    """S29. An episode begins with the last of so many readings in a row, and ends with one that is back."""

    book: Book = field(default_factory=lambda: Book(is_counter=False))
    since: datetime = LONG_AGO  # from when to look: the last episode began then or, corrected, did not
    is_open_since: bool = False
    looked: datetime = LONG_AGO
    covered: datetime = LONG_AGO  # what holds until then belongs to an episode that was told

    def _holds(self, read: Read) -> bool:
        return read.value >= self.said.threshold

    def _look(self, today: date, before: date, read_before: date) -> None:
        opened = list(self._opened())
        for read in opened:
            cycle = self._add(read.at, today)
            if before != date.min and read.on < read_before:
                cycle.fate, cycle.reason = "missed", "paused"
            elif read is not opened[-1]:
                cycle.fate, cycle.reason = "missed", "passed"
            else:
                self._judge_new(cycle, today)

    def _opened(self) -> Iterator[Read]:
        is_open, quiet_until, in_row = self.is_open_since, LONG_AGO, 0
        for read in self._since_enrolled():
            if read.at < self.since or (read.at == self.since and is_open):
                in_row = in_row + 1 if self._holds(read) and not is_open else 0
                continue
            if is_open:
                if read.value <= self.said.back_at:
                    is_open, in_row = False, 0
                    quiet_until, self.covered = read.at + self.said.quiet, max(self.covered, read.at)
                continue
            in_row = in_row + 1 if self._holds(read) else 0
            is_told = read.at <= self.covered
            if in_row >= self.said.readings and (is_told or read.at >= quiet_until):
                is_open, self.is_open_since, self.since = True, True, read.at
                if not is_told:
                    yield read
        self.looked = max([self.looked, *(read.at for read in self._since_enrolled())])
        if is_open:
            self.covered = max(self.covered, self.looked)

    def _since_enrolled(self) -> list[Read]:
        return [read for read in self.book.in_order() if read.on >= self.enrolled_on]

    def corrected(self, at: datetime) -> None:
        self.came_late(at)

    def came_late(self, at: datetime) -> None:
        """What lies before the last episode stays as it was judged."""
        if at > self.looked or at.date() < self.enrolled_on:
            return
        if self.is_open_since and at == self.since:
            self.is_open_since = False
        elif not self.is_open_since and self.since != LONG_AGO:
            self.since = min(self.since, at)


KINDS = {"steps": Steps, "floats": Floats, "episodes": Episodes}
