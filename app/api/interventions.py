"""The work on an order: its steps, who does it, how long, with what, for how much."""

from fastapi import APIRouter, Response
from sqlalchemy.orm import Session

from app.http import CurrentActor, IfMatch, Now, RondeRoute
from app.interventions import actions
from app.interventions.queries import views
from app.interventions.schemas import AnswerInput, ProcedureChoice, StepsView
from app.people.schemas import PersonView
from app.resources import actions as resources
from app.resources import queries as work
from app.resources.schemas import (
    CostLineInput,
    CostLineView,
    CostsView,
    HandOverInput,
    HelperInput,
    PartReturnInput,
    PartUsageView,
    PartUseInput,
    TimeCorrection,
    TimeInput,
    TimeView,
)
from app.workorders import queries
from app.workorders.schemas import WorkOrderView

router = APIRouter(route_class=RondeRoute, prefix="/work-orders/{order_id}", tags=["interventions"])


@router.get("/steps")
def list_steps(order_id: int, session: Session, by: CurrentActor) -> StepsView:
    """In the order in which they are done, with answers and what was read on the item's earlier orders."""
    return views.get_steps(session, order_id, by=by)


@router.put("/procedure")
def give_procedure(
    order_id: int, data: ProcedureChoice, version: IfMatch, session: Session, by: CurrentActor, now: Now
) -> WorkOrderView:
    """To an open order that has none: the version in force now, and its estimate where the order has none."""
    order = actions.give_procedure(session, order_id, data, version=version, by=by, now=now)
    return queries.view_of(session, order)


@router.put("/steps/{step_id}")
def answer_step(
    order_id: int, step_id: int, data: AnswerInput, session: Session, by: CurrentActor, now: Now
) -> StepsView:
    """Kept by itself; said twice it is one. Out of limits is flagged, not refused. Answers with all the steps, for an
    answer may show others or hide them.
    """
    actions.answer_step(session, order_id, step_id, data, by=by, now=now)
    return views.get_steps(session, order_id, by=by)


@router.get("/time-entries")
def list_time_entries(order_id: int, session: Session, by: CurrentActor) -> list[TimeView]:
    return [TimeView.model_validate(entry) for entry in work.get_times(session, order_id, by=by)]


@router.post("/time-entries", status_code=201)
def enter_time(order_id: int, data: TimeInput, session: Session, by: CurrentActor, now: Now) -> TimeView:
    return TimeView.model_validate(resources.enter_time(session, order_id, data, by=by, now=now))


@router.put("/time-entries/{entry_id}")
def correct_time(
    order_id: int,
    entry_id: int,
    data: TimeCorrection,
    version: IfMatch,
    session: Session,
    by: CurrentActor,
    now: Now,
) -> TimeView:
    """Such as a timer that was forgotten; one that runs is ended by it."""
    entry = resources.correct_time(session, order_id, entry_id, data, version=version, by=by, now=now)
    return TimeView.model_validate(entry)


@router.post("/start-timer", status_code=201)
def start_timer(order_id: int, session: Session, by: CurrentActor, now: Now) -> TimeView:
    """One's own. Begins the order, or takes it up again; what runs on another order ends."""
    return TimeView.model_validate(resources.start_timer(session, order_id, by=by, now=now))


@router.post("/stop-timer")
def stop_timer(order_id: int, session: Session, by: CurrentActor, now: Now) -> list[TimeView]:
    resources.stop_timer(session, order_id, by=by, now=now)
    return [TimeView.model_validate(entry) for entry in work.get_times(session, order_id, by=by)]


@router.get("/parts")
def list_used_parts(order_id: int, session: Session, by: CurrentActor) -> list[PartUsageView]:
    return [PartUsageView.model_validate(usage) for usage in work.get_usages(session, order_id, by=by)]


@router.post("/parts", status_code=201)
def use_part(order_id: int, data: PartUseInput, session: Session, by: CurrentActor, now: Now) -> PartUsageView:
    """Taken from stock at what one costs now; more than lies there is a 409 that says how many do."""
    return PartUsageView.model_validate(resources.use_part(session, order_id, data, by=by, now=now))


@router.post("/parts/{usage_id}/return")
def return_used_part(
    order_id: int, usage_id: int, data: PartReturnInput, session: Session, by: CurrentActor, now: Now
) -> PartUsageView:
    return PartUsageView.model_validate(resources.return_part(session, order_id, usage_id, data, by=by, now=now))


@router.get("/cost-lines")
def list_cost_lines(order_id: int, session: Session, by: CurrentActor) -> list[CostLineView]:
    return [CostLineView.model_validate(line) for line in work.get_cost_lines(session, order_id, by=by)]


@router.post("/cost-lines", status_code=201)
def add_cost_line(order_id: int, data: CostLineInput, session: Session, by: CurrentActor, now: Now) -> CostLineView:
    return CostLineView.model_validate(resources.add_cost_line(session, order_id, data, by=by, now=now))


@router.delete("/cost-lines/{line_id}", status_code=204)
def remove_cost_line(order_id: int, line_id: int, session: Session, by: CurrentActor, now: Now) -> Response:
    """The history says what it was."""
    resources.remove_cost_line(session, order_id, line_id, by=by, now=now)
    return Response(status_code=204)


@router.get("/costs")
def get_costs(order_id: int, session: Session, by: CurrentActor) -> CostsView:
    """Labour, parts at their cost when they were used, and what was paid outside."""
    return work.get_costs(session, order_id, by=by)


@router.get("/helpers")
def list_helpers(order_id: int, session: Session, by: CurrentActor) -> list[PersonView]:
    """Who works on it beside the assignee."""
    return work.get_helpers(session, order_id, by=by)


@router.post("/helpers", status_code=201)
def add_helper(order_id: int, data: HelperInput, session: Session, by: CurrentActor, now: Now) -> list[PersonView]:
    resources.add_helper(session, order_id, data, by=by, now=now)
    return work.get_helpers(session, order_id, by=by)


@router.delete("/helpers/{person_id}", status_code=204)
def remove_helper(order_id: int, person_id: int, session: Session, by: CurrentActor, now: Now) -> Response:
    resources.remove_helper(session, order_id, person_id, by=by, now=now)
    return Response(status_code=204)


@router.post("/hand-over")
def hand_over(
    order_id: int, data: HandOverInput, version: IfMatch, session: Session, by: CurrentActor, now: Now
) -> WorkOrderView:
    """With a note, which stands in the history. A supplier who has it is waited for."""
    return queries.view_of(session, resources.hand_over(session, order_id, data, version=version, by=by, now=now))
