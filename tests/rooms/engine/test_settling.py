"""Orders that end, and what the next tick makes of it (S9, S11, S11b, S12, S20)."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from app.ledger.actions.outcomes import (
    move_cycle,
    record_completion,
    record_ending,
    record_logged_work,
    record_reopening,
)
from app.ledger.models import Occurrence
from app.plans.models import PlanTarget, PlanVersion
from app.plans.rules.rule import Rule
from app.workorders.models import WorkOrder
from tests.rooms.engine.test_tick import at, ledger, plan_targets, tick_on


def end(database, key, on, state="completed", done_on=None):
    """Do what the work order's own action does, as far as the engine sees it."""
    with database.writing() as session:
        occurrence = session.scalars(select(Occurrence).where(Occurrence.cycle_key == key)).one()
        order = session.scalars(select(WorkOrder).where(WorkOrder.occurrence_id == occurrence.id)).one()
        order.state = state
        if state == "completed":
            return record_completion(session, occurrence.id, done_on=done_on or on, now=at(on))
        return record_ending(session, occurrence.id, fate=state, reason="person", ended_on=on, now=at(on))


def days(database, first, last):
    while first <= last:
        tick_on(database, first)
        first += timedelta(days=1)


def test_S20_a_waiting_cycle_gets_its_order_once_the_earlier_one_is_done(database):
    plan_targets(database, lead_days=30)
    days(database, date(2026, 12, 2), date(2027, 1, 4))
    end(database, "D:2027-01-01", date(2027, 1, 4))
    tick_on(database, date(2027, 1, 4))
    assert ledger(database) == [("2027-01-01", "generated", 1), ("2027-02-01", "generated", 1)]


def test_S20_work_done_in_time_but_recorded_late_splits_the_suppressed_run(database):
    plan_targets(database, rule=Rule("day"))
    days(database, date(2027, 1, 1), date(2027, 1, 8))
    end(database, "D:2027-01-01", date(2027, 1, 8), done_on=date(2027, 1, 4))
    tick_on(database, date(2027, 1, 8))
    assert ledger(database) == [
        ("2027-01-01", "generated", 1),
        ("2027-01-02", "suppressed", 2),
        ("2027-01-04", "generated", 1),
        ("2027-01-05", "suppressed", 3),
        ("2027-01-08", "waiting", 1),
    ]


def test_S20_the_latest_suppressed_cycle_comes_back_when_the_order_is_cancelled(database):
    plan_targets(database, rule=Rule("week"), anchor=date(2027, 1, 4))
    days(database, date(2027, 1, 4), date(2027, 2, 3))
    assert ledger(database)[1] == ("2027-01-11", "suppressed", 4)
    end(database, "D:2027-01-04", date(2027, 2, 3), state="cancelled")
    tick_on(database, date(2027, 2, 3))
    assert ledger(database) == [
        ("2027-01-04", "cancelled", 1),
        ("2027-01-11", "suppressed", 3),
        ("2027-02-01", "generated", 1),
    ]


def test_S08_floating_counts_from_the_day_done(database):
    plan_targets(database, mode="floating")
    tick_on(database, date(2027, 1, 1))
    end(database, "N:1", date(2027, 1, 20), done_on=date(2027, 1, 18))
    days(database, date(2027, 1, 20), date(2027, 2, 18))
    with database.reading() as session:
        assert session.scalars(select(Occurrence.due_on)).all() == [date(2027, 1, 1), date(2027, 2, 18)]


def test_S12_floating_cancelled_goes_on_after_the_decision(database):
    plan_targets(database, mode="floating")
    tick_on(database, date(2027, 1, 1))
    end(database, "N:1", date(2027, 3, 10), state="cancelled")
    tick_on(database, date(2027, 3, 10))
    with database.reading() as session:
        assert session.scalars(select(PlanTarget.next_due_on)).one() == date(2027, 4, 1)


