"""S15, S16: a death at every statement and commit of a tick, and several schedulers at once."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date

import pytest
from sqlalchemy import event, func, select, text
from sqlalchemy.orm import Session

from app.core.clock import fixed_clock
from app.core.db import Database
from app.engine import queries
from app.journal.models import OutboxEvent
from app.ledger.models import Occurrence
from app.operations.actions import tick as ticking
from app.plans.models import PlanTarget
from app.plans.rules.rule import Rule
from app.workorders.models import WorkOrder, WorkOrderEvent
from tests.rooms.engine.test_tick import at, plan_targets

DAY = date(2027, 2, 20)
TARGETS = 6


class Killed(BaseException):
    """As kill -9 is for the program: no handler of errors runs."""


@contextmanager
def killed_at(database: Database, number: int) -> Iterator[list[int]]:
    """Die before the n-th statement or commit; the list holds how many there were."""
    seen = [0]

    def count(*_args, **_more):
        seen[0] += 1
        if seen[0] == number:
            raise Killed

    for name in ("before_cursor_execute", "commit"):
        event.listen(database.engine, name, count)
    try:
        yield seen
    finally:
        for name in ("before_cursor_execute", "commit"):
            event.remove(database.engine, name, count)


def run(database: Database, day: date = DAY) -> None:
    ticking.tick(database, clock=fixed_clock(at(day)), instance="test")


def world(database: Database) -> tuple:
    """What must be the same however often the program died: per target its cycles, orders, events and messages."""
    with database.reading() as session:
        cycles = session.execute(
            select(Occurrence.target_id, Occurrence.cycle_key, Occurrence.fate, Occurrence.count)
        ).all()
        orders = session.execute(
            select(WorkOrder.target_id, Occurrence.cycle_key)
            .join(Occurrence, Occurrence.id == WorkOrder.occurrence_id)
        ).all()  # fmt: skip
        events = session.scalar(select(func.count()).select_from(WorkOrderEvent))
        messages = session.scalar(select(func.count()).select_from(OutboxEvent))
        settled = session.scalars(select(PlanTarget.settled_through)).all()
    return sorted(tuple(row) for row in cycles), sorted(tuple(row) for row in orders), events, messages, sorted(settled)


def clean(database: Database) -> None:
    tables = "outbox_events", "work_order_events", "work_orders", "occurrences", "generation_runs"
    with database.writing() as session:
        for table in tables:
            session.execute(text(f"DELETE FROM {table}"))
        start = {"settled_through": None, "wake_at": at(date(2026, 11, 23)), "next_due_on": None}
        session.query(PlanTarget).update(start)


def damage(database: Database, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The statements at which a death changes what there is after the next tick."""
    monkeypatch.setattr(ticking, "BATCH", 4)
    plan_targets(database, TARGETS, overlap="stack", catch_up="all")
    run(database)
    expected = world(database)
    assert len(expected[1]) == 2 * TARGETS
    damaged, number = [], 0
    while True:
        number += 1
        clean(database)
        try:
            with killed_at(database, number) as seen:
                run(database)
        except Killed:
            database.engine.dispose()  # its connections die with a program
            run(database)
        if world(database) != expected:
            damaged.append(number)
        if seen[0] < number:
            assert number > 20
            return damaged


def test_S15_a_death_at_any_statement_loses_nothing_and_makes_nothing_twice(database, monkeypatch):
    assert damage(database, monkeypatch) == []


def test_S15_without_one_transaction_it_would(database, monkeypatch):
    """Negative control: the same deaths with each statement committed alone."""
    if database.is_sqlite:
        monkeypatch.setattr(database, "_writer", database.engine.execution_options(ronde_begin="SELECT 1"))
    else:
        monkeypatch.setattr(database, "_writer", database.engine.execution_options(isolation_level="AUTOCOMMIT"))
    assert damage(database, monkeypatch) != []


