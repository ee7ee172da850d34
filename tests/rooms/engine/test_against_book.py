"""The database and the in-memory book, played side by side on the same random days, hold the same ledger."""

import random
from dataclasses import replace
from datetime import date, timedelta
from itertools import islice

import pytest
from sqlalchemy import select

from app.decisions.actions.keeping import keep_exception
from app.ledger.actions.outcomes import record_completion, record_ending
from app.ledger.models import Occurrence
from app.ledger.queries.facts import exceptions_of
from app.ledger.rules.coming import coming_cycles
from app.ledger.rules.facts import Facts
from app.operations.queries.doctor.ledger import examine
from app.plans.models import PlanTarget
from app.plans.rules.calendar import WorkCalendar
from app.plans.rules.rule import Rule
from app.plans.rules.schedule import Schedule
from app.workorders.models import WorkOrder
from tests.factories.engine import make_targets
from tests.factories.plans import ALICE
from tests.rooms.engine.test_tick import at, tick_on
from tests.rules.ledger.book import Book

FRANCE = WorkCalendar(country="FR")
FIRST = date(2027, 4, 1)  # Easter, May and their holidays lie ahead
DAYS = 50


def random_schedule(dice: random.Random) -> Schedule:
    rule = dice.choice([Rule("day", dice.randint(1, 5)), Rule("week", weekdays=(0, 3, 5)), Rule("month")])
    overlap = dice.choice(["suppress", "suppress", "stack", "replace", "remind"])
    return Schedule(
        rule,
        shift=dice.choice(["none", "next", "previous", "nearest", "skip"]),
        lead_days=dice.choice([0, 3, 12]),
        overlap=overlap,
        catch_up=dice.choice(["latest", "none", "ask", "all"] if overlap == "stack" else ["latest", "none", "ask"]),
        late=dice.choice(["keep", "skip"]),
    )


def change(database, key: str, event: str, day: date, done_on: date) -> None:
    with database.writing() as session:
        occurrence = session.scalars(select(Occurrence).where(Occurrence.cycle_key == key)).one()
        order = session.scalars(
            select(WorkOrder).where(WorkOrder.occurrence_id == occurrence.id, WorkOrder.is_open)
        ).one()
        if event == "start":
            order.state, order.started_at = "in_progress", at(day)
        elif event == "cancel":
            order.state = "cancelled"
            record_ending(session, occurrence.id, fate="cancelled", reason="person", ended_on=day, now=at(day))
        else:
            order.state = "completed"
            record_completion(session, occurrence.id, done_on=done_on, now=at(day))


def decide(database, book, dice: random.Random, day: date) -> None:
    """A person skips or moves a date ahead, between its neighbours; the book is told what the database has kept."""
    coming = list(islice(coming_cycles(book.facts), 4))
    chosen = dice.randrange(3)
    cycle, after = coming[chosen], coming[chosen + 1].comes_on
    if cycle.outcome != "due":
        return
    rows = [row for row in book.rows if row.fate not in ("skipped", "merged")]
    recorded = rows[-1].scheduled_on or rows[-1].last_due_on if rows else FIRST - timedelta(days=1)
    days = [each.comes_on for each in coming[:chosen] if each.outcome in ("due", "skipped_person")]
    before = max(days[-1] if days else recorded, day - timedelta(days=1))
    with database.writing() as session:
        target = session.scalars(select(PlanTarget)).one()
        on = None
        if dice.random() < 0.5 and (after - before).days > 1:
            on = before + timedelta(days=dice.randint(1, (after - before).days - 1))
        keep_exception(session, target, cycle, on, "Works", by=ALICE, now=at(day))
        target.wake_at = at(day)
        session.flush()
        book.facts = replace(book.facts, exceptions=exceptions_of(session, [target.id])[target.id])


def rows_of(database):
    with database.reading() as session:
        found = session.scalars(select(Occurrence).order_by(Occurrence.raw_due_on)).all()
        assert list(examine(session, at(FIRST + timedelta(days=DAYS)))) == []
    return [(r.cycle_key, r.fate, r.because_key, r.count, r.last_due_on, r.counts or {}, r.scheduled_on) for r in found]


@pytest.mark.parametrize(
    ("seed", "said"),
    [*((seed, ()) for seed in (0, 1, 2, 3, 7, 10)), *((seed, ("decide",) * 3) for seed in (4, 5, 6, 8))],
)
def test_the_ledger_is_what_the_rules_say(database, seed, said):
    dice = random.Random(seed)
    schedule = random_schedule(dice)
    anchor = FIRST + timedelta(days=dice.randint(0, 6))
    with database.writing() as session:
        make_targets(session, 1, schedule, anchor, enrolled=FIRST)
    book = Book(Facts(schedule, FRANCE, anchor))
    for number in range(DAYS + 1):
        day = FIRST + timedelta(days=number)
        event = (
            dice.choice(["tick", "tick", "nothing", "start", "done", "done", "cancel", *said])
            if number < DAYS
            else "tick"
        )
        if event == "decide":
            decide(database, book, dice, day)
        elif event == "tick":
            book.tick(day)
            tick_on(database, day)
        elif book.orders and event != "nothing":
            key = dice.choice(sorted(book.orders))
            done_on = day - timedelta(days=dice.randint(0, 6))
            change(database, key, event, day, done_on)
            if event == "start":
                book.start(key)
            elif event == "cancel":
                book.cancel(key, day)
            else:
                book.done(key, done_on)
    assert rows_of(database) == [
        (r.key, r.fate, r.named, r.count, r.last_due_on, dict(r.counts), r.scheduled_on) for r in book.rows
    ]
