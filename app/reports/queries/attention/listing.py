"""The list: one kind after another, the most urgent first, each by the keys of its own rows."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from app.core.errors import InvalidInput
from app.core.i18n import N_
from app.core.security import Actor, Permission, require
from app.reports.queries.attention import clock, cycles, orders, pieces, plans, requests
from app.reports.queries.attention.look import Look
from app.reports.schemas import AttentionEntry, AttentionKind

COUNTED = 100  # beyond that, more is more
KINDS: Mapping[AttentionKind, Callable[[Look], list[AttentionEntry]]] = {
    "scheduler_silent": clock.scheduler_silent,
    "clock_ahead": clock.clock_ahead,
    "error": plans.in_error,
    "unassigned_urgent": orders.unassigned_urgent,
    "escalated": orders.escalated,
    "waiting_order": cycles.waiting_orders,
    "unanswered_request": requests.unanswered,
    "catch_up": cycles.asked,
    "flagged": cycles.flagged,
    "reading_overdue": cycles.readings_overdue,
    "proposal": pieces.proposals,
    "loan": pieces.loans,
    "no_items": plans.without_items,
    "ended": plans.ended,
    "paused": plans.paused,
    "item_paused": plans.items_paused,
    "long_lead": plans.long_leads,
}


def attention(
    session: Session,
    *,
    by: Actor,
    now: datetime,
    kind: AttentionKind | None = None,
    limit: int = 50,
    after: Sequence[Any] | None = None,
) -> list[AttentionEntry]:
    """`limit + 1` entries behind the one that (kind, id) names; a kind is asked when the ones before it are through."""
    require(by, Permission.PLAN)
    asked: list[AttentionKind] = [kind] if kind else list(KINDS)
    after_id = 0
    if after is not None:
        last, after_id = _place(after)
        asked = asked[asked.index(last) :] if last in asked else []
    found: list[AttentionEntry] = []
    for each in asked:
        left = limit + 1 - len(found)
        if left <= 0:
            break
        found += KINDS[each](Look(session, by, now, after_id, left))
        after_id = 0
    return found


def _place(after: Sequence[Any]) -> tuple[AttentionKind, int]:
    kinds: list[AttentionKind] = [kind for kind in KINDS if [kind] == list(after[:1])]
    if len(after) != 2 or not kinds or type(after[1]) is not int:
        raise InvalidInput.at(
            "cursor", "bad_cursor", N_("This page link is not valid. Start again from the first page.")
        )
    return kinds[0], after[1]


def count_attention(session: Session, *, by: Actor, now: datetime) -> int:
    """What the navigation shows; no more than `COUNTED` are looked for."""
    return min(COUNTED, len(attention(session, by=by, now=now, limit=COUNTED - 1)))
