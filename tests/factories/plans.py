"""Plans as Alice would say them, and pieces for them to cover."""

from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from app.core.security import Actor, Role
from app.ledger.models import Occurrence
from app.places.models import Site
from app.plans.models import PlanTarget, PlanVersion
from app.plans.schemas import PlanInput
from tests.factories.people import BEFORE

ALICE = Actor(name="Alice", role=Role.MANAGER)
BOB = Actor(name="Bob", role=Role.TECHNICIAN)


def eve(*sites: Site) -> Actor:
    """Manages these sites only."""
    return Actor(name="Eve", role=Role.MANAGER, site_ids=frozenset(site.id for site in sites))


def plan_input(**more: Any) -> PlanInput:
    """Every month from 1 January 2027, on nothing."""
    said = {"title": "Clean switches", "kind": "cleaning", "start_on": "2027-01-01", "freq": "month"}
    return PlanInput.model_validate(said | more)


def make_occurrence(session: Session, target: PlanTarget, version: PlanVersion, **more: Any) -> Occurrence:
    """A row of the ledger for 1 January 2027."""
    kinds = ("raw_due_on", "due_on", "last_raw_due_on", "last_due_on", "window_first_on", "window_last_on")
    values: dict[str, Any] = dict.fromkeys(kinds, date(2027, 1, 1))
    values |= {"cycle_key": "D:2027-01-01", "fate": "missed", "reason": "outage", "interval_days": 31, "trace": []}
    row = Occurrence(
        target_id=target.id,
        plan_version_id=version.id,
        **values | {"created_at": BEFORE, "decided_at": BEFORE} | more,
    )
    session.add(row)
    session.flush()
    return row
