"""What a meter brings: steps of a lifetime total, so much since the work was last done, episodes (S25 to S29)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from math import ceil

from app.ledger.rules.facts import Decision, Facts, Gauged, NewRow, Verdict
from app.ledger.rules.generation import AT_REST, PAUSED, Ahead, floating, judge_waiting, wake_on
from app.ledger.rules.overlap import OpenOrders
from app.ledger.rules.watching import Seen, bounds_of, look
from app.meters.rules.values import shown, unscaled
from app.plans.rules.policy import days_from
from app.plans.rules.schedule import Cycle, meter_cycle
from app.plans.rules.trace import TraceStep
from app.plans.rules.trigger import Trigger

DAY = timedelta(days=1)
CAUGHT_UP_MAX = 300  # steps that a jump leaves to be made up for or asked about; beyond, somebody misread the counter


@dataclass(frozen=True, slots=True)
class Reading:
    """A target's counter as its plan sees it: all known, and scaled alike."""

    trigger: Trigger
    meter: Gauged
    every: int
    start_at: int
    total: int
    base: int
    last_on: date
    rested: int | None  # what it had run when a pause ended that is being settled (S38)

    @property
    def step(self) -> int:
        """The last step reached: the k of anchor + k x every (S26)."""
        return (self.total - self.start_at) // self.every

    @property
    def first_step(self) -> int:
        """The last step before the target was enrolled: nothing before is made up for (S14b)."""
        return max(0, (self.base - self.start_at) // self.every)

    def total_of(self, step: int) -> int:
        return self.start_at + step * self.every

    def key_of(self, step: int) -> str:
        """S14; with its total where a version before counted other steps, one of which has the number."""
        key = f"M:{self.meter.meter_id}:{step}"
        return f"{key}@{self.total_of(step)}" if step in self.meter.used else key

    @property
    def interval(self) -> int:
        """Days that the counter takes for one step, at its average use."""
        use = self.meter.use
        return ceil(self.every / use.per_day) if use is not None and use.per_day > 0 else 0

    def day_of(self, total: int, first_on: date) -> date | None:
        """The day that average use says, not before `first_on` (S27); None where nothing says."""
        if total <= self.total:
            return first_on
        days = None if self.meter.use is None else self.meter.use.days_until(total)
        return None if days is None else max(first_on, days_from(self.last_on, days))

    def total_on(self, day: date) -> int:
        """At the end of a day, at average use."""
        use = self.meter.use
        return self.total if use is None else self.total + use.in_days(max(0, (day - self.last_on).days))

    def step_on(self, day: date) -> int:
        return (self.total_on(day) - self.start_at) // self.every

    def next_total(self, base: int, after: int) -> int:
        """Floating: the next multiple of `every` from the work last done, beyond a cycle that was not done (S12)."""
        return base + (max(0, (after - base) // self.every) + 1) * self.every


def reading_of(facts: Facts) -> Reading | None:
    """None: there is no such meter, or nobody has read it."""
    trigger, meter = facts.schedule.trigger, facts.meter
    if trigger is None or meter is None or trigger.every is None:
        return None
    if meter.total is None or meter.base is None or meter.last_on is None:
        return None
    every = max(1, ceil(trigger.every.scaleb(meter.scale.decimals)))
    start_at = ceil(trigger.start_at.scaleb(meter.scale.decimals))
    rested = meter.total if meter.rested_total is None else meter.rested_total
    is_rested = facts.gap_reason == "paused"
    return Reading(
        trigger, meter, every, start_at, meter.total, meter.base, meter.last_on, rested if is_rested else None
    )


def steps(facts: Facts, today: date, limit: int) -> Decision:
    """Fixed (S26): each step of the lifetime total is a cycle. A jump over several makes one order, for the highest."""
    orders = OpenOrders(facts, today)
    changes = tuple(judge_waiting(facts, today, orders))
    rows: list[NewRow] = []
    counter, is_cut = facts.counter, False
    following: Cycle | None = None
    reading = reading_of(facts)
    if reading is not None:
        counter = max(counter, reading.first_step)
        reached = max(counter, reading.step)
        rows, counter, is_cut = _passed(facts, reading, (counter, reached), today, orders, limit)
        following = estimate(facts, reading, free(reading.meter, counter + 1), today)
        while following is not None and reading.trigger.is_estimated and _opens_on(facts, following) <= today:
            is_cut = is_cut or len(rows) >= limit
            if is_cut:
                break
            rows.append(NewRow(following, _judge(facts, following, orders)))
            counter = max(counter, step_of(following.key))
            following = estimate(facts, reading, free(reading.meter, counter + 1), today)
    return Decision(
        settled_through=facts.settled_through,
        counter=counter,
        anchor_on=facts.anchor_on,
        counted_after_on=None,
        next_due_on=following.due_on if following else None,
        wake_on=wake_on(facts, today, orders, changes, tuple(rows), _ahead(facts, following, today, is_cut=is_cut)),
        rows=tuple(rows),
        changes=changes,
        replaced=tuple(orders.replaced),
        reminded=tuple(orders.reminded),
        is_cut=is_cut,
    )


def floating_or_meter(facts: Facts, today: date) -> Decision:
    """Floating: `every` after the work was last done or, with a rule too, whichever comes first (S25).

    One cycle at a time, with one key, whatever brings it: both clocks start anew when it is done, or is not (S12).
    """
    plain = floating(facts, today)
    reading = reading_of(facts)
    waits = facts.open_orders or facts.is_held or any(row.verdict.reason == "family" for row in plain.rows)
    if waits or reading is None or any(change.verdict.fate == "generated" for change in plain.changes):
        return plain
    by_date = plain.rows[-1] if plain.rows and plain.rows[-1].verdict.fate == "generated" else None
    before = plain.rows[:-1] if by_date else plain.rows
    number = facts.counter + len(before) + 1
    total = reading.next_total(reading.base, reading.total) if before else next_total(facts, reading)
    cycle = cycle_at(facts, reading, f"N:{number}", total, today)
    if cycle is None or (by_date is not None and by_date.cycle.due_on <= cycle.due_on):
        return plain
    if _opens_on(facts, cycle) > today or not (_is_reached(cycle) or reading.trigger.is_estimated):
        return plain if by_date else _sooner(plain, cycle, today, is_by_estimate=reading.trigger.is_estimated)
    made = replace(plain, counter=number, next_due_on=None, wake_on=None)
    is_rested = reading.rested is not None and total <= reading.rested
    spent = _not_wanted(facts, today, is_rested=is_rested)
    if spent is not None:
        rows = (*before, NewRow(cycle, spent))
        return replace(made, rows=rows, anchor_on=cycle.due_on, counted_after_on=today, is_cut=True, wake_on=today)
    return replace(made, rows=(*before, NewRow(cycle, facts.taken_in(cycle.comes_on) or Verdict("generated"))))


def next_total(facts: Facts, reading: Reading) -> int:
    """The next multiple of `every` after the work last done; after a cycle that was not done, beyond it (S12)."""
    after = reading.base if facts.counted_after_on is None or reading.meter.after is None else reading.meter.after
    return reading.next_total(reading.base, after)


def _sooner(plain: Decision, cycle: Cycle, today: date, *, is_by_estimate: bool) -> Decision:
    """Nothing is due yet: what is shown, and looked at, is whatever comes first."""
    opens_on = cycle.generate_on if is_by_estimate else cycle.due_on
    return replace(
        plain,
        next_due_on=min(filter(None, (plain.next_due_on, cycle.due_on))),
        wake_on=min(filter(None, (plain.wake_on, max(opens_on, today + DAY)))),
    )


def _passed(
    facts: Facts, reading: Reading, span: tuple[int, int], today: date, orders: OpenOrders, limit: int
) -> tuple[list[NewRow], int, bool]:
    """The rows of the steps between; the step that they end with; whether more are left for another decision."""
    settled, reached = span
    top = next((step for step in range(reached, settled, -1) if step not in reading.meter.taken), None)
    if top is None:
        return [], reached, False
    rows: list[NewRow] = []
    policy = facts.schedule.catch_up
    if reading.rested is not None:
        rested = min(reached, (reading.rested - reading.start_at) // reading.every)
        rows += _runs(facts, reading, (settled, rested + 1), today, PAUSED)
        settled = max(settled, rested)
        if top <= settled:
            return rows, reached, False
    if facts.rests_on(today):
        rows += _runs(facts, reading, (settled, reached + 1), today, AT_REST)
        return rows, reached, False
    if policy in ("latest", "none"):
        rows += _runs(facts, reading, (settled, top), today, Verdict("missed", "passed"))
    else:
        first = max(settled, top - 1 - CAUGHT_UP_MAX)
        rows += _runs(facts, reading, (settled, first + 1), today, Verdict("missed", "passed"))
        for step in range(first + 1, top):
            if len(rows) >= limit:
                return rows, step - 1, True
            if step not in reading.meter.taken:
                cycle = _step_cycle(facts, reading, step, today)
                made_up = Verdict("waiting", "ask") if policy == "ask" else Verdict("generated")
                rows.append(NewRow(cycle, facts.taken_in(cycle.comes_on) or made_up))
    cycle = _step_cycle(facts, reading, top, today)
    if _opens_on(facts, cycle) > today:  # put off to a day that is worked: it is looked at again then
        return [row for row in rows if row.verdict == PAUSED], settled, False
    rows.append(NewRow(cycle, _judge(facts, cycle, orders)))
    return rows, reached, False


def _not_wanted(facts: Facts, today: date, *, is_rested: bool) -> Verdict | None:
    """What came during a pause is not caught up with (S38), and a piece that rests needs nothing (S41)."""
    if is_rested:
        return PAUSED
    return AT_REST if facts.rests_on(today) else None


def episodes(facts: Facts, today: date) -> Decision:
    """S29: an episode is a cycle. Of several since the last look, the latest makes the order, as after a jump."""
    orders = OpenOrders(facts, today)
    changes = tuple(judge_waiting(facts, today, orders))
    trigger, meter = facts.schedule.trigger, facts.meter
    watch, rows = None, list[NewRow]()
    if trigger is not None and meter is not None:
        bounds = bounds_of(trigger, meter.scale)
        watch, opened = look(bounds, meter.watch, meter.seen)
        for reading in opened:
            cycle = _episode(facts, trigger, meter, reading, today)
            passed = Verdict("missed", "passed") if reading is not opened[-1] else None
            spent = _not_wanted(facts, today, is_rested=_is_rested(facts, meter, reading))
            rows.append(NewRow(cycle, spent or passed or _judge(facts, cycle, orders)))
    is_cut = meter is not None and meter.has_more
    ahead = Ahead(None, None, is_cut=is_cut, has_come=False)
    return Decision(
        settled_through=facts.settled_through,
        counter=facts.counter + len(rows),
        anchor_on=facts.anchor_on,
        counted_after_on=None,
        next_due_on=None,
        wake_on=wake_on(facts, today, orders, changes, tuple(rows), ahead),
        rows=tuple(rows),
        changes=changes,
        replaced=tuple(orders.replaced),
        reminded=tuple(orders.reminded),
        is_cut=is_cut,
        watch=watch,
    )


def _is_rested(facts: Facts, meter: Gauged, reading: Seen) -> bool:
    return facts.gap_reason == "paused" and (meter.rested_until is None or reading.at < meter.rested_until)


def _episode(facts: Facts, trigger: Trigger, meter: Gauged, reading: Seen, today: date) -> Cycle:
    step: TraceStep = {
        "step": "condition",
        "meter": trigger.meter,
        "unit": trigger.unit,
        "side": trigger.side,
        "at": trigger.threshold or "",
        "shown": str(shown(reading.value, meter.scale)),
        "readings": trigger.readings,
        "read_on": reading.on.isoformat(),
        "on": today.isoformat(),
    }
    return meter_cycle(facts.schedule, facts.calendar, f"C:{meter.meter_id}:{reading.id}", today, 0, step)


def _runs(facts: Facts, reading: Reading, between: tuple[int, int], today: date, verdict: Verdict) -> Iterator[NewRow]:
    """One row for each run of steps strictly between the two that nobody has taken."""
    first, end = between[0] + 1, between[1]
    stops = sorted(step for step in reading.meter.taken if first <= step < end)
    for stop in (*stops, end):
        if first < stop:
            yield NewRow(_step_cycle(facts, reading, first, today), verdict, count=stop - first)
        first = stop + 1


def _opens_on(facts: Facts, cycle: Cycle) -> date:
    """At once where a higher cycle takes it in, or lower ones call for it (S24)."""
    return min(cycle.generate_on, facts.opens_on(cycle))


def _judge(facts: Facts, cycle: Cycle, orders: OpenOrders) -> Verdict:
    made = orders.same_day(cycle.due_on)
    if made is not None:
        return Verdict("merged", "same_day", made)
    return facts.taken_in(cycle.comes_on) or orders.judge(cycle.key, cycle.raw_due_on, cycle.due_on, cycle.interval)


def free(meter: Gauged, step: int) -> int:
    while step in meter.taken:
        step += 1
    return step


def step_again(key: str, raw: date, due_on: date, facts: Facts) -> Cycle:
    """A step that was absorbed with others, as it comes back alone (S20); its days are those when it was reached."""
    reading = reading_of(facts)
    step: TraceStep = {"step": "meter", "meter": "", "unit": "", "at": "", "shown": "", "read_on": raw.isoformat()}
    if reading is not None:
        step = _step(reading, reading.total_of(step_of(key)))
    step["on"] = raw.isoformat()
    cycle = meter_cycle(facts.schedule, facts.calendar, key, raw, reading.interval if reading else 0, step)
    return replace(cycle, due_on=due_on)


def step_of(key: str) -> int:
    """The step that a key names: 3 of "M:7:3" and of "M:7:3@15000"."""
    return int(key.rpartition(":")[2].partition("@")[0])


def _step_cycle(facts: Facts, reading: Reading, step: int, today: date) -> Cycle:
    cycle = estimate(facts, reading, step, today)
    if cycle is None:
        raise AssertionError(f"step {step} is reached, and yet has no day")
    return cycle


def estimate(facts: Facts, reading: Reading, step: int, today: date) -> Cycle | None:
    return cycle_at(facts, reading, reading.key_of(step), reading.total_of(step), today)


def cycle_at(facts: Facts, reading: Reading, key: str, total: int, today: date) -> Cycle | None:
    """Due today where the total is reached, else on the day that average use says (S27); None where nothing says."""
    raw, use, step = reading.day_of(total, today), reading.meter.use, _step(reading, total)
    if raw is None:
        return None
    if reading.total < total and use is not None:
        per_day = float(use.per_day) / 10**reading.meter.scale.decimals
        step |= {"step": "estimate", "per_day": f"{round(per_day, 1):g}"}
    step["on"] = raw.isoformat()
    return meter_cycle(facts.schedule, facts.calendar, key, raw, reading.interval, step)


def _step(reading: Reading, total: int) -> TraceStep:
    return {
        "step": "meter",
        "meter": reading.trigger.meter,
        "unit": reading.trigger.unit,
        "at": _text(total, reading),
        "shown": _text(reading.total, reading),
        "read_on": reading.last_on.isoformat(),
    }


def _text(value: int, reading: Reading) -> str:
    return f"{unscaled(value, reading.meter.scale.decimals):f}"


def _is_reached(cycle: Cycle) -> bool:
    return cycle.trace[0]["step"] == "meter"


def _is_by_estimate(facts: Facts) -> bool:
    return facts.schedule.trigger is not None and facts.schedule.trigger.is_estimated


def _ahead(facts: Facts, following: Cycle | None, today: date, *, is_cut: bool) -> Ahead:
    """When to look again without a new reading: the day that the estimate says."""
    if following is None:
        return Ahead(None, None, is_cut=is_cut, has_come=False)
    opens_on = following.generate_on if _is_by_estimate(facts) else following.due_on
    return Ahead(max(opens_on, today + DAY), following.due_on, is_cut=is_cut, has_come=False)
