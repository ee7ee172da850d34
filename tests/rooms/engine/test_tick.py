"""Ticks on both databases: what is written, once, however often and from wherever they are called."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import event, func, select

from app.core.clock import fixed_clock
from app.equipment.models import Equipment
from app.journal.models import OutboxEvent
from app.ledger.models import GenerationRun, Occurrence
from app.operations.actions.tick import preview_tick, tick
from app.places.models import Site
from app.plans.models import PlanTarget, PlanVersion
from app.plans.rules.rule import Rule
from app.plans.rules.schedule import Schedule
from app.workorders.models import WorkOrder, WorkOrderEvent
from tests.factories.engine import make_pieces, make_targets
from tests.factories.places import make_site

MONTHLY = Rule("month")


def at(day: date, hour: int = 6) -> datetime:
    return datetime(day.year, day.month, day.day, hour, tzinfo=UTC)


def tick_on(database, day: date, hour: int = 6):
    return tick(database, clock=fixed_clock(at(day, hour)), instance="test")


def plan_targets(database, count=1, rule=MONTHLY, anchor=date(2027, 1, 1), **schedule):
    with database.writing() as session:
        return [target.id for target in make_targets(session, count, Schedule(rule, **schedule), anchor)]


def ledger(database):
    with database.reading() as session:
        rows = session.execute(
            select(Occurrence.cycle_key, Occurrence.fate, Occurrence.count).order_by(
                Occurrence.target_id, Occurrence.raw_due_on
            )
        )
        return [(key.removeprefix("D:"), fate, count) for key, fate, count in rows]


def count(database, model):
    with database.reading() as session:
        return session.scalar(select(func.count()).select_from(model))


def test_S15_an_order_comes_with_its_cycle_event_and_message(database):
    plan_targets(database, lead_days=7)
    report = tick_on(database, date(2026, 12, 25))
    assert (report.orders, dict(report.cycles), report.errors) == (1, {"generated": 1}, [])
    with database.reading() as session:
        order = session.scalars(select(WorkOrder)).one()
        occurrence = session.scalars(select(Occurrence)).one()
        event = session.scalars(select(WorkOrderEvent)).one()
        message = session.scalars(select(OutboxEvent)).one()
        target = session.scalars(select(PlanTarget)).one()
        run = session.scalars(select(GenerationRun)).one()
    assert order.occurrence_id == occurrence.id
    assert (order.due_on, order.state, order.origin) == (date(2027, 1, 1), "planned", "occurrence")
    assert (order.requires_photo, order.estimate_minutes, order.priority) == (True, 30, "normal")
    assert (event.order_id, event.kind, event.to_state) == (order.id, "created", order.state)
    assert (message.kind, message.entity_id, message.site_id) == ("work_order.created", order.id, order.site_id)
    assert occurrence.trace[0] == {"step": "rule", "anchor": "2027-01-01", "on": "2027-01-01"}
    assert (target.settled_through, target.next_due_on) == (date(2027, 1, 1), date(2027, 2, 1))
    assert target.wake_at == datetime(2027, 1, 24, 23, tzinfo=UTC)  # midnight in Paris, seven days ahead
    assert (run.counts["orders"], occurrence.run_id) == (1, run.id)
    assert run.finished_at is not None


def test_S17_twice_the_same_tick_is_once(database):
    plan_targets(database, 3)
    tick_on(database, date(2027, 1, 1))
    before = ledger(database)
    again = tick_on(database, date(2027, 1, 1))
    assert (again.targets, again.run_id) == (0, None)
    assert ledger(database) == before
    assert count(database, WorkOrder) == 3


def test_S17_twice_is_once_even_where_every_target_is_looked_at_again(database):
    plan_targets(database, 3)
    tick_on(database, date(2027, 1, 1))
    with database.writing() as session:
        session.query(PlanTarget).update({"wake_at": at(date(2027, 1, 1))})
    tick_on(database, date(2027, 1, 1))
    assert count(database, WorkOrder) == count(database, Occurrence) == count(database, OutboxEvent) == 3


def test_S17_a_dry_run_says_what_would_be_made_and_writes_nothing(database):
    plan_targets(database, 2)
    report = preview_tick(database, as_of=at(date(2027, 1, 1)))
    assert (report.orders, report.is_dry) == (2, True)
    assert ledger(database) == []
    assert count(database, GenerationRun) == 0


def test_S20_waiting_suppressed_and_three_rows_for_a_year(database):
    plan_targets(database, rule=Rule("week"), anchor=date(2027, 1, 4))
    day = date(2027, 1, 1)
    while day <= date(2027, 12, 31):
        tick_on(database, day)
        day += timedelta(days=1)
    assert ledger(database) == [("2027-01-04", "generated", 1), ("2027-01-11", "suppressed", 51)]
    with database.reading() as session:
        row = session.scalars(select(Occurrence).where(Occurrence.fate == "suppressed")).one()
    assert (row.because_key, row.last_due_on) == ("D:2027-01-04", date(2027, 12, 27))


def test_S20_replace_closes_the_order_that_nobody_started(database):
    plan_targets(database, overlap="replace")
    tick_on(database, date(2027, 1, 1))
    tick_on(database, date(2027, 2, 1))
    assert ledger(database) == [("2027-01-01", "missed", 1), ("2027-02-01", "generated", 1)]
    with database.reading() as session:
        orders = session.scalars(select(WorkOrder).order_by(WorkOrder.id)).all()
        events = session.scalars(select(WorkOrderEvent.kind).order_by(WorkOrderEvent.id)).all()
    assert [(order.state, order.ended_reason) for order in orders] == [("missed", "replaced"), ("ready", None)]
    assert sorted(events) == ["created", "created", "missed"]


def test_S20_remind_raises_the_priority_of_the_open_order(database):
    plan_targets(database, overlap="remind")
    for day in (date(2027, 1, 1), date(2027, 2, 1), date(2027, 2, 2)):
        tick_on(database, day)
    with database.reading() as session:
        assert session.scalars(select(WorkOrder.priority)).all() == ["high"]


@pytest.mark.parametrize("limit_days", [400, 3652])
def test_S21_after_a_long_outage_of_a_daily_plan(database, limit_days):
    plan_targets(database, 2, rule=Rule("day"), anchor=date(2027, 1, 1))
    last = date(2027, 1, 1) + timedelta(days=limit_days)
    report = tick_on(database, last)
    assert ledger(database) == [("2027-01-01", "missed", limit_days), (f"{last}", "generated", 1)] * 2
    assert report.orders == 2


def test_S18_a_plan_that_raises_is_marked_backed_off_and_stops_nobody(database):
    healthy = plan_targets(database, 2)
    with database.writing() as session:
        (sick,) = make_targets(session, 1, code="SICK")
        version = session.scalars(select(PlanVersion).where(PlanVersion.plan_id == sick.plan_id)).one()
        version.schedule = Schedule(Rule("month", month_days=(30,), months=(2,), month_end="skip")).to_dict()
    report = tick_on(database, date(2027, 1, 1))
    assert (report.orders, [error["target_id"] for error in report.errors]) == (2, [sick.id])
    with database.reading() as session:
        states = dict(session.execute(select(PlanTarget.id, PlanTarget.state)).all())
        marked = session.get_one(PlanTarget, sick.id)
    assert states == {healthy[0]: "active", healthy[1]: "active", sick.id: "error"}
    assert (marked.failure_count, marked.wake_at) == (1, at(date(2027, 1, 1)) + timedelta(minutes=1))
    assert "NeverMatches" in (marked.reason or "")


def test_S05_today_is_the_site_s_own(database):
    """At noon in UTC it is the next day already in Auckland."""
    with database.writing() as session:
        make_targets(session, 1, Schedule(MONTHLY))
        make_pieces(session, 1, make_site(session, "AKL", time_zone="Pacific/Auckland"))
        abroad = session.scalars(select(Equipment).join(Site).where(Site.code == "AKL")).one()
        target = session.scalars(select(PlanTarget)).one()
        session.add(clone(target, equipment_id=abroad.id, site_id=abroad.site_id))
    tick_on(database, date(2026, 12, 31), hour=12)
    with database.reading() as session:
        assert session.scalars(select(Site.code).join(WorkOrder, WorkOrder.site_id == Site.id)).all() == ["AKL"]


def clone(target: PlanTarget, **changes) -> PlanTarget:
    values = {column.name: getattr(target, column.name) for column in PlanTarget.__table__.columns}
    return PlanTarget(**(values | {"id": None} | changes))


@pytest.mark.parametrize("schedule", [{}, {"rule": Rule("day"), "overlap": "stack"}])
def test_S13_a_batch_costs_the_same_statements_however_many_targets_it_has(database, schedule):
    few = statements(database, 2, schedule)
    assert statements(database, 60, schedule) == few
    assert few < 30


def statements(database, targets, schedule):
    with database.writing() as session:
        session.query(PlanTarget).update({"wake_at": None})
        make_targets(session, targets, Schedule(**({"rule": MONTHLY} | schedule)), code=f"P{targets}")
    seen = []

    def note(*args):
        seen.append(args[2])

    event.listen(database.engine, "before_cursor_execute", note)
    tick_on(database, date(2027, 1, 1))
    event.remove(database.engine, "before_cursor_execute", note)
    return len(seen)


def test_S13_an_idle_tick_looks_three_times_and_writes_nothing(database):
    plan_targets(database, 5)
    tick_on(database, date(2027, 1, 1))
    seen = []
    event.listen(database.engine, "before_cursor_execute", lambda *args: seen.append(args[2]))
    tick_on(database, date(2027, 1, 1))
    assert [statement.split()[0] for statement in seen if not statement.startswith("BEGIN")] == ["SELECT"] * 3
