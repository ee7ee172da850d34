"""What is done on an order, as programs read it."""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from app.core.security import Actor
from app.interventions.models import CostLine, PartUsage, TimeEntry
from app.interventions.queries import work
from app.interventions.queries.steps import Doing, Thread, get_thread
from app.interventions.schemas import CostsView, FormerView, StepResultView, StepsView, StepView
from app.people.schemas import PersonView
from app.procedures.queries.steps import Section
from app.workorders.queries.orders import get_plain_order


def get_steps(session: Session, order_id: int, *, by: Actor) -> StepsView:
    return steps_view(get_thread(session, order_id, by=by))


def steps_view(thread: Thread) -> StepsView:
    steps = [step_view(section, doing) for section, own in thread.sections for doing in own]
    missing = [doing.asked.id for doing in thread.missing]
    return StepsView(done=thread.progress.done, total=thread.progress.total, missing=missing, steps=steps)


def step_view(section: Section, doing: Doing) -> StepView:
    step = doing.asked.step
    own = {name: getattr(step, name) for name in StepView.model_fields if hasattr(step, name)}
    return StepView(
        **own | {"choices": list(step.choices)},
        id=doing.asked.id,
        number=doing.asked.number,
        procedure=section.procedure_title,
        applies=doing.applies,
        result=StepResultView.model_validate(doing.result, from_attributes=True) if doing.result else None,
        former=[FormerView.model_validate(row, from_attributes=True) for row in doing.former],
    )


def get_times(session: Session, order_id: int, *, by: Actor) -> Sequence[TimeEntry]:
    return work.times_of(session, get_plain_order(session, order_id, by=by).id)


def get_usages(session: Session, order_id: int, *, by: Actor) -> Sequence[PartUsage]:
    return work.usages_of(session, get_plain_order(session, order_id, by=by).id)


def get_cost_lines(session: Session, order_id: int, *, by: Actor) -> Sequence[CostLine]:
    return work.cost_lines_of(session, get_plain_order(session, order_id, by=by).id)


def get_costs(session: Session, order_id: int, *, by: Actor) -> CostsView:
    return work.costs_view(session, get_plain_order(session, order_id, by=by).id)


def get_helpers(session: Session, order_id: int, *, by: Actor) -> list[PersonView]:
    rows = work.helpers_of(session, get_plain_order(session, order_id, by=by).id)
    return [PersonView.model_validate(row.person) for row in rows]
