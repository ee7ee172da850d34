"""Time, parts, costs and people on an order."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from app.core.errors import Conflict, InvalidInput, NotFound
from app.core.security import Actor
from app.equipment.models import Supplier
from app.parts.models import Part
from app.people.models import Person
from app.resources import queries as work
from app.resources.actions import costs, moving, parts, people, times
from app.resources.models import TimeEntry
from app.resources.rules import Costs
from app.resources.schemas import (
    CostLineInput,
    HandOverInput,
    HelperInput,
    PartReturnInput,
    PartUseInput,
    TimeCorrection,
    TimeInput,
)
from app.visits.queries.day import my_day
from app.workorders.models import WorkOrderEvent
from app.workorders.schemas import HoldInput
from tests.factories.parts import make_part
from tests.factories.people import make_team


def minutes(house):
    return [(row.person_id, row.minutes) for row in house.session.scalars(select(TimeEntry).order_by(TimeEntry.id))]


def test_who_starts_the_order_is_timed_and_a_pause_ends_the_timer(house, now):
    bob = house.bob.person_id
    moving.start_work_order(house.session, house.order.id, by=house.bob, now=now)
    hold = HoldInput(reason="parts")
    moving.hold_work_order(house.session, house.order.id, hold, by=house.bob, now=now + timedelta(minutes=20))
    assert minutes(house) == [(bob, 20)]
    moving.resume_work_order(house.session, house.order.id, by=house.dan, now=now + timedelta(hours=5))
    times.stop_timer(house.session, house.order.id, by=house.dan, now=now + timedelta(hours=5, seconds=61))
    assert minutes(house) == [(bob, 20), (house.dan.person_id, 2)]
    times.stop_timer(house.session, house.order.id, by=house.dan, now=now + timedelta(hours=6))
    assert len(minutes(house)) == 2


def test_a_repair_takes_the_piece_down_however_it_is_begun(house, now):
    moving.start_work_order(house.session, house.order.id, by=house.bob, now=now)
    assert house.piece.status == "in_maintenance"


def test_nobody_works_at_two_places(house, now):
    other = house.new_order(title="Elsewhere")
    times.start_timer(house.session, house.order.id, by=house.bob, now=now)
    times.start_timer(house.session, house.order.id, by=house.bob, now=now)
    times.start_timer(house.session, other.id, by=house.bob, now=now + timedelta(minutes=7))
    assert minutes(house) == [(house.bob.person_id, 7), (house.bob.person_id, None)]
    assert (house.order.state, other.state) == ("in_progress", "in_progress")


def test_a_program_has_no_time_of_its_own(house, now):
    with pytest.raises(Conflict):
        times.start_timer(house.session, house.order.id, by=Actor.system(), now=now)


def test_time_is_entered_for_somebody_and_corrected(house, now):
    said = TimeInput(minutes=30, person_id=house.dan.person_id, worked_on=date(2026, 11, 20))
    entry = times.enter_time(house.session, house.order.id, said, by=house.bob, now=now)
    correction = TimeCorrection(minutes=45, note="With the way there")
    times.correct_time(house.session, house.order.id, entry.id, correction, version=1, by=house.bob, now=now)
    assert (entry.minutes, entry.note, entry.version) == (45, "With the way there", 2)
    late = TimeInput(minutes=5, worked_on=date(2026, 11, 24))
    with pytest.raises(InvalidInput, match="future"):
        times.enter_time(house.session, house.order.id, late, by=house.bob, now=now)
    with pytest.raises(NotFound):
        times.correct_time(house.session, house.new_order().id, entry.id, correction, by=house.bob, now=now)


def test_parts_leave_the_shelf_and_come_back(house, now):
    fan = make_part(house.session, "FAN", 3, name="Fan", unit_cost_minor=1250)
    said = PartUseInput(part_id=fan.id, quantity=2)
    usage = parts.use_part(house.session, house.order.id, said, by=house.bob, now=now)
    fan.unit_cost_minor = 9900  # what was used costs what it cost then
    parts.return_part(house.session, house.order.id, usage.id, PartReturnInput(quantity=1), by=house.bob, now=now)
    assert (house.session.get_one(Part, fan.id).stock, usage.returned) == (2, 1)
    assert work.costs_of(house.session, [house.order.id]) == {house.order.id: Costs(parts=1250)}
    with pytest.raises(Conflict, match="Only 1"):
        parts.return_part(house.session, house.order.id, usage.id, PartReturnInput(quantity=2), by=house.bob, now=now)
    with pytest.raises(Conflict, match="Fan: 2 in stock, 3 needed"):
        parts.use_part(house.session, house.order.id, PartUseInput(part_id=fan.id, quantity=3), by=house.bob, now=now)


def test_what_an_order_costs_is_added_up_by_hand(house, now):
    """Bob has a rate of his own, Dan the site's: 20 min x 60.00 + 45 min x 40.00 = 20.00 + 30.00."""
    house.session.get_one(Person, house.bob.person_id).hourly_rate_minor = 6000
    house.site.hourly_rate_minor = 4000
    house.session.flush()
    for by, spent in ((house.bob, 20), (house.dan, 45)):
        times.enter_time(house.session, house.order.id, TimeInput(minutes=spent), by=by, now=now)
    cell = make_part(house.session, "CELL", 4, unit_cost_minor=120)
    parts.use_part(house.session, house.order.id, PartUseInput(part_id=cell.id, quantity=3), by=house.bob, now=now)
    line = CostLineInput(label="Travel", amount_minor=9000)
    costs.add_cost_line(house.session, house.order.id, line, by=house.bob, now=now)
    wrong = CostLineInput(kind="other", label="Crane", amount_minor=1)
    gone = costs.add_cost_line(house.session, house.order.id, wrong, by=house.bob, now=now)
    costs.remove_cost_line(house.session, house.order.id, gone.id, by=house.bob, now=now)
    view = work.costs_view(house.session, house.order.id)
    assert (view.minutes, view.labour, view.parts, view.outside, view.other) == (65, 5000, 360, 9000, 0)
    assert (view.total, view.unrated, view.currency) == (14360, 0, "EUR")
    kinds = house.session.scalars(select(WorkOrderEvent.kind).order_by(WorkOrderEvent.id)).all()
    assert kinds[1:] == ["time_entered", "time_entered", "part_used", "cost_added", "cost_added", "cost_removed"]


