"""Where a target's counter goes on when a new version counts otherwise (S26, S36)."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.ledger.models import Occurrence
from app.ledger.queries.gauges import gauges_of
from app.ledger.rules.facts import Facts
from app.ledger.rules.metering import reading_of
from app.plans.models import MaintenancePlan, PlanVersion
from app.plans.rules.schedule import Schedule


def counters_anew(session: Session, plan: MaintenancePlan, counted: Sequence[tuple[Any, Facts]]) -> dict[int, int]:
    """By target: steps of the new size up to now are behind; a floating plan goes on from its own last number."""
    schedule = Schedule.from_dict(plan.current.schedule)
    if schedule.mode == "floating":
        return _numbers(session, [state.id for state, _ in counted]) if _was_by_meter(session, plan) else {}
    if schedule.trigger is None or schedule.trigger.kind != "counter":
        return {}
    gauges = gauges_of(session, {state.id: facts.schedule for state, facts in counted})
    readings = {state.id: reading_of(replace(facts, meter=gauges.get(state.id))) for state, facts in counted}
    return {key: max(one.first_step, one.step) if one else 0 for key, one in readings.items()}


def _was_by_meter(session: Session, plan: MaintenancePlan) -> bool:
    before = select(PlanVersion.schedule).where(PlanVersion.plan_id == plan.id)
    schedule = session.scalar(before.where(PlanVersion.number == plan.current_number - 1))
    return bool(schedule and schedule.get("trigger"))


def _numbers(session: Session, target_ids: Sequence[int]) -> dict[int, int]:
    rows = session.execute(
        select(Occurrence.target_id, func.sum(Occurrence.count))
        .where(Occurrence.target_id.in_(target_ids), Occurrence.cycle_key.like("N:%"))
        .group_by(Occurrence.target_id)
    )
    return dict.fromkeys(target_ids, 0) | {row[0]: int(row[1]) for row in rows}
