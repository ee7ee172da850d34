"""How far the steps of many orders are: for a technician's day."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.interventions.models import StepResult
from app.interventions.rules.answers import Progress, progress_of
from app.procedures.models import ProcedureStep
from app.procedures.queries.steps import step_of
from app.procedures.rules.merging import merged
from app.procedures.rules.steps import Step
from app.workorders.models import WorkOrder, WorkOrderProcedure

Asked = list[tuple[int, Step]]  # a step's id, and the step in the order's own numbering


def progress_on(session: Session, order_ids: Collection[int]) -> dict[int, Progress]:
    """Of the orders that have a procedure; four statements, however many orders and procedures."""
    versions = _versions_of(session, order_ids)
    if not versions:
        return {}
    outcomes: dict[int, dict[int, str]] = defaultdict(dict)
    answered = select(StepResult.order_id, StepResult.step_id, StepResult.outcome).where(
        StepResult.order_id.in_(versions), StepResult.is_current
    )
    for order_id, step_id, outcome in session.execute(answered):
        outcomes[order_id][step_id] = outcome
    steps = _steps_of(session, {tuple(ids) for ids in versions.values()})
    return {order_id: _progress(steps[tuple(ids)], outcomes[order_id]) for order_id, ids in versions.items()}


def _progress(asked: Asked, outcomes: Mapping[int, str]) -> Progress:
    said = {number: outcomes[step_id] for number, (step_id, _step) in enumerate(asked, 1) if step_id in outcomes}
    return progress_of([step for _id, step in asked], said)


def _versions_of(session: Session, order_ids: Collection[int]) -> dict[int, list[int]]:
    """Of each order its own version first, then those that were merged into it."""
    if not order_ids:
        return {}
    versions: dict[int, list[int]] = defaultdict(list)
    own = select(WorkOrder.id, WorkOrder.procedure_version_id)
    for order_id, version_id in session.execute(own.where(WorkOrder.id.in_(order_ids))):
        if version_id is not None:
            versions[order_id].append(version_id)
    columns = (WorkOrderProcedure.order_id, WorkOrderProcedure.procedure_version_id)
    further = select(*columns).where(WorkOrderProcedure.order_id.in_(order_ids))
    for order_id, version_id in session.execute(further.order_by(WorkOrderProcedure.position)):
        if version_id not in versions[order_id]:
            versions[order_id].append(version_id)
    return versions


def _steps_of(session: Session, sets: Iterable[Sequence[int]]) -> dict[Sequence[int], Asked]:
    sets = list(sets)
    rows: dict[int, list[ProcedureStep]] = defaultdict(list)
    wanted = {version_id for ids in sets for version_id in ids}
    found = select(ProcedureStep).where(ProcedureStep.procedure_version_id.in_(wanted))
    for row in session.scalars(found.order_by(ProcedureStep.position)):
        rows[row.procedure_version_id].append(row)
    return {
        ids: [
            (rows[ids[placed.procedure]][placed.position - 1].id, placed.step)
            for placed in merged([[step_of(row) for row in rows[key]] for key in ids])
        ]
        for ids in sets
    }
