"""S16: schedulers and technicians at once, day after day: the target is locked first, then the order."""

import random
import threading
from datetime import date, timedelta

from sqlalchemy import select, update

from app.core.db import Database
from app.core.security import Actor, Role
from app.interventions.actions.completing import complete_work_order
from app.interventions.schemas import CompletionInput
from app.ledger.models import Occurrence
from app.operations.queries.doctor import ledger, orders
from app.plans.models import PlanVersion
from app.plans.rules.rule import Rule
from app.plans.rules.schedule import Schedule
from app.workorders.actions.life import cancel_work_order
from app.workorders.models import WorkOrder
from tests.factories.engine import make_targets
from tests.rooms.engine.test_tick import at, tick_on

FIRST = date(2027, 3, 1)
DAYS = 5
BOB, ALICE = Actor(name="Bob", role=Role.TECHNICIAN), Actor(name="Alice", role=Role.MANAGER)


def work(database: Database, day: date, seed: int) -> None:
    """Two thirds of the open orders are done, some are cancelled; each in a transaction of its own."""
    dice = random.Random(seed)
    with database.reading() as session:
        ids = list(session.scalars(select(WorkOrder.id).where(WorkOrder.is_open)))
    for order_id in ids:
        luck = dice.random()
        with database.writing() as session:
            if luck < 0.6:
                data = CompletionInput(kind="cleaned", finding="none", done_on=day - timedelta(days=dice.randint(0, 1)))
                complete_work_order(session, order_id, data, by=BOB, now=at(day, 9))
            elif luck < 0.7:
                cancel_work_order(session, order_id, "no access", by=ALICE, now=at(day, 9))


def all_at_once(database: Database, day: date) -> None:
    own = [Database(database.url.render_as_string(hide_password=False)) for _ in range(3)]
    barrier, errors = threading.Barrier(3), []

    def run(number: int) -> None:
        barrier.wait()
        try:
            if number == 0:
                work(own[0], day, day.toordinal())
            else:
                tick_on(own[number], day, hour=9)
        except Exception as error:  # noqa: BLE001
            errors.append(error)

    threads = [threading.Thread(target=run, args=(number,)) for number in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    for each in own:
        each.close()
    assert errors == []


def test_S16_ticks_and_technicians_at_once_leave_a_whole_ledger(database):
    with database.writing() as session:
        make_targets(session, 12, Schedule(Rule("day"), lead_days=2), FIRST, enrolled=FIRST, code="FIXED")
        make_targets(session, 8, Schedule(Rule("day"), mode="floating"), FIRST, enrolled=FIRST, code="FLOATING")
        session.execute(update(PlanVersion).values(requires_photo=False))
    for number in range(DAYS):
        all_at_once(database, FIRST + timedelta(days=number))
    last = FIRST + timedelta(days=DAYS)
    tick_on(database, last)
    with database.reading() as session:
        found = [*ledger.examine(session, at(last)), *orders.examine(session)]
        assert [finding for finding in found if finding.severity == "fault"] == []
        assert len(session.scalars(select(Occurrence.id).where(Occurrence.fate == "generated")).all()) > 20
