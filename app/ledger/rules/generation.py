"""What one tick decides about the dates of one target (S13 to S23)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import chain, islice

from app.ledger.rules.exceptions import decided, decided_groups
from app.ledger.rules.facts import Change, Decision, Facts, NewRow, Reason, Verdict
from app.ledger.rules.overlap import OpenOrders
from app.plans.rules.schedule import Cycle, DayGroup, fixed_cycles, floating_cycle, group_same_day, min_gap

CYCLES_PER_DECISION = 400
AT_REST = Verdict("skipped", "item_status")
PAUSED = Verdict("missed", "paused")
PEEKED = 1000  # skipped cycles looked over for the next date to show
BY_PERSON = Verdict("skipped", "person")


def coming_groups(facts: Facts) -> Iterator[DayGroup]:
    """Days with cycles of a fixed schedule that have no row yet, as people want them (S35)."""
    cycles = fixed_cycles(facts.schedule, facts.calendar, facts.anchor_on, facts.settled_through, facts.anchor_is_due)
    return decided_groups(group_same_day(cycles), facts.exceptions, facts.schedule)


def fixed(facts: Facts, today: date, limit: int) -> Decision:
    """Judge the waiting cycles, then the new ones whose lead date has come, oldest first.

    At most `limit` new cycles, but never a part of a same-day group (S15, S31).
    """
    orders = OpenOrders(facts, today)
    changes = tuple(judge_waiting(facts, today, orders))
    due, ahead = _take_due(facts, coming_groups(facts), today, limit)
    rows = tuple(_new_rows(facts, _CatchUp(facts, today, due, ahead), orders, due))
    return Decision(
        settled_through=due[-1].cycles[-1].raw_due_on if due else facts.settled_through,
        counter=facts.counter,
        anchor_on=facts.anchor_on,
        counted_after_on=None,
        next_due_on=ahead.next_due_on,
        wake_on=wake_on(facts, today, orders, changes, rows, ahead),
        rows=rows,
        changes=changes,
        replaced=tuple(orders.replaced),
        reminded=tuple(orders.reminded),
        is_cut=ahead.is_cut,
    )


def judge_waiting(facts: Facts, today: date, orders: OpenOrders) -> Iterator[Change]:
    """S20: oldest first; one that goes on waiting is no change. One whose day fell into a pause is missed (S38)."""
    for cycle in sorted(facts.waiting, key=lambda waiting: waiting.raw_due_on):
        if cycle.reason == "ask":
            continue
        if _fell_into_pause(facts, cycle.due_on, today):
            yield Change(cycle.key, PAUSED)
            continue
        if facts.rests_on(cycle.due_on):
            if cycle.due_on < today:
                yield Change(cycle.key, AT_REST)
            continue
        taken = facts.taken_in(cycle.due_on)
        verdict = taken or orders.judge(cycle.key, cycle.raw_due_on, cycle.due_on, cycle.interval)
        if verdict.fate != "waiting":
            yield Change(cycle.key, verdict)


@dataclass(frozen=True, slots=True)
class Ahead:
    """What follows the cycles of this decision."""

    opens_on: date | None
    next_due_on: date | None
    is_cut: bool
    has_come: bool  # another cycle's due date has come too


def _take_due(facts: Facts, groups: Iterator[DayGroup], today: date, limit: int) -> tuple[list[DayGroup], Ahead]:
    due: list[DayGroup] = []
    taken = 0
    for group in groups:
        opens_on = facts.opens_on(group.survivor or group.cycles[0])
        if taken >= limit or opens_on > today:
            following = next((g.order for g in islice(chain([group], groups), PEEKED) if g.order), None)
            next_due_on = following.comes_on if following else None
            has_come = next_due_on is not None and next_due_on <= today
            return due, Ahead(opens_on, next_due_on, opens_on <= today, has_come)
        due.append(group)
        taken += len(group.cycles)
    return due, Ahead(None, None, is_cut=False, has_come=False)


class _CatchUp:
    """S21: cycles whose due date came without a row."""

    def __init__(self, facts: Facts, today: date, due: list[DayGroup], ahead: Ahead) -> None:
        self._facts = facts
        self._today = today
        come = [group.order.raw_due_on for group in due if group.order and group.order.comes_on <= today]
        self._latest = come[-1] if come and not ahead.has_come else None

    def verdict(self, cycle: Cycle) -> Verdict | None:
        """None: the cycle is judged like any other."""
        taken = self._facts.taken_in(cycle.comes_on, is_wanted=cycle.scheduled_on is not None)
        return self._set_aside(cycle) or taken or self._caught_up(cycle)

    def _set_aside(self, cycle: Cycle) -> Verdict | None:
        if self._facts.rests_on(cycle.due_on):
            return AT_REST
        if _fell_into_pause(self._facts, cycle.comes_on, self._today):
            return PAUSED
        return None

    def _caught_up(self, cycle: Cycle) -> Verdict | None:
        policy, on = self._facts.schedule.catch_up, cycle.comes_on
        if policy == "latest" and on <= self._today and cycle.raw_due_on != self._latest:
            return Verdict("missed", _gap(self._facts))
        if policy == "none" and on < self._today:
            return Verdict("missed", _gap(self._facts))
        if policy == "ask" and on < self._today:
            return Verdict("waiting", "ask")
        return None


def _fell_into_pause(facts: Facts, on: date, today: date) -> bool:
    """S38: judged by the pause on its day, when that is over."""
    return facts.gap_reason == "paused" and on < min(today, facts.paused_until or today)


def _gap(facts: Facts) -> Reason:
    """Why a cycle came without a row; once a pause is over, nothing but an outage is left to explain it."""
    return "outage" if facts.gap_reason == "paused" else facts.gap_reason


def _new_rows(facts: Facts, catch_up: _CatchUp, orders: OpenOrders, due: list[DayGroup]) -> Iterator[NewRow]:
    settled = facts.settled_through
    for group in due:
        verdict = _judge(facts, group.survivor, settled, catch_up, orders) if group.survivor else None
        yield from day_rows(group, verdict)
        settled = group.cycles[-1].raw_due_on


def day_rows(group: DayGroup, verdict: Verdict | None) -> Iterator[NewRow]:
    """One order per day: `verdict` is the survivor's; it is `merged` where the day's order was made already (S31)."""
    for cycle in group.cycles:
        if cycle.outcome == "skipped_person":
            yield NewRow(cycle, BY_PERSON)
        elif cycle.outcome == "skipped_calendar":
            yield NewRow(cycle, Verdict("skipped", "calendar"))
        elif cycle.outcome == "skipped_season":
            yield NewRow(cycle, Verdict("skipped", "season"))
        elif verdict is None or group.survivor is None:
            raise AssertionError(f"a due cycle without a survivor: {cycle.key}")
        elif cycle is group.survivor or verdict.fate == "merged":
            yield NewRow(cycle, verdict)
        else:
            yield NewRow(cycle, Verdict("merged", "same_day", group.survivor.key))


def _judge(facts: Facts, cycle: Cycle, settled: date | None, catch_up: _CatchUp, orders: OpenOrders) -> Verdict:
    if cycle.outcome == "skipped_person":
        return BY_PERSON
    if cycle.scheduled_on is not None:  # a person's date is final (S30)
        return catch_up.verdict(cycle) or orders.judge(cycle.key, cycle.raw_due_on, cycle.comes_on, cycle.interval)
    made = orders.same_day(cycle.due_on)
    if made is not None or cycle.due_on == facts.last_done_due_on:
        return Verdict("merged", "same_day", made)
    if settled is not None and settled == facts.edited_through and _is_too_near(facts, settled, cycle):
        return Verdict("suppressed", "edit")
    return catch_up.verdict(cycle) or orders.judge(cycle.key, cycle.raw_due_on, cycle.due_on, cycle.interval)


def _is_too_near(facts: Facts, settled: date, cycle: Cycle) -> bool:
    """S14b: a new version's first slot."""
    gap = min_gap(facts.schedule, cycle.interval)
    return facts.schedule.late == "skip" and (cycle.raw_due_on - settled).days < gap


