"""What the end of an order, or work not made for a cycle, does to its target (S9, S11b, S12, S20)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import islice
from typing import Literal

from app.ledger.rules.facts import Facts, NewRow, OpenOrder, Verdict
from app.ledger.rules.generation import PEEKED, coming_groups, day_rows
from app.ledger.rules.rows import Row, fold, members
from app.plans.rules.schedule import Cycle, interval_days, min_gap

WITH_ORDER = frozenset({"generated", "cancelled"})
Past = Mapping[int, Facts]  # the target as versions that are no longer in force saw it
NO_PAST: Past = {}


def after_done(rows: Sequence[Row], facts: Facts, order: OpenOrder, done_on: date, past: Past = NO_PAST) -> list[Row]:
    """The target's rows after an order's, once it is done (S20).

    Cycles that still wait and whose date was over before the day done are suppressed; those that were suppressed
    although the work was done in time are judged anew: the oldest waits for its order, which suppresses the others.
    """
    settled = _suppress_what_was_over(rows, order, done_on)
    if _has_later_order(settled, order):
        return settled
    result: list[Row] = []
    renamed_to: str | None = None
    for row in settled:
        if row.kind != ("suppressed", "open_order") or row.named != order.key or row.over_on < done_on:
            result.append(row)
            continue
        seen = past.get(row.version, facts)
        for cycle in members(row, seen) or [row]:
            if cycle.fate != "suppressed" or cycle.over_on < done_on:
                result.append(cycle)
            elif renamed_to is not None:
                result.append(replace(cycle, named=renamed_to))
            elif cycle.count > 1:  # its dates counted from elsewhere then: its cycles can't be told apart
                result.append(cycle)
            elif _is_too_soon(facts, order, cycle, done_on, seen):
                result.append(replace(cycle, reason="late", named=None))
            else:
                renamed_to = cycle.key
                result.append(replace(cycle, fate="waiting", reason="in_time", named=None))
    return fold(result)


def after_not_done(
    rows: Sequence[Row], facts: Facts, order: OpenOrder, decided_on: date, past: Past = NO_PAST
) -> list[Row]:
    """The target's rows after an order's, once it ended otherwise than done (S20, coming back)."""
    settled = _suppress_what_was_over(rows, order, decided_on)
    if any(row.fate == "waiting" and row.reason != "ask" for row in settled) or _has_later_order(settled, order):
        return settled
    named = [i for i, row in enumerate(settled) if row.fate == "suppressed" and row.named == order.key]
    if not named:
        return settled
    last = settled[named[-1]]
    cycles = members(last, past.get(last.version, facts))
    latest = max((i for i, cycle in enumerate(cycles) if cycle.fate == "suppressed"), default=None)
    if latest is None:
        return settled
    cycles[latest] = replace(cycles[latest], fate="waiting", reason="came_back", named=None)
    return fold([*settled[: named[-1]], *cycles, *settled[named[-1] + 1 :]])


def latest_anew(row: Row, facts: Facts) -> list[Row]:
    """S38: the last cycle of a row of missed ones is wanted after all; it waits to be judged."""
    cycles = members(row, facts) if row.count > 1 else [row]
    latest = max((i for i, cycle in enumerate(cycles) if cycle.fate == "missed"), default=None)
    if latest is None:
        return [row]
    cycles[latest] = replace(cycles[latest], fate="waiting", reason="came_back", named=None)
    return fold(cycles)


def _suppress_what_was_over(rows: Sequence[Row], order: OpenOrder, ended_on: date) -> list[Row]:
    return fold(
        replace(row, fate="suppressed", named=order.key)
        if row.kind == ("waiting", "open_order") and row.raw_due_on > order.raw_due_on and row.over_on < ended_on
        else row
        for row in rows
    )


def _has_later_order(rows: Sequence[Row], order: OpenOrder) -> bool:
    return any(row.fate in WITH_ORDER and row.raw_due_on > order.raw_due_on for row in rows)


def _is_too_soon(facts: Facts, order: OpenOrder, cycle: Row, done_on: date, seen: Facts) -> bool:
    """S10, as it would have been judged in time; the interval is that of the version which had `seen` the cycle."""
    if facts.schedule.late == "keep" or done_on <= order.due_on:
        return False
    interval = interval_days(seen.schedule.rule, seen.anchor_on, cycle.raw_due_on, seen.calendar)
    return (cycle.over_on - done_on).days < min_gap(facts.schedule, interval)


@dataclass(frozen=True, slots=True)
class Logged:
    """Work that was not made for a cycle (S9).

    `on_order`: record it on the open order of cycle `key`. `settles`: `rows` are written, and this work is the order of
    `cycle`. `resets`: a floating clock restarts. `extra`: nothing changes; "count it for `cycle`?" may be offered.
    """

    kind: Literal["on_order", "settles", "resets", "extra"]
    key: str | None = None
    cycle: Cycle | None = None
    rows: tuple[NewRow, ...] = ()


def logged(facts: Facts, done_on: date, *, is_counted: bool = False) -> Logged:
    """`is_counted`: the work settles the next slot however early it was."""
    order = min(facts.open_orders, key=lambda order: order.raw_due_on, default=None)
    if facts.schedule.mode == "floating":
        return Logged("resets") if order is None else Logged("on_order", key=order.key)
    if order is not None and done_on >= (order.window_first_on or order.due_on):
        return Logged("on_order", key=order.key)
    rows: list[NewRow] = []
    for group in islice(coming_groups(facts), PEEKED):
        rows += day_rows(group, Verdict("generated"))
        if group.order is None:
            continue
        if done_on < group.order.window_first_on and not is_counted:
            return Logged("extra", cycle=group.order)
        return Logged("settles", key=group.order.key, cycle=group.order, rows=tuple(rows))
    return Logged("extra")
