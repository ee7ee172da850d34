"""A change is shown before it is made (S34, S36, S38, S39): nothing is written, and it then happens as it was told."""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select, update

from app.changes.actions import edits, places
from app.changes.actions.edits import create_plan
from app.core.db import Base
from app.core.errors import InvalidInput, NotAllowed, NotFound
from app.decisions.actions import pauses
from app.decisions.actions.dates import skip_cycle
from app.decisions.schemas import CycleSkip
from app.ledger.queries.upcoming import upcoming_of_target
from app.places.models import Calendar, Location, Site
from app.places.schemas import CalendarDaysInput, CalendarInput, LocationInput, SiteInput
from app.plans.models import PlanTarget
from app.plans.queries.plans import get_plan, input_of
from app.plans.schemas import Pause, PlanEdit
from app.reports.queries import place_changes, plan_changes
from app.workorders.models import WorkOrder
from tests.factories.equipment import make_category, make_piece
from tests.factories.places import make_calendar, make_location, make_organisation, make_site
from tests.factories.plans import ALICE, BOB, eve, plan_input
from tests.rooms.engine.test_tick import at, tick_on

START = date(2026, 11, 23)
LAST = date(2027, 11, 23)


@pytest.fixture
def house(database):
    """Three switches in Lyon, one of them in a rack with a calendar of its own."""
    with database.writing() as session:
        calendar = make_calendar(session)
        make_organisation(session, calendar)
        category, site = make_category(session), make_site(session, "LYO", calendar)
        for n in (1, 2):
            make_piece(session, site, category, f"EQ-{n}")
        return site.id, category.id, calendar.id


@pytest.fixture
def plan_of(database, house):
    def make(**said):
        with database.writing() as session:
            said = {"category_ids": [house[1]]} | said
            return create_plan(session, plan_input(**said), by=ALICE, now=at(START)).id

    return make


def edit_of(session, plan_id, **changes):
    said = input_of(session, get_plan(session, plan_id, by=ALICE)).model_dump(exclude={"rrule"})
    return PlanEdit.model_validate(said | changes)


def rows_in(session):
    return {
        table.name: session.scalar(select(func.count()).select_from(table)) for table in Base.metadata.sorted_tables
    }


def preview(database, asked, on=START):
    """Asked in a transaction that is committed: whatever was written would stay."""
    with database.writing() as session:
        before = rows_in(session)
        found = asked(session, on)
        session.flush()
        assert not session.dirty
        assert rows_in(session) == before
        return found


def preview_edit(database, plan_id, on=START, by=ALICE, **changes):
    return preview(
        database,
        lambda session, on: plan_changes.preview_edit(
            session, plan_id, edit_of(session, plan_id, **changes), by=by, now=at(on)
        ),
        on,
    )


def dates(database, last=LAST):
    """By item, the dates of a year that have no order yet."""
    with database.reading() as session:
        ids = session.scalars(select(PlanTarget.id).order_by(PlanTarget.id)).all()
        views = {one: upcoming_of_target(session, one, by=ALICE, count=1000) for one in ids}
    return {one: [v.due_on for v in found if v.due_on <= last and not v.is_skipped] for one, found in views.items()}


def gone_and_come(before, after):
    gone = sum(len(set(before[one]) - set(after[one])) for one in before)
    return gone, sum(len(set(after[one]) - set(before[one])) for one in before)


def told(found):
    return (found.appear, found.disappear, found.moved)


EDITS: list[tuple[dict[str, Any], tuple[int, int, int]]] = [
    ({"title": "Another name"}, (0, 0, 0)),
    ({"interval": 2}, (0, 10, 0)),
    ({"freq": "week"}, (72, 0, 18)),
    ({"month_days": [15]}, (0, 0, 22)),
    ({"shift": "next"}, (0, 0, 8)),
    ({"until": "2027-06-30"}, (0, 10, 0)),
    ({"mode": "floating"}, (0, 0, 0)),
    ({"start_on": "2027-02-10"}, (0, 2, 20)),
    ({"season": {"ranges": [{"first": "04-01", "last": "09-30"}]}}, (0, 10, 0)),
]