def test_what_was_paid_in_another_currency_stands_beside(house, now):
    fuser = make_part(house.session, "FUSER", 4, unit_cost_minor=8000, currency="USD")
    parts.use_part(house.session, house.order.id, PartUseInput(part_id=fuser.id, quantity=2), by=house.bob, now=now)
    assert work.costs_view(house.session, house.order.id).model_dump(include={"total", "others", "currency"}) == {
        "total": 0,
        "others": {"USD": 16000},
        "currency": "EUR",
    }
    line = CostLineInput(label="Travel", amount_minor=9000)
    costs.add_cost_line(house.session, house.order.id, line, by=house.bob, now=now)
    found = work.costs_of(house.session, [house.order.id])[house.order.id]
    assert found.by_currency("EUR") == {"EUR": 9000, "USD": 16000}


def test_minutes_without_a_rate_are_told_apart(house, now):
    times.enter_time(house.session, house.order.id, TimeInput(minutes=30), by=house.bob, now=now)
    view = work.costs_view(house.session, house.order.id)
    assert (view.minutes, view.unrated, view.labour) == (30, 30, 0)


def test_a_helper_finds_the_order_in_their_day(house, now):
    today = date(2026, 11, 25)
    house.order.assignee_id = house.bob.person_id
    house.session.flush()
    assert [row.id for row in my_day(house.session, by=house.dan, today=today).due] == []
    said = HelperInput(person_id=house.dan.person_id)
    people.add_helper(house.session, house.order.id, said, by=house.bob, now=now)
    people.add_helper(house.session, house.order.id, said, by=house.bob, now=now)
    assert [row.id for row in my_day(house.session, by=house.dan, today=today).due] == [house.order.id]
    assert [helper.person.name for helper in work.helpers_of(house.session, house.order.id)] == ["Dan"]
    people.remove_helper(house.session, house.order.id, house.dan.person_id, by=house.bob, now=now)
    assert work.helpers_of(house.session, house.order.id) == []
    with pytest.raises(InvalidInput, match="already"):
        people.add_helper(house.session, house.order.id, HelperInput(person_id=1), by=house.bob, now=now)


def test_it_is_handed_over_with_a_note_that_the_history_keeps(house, now):
    team = make_team(house.session, "Level 2")
    moving.start_work_order(house.session, house.order.id, by=house.bob, now=now)
    dan = HelperInput(person_id=house.dan.person_id)
    people.add_helper(house.session, house.order.id, dan, by=house.bob, now=now)
    said = HandOverInput(assignee_id=house.dan.person_id, team_id=team.id, note="The fan is loud since Monday")
    people.hand_over(house.session, house.order.id, said, by=house.bob, now=now + timedelta(minutes=3))
    assert (house.order.assignee_id, house.order.team_id) == (house.dan.person_id, team.id)
    assert work.helpers_of(house.session, house.order.id) == []
    assert minutes(house) == [(house.bob.person_id, 3)]
    event = house.session.scalars(select(WorkOrderEvent).order_by(WorkOrderEvent.id.desc())).first()
    assert (event.kind, event.reason) == ("handed_over", "The fan is loud since Monday")
    assert event.changes == {"assignee": ["Bob", "Dan"], "team": [None, "Level 2"]}


def test_a_supplier_who_has_it_is_waited_for(house, now):
    supplier = Supplier(name="Eaton", created_at=now)
    house.session.add(supplier)
    house.session.flush()
    moving.start_work_order(house.session, house.order.id, by=house.bob, now=now)
    said = HandOverInput(supplier_id=supplier.id, note="Under contract 77")
    people.hand_over(house.session, house.order.id, said, by=house.bob, now=now)
    assert (house.order.state, house.order.hold_reason, house.order.supplier_id) == ("on_hold", "vendor", supplier.id)
    with pytest.raises(InvalidInput, match="supplier"):
        people.hand_over(house.session, house.order.id, HandOverInput(supplier_id=99, note="?"), by=house.bob, now=now)


def test_a_closed_order_takes_no_time_part_or_cost(house, now):
    house.order.state = "closed"
    house.session.flush()
    with pytest.raises(Conflict, match="ended"):
        times.enter_time(house.session, house.order.id, TimeInput(minutes=5), by=house.bob, now=now)
    with pytest.raises(Conflict, match="ended"):
        costs.add_cost_line(
            house.session, house.order.id, CostLineInput(label="Late", amount_minor=1), by=house.bob, now=now
        )
