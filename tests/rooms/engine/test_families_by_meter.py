"""S24 with plans that go by a meter: what a counter brings is merged as a date is, and counts from that work."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from app.changes.actions.edits import create_plan
from app.enrolment.actions.readings import record_readings
from app.interventions.actions.completing import complete_work_order
from app.interventions.schemas import CompletionInput
from app.ledger.models import Occurrence
from app.meters.schemas import ReadingInput
from app.plans.actions.families import create_family
from app.plans.models import PlanTarget
from app.plans.schemas.families import FamilyInput
from app.reports.queries.explaining import explain_next
from app.workorders.actions.life import cancel_work_order
from app.workorders.models import WorkOrder
from tests.factories.equipment import make_equipment
from tests.factories.meters import make_meter
from tests.factories.plans import ALICE, BOB, plan_input
from tests.rooms.engine.test_tick import at, tick_on

START = date(2026, 12, 7)
DAY = timedelta(days=1)
PAGES = {"kind": "counter", "meter": "Pages printed", "unit": "pages", "every": 100}


@pytest.fixture
def printer(database):
    """A yearly service on the 17th of December and, below it, a plan of every hundred pages; ten days' tolerance."""

    def make(**by_pages):
        with database.writing() as session:
            piece = make_equipment(session, "IMP-1")
            meter = make_meter(session, piece).id
            family = create_family(
                session, FamilyInput(title="Printers", tolerance_days=10), by=ALICE, now=at(START)
            ).id
            said = {"equipment_ids": [piece.id], "family_id": family}
            yearly = plan_input(title="Service", rank=2, freq="year", start_on=date(2026, 12, 17), **said)
            create_plan(session, yearly, by=ALICE, now=at(START))
            pages = plan_input(title="Pages", rank=1, freq="none", start_on=START, trigger=PAGES, **said | by_pages)
            create_plan(session, pages, by=ALICE, now=at(START))
            return meter

    return make


def read(database, meter, day, value):
    with database.writing() as session:
        row = ReadingInput(meter_id=meter, value=value, read_at=datetime(day.year, day.month, day.day, 5, tzinfo=UTC))
        record_readings(session, [row], source="program", by=ALICE, now=at(day))
    tick_on(database, day)


def rows(database):
    with database.reading() as session:
        found = session.execute(select(Occurrence.cycle_key, Occurrence.fate).order_by(Occurrence.id)).all()
        return {key.partition(":")[2].rpartition(":")[2]: fate for key, fate in found}


def orders(database):
    with database.reading() as session:
        return session.scalars(select(WorkOrder).order_by(WorkOrder.id)).all()


@pytest.mark.parametrize("mode", ["fixed", "floating"])
def test_S24_a_counter_that_is_reached_calls_the_order_above_it_and_is_done_with_it(database, printer, mode):
    meter = printer(mode=mode)
    read(database, meter, START, 10)
    assert orders(database) == []
    read(database, meter, START + 2 * DAY, 130)
    assert rows(database) == {"2026-12-17": "generated", "1": "merged"}
    [order] = orders(database)
    assert (order.title, order.due_on) == ("Service", date(2026, 12, 17))
    assert "+ Pages (P-0002)" in order.instructions
    done_on = START + 3 * DAY
    with database.writing() as session:
        complete_work_order(session, order.id, CompletionInput(done_on=done_on), by=BOB, now=at(done_on))
    read(database, meter, START + 30 * DAY, 205)
    again = {"fixed": 2, "floating": 1}[mode]  # the next hundred, or a hundred after the work
    assert len(orders(database)) == again
    read(database, meter, START + 31 * DAY, 231)
    assert len(orders(database)) == 2


def test_S24_what_a_cancelled_order_had_taken_in_comes_back(database, printer):
    meter = printer()
    read(database, meter, START, 10)
    read(database, meter, START + 2 * DAY, 130)
    with database.writing() as session:
        cancel_work_order(session, orders(database)[0].id, "no access", by=ALICE, now=at(START + 3 * DAY))
    tick_on(database, START + 3 * DAY)
    assert [(order.title, order.state) for order in orders(database)] == [("Service", "cancelled"), ("Pages", "ready")]


def test_S11_a_merged_one_says_which_order_it_waits_for(database, printer):
    meter = printer(mode="floating")
    read(database, meter, START, 10)
    read(database, meter, START + 2 * DAY, 130)
    with database.reading() as session:
        target = session.scalars(select(PlanTarget).order_by(PlanTarget.id.desc())).first()
        item = {"equipment_id": target.equipment_id, "location_id": None}
        said = explain_next(session, target.plan_id, **item, by=ALICE, now=at(START + 2 * DAY)).sentences
    assert said == ["It waits for OT-000001 to be done: the next date counts from that day."]


def test_S24_work_done_above_starts_a_counter_anew_that_was_not_merged(database, printer):
    """Read once: nobody can say when it would be due, and yet it counts from the work."""
    meter = printer(mode="floating")
    read(database, meter, START, 10)
    read(database, meter, START + 10 * DAY, 60)
    done_on = START + 10 * DAY
    with database.writing() as session:
        order = session.scalars(select(WorkOrder)).one()
        complete_work_order(session, order.id, CompletionInput(done_on=done_on), by=BOB, now=at(done_on))
    read(database, meter, START + 40 * DAY, 115)
    assert len(orders(database)) == 1
    read(database, meter, START + 41 * DAY, 160)
    assert [order.title for order in orders(database)] == ["Service", "Pages"]
