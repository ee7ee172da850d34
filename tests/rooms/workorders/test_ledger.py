"""Orders that the clock made, from their end to what the ledger says of it (S9, S11b, S12, S16, S20)."""

import threading
from datetime import date

import pytest
from sqlalchemy import select

from app.core.db import Database
from app.core.errors import AppError, Conflict
from app.core.security import Actor, Role
from app.interventions import actions as interventions
from app.interventions.schemas import CompletionInput, LogInput
from app.ledger.models import Occurrence
from app.plans.models import PlanTarget
from app.workorders import actions, queries
from app.workorders.models import WorkOrder, WorkOrderEvent
from app.workorders.queries.by_cycle import offered_due_on
from tests.rooms.engine.test_tick import at, ledger, plan_targets, tick_on
from tests.rooms.requests.test_together import twice

BOB = Actor(name="Bob", role=Role.TECHNICIAN)
ALICE = Actor(name="Alice", role=Role.MANAGER)


@pytest.fixture
def due(database):
    """A monthly plan, its first order due on 1 January: the order's id."""

    def make(**schedule):
        plan_targets(database, **schedule)
        tick_on(database, date(2027, 1, 1))
        with database.writing() as session:
            order = session.scalars(select(WorkOrder)).one()
            order.requires_photo = False
            return order.id

    return make


def complete(database, order_id, on, **report):
    with database.writing() as session:
        interventions.complete_work_order(session, order_id, CompletionInput(**report), by=BOB, now=at(on))


def log_in(session, on, **said):
    piece = session.scalars(select(PlanTarget.equipment_id)).one()
    data = LogInput(equipment_id=piece, title="By the way", work_kind="cleaning", kind="cleaned", **said)
    return interventions.log_work(session, data, by=BOB, now=at(on))


def log(database, on, **said):
    with database.writing() as session:
        logged = log_in(session, on, **said)
        return logged.order.id, logged.offered_due_on


def next_due(database):
    with database.reading() as session:
        return session.scalars(select(PlanTarget.next_due_on)).one()


def test_S08_an_order_done_late_moves_the_next_date_of_a_floating_plan(database, due):
    complete(database, due(mode="floating"), date(2027, 1, 20), done_on=date(2027, 1, 18))
    tick_on(database, date(2027, 1, 20))
    assert next_due(database) == date(2027, 2, 18)


def test_S12_work_that_was_not_done_is_a_missed_cycle_and_resets_no_clock(database, due):
    complete(database, due(mode="floating"), date(2027, 1, 3), kind="not_done", not_done_reason="No access")
    tick_on(database, date(2027, 1, 3))
    with database.reading() as session:
        row = session.scalars(select(Occurrence)).one()
        assert (row.fate, row.reason) == ("missed", "not_done")
        assert session.scalars(select(PlanTarget.last_done_on)).one() is None
    assert next_due(database) == date(2027, 2, 1)


@pytest.mark.parametrize(
    ("act", "fate"), [(actions.cancel_work_order, "cancelled"), (actions.skip_work_order, "skipped")]
)
def test_S12_a_person_who_ends_an_order_ends_its_cycle(database, due, act, fate):
    order_id = due()
    with database.writing() as session:
        act(session, order_id, "shutdown", by=ALICE, now=at(date(2027, 1, 2)))
    assert ledger(database) == [("2027-01-01", fate, 1)]
    assert next_due(database) == date(2027, 2, 1)


def test_S11b_a_corrected_day_moves_the_order_that_nobody_has_begun(database, due):
    first = due(mode="floating", lead_days=40)
    complete(database, first, date(2027, 1, 2), done_on=date(2027, 1, 1))
    tick_on(database, date(2027, 1, 2))
    with database.writing() as session:
        second = session.scalars(select(WorkOrder).where(WorkOrder.id != first)).one()
        assert second.due_on == date(2027, 2, 1)
        actions.reopen_work_order(session, first, "wrong day", by=BOB, now=at(date(2027, 1, 5)))
    complete(database, first, date(2027, 1, 5), done_on=date(2027, 1, 5))
    with database.reading() as session:
        moved = session.get_one(WorkOrder, second.id)
        assert moved.due_on == date(2027, 2, 5)
        kinds = session.scalars(select(WorkOrderEvent.kind).where(WorkOrderEvent.order_id == second.id)).all()
        assert kinds == ["created", "moved"]


