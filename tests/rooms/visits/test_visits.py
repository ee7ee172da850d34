"""Visits: made from orders, walked by place, done in bulk with a record for each order."""

from datetime import date

import pytest
from sqlalchemy import event, select

from app.core.errors import Conflict, InvalidInput, NotFound, PreconditionFailed
from app.core.security import Actor, Role
from app.interventions.actions import complete_work_order
from app.interventions.schemas import CompletionInput
from app.journal.models import AuditEntry
from app.visits.actions import bundling, making, walking
from app.visits.models import Visit
from app.visits.queries.visits import get_visit, visits, visits_of_day
from app.visits.schemas import NothingFound, OrdersInput, StopMove, VisitInput
from app.workorders.models import Resolution, WorkOrder
from tests.factories.equipment import make_category, make_equipment, make_piece
from tests.factories.people import make_team, make_user
from tests.factories.places import make_location, make_site
from tests.factories.workorders import make_order
from tests.rooms.requests.test_together import twice

MONDAY = date(2026, 11, 23)


class House:
    def __init__(self, session):
        self.session, self.site, self.category = session, make_site(session), make_category(session)
        bob = make_user(session, "bob")
        self.bob = Actor("Bob", Role.TECHNICIAN, user_id=bob.id, person_id=bob.person_id)
        self.rooms = [make_location(session, self.site, f"Salle {n}") for n in (10, 9)]
        self.orders = [self.order(f"SW-{n}", room) for n, room in enumerate([*self.rooms, self.rooms[0]])]

    def order(self, tag, room, **more):
        piece = make_piece(self.session, self.site, self.category, tag, location_id=room.id)
        return make_order(self.session, piece, **{"kind": "cleaning", "type": "preventive", "due_on": MONDAY} | more)


@pytest.fixture
def house(session):
    return House(session)


def made(house, now, **more):
    said = {"day_on": MONDAY, "order_ids": [order.id for order in house.orders]} | more
    visit = making.make_visit(house.session, VisitInput.model_validate(said), by=house.bob, now=now)
    return visit.id


def stops(house, visit_id):
    return [stop.order_id for stop in get_visit(house.session, visit_id, by=house.bob).orders]


def test_a_visit_is_walked_by_place_and_put_in_another_order_by_hand(session, house, now):
    first, second, third = (order.id for order in house.orders)
    visit_id = made(house, now)
    assert stops(house, visit_id) == [second, first, third]
    making.move_stop(session, visit_id, StopMove(order_id=third, direction="up"), version=1, by=house.bob, now=now)
    assert stops(house, visit_id) == [second, third, first]
    with pytest.raises(PreconditionFailed):
        making.sort_stops(session, visit_id, version=1, by=house.bob, now=now)
    making.sort_stops(session, visit_id, version=2, by=house.bob, now=now)
    assert stops(house, visit_id) == [second, first, third]
    making.remove_orders(session, visit_id, OrdersInput(order_ids=[first]), by=house.bob, now=now)
    making.add_orders(session, visit_id, OrdersInput(order_ids=[first, third]), by=house.bob, now=now)
    assert stops(house, visit_id) == [second, third, first]


def test_all_of_a_site_or_a_room_that_is_due_goes_into_one(session, house, now):
    house.order("SW-9", house.rooms[0], due_on=date(2026, 11, 24))
    room = made(house, now, order_ids=[], location_id=house.rooms[0].id)
    assert stops(house, room) == [house.orders[0].id, house.orders[2].id]
    rest = made(house, now, order_ids=[], site_id=house.site.id)
    assert stops(house, rest) == [house.orders[1].id]
    with pytest.raises(InvalidInput):
        made(house, now, order_ids=[], site_id=house.site.id)


def test_an_order_is_in_one_visit_at_a_time_and_free_again_when_that_is_over(session, house, now):
    visit_id = made(house, now)
    with pytest.raises(InvalidInput) as refused:
        made(house, now)
    assert [field.code for field in refused.value.fields] == ["taken"]
    walking.end_visit(session, visit_id, by=house.bob, now=now)
    assert len(stops(house, made(house, now))) == 3


def test_it_refuses_orders_of_two_sites_and_of_a_foreign_one(session, house, now):
    other = make_site(session, "NTE")
    far = make_order(session, make_piece(session, other, house.category, "FAR"))
    with pytest.raises(InvalidInput) as refused:
        made(house, now, order_ids=[house.orders[0].id, far.id])
    assert [field.code for field in refused.value.fields] == ["other_site"]
    local = Actor("Bob", Role.TECHNICIAN, site_ids=frozenset({house.site.id}))
    with pytest.raises(InvalidInput):
        making.make_visit(session, VisitInput(day_on=MONDAY, order_ids=[far.id]), by=local, now=now)
    foreign = making.make_visit(session, VisitInput(day_on=MONDAY, order_ids=[far.id]), by=house.bob, now=now)
    with pytest.raises(NotFound):
        get_visit(session, foreign.id, by=local)


def test_whoever_starts_it_takes_it_and_sees_it_on_their_day(session, house, now):
    visit_id = made(house, now)
    walking.start_visit(session, visit_id, version=1, by=house.bob, now=now)
    dan = Actor("Dan", Role.TECHNICIAN, person_id=make_user(session, "dan").person_id)
    assert [row.id for row in visits_of_day(session, by=house.bob, today=MONDAY)] == [visit_id]
    assert visits_of_day(session, by=dan, today=MONDAY) == []
    walking.stop_visit(session, visit_id, by=house.bob, now=now)
    walking.start_visit(session, visit_id, by=house.bob, now=now)
    with pytest.raises(Conflict):
        walking.start_visit(session, visit_id, by=house.bob, now=now)
    actions = session.scalars(select(AuditEntry.action).where(AuditEntry.entity == "visit").order_by(AuditEntry.id))
    assert actions.all() == ["created", "start", "stop", "start"]


