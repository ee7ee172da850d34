"""Calendars, zones and places that change while plans run (S34, S36b)."""

from datetime import date

import pytest
from sqlalchemy import select

from app.changes.actions import places
from app.changes.actions.edits import create_plan
from app.core.errors import InvalidInput
from app.ledger.models import Occurrence
from app.places.models import Location, Site
from app.places.rules import DEEPEST
from app.places.schemas import CalendarDaysInput, CalendarInput, LocationInput, SiteInput
from app.plans.models import PlanTarget
from tests.factories.equipment import make_category, make_piece
from tests.factories.places import make_calendar, make_location, make_organisation, make_site
from tests.factories.plans import ALICE, plan_input
from tests.rooms.engine.test_tick import at, tick_on

WEEKLY = {"freq": "week", "start_on": "2026-11-23", "shift": "next", "overlap": "stack"}


def world(database):
    """A switch in a room in Lyon, cleaned every Monday from 23 November 2026, else on the next working day."""
    with database.writing() as session:
        calendar = make_calendar(session)
        make_organisation(session, calendar)
        site = make_site(session, "LYO", calendar)
        room = make_location(session, site, "Room")
        make_location(session, site, "roomy")
        make_piece(session, site, make_category(session), location_id=room.id)
        said = plan_input(site_ids=[site.id], **WEEKLY)
        create_plan(session, said, by=ALICE, now=at(date(2026, 11, 20)))
        return calendar.id, site.id, room.id


def due_days(database):
    with database.reading() as session:
        return list(session.scalars(select(Occurrence.due_on).order_by(Occurrence.raw_due_on)))


def next_day(database):
    with database.reading() as session:
        return session.scalar(select(PlanTarget.next_due_on))


def closed(first, last):
    return CalendarDaysInput(kind="closure", first_on=first, last_on=last, name="Closed")


def test_a_place_moves_with_all_that_lies_in_it_or_not_at_all(database):
    _, site_id, room_id = world(database)
    with database.writing() as session:
        site, above = session.get_one(Site, site_id), session.get_one(Location, room_id)
        for depth in range(2, DEEPEST + 1):
            above = make_location(session, site, f"Level {depth}", parent=above)
        top = make_location(session, site, "Building")
        with pytest.raises(InvalidInput) as refused:
            places.edit_location(
                session, room_id, LocationInput(name="Room", parent_id=top.id), by=ALICE, now=at(date(2026, 11, 25))
            )
        assert refused.value.fields[0].code == "too_deep"
        session.rollback()


def test_S36b_what_was_due_before_a_closure_is_entered_keeps_its_day(database):
    calendar_id, _, _ = world(database)
    with database.writing() as session:  # on Wednesday; nobody has ticked since Friday
        places.add_calendar_days(
            session, calendar_id, closed("2026-11-23", "2026-12-01"), by=ALICE, now=at(date(2026, 11, 25))
        )
    assert due_days(database) == [date(2026, 11, 23)]
    tick_on(database, date(2026, 11, 25))
    assert next_day(database) == date(2026, 12, 2)
    tick_on(database, date(2026, 12, 2))
    assert due_days(database) == [date(2026, 11, 23), date(2026, 12, 2)]


def test_S34_a_closure_that_is_taken_back_gives_the_day_back(database):
    calendar_id, _, _ = world(database)
    with database.writing() as session:
        calendar = places.add_calendar_days(
            session, calendar_id, closed("2026-11-30", "2026-11-30"), by=ALICE, now=at(date(2026, 11, 24))
        )
        days_id = calendar.days[0].id
    tick_on(database, date(2026, 11, 24))
    assert next_day(database) == date(2026, 12, 1)
    with database.writing() as session:
        places.remove_calendar_days(session, calendar_id, days_id, by=ALICE, now=at(date(2026, 11, 24)))
    tick_on(database, date(2026, 11, 24))
    assert next_day(database) == date(2026, 11, 30)


def test_S34_other_weekdays_count_for_what_has_no_order_yet(database):
    calendar_id, _, _ = world(database)
    tick_on(database, date(2026, 11, 23))
    data = CalendarInput(code="FR", name="France", weekdays=["tuesday"], country="FR")
    with database.writing() as session:
        places.edit_calendar(session, calendar_id, data, by=ALICE, now=at(date(2026, 11, 24)))
    tick_on(database, date(2026, 12, 1))
    assert due_days(database) == [date(2026, 11, 23), date(2026, 12, 1)]


def test_S33_a_place_with_a_calendar_of_its_own_changes_what_stands_in_it(database):
    _, _, room_id = world(database)
    tick_on(database, date(2026, 11, 23))
    with database.writing() as session:
        own = make_calendar(session, "ROOM", weekdays="0010000")  # Wednesdays
        data = LocationInput(name="Room", calendar_id=own.id)
        places.edit_location(session, room_id, data, by=ALICE, now=at(date(2026, 11, 24)))
    tick_on(database, date(2026, 11, 24))
    assert next_day(database) == date(2026, 12, 2)
    with database.reading() as session:
        assert {row.path for row in session.scalars(select(Location))} == {"Room", "roomy"}


def test_S34_a_site_may_go_by_another_calendar(database):
    _, site_id, _ = world(database)
    tick_on(database, date(2026, 11, 23))
    with database.writing() as session:
        own = make_calendar(session, "SITE", weekdays="0000100")  # Fridays
        data = SiteInput(code="LYO", name="Lyon", calendar_id=own.id, time_zone="Europe/Paris")
        places.edit_site(session, site_id, data, by=ALICE, now=at(date(2026, 11, 24)))
    tick_on(database, date(2026, 11, 24))
    assert next_day(database) == date(2026, 12, 4)
