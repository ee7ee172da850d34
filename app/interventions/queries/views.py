"""The steps of an order, as programs read them."""

from sqlalchemy.orm import Session

from app.core.security import Actor
from app.interventions.queries.steps import Doing, Thread, get_thread
from app.interventions.schemas import FormerView, StepResultView, StepsView, StepView
from app.procedures.queries.steps import Section


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
