"""How far the steps of many orders are: for a technician's day."""

from collections import defaultdict
from collections.abc import Collection, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.interventions.models import StepResult
from app.interventions.rules.answers import Progress, progress_of
from app.procedures.queries.steps import OrderStep, sections_of
from app.workorders.models import WorkOrder, WorkOrderProcedure


def progress_on(session: Session, order_ids: Collection[int]) -> dict[int, Progress]:
    """Of the orders that have a procedure; a few statements for each set of procedures, however many orders."""
    if not order_ids:
        return {}
    versions: dict[int, list[int]] = defaultdict(list)
    own = select(WorkOrder.id, WorkOrder.procedure_version_id).where(
        WorkOrder.id.in_(order_ids), WorkOrder.procedure_version_id.is_not(None)
    )
    for order_id, version_id in session.execute(own).tuples():
        versions[order_id] += [version_id] if version_id is not None else []
    further = select(WorkOrderProcedure).where(WorkOrderProcedure.order_id.in_(order_ids))
    for row in session.scalars(further.order_by(WorkOrderProcedure.position)):
        if row.procedure_version_id not in versions[row.order_id]:
            versions[row.order_id].append(row.procedure_version_id)
    if not versions:
        return {}
    outcomes: dict[int, dict[int, str]] = defaultdict(dict)
    answered = select(StepResult.order_id, StepResult.step_id, StepResult.outcome).where(
        StepResult.order_id.in_(versions), StepResult.is_current
    )
    for order_id, step_id, outcome in session.execute(answered):
        outcomes[order_id][step_id] = outcome
    steps = {ids: _steps(session, ids) for ids in {tuple(each) for each in versions.values()}}
    return {
        order_id: progress_of(
            [asked.step for asked in steps[tuple(ids)]],
            {a.number: outcomes[order_id][a.id] for a in steps[tuple(ids)] if a.id in outcomes[order_id]},
        )
        for order_id, ids in versions.items()
    }


def _steps(session: Session, version_ids: Sequence[int]) -> list[OrderStep]:
    return [asked for section in sections_of(session, version_ids) for asked in section.steps]
