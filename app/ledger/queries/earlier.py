"""Versions of a plan that rows of the ledger were made under: a run of cycles is told apart by its own (S21b)."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.ledger.rules.facts import Facts
from app.ledger.rules.rows import Row
from app.plans.models import MaintenancePlan, PlanTarget, PlanVersion
from app.plans.rules.policy import spread_of
from app.plans.rules.schedule import Schedule


def earlier_facts(session: Session, target_id: int, facts: Facts, rows: Iterable[Row]) -> Mapping[int, Facts]:
    """By id of a version that is no longer in force: the target as that version saw it."""
    met = {row.version for row in rows if row.count > 1}
    if not met:
        return {}
    found = session.execute(
        select(PlanVersion.id, PlanVersion.schedule, PlanVersion.anchor_on, PlanVersion.anchor_policy, PlanTarget)
        .join(MaintenancePlan, MaintenancePlan.id == PlanVersion.plan_id)
        .join(PlanTarget, PlanTarget.plan_id == MaintenancePlan.id)
        .where(
            PlanTarget.id == target_id,
            PlanVersion.id.in_(met),
            PlanVersion.number != MaintenancePlan.current_number,
        )
    )
    past = {}
    for version_id, said, anchor_on, policy, target in found:
        item_id = target.equipment_id or target.location_id
        seen = replace(facts, schedule=spread_of(Schedule.from_dict(said), target.plan_id, item_id))
        past[version_id] = replace(seen, anchor_on=anchor_on, anchor_is_due=True) if policy == "plan" else seen
    return past
