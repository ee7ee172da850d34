"""All that stopped, or is about to, in one list (S11, S15, S20, S21, S23, S29, S31, S38)."""

from datetime import date, timedelta

import pytest
from sqlalchemy import event, select, update

from app.changes.actions import edits
from app.changes.actions.edits import create_plan
from app.core.errors import InvalidInput, NotAllowed
from app.equipment.models import Equipment
from app.journal.models import Heartbeat
from app.ledger.models import Occurrence
from app.meters.models import Meter
from app.places.models import Calendar, CalendarDays, Site
from app.plans.models import PlanTarget
from app.plans.schemas import Pause
from app.reports.queries.attention import COUNTED, KINDS, attention, count_attention
from app.workorders.models import WorkOrder
from tests.factories.equipment import make_category, make_piece
from tests.factories.meters import make_meter
from tests.factories.places import make_calendar, make_organisation, make_site
from tests.factories.plans import ALICE, BOB, eve, plan_input
from tests.rooms.engine.test_tick import at, tick_on

START = date(2026, 11, 23)


@pytest.fixture
def house(database):
    """Two switches in Lyon, and a scheduler that lives."""
    with database.writing() as session:
        calendar = make_calendar(session)
        make_organisation(session, calendar)
        category, site = make_category(session), make_site(session, "LYO", calendar)
        for n in (1, 2):
            make_piece(session, site, category, f"EQ-{n}", name=f"Switch {n}")
        session.add(Heartbeat(instance="clock", started_at=at(START), seen_at=at(date(2028, 12, 31))))
        return site.id, category.id, calendar.id


@pytest.fixture
def plan_of(database, house):
    def make(**said):
        with database.writing() as session:
            said = {"category_ids": [house[1]]} | said
            return create_plan(session, plan_input(**said), by=ALICE, now=at(START)).id

    return make


def look(database, on=START, by=ALICE, **asked):
    with database.reading() as session:
        return attention(session, by=by, now=at(on, 7), **asked)


def kinds(found):
    return [entry.kind for entry in found]


def test_a_house_in_order_needs_no_attention(database, plan_of):
    plan_of(lead_days=7)
    assert look(database) == []


def test_a_scheduler_that_is_silent_stops_everything(database, plan_of):
    plan_of()
    (entry,) = look(database, date(2029, 2, 1))
    assert (entry.kind, entry.since_on, entry.page) == ("scheduler_silent", date(2028, 12, 31), "/health")


def test_S18_a_plan_in_error_is_named_once_with_the_reason(database, plan_of):
    plan_id = plan_of()
    with database.writing() as session:
        failed = {"state": "error", "reason": "RuleError: never", "failure_count": 3, "wake_at": at(START, 9)}
        session.execute(update(PlanTarget).values(**failed))
    (entry,) = look(database)
    assert (entry.kind, entry.plan_id, entry.page) == ("error", plan_id, f"/plans/{plan_id}")
    assert entry.why == "2 items could not be planned: RuleError: never"
    assert "23\u00a0Nov 2026" in entry.todo


def test_a_plan_without_items_and_one_that_has_ended(database, house, plan_of):
    empty = plan_of(category_ids=[])
    ending = plan_of(freq="day", count=3, start_on="2026-11-24")
    assert kinds(look(database)) == ["no_items"]
    for n in range(1, 6):
        tick_on(database, START + timedelta(days=n))
    found = {entry.kind: entry for entry in look(database, START + timedelta(days=5))}
    assert (found["no_items"].plan_id, found["ended"].plan_id) == (empty, ending)
    assert found["ended"].since_on == date(2026, 11, 26)


def test_S11_a_floating_target_that_waits_longer_than_its_interval(database, plan_of):
    plan_of(mode="floating", start_on="2026-12-01")
    tick_on(database, date(2026, 12, 1))
    assert look(database, date(2027, 1, 1)) == []
    found = look(database, date(2027, 1, 2))
    assert kinds(found) == ["waiting_order"] * 2
    assert found[0].work_order_id
    assert found[0].why == "It waits for OT-000001, 32 days late: longer than its whole interval."
    with database.writing() as session:
        session.execute(update(WorkOrder).values(state="completed"))
    assert look(database, date(2027, 1, 2)) == []


def test_S21_dates_that_wait_for_an_answer(database, plan_of):
    plan_of(catch_up="ask", overlap="stack", start_on="2026-12-01", category_ids=[], equipment_ids=[1])
    tick_on(database, date(2026, 12, 20))
    (entry,) = look(database, date(2026, 12, 20))
    assert (entry.kind, entry.what) == ("catch_up", "Switch 1 · Clean switches")
    assert entry.occurrence_id


def test_S31_a_date_without_a_working_day_near(database, house, plan_of):
    with database.writing() as session:
        closed = {"kind": "closure", "first_on": date(2026, 10, 1), "last_on": date(2027, 3, 1), "name": "Works"}
        session.add(CalendarDays(calendar_id=house[2], **closed))
    plan_of(shift="next", start_on="2026-12-01", category_ids=[], equipment_ids=[1])
    tick_on(database, date(2026, 12, 1))
    (entry,) = look(database, date(2026, 12, 1))
    assert (entry.kind, entry.page) == ("flagged", f"/work-orders/{entry.work_order_id}")


