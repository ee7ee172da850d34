"""Orders keep the version of their procedure that was in force when they were made."""

from datetime import date

import pytest
from sqlalchemy import select

from app.changes.actions import edits
from app.changes.actions.commissioning import archive_task, create_task
from app.changes.actions.edits import create_plan
from app.changes.actions.procedures import archive_procedure, publish_procedure
from app.changes.schemas import CommissioningTaskInput
from app.core.errors import Conflict, InvalidInput
from app.equipment.models import EquipmentCategory
from app.interventions.actions.completing import complete_work_order
from app.interventions.schemas import CompletionInput
from app.plans.actions.families import create_family
from app.plans.queries.plans import get_plan, input_of, plans_with_procedure
from app.plans.schemas import PlanEdit
from app.plans.schemas.families import FamilyInput
from app.procedures import actions
from app.procedures.queries.suggestions import list_suggestions
from app.procedures.schemas import DraftInput, PublishInput, StepInput, SuggestionInput
from app.workorders.actions.life import start_work_order
from app.workorders.actions.suggesting import suggest_on_order
from app.workorders.models import WorkOrder, WorkOrderProcedure
from app.workorders.queries.procedures import count_not_begun, steps_of
from tests.factories.equipment import make_category, make_equipment, make_piece
from tests.factories.places import make_calendar, make_organisation, make_site
from tests.factories.plans import ALICE, BOB, plan_input
from tests.factories.procedures import make_procedure, publish_next, version_of
from tests.factories.workorders import make_order
from tests.rooms.engine.test_tick import at, tick_on

START = date(2026, 11, 23)
LOOK, TICK = {"title": "Look"}, {"title": "Close the rack", "is_mandatory": False}


@pytest.fixture
def house(database):
    with database.writing() as session:
        calendar = make_calendar(session)
        make_organisation(session, calendar)
        make_piece(session, make_site(session, "LYO", calendar), make_category(session))


def plan_of(session, procedure, **said):
    category = session.scalars(select(EquipmentCategory.id)).first()
    data = plan_input(category_ids=[category], procedure_id=procedure.id if procedure else None, **said)
    return create_plan(session, data, by=ALICE, now=at(START)).id


def orders(database):
    with database.reading() as session:
        return session.scalars(select(WorkOrder).order_by(WorkOrder.id)).all()


def titles(session, order):
    return [step.step.title for section in steps_of(session, order) for step in section.steps]


def edit(session, plan_id, on, **changes):
    said = input_of(session, get_plan(session, plan_id, by=ALICE)).model_dump(exclude={"rrule"})
    edits.edit_plan(session, plan_id, PlanEdit.model_validate(said | changes), by=ALICE, now=at(on))


def test_an_order_keeps_its_version_when_the_next_one_is_published(database, house):
    with database.writing() as session:
        procedure = make_procedure(session, steps=[LOOK])
        plan_id = plan_of(session, procedure)
        first = version_of(session, procedure)
        assert plans_with_procedure(session, procedure.id, by=BOB) == [(plan_id, "P-0001", "Clean switches")]
    tick_on(database, date(2027, 1, 1))
    with database.writing() as session:
        second = publish_next(session, procedure, [LOOK, TICK])
    tick_on(database, date(2027, 2, 1))
    assert [order.procedure_version_id for order in orders(database)] == [first]
    with database.writing() as session:
        order = session.scalars(select(WorkOrder)).one()
        assert titles(session, order) == ["Look"]
        edit(session, plan_id, date(2027, 2, 1), title="Clean them", open_orders="update")
    [order] = orders(database)
    assert order.procedure_version_id == second


def test_a_version_that_is_published_may_be_given_to_orders_that_nobody_has_begun(database, house):
    with database.writing() as session:
        procedure, other = make_procedure(session, steps=[LOOK]), make_procedure(session, "Other", steps=[TICK])
        plan_of(session, procedure)
        piece = make_equipment(session, "SWI-9")
        begun, open_order, foreign = (
            make_order(session, piece, procedure_id=each.id) for each in (procedure, procedure, other)
        )
        session.add(
            WorkOrderProcedure(order_id=foreign.id, procedure_version_id=version_of(session, procedure), position=1)
        )
        start_work_order(session, begun.id, by=BOB, now=at(START))
        actions.start_draft(session, procedure.id, by=ALICE, now=at(START))
        actions.save_draft(
            session, procedure.id, DraftInput(steps=[StepInput(title="Listen")]), by=ALICE, now=at(START)
        )
        assert count_not_begun(session, procedure.id, by=ALICE) == 2
        publish_procedure(session, procedure.id, PublishInput(open_orders="update"), by=ALICE, now=at(START))
        assert [titles(session, order) for order in (begun, open_order, foreign)] == [
            ["Look"],
            ["Listen"],
            ["Close the rack", "Listen"],
        ]


def test_a_change_of_procedure_is_a_new_version_of_the_plan(database, house):
    with database.writing() as session:
        plan_id = plan_of(session, None)
    tick_on(database, date(2027, 1, 1))
    with database.writing() as session:
        procedure = make_procedure(session, steps=[LOOK])
        edit(session, plan_id, date(2027, 1, 2), procedure_id=procedure.id)
        assert get_plan(session, plan_id, by=ALICE).current_number == 2
        assert [order.procedure_version_id for order in session.scalars(select(WorkOrder))] == [None]
        edit(session, plan_id, date(2027, 1, 2), title="Clean them", open_orders="regenerate")
    assert [(order.state, order.procedure_version_id is not None) for order in orders(database)] == [
        ("cancelled", False),
        ("planned", True),
    ]