def test_S09_work_logged_within_the_window_is_recorded_on_the_open_order(database, due):
    order_id = due()
    assert log(database, date(2027, 1, 3)) == (order_id, None)
    assert ledger(database) == [("2027-01-01", "generated", 1)]


def test_S09_work_logged_within_tolerance_settles_the_next_slot(database, due):
    complete(database, due(), date(2027, 1, 1))
    made, offered = log(database, date(2027, 1, 28))
    with database.reading() as session:
        order = session.get_one(WorkOrder, made)
        assert (order.type, order.due_on, order.state) == ("preventive", date(2027, 2, 1), "completed")
    assert offered is None
    tick_on(database, date(2027, 2, 1))
    assert ledger(database) == [("2027-01-01", "generated", 1), ("2027-02-01", "generated", 1)]


def test_S09_earlier_work_is_extra_until_somebody_counts_it(database, due):
    complete(database, due(), date(2027, 1, 1))
    tick_on(database, date(2027, 1, 1))
    made, offered = log(database, date(2027, 1, 10))
    assert offered == date(2027, 2, 1)
    with database.reading() as session:
        assert offered_due_on(session, queries.get_order(session, made, by=BOB)) == date(2027, 2, 1)
    with database.writing() as session:
        order = interventions.count_work_order(session, made, by=BOB, now=at(date(2027, 1, 11)))
        assert (order.due_on, order.done_on, order.type) == (date(2027, 2, 1), date(2027, 1, 10), "preventive")
        assert offered_due_on(session, order) is None
    tick_on(database, date(2027, 2, 1))
    assert ledger(database) == [("2027-01-01", "generated", 1), ("2027-02-01", "generated", 1)]
    with database.reading() as session:
        assert len(session.scalars(select(WorkOrder)).all()) == 2
    with pytest.raises(Conflict), database.writing() as session:
        interventions.count_work_order(session, made, by=BOB, now=at(date(2027, 2, 1)))


def test_S09_extra_work_is_not_counted_for_a_date_that_has_its_order(database, due):
    due()
    made, _ = log(database, date(2026, 12, 23), done_on=date(2026, 12, 5))
    with database.reading() as session:
        assert offered_due_on(session, queries.get_order(session, made, by=BOB)) is None
    with pytest.raises(Conflict, match="has an order already"), database.writing() as session:
        interventions.count_work_order(session, made, by=BOB, now=at(date(2027, 1, 2)))


def test_S09_floating_work_counts_from_the_real_day(database, due):
    complete(database, due(mode="floating"), date(2027, 1, 1))
    log(database, date(2027, 1, 10))
    tick_on(database, date(2027, 1, 10))
    assert next_due(database) == date(2027, 2, 10)


def test_S09_work_logged_late_does_not_set_a_floating_clock_back(database, due):
    complete(database, due(mode="floating"), date(2027, 1, 10))
    log(database, date(2027, 1, 12), done_on=date(2027, 1, 2))
    tick_on(database, date(2027, 1, 12))
    assert next_due(database) == date(2027, 2, 10)


def test_S16_two_who_end_an_order_at_once_end_it_once(database, due):
    order_id = due()
    barrier, answers = threading.Barrier(4), []

    def end(own: Database) -> None:
        barrier.wait()
        try:
            complete(own, order_id, date(2027, 1, 2))
            answers.append("done")
        except AppError as refused:
            answers.append(refused.code)

    others = [Database(database.url.render_as_string(hide_password=False)) for _ in range(4)]
    threads = [threading.Thread(target=end, args=(own,)) for own in others]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    for own in others:
        own.close()
    assert sorted(answers) == ["done", "wrong_state", "wrong_state", "wrong_state"]
    with database.reading() as session:
        kinds = session.scalars(select(WorkOrderEvent.kind).order_by(WorkOrderEvent.id)).all()
    assert kinds == ["created", "start", "complete"]


def test_S16_two_who_log_the_same_work_at_once_end_its_order_once(database, due):
    order_id = due()
    logged = twice(database, lambda session: log_in(session, date(2027, 1, 2)).order.id)
    with database.reading() as session:
        made = session.execute(select(WorkOrder.id, WorkOrder.state, WorkOrder.occurrence_id).order_by(WorkOrder.id))
        orders = [(row.id, row.state, row.occurrence_id is not None) for row in made]
    assert (sorted(logged), orders) == ([order_id, 2], [(1, "completed", True), (2, "completed", False)])
