"""An order that was made without a procedure is given one; the time it takes comes along."""

import pytest
from sqlalchemy import select

from app.core.errors import Conflict, InvalidInput, PreconditionFailed
from app.interventions.actions import answer_step, give_procedure
from app.interventions.queries.steps import get_thread
from app.interventions.schemas import AnswerInput, ProcedureChoice
from app.procedures.queries.versions import current_version_id
from app.workorders.models import WorkOrderEvent
from tests.factories.procedures import make_procedure
from tests.factories.workorders import make_order

LOOK = [{"title": "Look"}]


def choice(procedure):
    return ProcedureChoice(procedure_id=procedure.id)


def test_an_open_order_is_given_a_procedure_and_its_time(house, now):
    procedure = make_procedure(house.session, "Restart", LOOK, estimate_minutes=25)
    order = make_order(house.session, house.piece)
    give_procedure(house.session, order.id, choice(procedure), version=1, by=house.bob, now=now)
    assert (order.procedure_version_id, order.estimate_minutes, order.version) == (
        current_version_id(house.session, procedure.id),
        25,
        2,
    )
    [step] = get_thread(house.session, order.id, by=house.bob).steps
    answer_step(house.session, order.id, step.asked.id, AnswerInput(value="done"), by=house.bob, now=now)
    told = select(WorkOrderEvent.kind).where(WorkOrderEvent.order_id == order.id).order_by(WorkOrderEvent.id)
    assert list(house.session.scalars(told))[:2] == ["created", "guided"]


def test_an_estimate_that_was_given_stays(house, now):
    procedure = make_procedure(house.session, "Restart", LOOK, estimate_minutes=25)
    made = make_order(house.session, house.piece, procedure_id=procedure.id)
    own = make_order(house.session, house.piece, procedure_id=procedure.id, estimate_minutes=5)
    later = make_order(house.session, house.piece, estimate_minutes=10)
    give_procedure(house.session, later.id, choice(procedure), by=house.bob, now=now)
    assert (made.estimate_minutes, own.estimate_minutes, later.estimate_minutes) == (25, 5, 10)


def test_it_refuses_a_second_one_a_draft_an_old_page_and_an_ended_order(house, now):
    procedure = make_procedure(house.session, "Restart", LOOK)
    draft = make_procedure(house.session, "Draft", LOOK, is_published=False)
    with pytest.raises(Conflict):
        give_procedure(house.session, house.order.id, choice(procedure), by=house.bob, now=now)
    order = make_order(house.session, house.piece)
    with pytest.raises(InvalidInput):
        give_procedure(house.session, order.id, choice(draft), by=house.bob, now=now)
    with pytest.raises(PreconditionFailed):
        give_procedure(house.session, order.id, choice(procedure), version=9, by=house.bob, now=now)
    order.state = "cancelled"
    house.session.flush()
    with pytest.raises(Conflict):
        give_procedure(house.session, order.id, choice(procedure), by=house.bob, now=now)