def at_once(database: Database, day: date = DAY, schedulers: int = 3) -> None:
    """Schedulers with a pool of their own each, let go at the same instant."""
    others = [Database(database.url.render_as_string(hide_password=False)) for _ in range(schedulers)]
    barrier, errors = threading.Barrier(schedulers), []

    def scheduler(own: Database) -> None:
        barrier.wait()
        try:
            run(own, day)
        except Exception as error:  # noqa: BLE001
            errors.append(error)

    threads = [threading.Thread(target=scheduler, args=(own,)) for own in others]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    for own in others:
        own.close()
    assert errors == []


def test_S16_three_schedulers_at_once_make_each_order_once(database, monkeypatch):
    monkeypatch.setattr(ticking, "BATCH", 7)
    plan_targets(database, 100, overlap="stack", catch_up="all")
    at_once(database)
    cycles, orders, events, messages, settled = world(database)
    assert (len(cycles), len(set(orders)), len(orders), events, messages) == (200, 200, 200, 200, 200)
    assert set(settled) == {date(2027, 2, 1)}


def test_S16_uniqueness_holds_even_if_claims_fail(database, monkeypatch):
    """Nobody locks and everybody takes the same targets: the advance decides who was first."""

    def claim(session: Session, *, now, limit, plan_id=None):
        return queries.due_target_ids(session, now=now, limit=limit)

    monkeypatch.setattr(ticking, "BATCH", 7)
    monkeypatch.setattr(queries, "claim_targets", claim)
    plan_targets(database, 30, overlap="stack", catch_up="all")
    at_once(database)
    run(database)
    cycles, orders, events, messages, settled = world(database)
    assert (len(cycles), len(set(orders)), len(orders), events, messages) == (60, 60, 60, 60, 60)
    assert set(settled) == {date(2027, 2, 1)}


@pytest.mark.parametrize("column", ["settled_through", "counter"])
def test_S15_a_target_that_was_advanced_meanwhile_is_left_alone(database, monkeypatch, column):
    """The state is read, then another scheduler commits its advance: this one leaves no row behind."""
    plan_targets(database, 1, mode="floating" if column == "counter" else "fixed")
    original, stale = ticking.queries.claim_targets, []

    def claim(session: Session, **more):
        found = original(session, **more)
        if not stale:
            stale.append(True)
            change = {"settled_through": date(2027, 2, 1)} if column == "settled_through" else {"counter": 7}
            read = ticking.generate_batch.__globals__["ledger"].target_states

            def read_then_lose(session, ids):
                states = read(session, ids)
                session.query(PlanTarget).update(change | {"wake_at": None})
                return states

            monkeypatch.setattr(ticking.generate_batch.__globals__["ledger"], "target_states", read_then_lose)
        return found

    monkeypatch.setattr(queries, "claim_targets", claim)
    run(database)
    assert world(database)[:4] == ([], [], 0, 0)


def test_S18_a_batch_that_the_database_refuses_is_taken_apart(database, monkeypatch):
    """One target's row breaks a constraint: the others are on time, it is marked and backed off."""
    ids = plan_targets(database, 3, rule=Rule("month"), overlap="stack")
    make, sick = ticking.generate_batch.__globals__["make_orders"], ids[1]

    def refuse(session, *, batch, now):
        found = session.scalars(select(Occurrence.target_id).where(Occurrence.batch == batch)).all()
        if sick in found:
            session.execute(text("INSERT INTO work_orders (id) VALUES (NULL)"))
        return make(session, batch=batch, now=now)

    monkeypatch.setitem(ticking.generate_batch.__globals__, "make_orders", refuse)
    run(database)
    with database.reading() as session:
        states = dict(session.execute(select(PlanTarget.id, PlanTarget.state)).all())
        assert states == {ids[0]: "active", sick: "error", ids[2]: "active"}
        assert session.scalar(select(func.count()).select_from(WorkOrder)) == 2