def wake_on(
    facts: Facts,
    today: date,
    orders: OpenOrders,
    changes: tuple[Change, ...],
    rows: tuple[NewRow, ...],
    ahead: Ahead,
) -> date | None:
    if ahead.is_cut:
        return today
    judged = {change.key for change in changes}
    waits = [(w.raw_due_on, w.due_on) for w in facts.waiting if w.key not in judged and w.reason != "ask"]
    waits += [
        (row.cycle.raw_due_on, row.cycle.comes_on)
        for row in rows
        if row.verdict.fate == "waiting" and row.verdict.reason != "ask"
    ]
    days = [orders.wake_on(*wait) for wait in waits]
    return min(days if ahead.opens_on is None else [*days, ahead.opens_on], default=None)


def floating(facts: Facts, today: date) -> Decision:
    """S11, S12: one cycle at a time; while its order is open there is no next date.

    Cycles that wait are those of a fixed version before: judged as ever, by the version in force (S36b).
    """
    orders = OpenOrders(facts, today)
    changes = tuple(judge_waiting(facts, today, orders))
    rows: list[NewRow] = []
    counter, anchor_on, after = facts.counter, facts.anchor_on, facts.counted_after_on
    is_open = orders.has_any() or facts.is_held
    ahead: Cycle | None = None
    while not is_open:
        is_first = facts.anchor_is_due and counter == 0
        cycle = floating_cycle(
            facts.schedule, facts.calendar, anchor_on, counter + 1, after=after, base_is_due=is_first
        )
        cycle = cycle and decided(cycle, facts.exceptions, facts.schedule)
        if cycle is None or facts.opens_on(cycle) > today:
            ahead = cycle
            break
        verdict = _floating_catch_up(facts, cycle, today) or Verdict("generated")
        rows.append(NewRow(cycle, verdict))
        counter += 1
        is_open = verdict.fate == "generated" or verdict.reason == "family"
        if not is_open:
            anchor_on, after = cycle.due_on, max(today, cycle.due_on)
    next_due_on, opens_on = (_shown_on(facts, ahead), facts.opens_on(ahead)) if ahead else (None, None)
    following = Ahead(opens_on, next_due_on, is_cut=False, has_come=False)
    return Decision(
        settled_through=facts.settled_through,
        counter=counter,
        anchor_on=anchor_on,
        counted_after_on=after,
        next_due_on=next_due_on,
        wake_on=wake_on(facts, today, orders, changes, tuple(rows), following),
        rows=tuple(rows),
        changes=changes,
        replaced=tuple(orders.replaced),
        reminded=tuple(orders.reminded),
    )


def _floating_catch_up(facts: Facts, cycle: Cycle, today: date) -> Verdict | None:
    """There is only ever one cycle to catch up with: `latest` and `all` make its order."""
    if cycle.outcome == "skipped_person":
        return BY_PERSON
    if facts.rests_on(cycle.due_on):
        return AT_REST
    if _fell_into_pause(facts, cycle.comes_on, today):
        return PAUSED
    if (taken := facts.taken_in(cycle.comes_on)) is not None:
        return taken
    if cycle.comes_on >= today or facts.schedule.catch_up in ("latest", "all"):
        return None
    return Verdict("waiting", "ask") if facts.schedule.catch_up == "ask" else Verdict("missed", _gap(facts))


def _shown_on(facts: Facts, ahead: Cycle) -> date | None:
    """The next date: where a person skips the next cycle, that of the one after it (S12)."""
    if ahead.outcome != "skipped_person":
        return ahead.comes_on
    number, schedule = facts.counter + 2, facts.schedule
    following = floating_cycle(schedule, facts.calendar, ahead.due_on, number, after=ahead.due_on)
    return following.due_on if following else None
