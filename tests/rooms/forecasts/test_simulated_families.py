"""What if plans met in a family, or went by a meter: supposed first, then done for real and compared (S24, S27)."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from app.changes.actions import edits
from app.core.errors import InvalidInput
from app.engine.actions.reconciling import reconcile_all
from app.enrolment.actions.readings import record_readings
from app.equipment.models import Equipment, EquipmentCategory
from app.forecasts.queries.forecast import forecast
from app.forecasts.queries.simulation import simulate
from app.forecasts.schemas import ForecastQuery, Simulation
from app.meters.schemas import ReadingInput
from app.places.models import Site
from app.plans.actions.families import create_family
from app.plans.models import MaintenancePlan
from app.plans.queries.plans import get_plan, input_of
from app.plans.schemas import PlanEdit
from app.plans.schemas.families import FamilyInput
from app.workorders.models import WorkOrder
from tests.factories.equipment import make_category, make_piece
from tests.factories.meters import make_meter
from tests.factories.places import make_site
from tests.factories.plans import ALICE, plan_input
from tests.rooms.engine.test_tick import at, tick_on

MONDAY = date(2026, 12, 7)
NOW = datetime(2026, 12, 7, 6, tzinfo=UTC)
COUNTER = {"freq": "none", "interval": 1, "trigger": {"kind": "counter", "meter": "Pages printed", "every": 100}}


@pytest.fixture
def house(database):
    """Three switches; a plan of every two months and a yearly one, strangers to one another; a family for them."""
    with database.writing() as session:
        site, category = make_site(session), make_category(session)
        for n in range(3):
            make_piece(session, site, category, f"SW-{n}")
        said = {"category_ids": [category.id], "estimate_minutes": 30, "start_on": date(2027, 1, 4), "overlap": "stack"}
        for code, interval in (("TWO", 2), ("YEAR", 12)):
            data = plan_input(code=code, title=code, interval=interval, **said)
            edits.create_plan(session, data, by=ALICE, now=NOW)
        create_family(session, FamilyInput(title="Switches", code="F", tolerance_days=10), by=ALICE, now=NOW)
    return database


def as_said(session, of, /, **more):
    plan = session.scalars(select(MaintenancePlan).where(MaintenancePlan.code == of)).one()
    return plan.id, input_of(session, get_plan(session, plan.id, by=ALICE)).model_dump(mode="json") | more


def suppose(session, **more):
    return simulate(session, Simulation.model_validate(more), by=ALICE, now=NOW)


def by_week(told):
    return {n: (week.orders, week.minutes) for n, week in enumerate(told.weeks) if week.orders}


def really(session):
    return by_week(forecast(session, ForecastQuery(), by=ALICE, now=NOW))


def edit(session, plan_id, said):
    edits.edit_plan(session, plan_id, PlanEdit.model_validate(said), by=ALICE, now=NOW)


def both_ranked(session, **of_two):
    return [as_said(session, "TWO", family_id=1, rank=1, **of_two), as_said(session, "YEAR", family_id=1, rank=2)]


def test_S24_plans_that_would_meet_in_a_family_make_the_orders_that_they_then_make(house):
    with house.writing() as session:
        changes = both_ranked(session)
        supposed = suppose(session, plans=[{"plan_id": key, "plan": said} for key, said in changes])
        assert by_week(supposed.today) == really(session)
        for key, said in changes:
            edit(session, key, said)
        assert by_week(supposed.then) == really(session)
    assert by_week(supposed.today)[4] == (6, 180)
    assert by_week(supposed.then)[4] == (3, 90)  # one order does for both
    day = MONDAY
    while day < MONDAY + timedelta(weeks=31):
        tick_on(house, day)
        day += timedelta(days=3)
    with house.reading() as session:
        made = Counter((due_on - MONDAY).days // 7 for due_on in session.scalars(select(WorkOrder.due_on)))
    foreseen = {n: week.orders for n, week in enumerate(supposed.then.weeks[:30]) if week.orders}
    assert foreseen == {n: orders for n, orders in made.items() if n < 30}


def test_S24_a_new_plan_takes_in_what_lies_near_its_dates(house):
    with house.writing() as session:
        key, said = as_said(session, "TWO", family_id=1, rank=1)
        edit(session, key, said)
        new = said | {"code": "HALF", "title": "HALF", "interval": 6, "rank": 3, "start_on": "2027-03-08"}
        supposed = suppose(session, plans=[{"plan": new}])
        assert by_week(supposed.today) == really(session)
        edits.create_plan(session, plan_input(**new), by=ALICE, now=NOW)
        assert by_week(supposed.then) == really(session)
    gone = {n for n, (orders, _) in by_week(supposed.today).items() if n not in by_week(supposed.then)}
    assert gone == {12, 38}  # 4 March and 4 September go into 8 March and 8 September


def test_S24_pieces_that_would_enter_meet_both_plans(house):
    with house.writing() as session:
        for key, said in both_ranked(session):
            edit(session, key, said)
        piece = session.scalars(select(Equipment)).first()
        entry = {"count": 2, "category_id": piece.category_id, "site_id": piece.site_id}
        supposed = suppose(session, equipment=[entry])
        site, category = session.get_one(Site, piece.site_id), session.get_one(EquipmentCategory, piece.category_id)
        for n in range(2):
            make_piece(session, site, category, f"NEW-{n}")
        reconcile_all(session, now=NOW)
        assert (by_week(supposed.then), supposed.covered) == (really(session), [2])


def test_S24_spread_is_dealt_to_whoever_enters(house):
    with house.writing() as session:
        for key, said in both_ranked(session, spread_days=3):
            edit(session, key, said)
        piece = session.scalars(select(Equipment)).first()
        before = sum(orders for orders, _ in really(session).values())
        entry = {"count": 30, "category_id": piece.category_id, "site_id": piece.site_id}
        then = by_week(suppose(session, equipment=[entry]).then)
    assert sum(orders for orders, _ in then.values()) == before * 11


def test_S36_items_that_stay_go_on_and_others_enter_today(house):
    with house.writing() as session:
        piece = session.scalars(select(Equipment)).first()
        site, other = session.get_one(Site, piece.site_id), make_category(session, "printer")
        make_piece(session, site, other, "PRN-1")
        key, said = as_said(session, "TWO", category_ids=[other.id], equipment_ids=[piece.id], interval=3)
        supposed = suppose(session, plans=[{"plan_id": key, "plan": said}])
        edit(session, key, said)
        assert by_week(supposed.then) == really(session)


def test_a_rank_is_one_plans_alone(house):
    with house.reading() as session:
        [(key, said), (other, _)] = both_ranked(session)
        twice = [{"plan_id": key, "plan": said}, {"plan_id": other, "plan": as_said(session, "YEAR")[1] | said}]
        for plans in (twice, [{"plan": said | {"rank": None}}], [{"plan": said | {"family_id": 99}}]):
            with pytest.raises(InvalidInput):
                suppose(session, plans=plans)


def test_S27_a_plan_that_would_go_by_a_meter_is_projected_as_it_then_is(house):
    with house.writing() as session:
        rows = []
        for n, piece in enumerate(session.scalars(select(Equipment)).all()):
            meter = make_meter(session, piece)
            days = range(-30, 0, 6)
            rows += [
                ReadingInput(meter_id=meter.id, value=500 + day * (n + 3), read_at=at(MONDAY + timedelta(days=day)))
                for day in days
            ]
        record_readings(session, rows, source="program", by=ALICE, now=NOW)
        new = as_said(session, "TWO", code="PAGES", title="PAGES", **COUNTER)[1]
        supposed = suppose(session, plans=[{"plan": new}])
        key = edits.create_plan(session, plan_input(**new), by=ALICE, now=NOW).id
        assert by_week(supposed.then) == really(session)
        assert by_week(supposed.then) != by_week(supposed.today)
        for mode, every in (("fixed", 40), ("floating", 60)):
            _, said = as_said(session, "PAGES", mode=mode)
            said["trigger"]["every"] = every
            supposed = suppose(session, plans=[{"plan_id": key, "plan": said}])
            edit(session, key, said)
            assert by_week(supposed.then) == really(session)
