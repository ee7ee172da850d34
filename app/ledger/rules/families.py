"""S24: plans that share a family are decided together on an item, from the highest rank down."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from app.ledger.rules.deciding import decide
from app.ledger.rules.facts import Decision, Facts, Higher, OpenOrder, Together
from app.ledger.rules.generation import CYCLES_PER_DECISION


@dataclass(frozen=True, slots=True)
class Member:
    """One plan's target on the item.

    `done` is the cycle whose order was done last; `is_held`: a floating target whose last cycle was taken in by an
    order that is still open.
    """

    target_id: int
    rank: int
    facts: Facts
    done: OpenOrder | None = None
    is_held: bool = False


def decide_together(
    members: Sequence[Member], tolerance: int, today: date, limit: int = CYCLES_PER_DECISION
) -> dict[int, Decision]:
    """By target. The facts of one hold nothing of what another decides: `together` carries it down the ranks.

    A lower cycle is merged into a higher one within `tolerance` days that is made and not started, or was done and the
    lower plan is fixed. Where the higher one's next cycle lies as near and is not made yet, it is made now. While a
    higher plan has more to decide (S15), those below it wait for the next round.
    """
    ranked = sorted(members, key=lambda member: -member.rank)
    higher: list[Higher] = []
    decisions: dict[int, Decision] = {}
    is_cut = False
    for place, member in enumerate(ranked):
        if is_cut:
            decisions[member.target_id] = _nothing_yet(member.facts, today)
            continue
        together = Together(tolerance, tuple(higher), member.is_held)
        decision = _decide(member, together, ranked[place + 1 :], today, limit)
        decisions[member.target_id] = decision
        higher += _cycles_of(member, decision)
        is_cut = decision.is_cut
    return decisions


def _decide(member: Member, together: Together, below: Sequence[Member], today: date, limit: int) -> Decision:
    """The next cycle is made at the earlier of both lead dates, where a lower one calls for it and it gets an order."""
    decision = decide(replace(member.facts, together=together), today, limit)
    while not decision.is_cut and (next_on := decision.next_due_on) is not None:
        known = replace(together, higher=(*together.higher, *_cycles_of(member, decision)))
        wanted = (
            due_on
            for lower in below
            for due_on in _wanting(replace(lower.facts, together=replace(known, is_held=lower.is_held)), today, limit)
        )
        if not any(abs((next_on - due_on).days) <= together.tolerance for due_on in wanted):
            break
        called = decide(replace(member.facts, together=replace(together, called_to=next_on)), today, limit)
        if not _is_made(called, next_on):
            break
        decision = called
    return decision


def _wanting(facts: Facts, today: date, limit: int) -> Iterator[date]:
    """Days of a lower plan's cycles that have come, and that nothing higher takes in so far."""
    decision = decide(facts, today, limit)
    changed = {change.key: change.verdict.fate for change in decision.changes}
    for waiting in facts.waiting:
        if waiting.reason != "ask" and changed.get(waiting.key, "waiting") in ("waiting", "generated"):
            yield waiting.due_on
    for row in decision.rows:
        if row.verdict.fate == "generated" or (row.verdict.fate == "waiting" and row.verdict.reason != "ask"):
            yield row.cycle.comes_on


def _is_made(decision: Decision, on: date) -> bool:
    return any(row.verdict.fate == "generated" and row.cycle.comes_on == on for row in decision.rows)


def _cycles_of(member: Member, decision: Decision) -> Iterator[Higher]:
    """What those below may be merged into."""

    def cycle(key: str, due_on: date, *, is_open: bool = True) -> Higher:
        return Higher(member.target_id, member.rank, key, due_on, is_open)

    closed = {key for key, _ in decision.replaced}
    known = {order.key for order in member.facts.open_orders}
    for order in member.facts.open_orders:
        if not order.is_started and order.key not in closed:
            yield cycle(order.key, order.comes_on)
    for row in decision.rows:
        if row.verdict.fate == "generated":
            yield cycle(row.cycle.key, row.cycle.comes_on)
    made = {change.key for change in decision.changes if change.verdict.fate == "generated"}
    for waiting in member.facts.waiting:
        if waiting.key in made:
            yield cycle(waiting.key, waiting.due_on)
    if member.done is not None and member.done.key not in known:
        yield cycle(member.done.key, member.done.comes_on, is_open=False)


def _nothing_yet(facts: Facts, today: date) -> Decision:
    return Decision(
        settled_through=facts.settled_through,
        counter=facts.counter,
        anchor_on=facts.anchor_on,
        counted_after_on=facts.counted_after_on,
        next_due_on=None,
        wake_on=today,
        is_cut=True,
    )