def test_S38_pauses_say_by_whom_and_until_when(database, plan_of):
    plan_id = plan_of()
    with database.writing() as session:
        pause = Pause(reason="Works", until=date(2027, 2, 1))
        edits.pause_plan(session, plan_id, pause, by=ALICE, now=at(START))
    (entry,) = look(database)
    assert (entry.kind, entry.why, entry.since_on) == ("paused", "Paused by Alice: Works", START)
    assert "1\u00a0Feb 2027" in entry.todo
    with database.writing() as session:
        edits.resume_plan(session, plan_id, by=ALICE, now=at(START))
        target = session.scalars(select(PlanTarget)).first()
        target.state, target.pause_reason, target.paused_by = "paused", "Lent", "Bob"
    (entry,) = look(database)
    assert (entry.kind, entry.why) == ("item_paused", "Paused by Bob: Lent")


def test_S20_a_lead_of_an_interval_or_more(database, plan_of):
    plan_of(lead_days=27)
    plan_id = plan_of(lead_days=28)
    (entry,) = look(database)
    assert (entry.kind, entry.plan_id, entry.page) == ("long_lead", plan_id, f"/plans/{plan_id}/edit")


def test_S20_a_long_lead_is_told_of_rules_with_and_without_parts_and_of_no_other(database, plan_of):
    plan_of(freq="week", interval=2, lead_days=13)
    plan_of(freq="month", month_days=[1, 15], lead_days=9)
    plan_of(freq="year", lead_days=300)
    long = [
        plan_of(freq="week", interval=2, lead_days=14),
        plan_of(freq="month", month_days=[1, 15], lead_days=16),
        plan_of(freq="week", weekdays=["monday", "wednesday", "friday"], lead_days=2),
        plan_of(freq="day", interval=3, lead_days=3),
        plan_of(freq="year", lead_days=365),
        plan_of(freq="dates", dates=["2027-01-05", "2027-01-09"], lead_days=4),
    ]
    assert [entry.plan_id for entry in look(database, kind="long_lead")] == long


def test_S29_a_reading_that_is_overdue(database, house):
    with database.writing() as session:
        piece = session.scalars(select(Equipment)).first()
        meter = make_meter(session, piece, "Pages", unit="pages")
        session.execute(update(Meter).where(Meter.id == meter.id).values(overdue_at=at(START, 5)))
    (entry,) = look(database)
    assert (entry.kind, entry.what, entry.why) == ("reading_overdue", "Switch 1 · Pages", "Never read yet.")


def test_S23_a_run_of_a_clock_that_ran_ahead(database, plan_of):
    plan_of(overlap="stack")
    tick_on(database, date(2028, 6, 15))
    (entry,) = look(database, date(2027, 1, 10))
    assert (entry.kind, entry.page) == ("clock_ahead", f"/attention/runs/{entry.run_id}")
    assert entry.why == "2 orders were made far ahead of their day."
    assert "clock_ahead" not in kinds(look(database, date(2028, 6, 15)))


@pytest.fixture
def much(database, plan_of):
    """Plans without items, paused ones, and dates to answer."""
    for n in range(4):
        plan_of(title=f"Empty {n}", category_ids=[])
    plan_of(title="Asking", catch_up="ask", overlap="stack", start_on="2026-12-01")
    for n in range(3):
        plan_id = plan_of(title=f"Resting {n}", start_on="2029-01-01")
        with database.writing() as session:
            edits.pause_plan(session, plan_id, Pause(reason="Works"), by=ALICE, now=at(START))
    tick_on(database, date(2027, 3, 20))


@pytest.mark.usefixtures("much")
def test_the_list_goes_on_page_by_page_through_all_kinds(database):
    on = date(2027, 3, 20)
    whole = look(database, on)
    assert kinds(whole) == ["catch_up"] * 8 + ["no_items"] * 4 + ["paused"] * 3
    shown, after = [], None
    while page := look(database, on, limit=4, after=after):
        shown += page[:4]
        if len(page) <= 4:
            break
        after = [shown[-1].kind, shown[-1].id]
    assert shown == whole
    assert kinds(look(database, on, kind="paused")) == ["paused"] * 3
    with database.reading() as session:
        assert count_attention(session, by=ALICE, now=at(on)) == len(whole) < COUNTED
    for bad in (["paused"], ["nothing", 1], ["paused", "x"], []):
        with pytest.raises(InvalidInput):
            look(database, on, after=bad)


@pytest.mark.usefixtures("much")
def test_its_cost_is_a_bounded_number_of_queries(database):
    said = []
    event.listen(database.engine, "before_cursor_execute", lambda *args: said.append(args[2]))
    assert len(look(database, date(2027, 3, 20))) == 15
    assert len(said) <= len(KINDS) + 12


@pytest.mark.usefixtures("much")
def test_managers_of_other_sites_see_nothing_of_it_and_technicians_may_not_look(database, house):
    with database.writing() as session:
        elsewhere = eve(make_site(session, "PAR", session.get_one(Calendar, house[2])))
        here = eve(session.get_one(Site, house[0]))
    assert look(database, date(2027, 3, 20), by=elsewhere) == []
    assert set(kinds(look(database, date(2027, 3, 20), by=here))) == {"catch_up"}
    with pytest.raises(NotAllowed):
        look(database, by=BOB)
    with database.reading() as session:
        assert session.scalars(select(Occurrence.id)).first()