@pytest.mark.parametrize(("changes", "expected"), EDITS, ids=[next(iter(changes)) for changes, _ in EDITS])
def test_S36_an_edit_does_what_its_preview_says(database, plan_of, changes, expected):
    plan_id = plan_of()
    before = dates(database)
    found = preview_edit(database, plan_id, **changes)
    assert (found.items, found.looked_at, found.entering, found.leaving) == (2, 2, 0, 0)
    with database.writing() as session:
        edits.edit_plan(session, plan_id, edit_of(session, plan_id, **changes), by=ALICE, now=at(START))
    tick_on(database, START)
    after = dates(database)
    assert (found.disappear + found.moved, found.appear + found.moved) == gone_and_come(before, after)
    assert told(found) == expected


def test_S36_the_dates_are_named_once_for_all_items_that_are_alike(database, plan_of):
    found = preview_edit(database, plan_of(), month_days=[15])
    (change,) = found.changes
    assert (change.items, change.plan_title, change.move_count) == (2, "Clean switches", 11)
    assert (change.moves[0].was, change.moves[0].becomes) == (date(2027, 1, 1), date(2027, 1, 15))


@pytest.mark.parametrize("choice", ["keep", "update", "regenerate"])
def test_S36_open_orders_do_what_the_preview_says(database, plan_of, choice):
    plan_id = plan_of(lead_days=14)
    on = date(2026, 12, 20)
    tick_on(database, on)
    with database.writing() as session:
        first = session.scalars(select(WorkOrder.id).order_by(WorkOrder.id)).first()
        session.execute(
            update(WorkOrder).where(WorkOrder.id == first).values(state="in_progress", started_at=at(on), version=3)
        )
    changes = {"month_days": [15], "open_orders": choice}
    found = preview_edit(database, plan_id, on, **changes)
    before = dates(database, found.last_on)
    orders = found.orders
    assert (orders.not_started, orders.started) == (1, 1)
    assert [(o.was, o.becomes, o.orders) for o in orders.moves] == [(date(2027, 1, 1), date(2027, 1, 15), 1)]
    with database.writing() as session:
        edits.edit_plan(session, plan_id, edit_of(session, plan_id, **changes), by=ALICE, now=at(on))
    with database.reading() as session:
        due = session.scalars(select(WorkOrder.due_on).where(WorkOrder.is_open).order_by(WorkOrder.id)).all()
    after = dates(database, found.last_on)
    moved_to = date(2027, 1, 1) if choice == "keep" else date(2027, 1, 15)
    assert sorted(due) == [date(2027, 1, 1), moved_to]
    assert (found.disappear + found.moved, found.appear + found.moved) == gone_and_come(before, after)


def test_S39_items_that_enter_and_leave_are_counted_with_their_dates(database, house, plan_of):
    plan_id = plan_of()
    with database.writing() as session:
        router = make_category(session, "router")
        make_piece(session, session.get_one(Site, house[0]), router, "EQ-9")
        piece = session.scalars(select(PlanTarget.equipment_id).order_by(PlanTarget.id)).first()
        category_ids = [router.id]
    found = preview_edit(database, plan_id, category_ids=category_ids, equipment_ids=[piece])
    assert (found.entering, found.leaving, told(found)) == (1, 1, (11, 11, 0))


def test_S38_a_pause_is_shown_before_it_begins(database, plan_of):
    plan_id = plan_of()
    pause = Pause(reason="Works", until=date(2027, 4, 1))
    found = preview(
        database, lambda session, on: plan_changes.preview_pause(session, plan_id, pause, by=ALICE, now=at(on))
    )
    assert told(found) == (0, 6, 0)
    for_good = Pause(reason="Works")
    found = preview(
        database, lambda session, on: plan_changes.preview_pause(session, plan_id, for_good, by=ALICE, now=at(on))
    )
    assert told(found) == (0, 22, 0)


def test_S38_a_resumption_says_what_is_missed_and_which_dates_go_on(database, plan_of):
    plan_id = plan_of()
    with database.writing() as session:
        edits.pause_plan(session, plan_id, Pause(reason="Works"), by=ALICE, now=at(START))
    found = preview(
        database,
        lambda session, on: plan_changes.preview_resumption(session, plan_id, by=ALICE, now=at(on)),
        date(2027, 3, 15),
    )
    assert (found.missed, told(found)) == (6, (24, 0, 0))
    with database.writing() as session:
        edits.resume_plan(session, plan_id, by=ALICE, now=at(date(2027, 3, 15)))
    tick_on(database, date(2027, 3, 15), 7)
    assert sum(map(len, dates(database, date(2028, 3, 14)).values())) == 24


