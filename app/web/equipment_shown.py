"""What a piece's page shows: what it is, what is due and was done on it, and what stands beside it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from app.core.clock import today
from app.core.security import Actor, Permission
from app.equipment import queries
from app.equipment.models import Equipment
from app.journal import queries as journal
from app.ledger.queries.occurrences import list_occurrences
from app.ledger.queries.upcoming import next_dates
from app.ledger.schemas import OccurrenceFilter, OccurrenceView
from app.plans.queries import targets as plans
from app.plans.schemas import TargetFilter
from app.requests.queries import open_requests_on
from app.web.equipment_beside import beside
from app.web.equipment_form import FIELD_WORDS
from app.web.meters import meters_on
from app.workorders import queries as work
from app.workorders.rules.resolution import LABELS

SHOWN = 8


def piece_shown(session: Session, piece: Equipment, *, by: Actor, now: datetime) -> dict[str, Any]:
    """For the template of its page."""
    return {
        "piece": piece,
        "external_ids": queries.external_ids(session, piece.id),
        "today": today(now, piece.site.time_zone),
        "now": now,
        "meters": meters_on(session, piece, by=by),
        "predecessor": seen(queries.predecessor(session, piece.id), by),
        "successor": seen(queries.successor(session, piece), by),
        "parent": queries.find_parent(session, piece, by=by),
        "history": journal.history_of(session, "equipment", piece.id, SHOWN),
        "report_words": LABELS,
        "field_words": FIELD_WORDS,
        "may_edit": by.has(Permission.PLAN),
        "may_work": by.has(Permission.WORK),
        **work_on(session, piece.id, by=by),
        **beside(session, piece, by=by),
    }


def work_on(session: Session, equipment_id: int, *, by: Actor) -> dict[str, Any]:
    """Plans with their next dates, orders, what passed without one, and who waits for an answer."""
    targets = plans.list_targets(session, TargetFilter(equipment_id=equipment_id), by=by)
    coming = work.OrderFilter(equipment_id=equipment_id, is_open=True)
    past = work.interventions_on(session, equipment_id, by=by, limit=SHOWN)
    return {
        "targets": [target for target in targets if target.state != "ended"],
        "next_dates": next_dates(session, [target.id for target in targets if target.next_due_on]),
        "open_orders": work.order_rows(session, coming, by=by, limit=SHOWN)[:SHOWN],
        "past_orders": past[:SHOWN],
        "has_more_past": len(past) > SHOWN,
        "cycles": without_order(list_occurrences(session, OccurrenceFilter(equipment_id=equipment_id), by=by)),
        "requests": open_requests_on(session, equipment_id, by=by),
    }


def seen(piece: Equipment | None, by: Actor) -> Equipment | None:
    return piece if piece is not None and by.sees_site(piece.site_id) else None


def without_order(cycles: Sequence[OccurrenceView]) -> Sequence[OccurrenceView]:
    """Dates that passed without work of their own; the others are seen as orders."""
    return [cycle for cycle in cycles if cycle.fate not in ("generated", "waiting")][:SHOWN]
