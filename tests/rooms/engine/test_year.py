"""A year with two plans, ticked twice a day. Its dates are computed here, by walking days, and not by Ronde."""

from collections import Counter
from datetime import date, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import aliased

from app.core.db import Database
from app.ledger.models import Occurrence
from app.plans.models import MaintenancePlan, PlanTarget
from app.plans.rules.rule import Rule
from app.plans.rules.schedule import Schedule
from app.workorders.models import WorkOrder
from tests.factories.engine import make_targets
from tests.rooms.engine.test_faults import at_once
from tests.rooms.engine.test_tick import tick_on

DAY = timedelta(days=1)
HOLIDAYS_2027 = {
    date(2027, month, day)
    for month, day in [
        (1, 1), (3, 29), (5, 1), (5, 6), (5, 8), (5, 17), (7, 14), (8, 15), (11, 1), (11, 11), (12, 25),
    ]
}  # fmt: skip
SWITCHES, PDUS = 39, 13


def next_working_day(day: date) -> date:
    while day.weekday() >= 5 or day in HOLIDAYS_2027:
        day += DAY
    return day


SIX_MONTHLY = [next_working_day(date(2027, month, 1)) for month in (1, 7)]
MONTHLY = [next_working_day(date(2027, month, 1)) for month in range(1, 13)]


def two_plans(database: Database, overlap: str) -> None:
    policy = {"shift": "next", "lead_days": 14, "overlap": overlap}
    with database.writing() as session:
        make_targets(session, SWITCHES, Schedule(Rule("month", 6), **policy), code="SWITCH")
        make_targets(session, PDUS, Schedule(Rule("month"), **policy), code="PDU")


def live_through_2027(database: Database) -> None:
    day = date(2026, 12, 10)
    while day <= date(2027, 12, 31):
        tick_on(database, day)
        tick_on(database, day)
        day += DAY


def due_in_2027(database: Database) -> dict[str, Counter[date]]:
    with database.reading() as session:
        rows = session.execute(
            select(MaintenancePlan.code, WorkOrder.due_on)
            .join(MaintenancePlan, MaintenancePlan.id == WorkOrder.plan_id)
            .where(WorkOrder.due_on.between(date(2027, 1, 1), date(2027, 12, 31)))
        ).all()
    return {plan: Counter(day for code, day in rows if code == plan) for plan in ("SWITCH", "PDU")}


def test_S17_stacked_every_cycle_has_its_order_on_its_day(database):
    two_plans(database, "stack")
    live_through_2027(database)
    made = due_in_2027(database)
    assert made["SWITCH"] == dict.fromkeys(SIX_MONTHLY, SWITCHES)
    assert made["PDU"] == dict.fromkeys(MONTHLY, PDUS)
    assert (made["SWITCH"].total(), made["PDU"].total()) == (2 * 39, 12 * 13)


def test_S20_with_nobody_working_one_order_each_and_the_rest_suppressed_by_name(database):
    two_plans(database, "suppress")
    live_through_2027(database)
    made = due_in_2027(database)
    assert (made["SWITCH"], made["PDU"]) == ({SIX_MONTHLY[0]: 39}, {MONTHLY[0]: 13})
    named = aliased(Occurrence)
    with database.reading() as session:
        suppressed = session.execute(
            select(MaintenancePlan.code, Occurrence.count, Occurrence.last_due_on, WorkOrder.id)
            .join(PlanTarget, PlanTarget.id == Occurrence.target_id)
            .join(MaintenancePlan, MaintenancePlan.id == PlanTarget.plan_id)
            .join(
                named, (named.target_id == Occurrence.target_id) & (named.cycle_key == Occurrence.because_key)
            )
            .join(WorkOrder, WorkOrder.occurrence_id == named.id)
            .where(Occurrence.fate == "suppressed")
        ).all()  # fmt: skip
    cycles = {plan: sum(row.count for row in suppressed if row.code == plan) for plan in ("SWITCH", "PDU")}
    assert cycles == {"SWITCH": 39, "PDU": 11 * 13}
    assert {row.last_due_on for row in suppressed} == {SIX_MONTHLY[-1], MONTHLY[-1]}


@pytest.mark.slow
def test_S16_three_schedulers_at_once_all_through_the_year_make_the_same(database):
    two_plans(database, "stack")
    day = date(2026, 12, 10)
    while day <= date(2027, 12, 31):
        at_once(database, day, schedulers=3)
        day += 3 * DAY
    made = due_in_2027(database)
    assert made["SWITCH"] == dict.fromkeys(SIX_MONTHLY, SWITCHES)
    assert made["PDU"] == dict.fromkeys(MONTHLY, PDUS)
