"""What other programs got wrong, day by day, as it must be. Each names the program that it is a warning of."""

from datetime import date, timedelta

from sqlalchemy import select

from app.interventions.actions.completing import complete_work_order
from app.interventions.schemas import CompletionInput
from app.ledger.models import Occurrence
from app.plans.models import PlanTarget
from app.plans.rules.rule import Rule
from app.workorders.actions.life import cancel_work_order
from app.workorders.models import WorkOrder
from tests.factories.plans import ALICE
from tests.rooms.engine.test_meters import ledger as metered
from tests.rooms.engine.test_meters import printer, read
from tests.rooms.engine.test_tick import at, ledger, plan_targets, tick_on


def through(database, first, last, step=1):
    while first <= last:
        tick_on(database, first)
        first += timedelta(days=step)


def orders(database):
    """The day on which each order was made, and the day on which it is due."""
    with database.reading() as session:
        found = session.execute(select(WorkOrder.created_at, WorkOrder.due_on).order_by(WorkOrder.id))
        return [(made_at.date(), due_on) for made_at, due_on in found]


def end_the_open_one(database, on, action, *said):
    with database.writing() as session:
        order = session.scalars(select(WorkOrder).where(WorkOrder.is_open)).one()
        order.requires_photo = False
        session.flush()
        action(session, order.id, *said, by=ALICE, now=at(on))


def test_S07_a_lead_does_not_make_dates_drift_as_in_glpi(database):
    """GLPI adds the lead before the interval: 1 January, 1 February, 4 March, 1 April, 2 May."""
    plan_targets(database, rule=Rule("month"), anchor=date(2027, 1, 1), lead_days=3, overlap="stack")
    through(database, date(2026, 12, 20), date(2027, 5, 31))
    assert orders(database) == [
        (date(2026, 12, 29), date(2027, 1, 1)),
        (date(2027, 1, 29), date(2027, 2, 1)),
        (date(2027, 2, 26), date(2027, 3, 1)),
        (date(2027, 3, 29), date(2027, 4, 1)),
        (date(2027, 4, 28), date(2027, 5, 1)),
        (date(2027, 5, 29), date(2027, 6, 1)),
    ]


def test_S18_the_second_item_gets_no_later_dates_than_the_first_as_in_glpi(database):
    """GLPI #24495: what was computed for one item moved the plan's date for those after it."""
    plan_targets(database, 3, rule=Rule("month"), anchor=date(2027, 1, 1), overlap="stack")
    through(database, date(2027, 1, 1), date(2027, 3, 1))
    with database.reading() as session:
        due = session.execute(select(WorkOrder.target_id, WorkOrder.due_on).order_by(WorkOrder.due_on)).all()
        targets = session.scalars(select(PlanTarget.id).order_by(PlanTarget.id)).all()
    months = [date(2027, 1, 1), date(2027, 2, 1), date(2027, 3, 1)]
    assert sorted(tuple(row) for row in due) == [(target, month) for target in targets for month in months]


def test_S01_the_31st_comes_back_after_february_unlike_in_oca(database):
    """OCA's module counts from the date before and stays on the 28th."""
    plan_targets(database, rule=Rule("month"), anchor=date(2027, 1, 31), overlap="stack")
    through(database, date(2027, 1, 31), date(2027, 6, 30))
    assert [due_on for _, due_on in orders(database)] == [
        date(2027, 1, 31),
        date(2027, 2, 28),
        date(2027, 3, 31),
        date(2027, 4, 30),
        date(2027, 5, 31),
        date(2027, 6, 30),
    ]


def test_S21_no_cycle_is_lost_while_nothing_runs_as_in_atlas(database):
    """Atlas, GLPI and OCA leave no trace of what was due meanwhile."""
    plan_targets(database, rule=Rule("week"), anchor=date(2027, 1, 4))
    tick_on(database, date(2027, 1, 4))
    end_the_open_one(database, date(2027, 1, 5), complete_work_order, CompletionInput(done_on=date(2027, 1, 5)))
    tick_on(database, date(2027, 4, 1))  # twelve Mondays later
    assert ledger(database) == [
        ("2027-01-04", "generated", 1),
        ("2027-01-11", "missed", 11),
        ("2027-03-29", "generated", 1),
    ]


def test_S28_a_meter_above_its_threshold_makes_one_order_and_not_one_a_reading_as_in_atlas(database):
    """Atlas makes an order for every reading above the threshold."""
    meter = printer(database)
    read(database, meter, (2, 45_000))
    for day in range(4, 20):
        read(database, meter, (day, 50_000 + day))
    assert metered(database) == [(f"{meter}:5", "generated", 1)]


def test_S11_a_request_that_nobody_closes_does_not_end_its_plan_as_in_odoo(database):
    """Odoo 17 makes the next request as one is closed: one that is cancelled or forgotten ends its plan silently."""
    [target_id] = plan_targets(database, rule=Rule("month"), anchor=date(2027, 1, 1), mode="floating")
    through(database, date(2027, 1, 1), date(2027, 3, 15), step=3)
    with database.reading() as session:
        target = session.get_one(PlanTarget, target_id)
        assert (target.state, target.next_due_on) == ("active", None)  # it waits for the order, and says so
    end_the_open_one(database, date(2027, 3, 15), cancel_work_order, "Forgotten")
    tick_on(database, date(2027, 3, 15))
    with database.reading() as session:
        assert session.get_one(PlanTarget, target_id).next_due_on == date(2027, 4, 1)
    tick_on(database, date(2027, 4, 1))
    end_the_open_one(database, date(2027, 4, 10), complete_work_order, CompletionInput(done_on=date(2027, 4, 9)))
    through(database, date(2027, 4, 10), date(2027, 5, 9))
    with database.reading() as session:
        assert session.scalars(select(Occurrence.due_on).order_by(Occurrence.id)).all() == [
            date(2027, 1, 1),
            date(2027, 4, 1),
            date(2027, 5, 9),
        ]