@pytest.mark.parametrize(
    ("said", "days"),
    [
        ({}, [date(2027, 3, 1), date(2027, 3, 1)]),
        ({"mode": "floating", "anchor_policy": "plan"}, [date(2027, 1, 1), date(2027, 1, 1)]),
        ({"lead_days": 20, "start_on": "2026-12-01"}, []),  # the order of December is open
    ],
)
def test_S38_what_would_be_made_up_for_is_shown_and_then_made(database, plan_of, said, days):
    plan_id, on = plan_of(**said), date(2027, 3, 15)
    tick_on(database, START)
    with database.writing() as session:
        edits.pause_plan(session, plan_id, Pause(reason="Works"), by=ALICE, now=at(START))
    found = preview(
        database, lambda session, on: plan_changes.preview_resumption(session, plan_id, by=ALICE, now=at(on)), on
    )
    assert [one.due_on for one in found.made_up for _ in range(one.orders)] == days
    with database.writing() as session:
        edits.resume_plan(session, plan_id, is_caught_up=True, by=ALICE, now=at(on))
        orders = select(WorkOrder.due_on).where(WorkOrder.created_at == at(on))
        assert list(session.scalars(orders)) == days


def test_S38_the_resumption_of_one_item_is_shown(database, plan_of):
    plan_id = plan_of()
    with database.writing() as session:
        first = session.scalars(select(PlanTarget.id).order_by(PlanTarget.id)).first()
        pauses.pause_target(session, first, Pause(reason="Lent"), by=ALICE, now=at(START))

    def looked():
        return preview(
            database,
            lambda session, on: plan_changes.preview_item_resumption(session, first, by=ALICE, now=at(on)),
            date(2027, 3, 15),
        )

    found = looked()
    assert (found.items, found.missed, told(found)) == (1, 3, (12, 0, 0))
    assert [(one.due_on, one.orders) for one in found.made_up] == [(date(2027, 3, 1), 1)]
    with database.writing() as session:
        edits.pause_plan(session, plan_id, Pause(reason="Works"), by=ALICE, now=at(START))
    assert (looked().missed, looked().made_up) == (0, [])  # it goes on resting with its plan


def test_S38_an_item_that_rests_by_itself_goes_on_resting(database, plan_of):
    plan_id = plan_of()
    with database.writing() as session:
        first = session.scalars(select(PlanTarget.id).order_by(PlanTarget.id)).first()
        own = {"state": "paused", "pause_reason": "Lent", "wake_at": None, "next_due_on": None}
        session.execute(update(PlanTarget).where(PlanTarget.id == first).values(**own))
    pause = Pause(reason="Works", until=date(2027, 4, 1))
    found = preview(
        database, lambda session, on: plan_changes.preview_pause(session, plan_id, pause, by=ALICE, now=at(on))
    )
    assert told(found) == (0, 3, 0)
    with database.writing() as session:
        edits.pause_plan(session, plan_id, pause, by=ALICE, now=at(START))
    found = preview(
        database, lambda session, on: plan_changes.preview_resumption(session, plan_id, by=ALICE, now=at(on))
    )
    assert told(found) == (11, 0, 0)


def test_S36_the_end_of_a_plan_takes_all_its_dates(database, plan_of):
    plan_id = plan_of()
    found = preview(
        database, lambda session, on: plan_changes.preview_archiving(session, plan_id, by=ALICE, now=at(on))
    )
    assert told(found) == (0, 22, 0)


def test_S34_a_closure_is_shown_before_it_is_added_and_after_it_would_be_gone(database, house, plan_of):
    calendar_id = house[2]
    plan_of(shift="next")
    days = CalendarDaysInput(kind="closure", name="Works", first_on=date(2027, 2, 1), last_on=date(2027, 2, 7))
    found = preview(
        database,
        lambda session, on: place_changes.preview_calendar_days(session, calendar_id, days, by=ALICE, now=at(on)),
    )
    assert told(found) == (0, 0, 2)
    move = found.changes[0].moves[0]
    assert (move.was, move.becomes) == (date(2027, 2, 1), date(2027, 2, 8))
    with database.writing() as session:
        calendar = places.add_calendar_days(session, calendar_id, days, by=ALICE, now=at(START))
        days_id = calendar.days[0].id
    assert date(2027, 2, 8) in next(iter(dates(database).values()))
    found = preview(
        database,
        lambda session, on: place_changes.preview_days_removed(session, calendar_id, days_id, by=ALICE, now=at(on)),
    )
    assert told(found) == (0, 0, 2)