def test_S11b_reopening_withdraws_the_next_date_and_a_corrected_day_moves_the_next_order(database):
    plan_targets(database, mode="floating", lead_days=40)
    tick_on(database, date(2027, 1, 1))
    end(database, "N:1", date(2027, 1, 1))
    tick_on(database, date(2027, 1, 1))
    with database.writing() as session:
        first, second = session.scalars(select(Occurrence).order_by(Occurrence.id)).all()
        record_reopening(session, first.id, now=at(date(2027, 1, 5)))
        moved = record_completion(session, first.id, done_on=date(2027, 1, 5), now=at(date(2027, 1, 5)))
        assert moved is not None
        assert (moved.occurrence_id, moved.cycle.due_on) == (second.id, date(2027, 2, 5))
        move_cycle(session, moved, now=at(date(2027, 1, 5)))
        assert (second.due_on, len(second.trace)) == (date(2027, 2, 5), 4)


def test_S09_logged_work_settles_the_next_slot_and_its_order_is_not_made_again(database):
    (target_id,) = plan_targets(database)
    tick_on(database, date(2027, 1, 1))
    end(database, "D:2027-01-01", date(2027, 1, 1))
    with database.writing() as session:
        extra = record_logged_work(
            session, target_id, done_on=date(2027, 1, 10), open_occurrence_ids=[], now=at(date(2027, 1, 10))
        )
        assert (extra.kind, extra.offered_due_on) == ("extra", date(2027, 2, 1))
        settled = record_logged_work(
            session, target_id, done_on=date(2027, 1, 28), open_occurrence_ids=[], now=at(date(2027, 1, 28))
        )
        assert settled.kind == "settles"
    tick_on(database, date(2027, 2, 1))
    assert ledger(database) == [("2027-01-01", "generated", 1), ("2027-02-01", "generated", 1)]
    with database.reading() as session:
        assert session.scalars(select(PlanTarget.next_due_on)).one() == date(2027, 3, 1)


def test_S09_logged_work_is_recorded_on_the_open_order(database):
    (target_id,) = plan_targets(database)
    tick_on(database, date(2027, 1, 1))
    with database.writing() as session:
        occurrence_id = session.scalars(select(Occurrence.id)).one()
        found = record_logged_work(
            session, target_id, done_on=date(2027, 1, 3), open_occurrence_ids=[occurrence_id], now=at(date(2027, 1, 3))
        )
    assert (found.kind, found.occurrence_id) == ("on_order", occurrence_id)


@pytest.mark.parametrize(("state", "due_on"), [("completed", date(2027, 2, 3)), ("cancelled", date(2027, 2, 1))])
def test_S08_an_order_of_a_fixed_version_starts_the_clock_of_a_floating_one(database, state, due_on):
    plan_targets(database)
    tick_on(database, date(2027, 1, 1))
    with database.writing() as session:
        version = session.scalars(select(PlanVersion)).one()
        version.schedule = version.schedule | {"mode": "floating"}
    tick_on(database, date(2027, 1, 2))
    end(database, "D:2027-01-01", date(2027, 1, 3), state=state)
    tick_on(database, date(2027, 1, 3))
    with database.reading() as session:
        assert session.scalars(select(PlanTarget.next_due_on)).one() == due_on


@pytest.mark.parametrize("state", ["completed", "cancelled"])
def test_S08_an_order_of_a_floating_version_may_end_under_a_fixed_one(database, state):
    plan_targets(database, mode="floating")
    tick_on(database, date(2027, 1, 1))
    with database.writing() as session:
        version = session.scalars(select(PlanVersion)).one()
        version.schedule = {**version.schedule, "mode": "fixed"}
        session.scalars(select(PlanTarget)).one().settled_through = date(2027, 1, 1)
    tick_on(database, date(2027, 2, 1))
    end(database, "N:1", date(2027, 2, 10), state=state)
    tick_on(database, date(2027, 3, 1))
    with database.reading() as session:
        assert session.scalars(select(PlanTarget.next_due_on)).one() == date(2027, 4, 1)
