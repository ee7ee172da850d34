"""The dates of a plan's items lie on several days (S40), on both databases."""

from collections import Counter
from datetime import date, timedelta

from sqlalchemy import select

from app.changes.actions import edits
from app.ledger.models import Occurrence
from app.operations.queries.doctor.ledger import examine
from app.plans.models import PlanTarget
from app.plans.queries.plans import get_plan, input_of
from app.plans.rules.policy import Schedule, spread_of
from app.plans.rules.rule import Rule
from app.plans.schemas import PlanEdit
from app.workorders.models import WorkOrder
from tests.factories.equipment import make_category, make_piece
from tests.factories.places import make_calendar, make_location, make_organisation, make_site
from tests.factories.plans import ALICE, plan_input
from tests.rooms.engine.test_tick import at, tick_on

FIRST = date(2027, 1, 1)
SPREAD = Schedule(Rule("month"), spread_days=5)


def make_plan(database, on=date(2026, 12, 1), **said):
    """On twenty printers and the room that they stand in."""
    with database.writing() as session:
        calendar = make_calendar(session)
        make_organisation(session, calendar)
        site, category = make_site(session, "LYO", calendar), make_category(session, "printer")
        for number in range(20):
            make_piece(session, site, category, f"PR-{number}")
        room = make_location(session, site)
        data = plan_input(category_ids=[category.id], item_location_ids=[room.id], spread_days=5, **said)
        return edits.create_plan(session, data, by=ALICE, now=at(on)).id


def dates(database):
    """By target: the share that the rule deals out, and the next date."""
    with database.reading() as session:
        targets = session.scalars(select(PlanTarget).order_by(PlanTarget.id)).all()
    shares = [spread_of(SPREAD, t.plan_id, t.equipment_id or t.location_id).offset_days for t in targets]
    return list(zip(shares, (target.next_due_on for target in targets), strict=True))


def test_S40_a_database_deals_the_days_out_as_the_rule_does(database):
    make_plan(database)
    found = dates(database)
    assert len(found) == 21
    assert all(next_due_on == FIRST + timedelta(days=share) for share, next_due_on in found)
    assert len({share for share, _ in found}) == 5


def test_S40_each_item_gets_its_order_on_its_own_day_and_keeps_its_key(database):
    make_plan(database)
    for number in range(7):
        tick_on(database, FIRST + timedelta(days=number))
    with database.reading() as session:
        assert set(session.scalars(select(Occurrence.cycle_key))) == {"D:2027-01-01"}
        due = Counter(session.scalars(select(WorkOrder.due_on)))
        made = [(order.created_at.date(), order.due_on) for order in session.scalars(select(WorkOrder))]
        assert [each for each in examine(session, at(FIRST)) if each.severity == "fault"] == []
    assert due == Counter(FIRST + timedelta(days=share) for share, _ in dates(database))
    assert all(day == due_on for day, due_on in made)


def test_S40_an_item_that_enters_after_the_slot_and_before_its_day_has_it_all_the_same(database):
    make_plan(database, on=date(2027, 1, 3))
    for share, next_due_on in dates(database):
        assert next_due_on == (FIRST if share >= 2 else date(2027, 2, 1)) + timedelta(days=share)


def test_S40_an_edit_that_gathers_them_again_moves_what_has_no_order(database):
    plan_id = make_plan(database)
    with database.writing() as session:
        said = input_of(session, get_plan(session, plan_id, by=ALICE)).model_dump(exclude={"rrule"})
        data = PlanEdit.model_validate(said | {"spread_days": 0})
        edits.edit_plan(session, plan_id, data, by=ALICE, now=at(date(2026, 12, 2)))
    assert {next_due_on for _, next_due_on in dates(database)} == {FIRST}


def test_S40_a_floating_plan_spreads_its_first_dates_alone(database):
    make_plan(database, mode="floating")
    assert all(next_due_on == FIRST + timedelta(days=share) for share, next_due_on in dates(database))
