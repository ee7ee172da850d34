"""S23: orders made further ahead than a plan's lead and one interval come from a clock that ran ahead."""

from collections import Counter
from collections.abc import Collection
from datetime import date, datetime
from itertools import islice, pairwise

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.ledger.models import Occurrence
from app.plans.models import PlanVersion
from app.plans.rules.errors import RuleError
from app.plans.rules.policy import Schedule, days_from
from app.plans.rules.recurrence import slots
from app.workorders.models import WorkOrder

LOOKED_AT = 6  # slots: Monday, Wednesday and Friday lie two and three days apart


def runs_ahead(session: Session, now: datetime) -> Counter[int]:
    """By run, how many of its open orders are due too far ahead. (A person may want work long before its date: S35.)"""
    made = session.execute(
        select(Occurrence.plan_version_id, Occurrence.run_id, Occurrence.due_on, func.count().label("orders"))
        .join(WorkOrder, WorkOrder.occurrence_id == Occurrence.id)
        .where(
            WorkOrder.is_open,
            WorkOrder.due_on > days_from(now.date(), 1),
            Occurrence.scheduled_on.is_(None),
            Occurrence.run_id.is_not(None),
        )
        .group_by(Occurrence.plan_version_id, Occurrence.run_id, Occurrence.due_on)
    ).all()
    horizons = _horizons(session, {row.plan_version_id for row in made}, now)
    found: Counter[int] = Counter()
    for row in made:
        if row.due_on > horizons.get(row.plan_version_id, row.due_on):
            found[row.run_id] += row.orders
    return found


def _horizons(session: Session, version_ids: Collection[int], now: datetime) -> dict[int, date]:
    """By version, the last day that an order may be due on today."""
    horizons: dict[int, date] = {}
    columns = select(PlanVersion.id, PlanVersion.schedule, PlanVersion.anchor_on)
    for version_id, said, anchor_on in session.execute(columns.where(PlanVersion.id.in_(version_ids))):
        schedule = Schedule.from_dict(said)
        intervals = first_intervals(schedule, anchor_on)
        if intervals:
            horizons[version_id] = days_from(now.date(), 1 + schedule.lead_days + max(intervals))
    return horizons


def first_intervals(schedule: Schedule, anchor_on: date) -> list[int]:
    """Days between the first few slots of a rule; none where it fails, which is shown as a plan in error."""
    try:
        found = list(islice(slots(schedule.rule, anchor_on, None), LOOKED_AT))
    except RuleError:
        return []
    return [(after - before).days for before, after in pairwise(found)]
