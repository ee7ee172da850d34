"""The work of the coming weeks, beside what the scheduler then really makes."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select, update

from app.core.errors import NotAllowed, NotFound
from app.core.security import Actor, Role
from app.decisions.actions.dates import move_cycle, skip_cycle
from app.decisions.schemas import CycleMove, CycleSkip
from app.equipment.models import Equipment
from app.forecasts.queries.forecast import forecast
from app.forecasts.schemas import ForecastQuery
from app.plans.models import MaintenancePlan, PlanFamily, PlanTarget, PlanVersion
from app.plans.rules.rule import Rule
from app.plans.rules.schedule import Schedule
from app.workorders.models import WorkOrder
from tests.factories.engine import make_targets
from tests.factories.people import make_person, make_team
from tests.factories.places import make_site
from tests.factories.workorders import make_order
from tests.rooms.engine.test_tick import tick_on

MANAGER = Actor("Alice", Role.MANAGER)
START = date(2026, 12, 7)


def asked(**more):
    return ForecastQuery(**{"weeks": 52} | more)


def at(database, now, **more):
    with database.reading() as session:
        return forecast(session, asked(**more), by=MANAGER, now=now)


@pytest.fixture
def house(database):
    with database.writing() as session:
        make_targets(session, 6, Schedule(Rule("month", 6), shift="next", lead_days=14, overlap="stack"), code="SWITCH")
        make_targets(session, 3, Schedule(Rule("month"), shift="next", lead_days=14, overlap="stack"), code="PDU")
        make_targets(session, 1, Schedule(Rule("week", weekdays=(1,)), overlap="stack"), code="ROUND")
    return database


def test_what_is_foretold_is_what_is_made(house, now):
    """A year later the orders stand in the weeks in which they were foreseen."""
    tick_on(house, START)
    foreseen = at(house, now.replace(month=12, day=7))
    day = START
    while day < START + timedelta(weeks=53):
        tick_on(house, day)
        day += timedelta(days=1) * 4
    with house.reading() as session:
        made = Counter((due_on - START).days // 7 for due_on in session.scalars(select(WorkOrder.due_on)))
    assert [week.orders for week in foreseen.weeks] == [made[week] for week in range(52)]
    assert [week.minutes for week in foreseen.weeks] == [30 * made[week] for week in range(52)]
    assert sum(week.orders for week in foreseen.weeks) > 90


def test_S40_spread_dates_are_foretold_where_they_fall(database, now):
    with database.writing() as session:
        spread = Schedule(Rule("month", 2), shift="next", spread_days=40, overlap="stack")
        make_targets(session, 15, spread, anchor=START, code="SPREAD")
    tick_on(database, START)
    foreseen = [week.orders for week in at(database, now.replace(month=12, day=7)).weeks[:30]]
    day = START
    while day < START + timedelta(weeks=31):
        tick_on(database, day)
        day += timedelta(days=3)
    with database.reading() as session:
        made = Counter((due_on - START).days // 7 for due_on in session.scalars(select(WorkOrder.due_on)))
    assert foreseen == [made[week] for week in range(30)]
    assert max(foreseen) < 15


def test_S35_what_a_person_skips_or_moves_is_work_of_no_week_or_of_another(house, now):
    before = [week.orders for week in at(house, now).weeks]
    with house.writing() as session:
        pdu = session.scalars(
            select(PlanTarget.id).join(MaintenancePlan).where(MaintenancePlan.code == "PDU").order_by(PlanTarget.id)
        ).all()
        skip_cycle(session, pdu[0], CycleSkip(cycle_key="D:2027-02-01", reason="Closed"), by=MANAGER, now=now)
        later = CycleMove(cycle_key="D:2027-02-01", on=date(2027, 2, 10), reason="Stocktaking")
        move_cycle(session, pdu[1], later, by=MANAGER, now=now)
    after = [week.orders for week in at(house, now).weeks]
    changes = {n: now - was for n, (was, now) in enumerate(zip(before, after, strict=True)) if now != was}
    assert changes == {10: -2, 11: 1}  # the weeks of 1 and 8 February


def test_S41_a_piece_that_rests_makes_no_work(house, now):
    with house.writing() as session:
        session.execute(update(PlanTarget).values(idle_since=date(2026, 11, 1)))
    assert sum(week.orders for week in at(house, now).weeks) == 0


def test_S24_plans_of_one_family_make_one_order_where_they_meet(database, now):
    with database.writing() as session:
        family = PlanFamily(code="F", title="Servers", tolerance_days=10, created_at=now)
        session.add(family)
        session.flush()
        make_targets(session, 4, Schedule(Rule("month", 6)), code="HALF")
        make_targets(session, 4, Schedule(Rule("year")), code="YEAR")
        pieces = session.scalars(select(PlanTarget.equipment_id).order_by(PlanTarget.id).limit(4)).all()
        both = session.execute(select(MaintenancePlan.id, MaintenancePlan.code)).all()
        for plan_id, code in both:
            ranked = {"family_id": family.id, "rank": 2 if code == "YEAR" else 1}
            session.execute(update(PlanVersion).where(PlanVersion.plan_id == plan_id).values(**ranked))
            targets = session.scalars(
                select(PlanTarget).where(PlanTarget.plan_id == plan_id).order_by(PlanTarget.id)
            ).all()
            for target, piece in zip(targets, pieces, strict=True):
                target.equipment_id, target.family_id = piece, family.id
    foreseen = {n: week.orders for n, week in enumerate(at(database, now).weeks) if week.orders}
    assert foreseen == {5: 4, 31: 4}  # 1 January: the yearly ones alone; 1 July: the half-yearly ones


def test_open_orders_count_in_their_week_and_late_ones_in_this_one(house, now):
    tick_on(house, date(2027, 1, 2))
    later = now.replace(year=2027, month=1, day=25)
    foreseen = at(house, later)
    assert foreseen.first_on == date(2027, 1, 25)
    # Six half-yearly and three monthly orders of 4 January are late; the weekly round of the 5th too, and
    # rounds of the weeks between are caught up with by the next tick.
    assert foreseen.weeks[0].orders >= 10
    assert foreseen.weeks[1].orders == 3 + 1


def test_an_order_planned_for_another_day_is_that_weeks_work(house, now):
    with house.writing() as session:
        piece = session.scalars(select(Equipment)).first()
        first = make_order(session, piece, estimate_minutes=45, due_on=date(2026, 11, 25))
        make_order(session, piece, estimate_minutes=45, due_on=date(2026, 11, 25))
        first.scheduled_start_at = datetime(2026, 12, 6, 23, 30, tzinfo=UTC)  # Monday 7 December at the site
    assert [week.minutes for week in at(house, now).weeks[:3]] == [45, 0, 45]


def test_it_narrows_to_a_site_a_team_or_a_kind_and_groups_by_each(house, now):
    whole = at(house, now, group_by="site")
    assert [sum(group.orders) for group in whole.groups] == [sum(week.orders for week in whole.weeks)]
    site_id = whole.groups[0].key
    assert at(house, now, site_id=site_id).weeks == whole.weeks
    assert at(house, now, kind="inspection").groups == []
    assert [group.key for group in at(house, now, group_by="kind").groups] == ["cleaning"]
    by_team = at(house, now, group_by="team")
    assert [(group.key, group.name) for group in by_team.groups] == [(None, None)]
    assert at(house, now, team_id=99).weeks[5].orders == 0


def test_capacity_is_the_hours_of_whoever_does_the_work(house, now):
    with house.writing() as session:
        bob, zoe = make_person(session, "Bob"), make_person(session, "Zoé", weekly_minutes=1050)
        make_person(session, "Only asks")
        team = make_team(session, "Field", [bob])
        make_team(session, "Desk", [bob, zoe])
        team_id = team.id
    assert (at(house, now).people, at(house, now).weeks[1].capacity_minutes) == (2, 2100 + 1050)
    assert at(house, now, team_id=team_id).people == 1


def test_it_is_for_who_plans_and_shows_no_foreign_site(house, now, session):
    with pytest.raises(NotAllowed):
        forecast(session, asked(), by=Actor("Bob", Role.TECHNICIAN), now=now)
    elsewhere = make_site(session, "ELSE")
    limited = Actor("Eve", Role.MANAGER, site_ids=frozenset({elsewhere.id}))
    assert sum(week.orders for week in forecast(session, asked(), by=limited, now=now).weeks) == 0
    with pytest.raises(NotFound):
        forecast(session, asked(site_id=elsewhere.id + 1), by=limited, now=now)
