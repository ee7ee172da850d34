"""S23: the clock ran ahead, and a manager takes back what it made."""

from datetime import date

import pytest
from sqlalchemy import select

from app.core.errors import Conflict, NotAllowed
from app.core.security import Actor, Role
from app.engine.actions.withdrawing import withdraw_run
from app.ledger.models import GenerationRun
from app.operations.actions.on_demand import generate_now
from app.operations.queries.doctor.ledger import examine
from app.plans.models import PlanTarget
from app.plans.rules.rule import Rule
from app.workorders.models import WorkOrder
from tests.rooms.engine.test_settling import end
from tests.rooms.engine.test_tick import at, ledger, plan_targets, tick_on

ALICE = Actor(name="Alice", role=Role.MANAGER)
EVE = Actor(name="Eve", role=Role.MANAGER, site_ids=frozenset({1}))
TODAY = date(2027, 1, 10)


def withdraw_last(database, by=ALICE):
    with database.writing() as session:
        run_id = session.scalars(select(GenerationRun.id).order_by(GenerationRun.id.desc())).first()
        return withdraw_run(session, run_id, by=by, now=at(TODAY))


def states(database):
    with database.reading() as session:
        return list(session.scalars(select(WorkOrder.state).order_by(WorkOrder.id)))


@pytest.mark.parametrize("overlap", ["stack", "suppress"])
def test_S23_a_withdrawn_run_leaves_the_ledger_as_it_found_it(database, overlap):
    plan_targets(database, 2, overlap=overlap)
    tick_on(database, date(2027, 1, 1))
    before = ledger(database)
    tick_on(database, date(2028, 6, 15))
    run = withdraw_last(database)
    assert (ledger(database), len(run.taken_back or [])) == (before, 4)
    assert states(database).count("cancelled") == (2 if overlap == "stack" else 0)
    tick_on(database, TODAY)
    assert ledger(database) == before
    tick_on(database, date(2027, 2, 1))
    fate = "generated" if overlap == "stack" else "waiting"
    assert [row for row in ledger(database) if row not in before] == [("2027-02-01", fate, 1)] * 2


@pytest.mark.parametrize("far", [date(2027, 1, 20), date(2028, 6, 15)])
def test_S23_what_was_added_to_a_row_of_an_earlier_run_is_split_off(database, far):
    """A daily plan with one order open: the run of a wrong clock goes on with the row that others began."""
    plan_targets(database, 1, rule=Rule("day"))
    for day in range(1, 11):
        tick_on(database, date(2027, 1, day))
    before = ledger(database)
    assert before == [("2027-01-01", "generated", 1), ("2027-01-02", "suppressed", 8), ("2027-01-10", "waiting", 1)]
    tick_on(database, far)
    assert ("2027-01-10", "waiting", 1) not in ledger(database)
    withdraw_last(database)
    assert ledger(database) == before
    for day in (11, 12):
        tick_on(database, date(2027, 1, day))
    after = [("2027-01-01", "generated", 1), ("2027-01-02", "suppressed", 10), ("2027-01-12", "waiting", 1)]
    assert ledger(database) == after
    with database.reading() as session:
        assert list(examine(session, at(date(2027, 1, 12)))) == []


def test_S23_work_that_somebody_began_stays(database):
    plan_targets(database, 1, overlap="stack")
    tick_on(database, date(2027, 3, 1))
    with database.writing() as session:
        order = session.scalars(select(WorkOrder)).one()
        order.state, order.started_at, order.version = "in_progress", at(TODAY), 2
    run = withdraw_last(database)
    assert (run.taken_back, states(database)) == ([], ["in_progress"])


def test_S23_a_cycle_that_waited_before_waits_again(database):
    plan_targets(database, 1, lead_days=30)
    for day in (date(2026, 12, 2), date(2027, 1, 2)):
        tick_on(database, day)
    assert ledger(database)[1] == ("2027-02-01", "waiting", 1)
    end(database, "D:2027-01-01", date(2027, 1, 3))
    tick_on(database, date(2027, 1, 3))
    assert ledger(database)[1] == ("2027-02-01", "generated", 1)
    withdraw_last(database)
    assert ledger(database)[1] == ("2027-02-01", "waiting", 1)
    tick_on(database, TODAY)
    assert ledger(database)[1] == ("2027-02-01", "generated", 1)


def test_S23_a_floating_counter_goes_back(database):
    plan_targets(database, 1, mode="floating")
    tick_on(database, date(2027, 1, 1))
    withdraw_last(database)
    with database.reading() as session:
        assert session.scalars(select(PlanTarget.counter)).one() == 0
    tick_on(database, TODAY)
    assert ledger(database) == [("N:1", "generated", 1)]


@pytest.mark.parametrize("is_done", [True, False])
def test_S23_a_floating_target_counts_from_where_it_counted_before(database, is_done):
    """What that run had missed years ahead is no day to count from."""
    plan_targets(database, 1, mode="floating", catch_up="none")
    tick_on(database, date(2027, 1, 1))
    end(database, "N:1", date(2027, 1, 2), "completed" if is_done else "cancelled")
    tick_on(database, date(2027, 1, 3))
    before = next_due(database)
    tick_on(database, date(2031, 6, 15))
    withdraw_last(database)
    tick_on(database, TODAY)
    assert next_due(database) == before


def next_due(database):
    with database.reading() as session:
        return session.execute(select(PlanTarget.next_due_on, PlanTarget.counter, PlanTarget.anchor_on)).one()


def test_it_refuses_to_withdraw_twice_and_those_who_see_one_site_only(database):
    plan_targets(database, 1)
    tick_on(database, date(2027, 1, 1))
    with pytest.raises(NotAllowed):
        withdraw_last(database, by=EVE)
    withdraw_last(database)
    with pytest.raises(Conflict):
        withdraw_last(database)


def test_S17_a_tick_on_demand_makes_what_is_due_and_says_so(database):
    plan_targets(database, 3)
    with database.writing() as session:
        run = generate_now(session, by=ALICE, now=at(date(2027, 1, 1)))
        assert (run.counts["orders"], run.instance, run.errors) == (3, "Alice", [])
    with pytest.raises(NotAllowed), database.writing() as session:
        generate_now(session, by=EVE, now=at(date(2027, 1, 1)))


def test_S23_the_doctor_sees_that_a_clock_ran_ahead_and_names_the_run(database):
    plan_targets(database, 2, overlap="stack")
    tick_on(database, date(2028, 6, 15))
    with database.reading() as session:
        run_id = session.scalars(select(GenerationRun.id)).one()
        (finding,) = examine(session, at(TODAY))
        assert (finding.code, finding.examples, finding.params["count"]) == ("ahead", (run_id,), 2)
        assert list(examine(session, at(date(2028, 6, 15)))) == []
