"""Proposals and what they rest on, straight into the tables."""

from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy.orm import Session

from app.equipment.models import Equipment
from app.proposals.models import Proposal

MORNING = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)


def make_proposal(session: Session, piece: Equipment, kind: str = "repair", **more: Any) -> Proposal:
    """Three failures of one mode in 90 days."""
    orders: list[dict[str, Any]] = [
        {
            "id": number,
            "number": f"OT-{number:06d}",
            "title": "It stopped",
            "failed_on": date(2026, 11, number).isoformat(),
            "done_on": date(2026, 11, number).isoformat(),
            "finding": "failed",
            "mode": "overheats",
            "cost_minor": 0,
        }
        for number in (3, 10, 18)
    ]
    rule = {
        "key": "failures:overheats",
        "test": "failures",
        "subject": "overheats",
        "value": 3,
        "threshold": 3,
        "window_days": 90,
        "orders": orders,
    }
    values: dict[str, Any] = {
        "kind": kind,
        "equipment_id": piece.id,
        "site_id": piece.site_id,
        "rule": rule["key"],
        "evidence": {"rules": [rule]},
        "state": "open",
        "created_at": MORNING,
        "updated_at": MORNING,
    }
    proposal = Proposal(**values | more)
    session.add(proposal)
    session.flush()
    return proposal


def make_retuning(session: Session, plan_id: int, site_id: int | None = None, **more: Any) -> Proposal:
    """A monthly plan whose last ten visits found nothing."""
    told = {"why": "nothing_found", "freq": "month", "before": 1, "after": 2, "visits": 10, "found": 0, "in_a_row": 10}
    told |= {"failures": 0, "low": 0.0, "high": 0.278, "since_on": "2026-01-05", "categories": []}
    values: dict[str, Any] = {
        "kind": "retune",
        "plan_id": plan_id,
        "site_id": site_id,
        "rule": "tuning:nothing_found",
        "evidence": {"rules": [], "tuning": told},
        "state": "open",
        "created_at": MORNING,
        "updated_at": MORNING,
    }
    proposal = Proposal(**values | more)
    session.add(proposal)
    session.flush()
    return proposal