def test_S34_other_weekdays_move_what_falls_on_them(database, house, plan_of):
    plan_of(shift="next")
    with database.reading() as session:
        code = session.get_one(Calendar, house[2]).code
    data = CalendarInput(code=code, name="All week", weekdays=["monday", "tuesday", "wednesday"], country=None)
    found = preview(
        database, lambda session, on: place_changes.preview_calendar(session, house[2], data, by=ALICE, now=at(on))
    )
    assert found.moved > 0
    assert (found.appear, found.disappear) == (0, 0)


def test_S33_another_calendar_of_the_site_leaves_alone_what_has_its_own(database, house, plan_of):
    site_id = house[0]
    with database.writing() as session:
        own, other = make_calendar(session, "OWN"), make_calendar(session, "OTHER")
        other.weekdays = "0000011"
        rack = make_location(session, session.get_one(Site, site_id), "Rack")
        rack.calendar_id = own.id
        make_piece(session, session.get_one(Site, site_id), make_category(session, "ups"), "EQ-3", location_id=rack.id)
        site = session.get_one(Site, site_id)
        said = {"code": site.code, "name": site.name, "time_zone": site.time_zone, "calendar_id": other.id}
        other_id, rack_id = other.id, rack.id
    plan_of(shift="next", category_ids=[house[1], house[1] + 1])
    found = preview(
        database,
        lambda session, on: place_changes.preview_site(session, site_id, SiteInput(**said), by=ALICE, now=at(on)),
    )
    assert (found.items, found.looked_at) == (3, 3)
    assert [change.items for change in found.changes] == [2]
    data = LocationInput(name="Rack", calendar_id=other_id)
    found = preview(
        database,
        lambda session, on: place_changes.preview_location(session, rack_id, data, by=ALICE, now=at(on)),
    )
    assert (found.items, [change.items for change in found.changes]) == (1, [1])


def test_S36_ten_thousand_targets_are_looked_at_as_one(database, house, plan_of):
    """Those that differ are looked at one by one, up to a bound, and the answer says how many."""
    with database.writing() as session:
        site, category = session.get_one(Site, house[0]), make_category(session, "ups")
        for n in range(150):
            commissioned = START - timedelta(days=n)
            make_piece(session, site, category, f"U-{n}", commissioned_on=commissioned)
        category_id = category.id
    plan_id = plan_of(category_ids=[category_id], freq="day", anchor_policy="commissioning", interval=2)
    found = preview_edit(database, plan_id, interval=4)
    assert found.items == 150
    assert 0 < found.looked_at < 150
    assert found.disappear > 0


def test_S36_a_rule_that_cannot_be_is_refused_and_so_are_those_who_may_not_plan(database, house, plan_of):
    plan_id = plan_of()
    with pytest.raises(InvalidInput):
        preview_edit(database, plan_id, freq="year", months=[2], month_days=[30], month_end="skip")
    with pytest.raises(NotAllowed):
        preview_edit(database, plan_id, by=BOB)
    with database.writing() as session:
        elsewhere = make_site(session, "PAR", session.get_one(Calendar, house[2]))
        foreign = eve(elsewhere)
        rack = make_location(session, session.get_one(Site, house[0]), "Rack")
        with pytest.raises(NotFound):
            place_changes.preview_location(session, rack.id, LocationInput(name="R"), by=foreign, now=at(START))
        with pytest.raises(NotAllowed):
            place_changes.preview_days_removed(session, house[2], 1, by=foreign, now=at(START))
        assert session.get(Location, rack.id)


def test_S36_what_somebody_decided_about_a_date_that_goes_is_named(database, plan_of):
    plan_id = plan_of()
    with database.writing() as session:
        first, other = session.scalars(select(PlanTarget.id).order_by(PlanTarget.id)).all()
        skip = CycleSkip(cycle_key="D:2027-02-01", reason="Stocktaking")
        skip_cycle(session, first, skip, by=ALICE, now=at(START))
    found = preview_edit(database, plan_id, interval=2)
    (gone,) = found.dropped_exceptions
    assert (gone.target_id, gone.kind, gone.due_on, gone.reason) == (first, "skip", date(2027, 2, 1), "Stocktaking")
    assert [change.items for change in found.changes] == [1, 1]
    assert found.disappear == 9
    assert other
    assert preview_edit(database, plan_id, title="Another").dropped_exceptions == []
