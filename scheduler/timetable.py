"""When the clock does what. APScheduler is a clock here and nothing more: a few fixed jobs, kept in memory."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC

import structlog
from apscheduler.events import EVENT_JOB_ERROR, JobExecutionEvent
from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler

from app.core.clock import Clock, system_clock
from app.core.db import Database
from app.core.settings import Settings
from scheduler import jobs
from scheduler.heartbeat import Instance

BEAT_SECONDS = 30
SEAL_SECONDS = 60
MAIL_SECONDS = 15
CASES_SECONDS = 60
ORDERS_SECONDS = 300
GIVE_SECONDS = 60
NIGHTLY_SECONDS = 600


@contextmanager
def running(settings: Settings, database: Database, clock: Clock = system_clock) -> Iterator[Instance]:
    """The scheduler for as long as the block lasts: hosted by `ronde serve`, or alone. Any number may run (S16)."""
    instance = Instance(settings, database, clock)
    scheduler = BackgroundScheduler(
        timezone=UTC,
        executors={"default": ThreadPoolExecutor(2)},
        job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
    )
    timetable = (
        (jobs.generate_due_work, settings.tick_seconds),
        (jobs.show_life, BEAT_SECONDS),
        (jobs.seal_journal, SEAL_SECONDS),
        (jobs.tell_of_done_requests, ORDERS_SECONDS),
        (jobs.send_mail, MAIL_SECONDS),
        (jobs.file_resolved_orders, CASES_SECONDS),
        (jobs.move_orders_on, ORDERS_SECONDS),
        (jobs.give_orders, GIVE_SECONDS),
        (jobs.do_nightly_work, NIGHTLY_SECONDS),
    )
    for job, seconds in timetable:
        scheduler.add_job(job, "interval", (instance,), seconds=seconds, next_run_time=system_clock(), id=job.__name__)
    scheduler.add_listener(_log_failure, EVENT_JOB_ERROR)
    scheduler.start()
    try:
        yield instance
    finally:
        scheduler.shutdown(wait=True)


def _log_failure(event: JobExecutionEvent) -> None:
    structlog.get_logger().error("job_failed", job=event.job_id, exc_info=event.exception)
