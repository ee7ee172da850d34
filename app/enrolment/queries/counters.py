"""Where a target's counter goes on when a new version counts otherwise (S26, S36)."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.core.i18n.folding import fold
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


def is_watched_anew(session: Session, plan: MaintenancePlan) -> bool:
    """Whether the version in force waits for a condition of a meter that the one before did not watch."""
    now, before = plan.current.schedule.get("trigger") or {}, _trigger_before(session, plan)
    named = ("condition", fold(now.get("meter", "")))
    return now.get("kind") == "condition" and named != (before.get("kind"), fold(before.get("meter", "")))


def _was_by_meter(session: Session, plan: MaintenancePlan) -> bool:
    return bool(_trigger_before(session, plan))


def _trigger_before(session: Session, plan: MaintenancePlan) -> Mapping[str, Any]:
    before = select(PlanVersion.schedule).where(PlanVersion.plan_id == plan.id)
    schedule = session.scalar(before.where(PlanVersion.number == plan.current_number - 1))
    return (schedule and schedule.get("trigger")) or {}


def _numbers(session: Session, target_ids: Sequence[int]) -> dict[int, int]:
    rows = session.execute(
        select(Occurrence.target_id, func.sum(Occurrence.count))
        .where(Occurrence.target_id.in_(target_ids), Occurrence.cycle_key.like("N:%"))
        .group_by(Occurrence.target_id)
    )
    return dict.fromkeys(target_ids, 0) | {row[0]: int(row[1]) for row in rows}
