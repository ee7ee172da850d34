"""S24, S35: a date that is wanted now, or moved, where plans of one family meet on the item."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from app.changes.actions.edits import create_plan
from app.core.errors import Conflict
from app.decisions.actions.dates import do_now, move_cycle
from app.decisions.schemas import CycleMove, CycleNow
from app.interventions.actions.completing import complete_work_order
from app.interventions.schemas import CompletionInput
from app.ledger.models import Occurrence
from app.operations.queries.doctor.ledger import examine
from app.plans.actions.families import create_family
from app.plans.models import PlanTarget
from app.plans.schemas.families import FamilyInput
from app.workorders.actions.life import start_work_order
from app.workorders.models import WorkOrder
from tests.factories.equipment import make_equipment
from tests.factories.plans import ALICE, BOB, plan_input
from tests.rooms.engine.test_tick import at, tick_on

START = date(2026, 12, 1)
DAY = timedelta(days=1)


@pytest.fixture
def house(database):
    """`house(first_of_yearly, **monthly)`: a yearly plan above a monthly one, seven days' tolerance; their targets."""

    def make(yearly_on, **monthly):
        with database.writing() as session:
            piece = make_equipment(session, "SW-1")
            family = create_family(session, FamilyInput(title="Switches", tolerance_days=7), by=ALICE, now=at(START)).id
            said = {"equipment_ids": [piece.id], "family_id": family}
            monthly = {"start_on": date(2027, 1, 1)} | monthly
            lower = create_plan(session, plan_input(title="Low", rank=1, **said | monthly), by=ALICE, now=at(START))
            high = {"title": "High", "freq": "year", "start_on": yearly_on, "rank": 2}
            higher = create_plan(session, plan_input(**said | high), by=ALICE, now=at(START))
            ids = {row.plan_id: row.id for row in session.scalars(select(PlanTarget))}
        tick_on(database, START)
        return ids[lower.id], ids[higher.id]

    yield make
    with database.reading() as session:
        found = [finding.code for finding in examine(session, at(date(2027, 1, 1))) if finding.severity == "fault"]
    assert found == []


def now(database, target_id, on):
    with database.writing() as session:
        return do_now(session, target_id, CycleNow(reason="They are here"), by=ALICE, now=at(on))


def orders(database):
    with database.reading() as session:
        rows = session.scalars(select(WorkOrder).order_by(WorkOrder.id)).all()
        return [(row.title, row.due_on, "+ Low" in (row.instructions or "")) for row in rows]


def fates(database, target_id):
    with database.reading() as session:
        rows = select(Occurrence.cycle_key, Occurrence.fate).where(Occurrence.target_id == target_id)
        return [tuple(row) for row in session.execute(rows.order_by(Occurrence.raw_due_on))]


@pytest.mark.parametrize("mode", ["fixed", "floating"])
def test_S35_do_now_becomes_part_of_a_higher_order_that_is_due_about_then(database, house, mode):
    lower, _ = house(date(2026, 12, 6), mode=mode, start_on=date(2027, 1, 10))
    decided = now(database, lower, START)
    assert orders(database) == [("High", date(2026, 12, 6), True)]
    assert (decided.is_merged, decided.scheduled_on, decided.work_order_id) == (True, START, 1)
    key = {"fixed": "D:2027-01-10", "floating": "N:1"}[mode]
    assert fates(database, lower) == [(key, "merged")]
    with pytest.raises(Conflict) as refused:
        now(database, lower, START + DAY)
    assert refused.value.params["order"] == "OT-000001"


def test_S35_do_now_becomes_part_of_an_open_order_and_of_none_that_is_begun(database, house):
    lower, higher = house(date(2026, 12, 20), start_on=date(2027, 1, 10))
    now(database, higher, START)
    assert now(database, lower, START + DAY).is_merged
    assert orders(database) == [("High", date(2026, 12, 20), True)]
    with database.writing() as session:
        start_work_order(session, 1, by=BOB, now=at(START + DAY))
        complete_work_order(session, 1, CompletionInput(done_on=START + DAY), by=BOB, now=at(START + DAY, 12))
    assert not now(database, lower, START + 2 * DAY).is_merged  # wanted again after it was done
    assert orders(database)[1] == ("Low", date(2027, 2, 10), False)


def test_S35_do_now_makes_the_plans_own_order_where_nothing_higher_is_near(database, house):
    lower, _ = house(date(2026, 12, 20), start_on=date(2027, 1, 10))
    decided = now(database, lower, START)
    assert (decided.is_merged, orders(database)) == (False, [("Low", date(2027, 1, 10), False)])


def test_S24_a_higher_date_that_is_wanted_now_takes_in_what_lies_near_today(database, house):
    """By the day for which it stands in the diary, not by the one on which it was due."""
    lower, higher = house(date(2026, 12, 28), start_on=date(2026, 12, 3), freq="week", interval=3)
    now(database, higher, START)
    assert orders(database) == [("High", date(2026, 12, 28), True)]
    assert fates(database, lower) == [("D:2026-12-03", "merged")]
    tick_on(database, date(2026, 12, 24))
    assert fates(database, lower)[1] == ("D:2026-12-24", "generated")


def test_S24_a_higher_date_that_a_person_moved_takes_in_what_lies_near_its_new_day(database, house):
    lower, higher = house(date(2026, 12, 20), start_on=date(2027, 1, 10))
    with database.writing() as session:
        moved = CycleMove(cycle_key="D:2026-12-20", on=date(2027, 1, 12), reason="Closed")
        move_cycle(session, higher, moved, by=ALICE, now=at(START))
    tick_on(database, date(2026, 12, 20))
    assert orders(database) == []
    tick_on(database, date(2027, 1, 10))
    assert orders(database) == [("High", date(2026, 12, 20), True)]
    assert fates(database, lower) == [("D:2027-01-10", "merged")]
