"""What the clock does, in transactions of its own. A job that raises is logged, and tried again at its next turn."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from functools import partial
from pathlib import Path
from time import perf_counter

import structlog
from sqlalchemy.orm import Session

from app.assignments.actions.assigning import assign_due_orders, reassign_orders_of_absent
from app.assignments.actions.escalating import escalate_late_orders
from app.cases import actions as cases
from app.core.clock import today
from app.core.db import refresh_statistics
from app.demonstration.actions.on_demand import is_being_made
from app.engine.actions.reconciling import reconcile_all
from app.journal.actions import (
    claim_job_run,
    finish_job_run,
    forget_answers,
    forget_uploads,
    seal_audit,
    sweep_files,
)
from app.notifications.actions import forget_sent_mail, forget_untried_mail, send_waiting_mail
from app.operations.actions.tick import tick
from app.places.queries import find_organisation
from app.proposals.actions.climbing import queue_all
from app.proposals.actions.tuning import weigh_plans
from app.requests.actions import follow_moved_pieces, mailing
from app.visits.actions.bundling import bundle_orders
from app.visits.actions.walking import end_walked_visits
from app.workorders.actions import clockwork
from scheduler.heartbeat import Instance

Nightly = Callable[[Session, datetime, Path], object]  # the last: where attachments lie


def generate_due_work(instance: Instance) -> None:
    """S17: at start-up, then every `tick_seconds`."""
    started = perf_counter()
    if is_left_alone(instance):
        return
    try:
        report = tick(instance.database, clock=instance.clock, instance=instance.name)
        instance.error = f"{len(report.errors)} targets failed" if report.errors else None
    except Exception as error:
        instance.error = f"{type(error).__name__}: {error}"[:500]
        raise
    finally:
        instance.tick_ms = round((perf_counter() - started) * 1000)


def show_life(instance: Instance) -> None:
    instance.beat()


def is_left_alone(instance: Instance) -> bool:
    with instance.database.reading() as session:
        return is_being_made(session, now=instance.clock())


def move_orders_on(instance: Instance) -> None:
    """Windows begin and reviews end; in steps, so that no transaction is long."""
    if is_left_alone(instance):
        return
    for step in (clockwork.release_due_orders, clockwork.close_reviewed_orders):
        count = clockwork.BATCH
        while count >= clockwork.BATCH:
            with instance.database.writing() as session:
                count = step(session, now=instance.clock())


def tell_of_done_requests(instance: Instance) -> None:
    """Who asked for it is written to when the work is done; what is asked about a piece goes where that goes."""
    with instance.database.writing() as session:
        follow_moved_pieces(session, now=instance.clock())
    count = mailing.BATCH
    while count >= mailing.BATCH:
        with instance.database.writing() as session:
            count = mailing.tell_of_done_work(session, base=instance.settings.public_url, now=instance.clock())


def send_mail(instance: Instance) -> None:
    send_waiting_mail(instance.database, instance.settings, clock=instance.clock)


def file_resolved_orders(instance: Instance) -> None:
    """What was ordered since is found by an index of its words from now on, and what was reported as a past case."""
    if is_left_alone(instance):
        return
    for step in (cases.enter_orders, cases.write_words, cases.file_cases):
        count = cases.BATCH
        while count >= cases.BATCH:
            with instance.database.writing() as session:
                count = step(session)


GIVE_ALL_EVERY = timedelta(minutes=10)
COMMITTED_BY = timedelta(minutes=5)  # an order that was made before may have been committed since


def give_orders(instance: Instance) -> None:
    """Rounds end and are bundled; orders without a person or of who is away are given by rule, late ones go up."""
    if is_left_alone(instance):
        return
    with instance.database.writing() as session:
        end_walked_visits(session, now=instance.clock())
        bundle_orders(session, now=instance.clock())
    assign = partial(assign_due_orders, since=_since(instance))
    for step in (reassign_orders_of_absent, assign, escalate_late_orders):
        after_id: int | None = 0
        while after_id is not None:
            with instance.database.writing() as session:
                after_id = step(session, now=instance.clock(), after_id=after_id)


def _since(instance: Instance) -> datetime | None:
    """None every now and then: orders for which nobody was found may be many, and are not gone through each minute."""
    now, last = instance.clock(), instance.gave_all_at
    if last is not None and timedelta() <= now - last < GIVE_ALL_EVERY:
        return last - COMMITTED_BY
    instance.gave_all_at = now
    return None


def seal_journal(instance: Instance) -> None:
    with instance.database.writing() as session:
        seal_audit(session, now=instance.clock())


def do_nightly_work(instance: Instance) -> None:
    """Whatever of today's nightly work no scheduler has done yet, the missed night's after an outage included."""
    with instance.database.reading() as session:
        organisation = find_organisation(session)
        day = today(instance.clock(), organisation.time_zone if organisation else "UTC")
    for name, work in NIGHTLY.items():
        _do_once(instance, name, work, day)


def _do_once(instance: Instance, name: str, work: Nightly, day: date) -> None:
    with instance.database.writing() as session:
        if not claim_job_run(session, name, day, instance=instance.name, now=instance.clock()):
            return
    error = None
    try:
        with instance.database.writing() as session:
            work(session, instance.clock(), instance.settings.files_dir)
    except Exception as failure:  # noqa: BLE001 - whatever it was, the run says it
        error = f"{type(failure).__name__}: {failure}"[:500]
        structlog.get_logger().exception("nightly_job_failed", job=name)
    with instance.database.writing() as session:
        finish_job_run(session, name, day, now=instance.clock(), error=error)


NIGHTLY: dict[str, Nightly] = {
    "reconcile_targets": lambda session, now, _: reconcile_all(session, now=now),
    "follow_pieces": lambda session, _now, _: cases.follow_pieces(session),
    "weigh_plans": lambda session, now, _: weigh_plans(session, now=now),
    "look_at_ladders": lambda session, now, _: queue_all(session, now=now),
    "forget_answers": lambda session, now, _: forget_answers(session, now=now),
    "forget_uploads": lambda session, now, _: forget_uploads(session, now=now),
    "forget_sent_mail": lambda session, now, _: forget_sent_mail(session, now=now),
    "forget_untried_mail": lambda session, now, _: forget_untried_mail(session, now=now),
    "refresh_statistics": lambda session, _now, _: refresh_statistics(session),
    "sweep_files": lambda session, now, files_dir: sweep_files(session, files_dir=files_dir, now=now),
}
