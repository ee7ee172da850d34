"""What the form of a plan that goes by a meter shows, on both databases (S27, S44)."""

import pytest

from app.core.security import Actor
from app.enrolment.actions.readings import create_meter, record_readings
from app.enrolment.queries import metered
from app.enrolment.queries.previews import preview_plan
from app.meters.schemas import MeterInput, ReadingInput
from tests.factories.equipment import make_category, make_piece
from tests.factories.places import make_calendar, make_organisation, make_site
from tests.factories.plans import plan_input
from tests.rooms.engine.test_meters import PAGES, at

SYSTEM = Actor.system()


@pytest.fixture
def fleet(session):
    """Five printers: without a meter, unread, read once, in sheets, and one that is read often."""
    calendar = make_calendar(session)
    make_organisation(session, calendar)
    site, category = make_site(session, "LYO", calendar), make_category(session, "Printer")
    pieces = [make_piece(session, site, category, f"IMP-{n}").id for n in range(5)]
    units = ["pages", "pages", "sheets", "pages"]
    names = ["Pages printed", "pages printed", "Pages Printed", "Páges printed"]
    meters = [
        create_meter(session, MeterInput(equipment_id=piece, name=name, unit=unit), by=SYSTEM, now=at(1)).id
        for piece, name, unit in zip(pieces[1:], names, units, strict=True)
    ]
    said = [(meters[1], 1, 10), *((meters[3], day, 1_000 * day) for day in range(2, 9))]
    rows = [ReadingInput(meter_id=meter, value=value, read_at=at(day)) for meter, day, value in said]
    assert not record_readings(session, rows, source="program", by=SYSTEM, now=at(9)).errors
    return pieces


def test_S27_a_preview_finds_the_meter_that_says_when_however_many_come_before_it(session, fleet, monkeypatch):
    monkeypatch.setattr(metered, "A_LOOK", 1)
    data = plan_input(equipment_ids=fleet, freq="none", trigger=PAGES)
    preview = preview_plan(session, data, by=SYSTEM, now=at(9))
    assert [str(cycle.due_on) for cycle in preview.cycles[:2]] == ["2026-11-10", "2026-11-20"]
    assert preview.warnings == [
        "1 piece has no meter called “pages printed”: it waits until it has one.",
        "Some meters are in sheets, not in pages: numbers are taken as they are.",
    ]


def test_S27_where_no_meter_says_when_the_preview_shows_no_date(session, fleet, monkeypatch):
    monkeypatch.setattr(metered, "A_LOOK", 1)
    data = plan_input(equipment_ids=fleet[:4], freq="none", trigger=PAGES)
    assert preview_plan(session, data, by=SYSTEM, now=at(9)).cycles == []