def test_a_plan_may_name_a_draft_and_no_procedure_that_is_not_there(database, house):
    with database.writing() as session:
        plan_of(session, make_procedure(session, is_published=False))
    tick_on(database, date(2027, 1, 1))
    assert [order.procedure_version_id for order in orders(database)] == [None]
    with database.writing() as session, pytest.raises(InvalidInput):
        create_plan(session, plan_input(procedure_id=99), by=ALICE, now=at(START))


def test_an_order_of_a_family_has_the_steps_of_both_plans_once(database, house):
    with database.writing() as session:
        family_id = create_family(session, FamilyInput(title="Service"), by=ALICE, now=at(START)).id
        monthly = make_procedure(session, "Monthly", steps=[LOOK, TICK])
        yearly = make_procedure(session, "Yearly", steps=[{"title": "look"}, {"title": "Photo", "kind": "photo"}])
        lower = plan_of(session, monthly, title="Monthly", family_id=family_id, rank=1)
        plan_of(session, yearly, title="Yearly", freq="year", family_id=family_id, rank=2)
    tick_on(database, date(2027, 1, 1))
    with database.writing() as session:
        order = session.scalars(select(WorkOrder)).one()
        sections = steps_of(session, order)
        assert [(each.procedure_title, [step.step.title for step in each.steps]) for each in sections] == [
            ("Yearly", ["look", "Photo"]),
            ("Monthly", ["Close the rack"]),
        ]
        publish_next(session, monthly, [{"title": "Listen"}])
        edit(session, order.plan_id, date(2027, 1, 1), priority="high", open_orders="update")
        assert titles(session, order) == ["look", "Photo", "Listen"]
        assert lower != order.plan_id


def test_a_plan_without_an_estimate_counts_on_its_procedures(database, house):
    with database.writing() as session:
        timed = make_procedure(session, steps=[LOOK], estimate_minutes=40)
        plan_of(session, timed)
        plan_of(session, timed, estimate_minutes=15)
    tick_on(database, date(2027, 1, 1))
    assert sorted(order.estimate_minutes for order in orders(database)) == [15, 40]


def test_a_procedure_in_use_is_not_archived(session, now):
    procedure = make_procedure(session, steps=[LOOK])
    calendar = make_calendar(session)
    make_organisation(session, calendar)
    category = make_category(session)
    data = plan_input(category_ids=[category.id], title="Monthly round", procedure_id=procedure.id)
    plan = create_plan(session, data, by=ALICE, now=now)
    task = create_task(
        session, category.id, CommissioningTaskInput(title="Set it up", procedure_id=procedure.id), by=ALICE, now=now
    )
    with pytest.raises(Conflict, match=r"Monthly round \(P-0001\), Set it up"):
        archive_procedure(session, procedure.id, by=ALICE, now=now)
    archive_task(session, task.id, by=ALICE, now=now)
    edits.archive_plan(session, plan.id, by=ALICE, now=now)
    archive_procedure(session, procedure.id, by=ALICE, now=now)
    with pytest.raises(InvalidInput):
        create_plan(session, data, by=ALICE, now=now)
    with pytest.raises(InvalidInput):
        archive_task(session, task.id, is_archived=False, by=ALICE, now=now)


def test_an_order_made_by_hand_may_name_a_procedure(session, now):
    procedure, piece = make_procedure(session, steps=[LOOK]), make_equipment(session)
    order = make_order(session, piece, procedure_id=procedure.id)
    assert titles(session, order) == ["Look"]
    draft = make_procedure(session, "Draft", is_published=False)
    actions.archive_procedure(session, procedure.id, by=ALICE, now=now)
    for procedure_id in (procedure.id, draft.id, 99):
        with pytest.raises(InvalidInput):
            make_order(session, piece, procedure_id=procedure_id)


def test_work_done_another_way_becomes_a_suggestion_once(session, now):
    procedure = make_procedure(session, steps=[TICK])
    order = make_order(session, make_equipment(session), procedure_id=procedure.id)
    said = CompletionInput(method="alternative", method_note="Used compressed air")
    complete_work_order(session, order.id, said, by=BOB, now=now)
    [row] = list_suggestions(session, by=ALICE)
    assert (row.text, row.order_id, row.user_name, row.step_id) == ("Used compressed air", order.id, "Bob", None)
    actions.suggest_once(session, version_of(session, procedure), row.text, order_id=order.id, by=BOB, now=now)
    assert len(list_suggestions(session, by=ALICE)) == 1


def test_a_suggestion_names_a_step_of_the_order(session, now):
    procedure, other = make_procedure(session, steps=[LOOK]), make_procedure(session, "Other", steps=[LOOK])
    order = make_order(session, make_equipment(session), procedure_id=procedure.id)
    [[step]] = [section.steps for section in steps_of(session, order)]
    made = suggest_on_order(session, order.id, SuggestionInput(text="Where?", step_id=step.id), by=BOB, now=now)
    assert (made.step_id, made.order_id) == (step.id, order.id)
    with pytest.raises(InvalidInput):
        suggest_on_order(session, order.id, SuggestionInput(text="x", step_id=step.id + 1), by=BOB, now=now)
    assert version_of(session, other) != version_of(session, procedure)
