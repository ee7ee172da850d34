"""What a forecast says of plans that go by a meter, beside what the engine does once the projected readings come."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta

from sqlalchemy import select

from app.changes.actions.edits import create_plan
from app.core.security import Actor
from app.enrolment.actions.readings import record_readings
from app.forecasts.queries.forecast import forecast
from app.forecasts.schemas import ForecastQuery
from app.interventions.actions.completing import complete_work_order
from app.interventions.schemas import CompletionInput
from app.ledger.queries.upcoming import upcoming_of_target
from app.meters.schemas import ReadingInput
from app.plans.models import MaintenancePlan, PlanTarget
from app.workorders.models import WorkOrder
from tests.factories.equipment import make_equipment
from tests.factories.meters import make_meter
from tests.factories.plans import plan_input
from tests.rooms.engine.test_tick import tick_on

SYSTEM = Actor.system()
MONDAY = date(2026, 12, 7)
WEEKS = 9
RATES = {"FIXED": 10, "FLOATING": 12, "BOTH": 9, "SOON": 25, "ESTIMATED": 7}  # pages a day


def at(day: date, hour: int = 5) -> datetime:
    return datetime(day.year, day.month, day.day, hour, tzinfo=UTC)


def plans(session):
    """A piece each, read for three weeks; five ways to go by its counter."""
    pages = {"kind": "counter", "meter": "Pages printed", "unit": "pages", "every": 150}
    ways = {
        "FIXED": {"freq": "none", "trigger": pages},
        "FLOATING": {"freq": "none", "mode": "floating", "trigger": pages, "shift": "next"},
        "BOTH": {"freq": "day", "interval": 17, "mode": "floating", "trigger": pages, "shift": "next"},
        "SOON": {"freq": "none", "trigger": pages | {"every": 10}, "shift": "next"},
        "ESTIMATED": {"freq": "none", "trigger": pages | {"is_estimated": True}, "lead_days": 3},
    }
    meters = {}
    for code, way in ways.items():
        piece = make_equipment(session, code)
        meters[code] = make_meter(session, piece).id
        data = plan_input(code=code, equipment_ids=[piece.id], start_on=MONDAY, title=code, **way)
        create_plan(session, data, by=SYSTEM, now=at(MONDAY - timedelta(days=21)))
    return meters


def read(session, meters, day):
    used = (day - MONDAY).days + 21
    rows = [
        ReadingInput(meter_id=key, value=1000 + used * RATES[code], read_at=at(day)) for code, key in meters.items()
    ]
    record_readings(session, rows, source="program", by=SYSTEM, now=at(day))


def do_what_is_due(session, day):
    """Each on its day: a floating clock counts from it."""
    due = select(WorkOrder.id).where(WorkOrder.is_open, WorkOrder.due_on <= day).order_by(WorkOrder.id)
    for order_id in session.scalars(due).all():
        complete_work_order(session, order_id, CompletionInput(done_on=day), by=SYSTEM, now=at(day, 15))


def test_S27_what_is_foretold_comes_true_when_the_readings_do(database):
    with database.writing() as session:
        meters = plans(session)
    day = MONDAY - timedelta(days=21)
    while day < MONDAY + timedelta(weeks=WEEKS):
        with database.writing() as session:
            read(session, meters, day)
        tick_on(database, day)
        with database.writing() as session:
            do_what_is_due(session, day)
        if day == MONDAY:
            tick_on(database, day, 16)
            foreseen = forecast_of_each(database)
        day += timedelta(days=1)
    with database.reading() as session:
        rows = session.execute(
            select(MaintenancePlan.code, WorkOrder.due_on)
            .join(MaintenancePlan, MaintenancePlan.id == WorkOrder.plan_id)
            .where(WorkOrder.due_on > MONDAY)
        ).all()
    last_on = MONDAY + timedelta(weeks=WEEKS)
    made = Counter((code, (due_on - MONDAY).days // 7) for code, due_on in rows if due_on < last_on)
    assert {key: orders for key, orders in foreseen.items() if orders} == made
    assert {code for code, _ in made} == set(RATES)


def forecast_of_each(database):
    """By plan and week: orders foreseen from tomorrow on, and the same days on each item's own list."""
    found = Counter()
    with database.reading() as session:
        whole = forecast(session, ForecastQuery(weeks=WEEKS), by=SYSTEM, now=at(MONDAY, 16))
        targets = session.execute(select(PlanTarget.id, MaintenancePlan.code).join(MaintenancePlan)).all()
        for target_id, code in targets:
            for cycle in upcoming_of_target(session, target_id, by=SYSTEM, count=80):
                week = (cycle.due_on - MONDAY).days // 7
                if week < WEEKS:
                    assert "estimate" in cycle.note or code == "BOTH"
                    found[code, week] += 1
    by_week = Counter()
    for (_, week), orders in found.items():
        by_week[week] += orders
    assert [week.orders for week in whole.weeks] == [by_week[week] for week in range(WEEKS)]
    return found


def test_S27_a_counter_that_nobody_reads_any_more_is_expected_today_wherever_one_looks(database):
    with database.writing() as session:
        meters = plans(session)
        for days in (21, 14, 7):
            read(session, meters, MONDAY - timedelta(days=days))
    later = MONDAY + timedelta(days=60)
    tick_on(database, later)
    with database.reading() as session:
        expected = session.scalars(select(PlanTarget).where(PlanTarget.next_due_on.is_not(None))).all()
        assert len(expected) >= 2
        for target in expected:
            [first, *_] = upcoming_of_target(session, target.id, by=SYSTEM)
            assert (first.due_on, first.due_on >= later) == (target.next_due_on, True)