def test_done_for_these_nothing_found_leaves_a_record_for_each_and_names_the_rest(session, house, now):
    repair = house.order("SW-8", house.rooms[0], type="corrective", kind="repair")
    photo = house.order("SW-7", house.rooms[0])
    photo.requires_photo = True
    session.flush()
    visit_id = made(house, now, order_ids=[*(order.id for order in house.orders), repair.id, photo.id])
    every = stops(house, visit_id)
    results = walking.complete_orders(
        session, visit_id, NothingFound(order_ids=every, minutes_each=5), by=house.bob, now=now
    )
    assert [row.order_id for row in results if row.is_done] == [order.id for order in house.orders]
    left = {row.order_id: row.why for row in results if not row.is_done}
    assert "repair" in str(left[repair.id])
    assert "photo" in str(left[photo.id])
    told = session.execute(
        select(Resolution.order_id, Resolution.kind, Resolution.finding, Resolution.minutes_spent).order_by(
            Resolution.order_id
        )
    ).all()
    assert [tuple(row) for row in told] == [(order.id, "cleaned", "none", 5) for order in house.orders]
    view = get_visit(session, visit_id, by=house.bob)
    assert (view.done, view.total, view.state) == (3, 5, "planned")
    assert view.next_order_id in left
    assert session.get_one(WorkOrder, photo.id).state == "ready"


def test_the_last_order_ends_the_visit_and_doing_it_twice_does_it_once(session, house, now):
    visit_id = made(house, now)
    every = NothingFound(order_ids=stops(house, visit_id))
    for is_done in (True, False):
        results = walking.complete_orders(session, visit_id, every, by=house.bob, now=now)
        assert {row.is_done for row in results} == {is_done}
    assert get_visit(session, visit_id, by=house.bob).state == "ended"
    assert len(session.scalars(select(Resolution.id)).all()) == 3
    with pytest.raises(InvalidInput):
        walking.complete_orders(session, visit_id, NothingFound(order_ids=[999]), by=house.bob, now=now)


def test_a_visit_whose_orders_were_done_one_by_one_is_over(session, house, now):
    visit_id, empty = made(house, now), made(house, now, order_ids=[house.order("SW-6", house.rooms[0]).id])
    making.remove_orders(session, empty, OrdersInput(order_ids=stops(house, empty)), by=house.bob, now=now)
    for order in house.orders[:2]:
        complete_work_order(session, order.id, CompletionInput(), by=house.bob, now=now)
    assert walking.end_walked_visits(session, now=now) == 0
    complete_work_order(session, house.orders[2].id, CompletionInput(), by=house.bob, now=now)
    assert [walking.end_walked_visits(session, now=now) for _ in range(2)] == [1, 0]
    assert [get_visit(session, key, by=house.bob).state for key in (visit_id, empty)] == ["ended", "planned"]


def test_of_two_who_take_the_same_order_at_once_one_gets_it(database, now):
    with database.writing() as session:
        order_id = make_order(session, make_equipment(session)).id
    data = VisitInput(day_on=MONDAY, order_ids=[order_id])

    def take(session):
        try:
            return making.make_visit(session, data, by=Actor.system(), now=now).state
        except InvalidInput as refused:
            return refused.fields[0].code

    assert sorted(twice(database, take)) == ["planned", "taken"]


def test_a_room_is_not_taken_for_another_whose_name_is_written_like_it(session, house, now):
    hall, twin = (make_location(session, house.site, name) for name in ("Hall_A", "HallxA"))
    inside = [make_location(session, house.site, "Baie", parent) for parent in (hall, twin)]
    wanted, _twin = (house.order(f"B-{room.id}", room) for room in inside)
    assert stops(house, made(house, now, order_ids=[], location_id=hall.id)) == [wanted.id]


def test_a_team_that_wants_it_has_its_rounds_bundled(session, house, now):
    alice, team = Actor("Alice", Role.MANAGER), make_team(session)
    for order in house.orders[:2]:
        order.team_id = team.id
    session.flush()
    assert bundling.bundle_orders(session, now=now) == 0
    bundling.set_bundling(session, team.id, is_bundled=True, by=alice, now=now)
    assert [bundling.bundle_orders(session, now=now) for _ in range(2)] == [1, 0]
    [visit] = session.scalars(select(Visit)).all()
    assert (visit.team_id, visit.day_on, visit.origin) == (team.id, MONDAY, "bundled")
    assert stops(house, visit.id) == [house.orders[1].id, house.orders[0].id]
    house.orders[2].team_id = team.id
    session.flush()
    assert bundling.bundle_orders(session, now=now) == 1
    assert len(stops(house, visit.id)) == 3
    bundling.set_bundling(session, team.id, is_bundled=False, by=alice, now=now)
    house.order("SW-5", house.rooms[0], team_id=team.id)
    assert bundling.bundle_orders(session, now=now) == 0


def test_a_visit_asks_the_database_as_often_for_many_orders_as_for_few(session, house, now):
    def sent(work):
        seen = []

        def note(*arguments):
            seen.append(arguments[2])

        event.listen(session.get_bind(), "before_cursor_execute", note)
        work()
        event.remove(session.get_bind(), "before_cursor_execute", note)
        return len(seen)

    few = made(house, now)
    many = made(house, now, order_ids=[house.order(f"X-{n}", house.rooms[0]).id for n in range(9)])
    counts = [sent(lambda key=key: get_visit(session, key, by=house.bob)) for key in (few, many)]
    assert counts[0] == counts[1] <= 4
    assert sent(lambda: visits(session, by=house.bob)) == 1
