"""The scheduler as it runs: ticks at start-up, heartbeats, nightly work once however many there are."""

import time
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select, text

from app.core.clock import fixed_clock
from app.core.settings import Settings
from app.journal.models import Heartbeat, JobRun
from app.ledger.models import GenerationRun
from app.plans.rules.rule import Rule
from app.plans.rules.schedule import Schedule
from app.workorders.models import WorkOrder
from scheduler import jobs
from scheduler.heartbeat import Instance
from scheduler.timetable import running
from tests.factories.engine import make_targets

MORNING = datetime(2027, 1, 1, 6, tzinfo=UTC)
SETTINGS = Settings(data_dir=Path("unused"))


def wait_until(condition, seconds=10.0):
    ends = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < ends, "waited in vain"
        time.sleep(0.02)


def one(database, column):
    with database.reading() as session:
        return session.scalars(select(column)).first()


def test_it_ticks_at_start_up_beats_and_does_the_nightly_work(database):
    with database.writing() as session:
        make_targets(session, 2, Schedule(Rule("month")), anchor=date(2027, 1, 1))
    with running(SETTINGS, database, fixed_clock(MORNING)) as instance:
        wait_until(lambda: one(database, GenerationRun.finished_at) is not None)
        wait_until(lambda: one(database, Heartbeat.instance) == instance.name)
        wait_until(lambda: one(database, JobRun.finished_at) is not None)
    assert one(database, func.count(WorkOrder.id)) == 2


def test_nightly_work_is_done_once_by_several_schedulers(database, monkeypatch):
    done = []
    monkeypatch.setattr(jobs, "NIGHTLY", {"count": lambda session, now, files_dir: done.append(now)})
    for _ in range(3):
        jobs.do_nightly_work(Instance(SETTINGS, database, fixed_clock(MORNING)))
    assert done == [MORNING]


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)  # PostgreSQL does it by itself
def test_by_night_the_database_learns_how_large_its_tables_are(session, now):
    make_targets(session, 20, Schedule(Rule("month")), anchor=date(2027, 1, 1))
    jobs.NIGHTLY["refresh_statistics"](session, now, Path("unused"))
    assert session.execute(text("SELECT stat FROM sqlite_stat1 WHERE tbl = 'plan_targets'")).first()


def test_nightly_work_that_fails_is_written_down_and_the_rest_is_done(database, monkeypatch):
    def fail(session, now, files_dir):
        raise ValueError("no")

    done = []
    monkeypatch.setattr(jobs, "NIGHTLY", {"bad": fail, "good": lambda session, now, files_dir: done.append(now)})
    jobs.do_nightly_work(Instance(SETTINGS, database, fixed_clock(MORNING)))
    with database.reading() as session:
        assert dict(session.execute(select(JobRun.name, JobRun.error)).all()) == {"bad": "ValueError: no", "good": None}
    assert done == [MORNING]


def test_a_heartbeat_says_how_the_last_tick_went(database):
    instance = Instance(SETTINGS, database, fixed_clock(MORNING))
    jobs.show_life(instance)
    assert one(database, Heartbeat.ticked_at) is None
    jobs.generate_due_work(instance)
    jobs.show_life(instance)
    with database.reading() as session:
        heartbeat = session.scalars(select(Heartbeat)).one()
    assert (heartbeat.ticked_at, heartbeat.error) == (MORNING, None)
    assert heartbeat.tick_ms is not None


def test_a_scheduler_whose_ticks_hang_lives_but_does_not_tick(database):
    instance = Instance(SETTINGS, database, fixed_clock(MORNING))
    jobs.generate_due_work(instance)
    jobs.show_life(instance)
    instance.clock = fixed_clock(MORNING + timedelta(hours=1))
    jobs.show_life(instance)
    with database.reading() as session:
        heartbeat = session.scalars(select(Heartbeat)).one()
    assert (heartbeat.seen_at - MORNING, heartbeat.ticked_at) == (timedelta(hours=1), MORNING)
