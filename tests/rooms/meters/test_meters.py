"""Meters are made, edited, archived."""

from decimal import Decimal

import pytest
from pydantic import ValidationError

from app.core.errors import Conflict, InvalidInput, NotAllowed, PreconditionFailed
from app.core.security import Actor, Role
from app.http.validation import invalid_input
from app.meters import actions
from app.meters.schemas import MeterInput, OneReadingInput
from tests.factories.equipment import make_equipment
from tests.factories.meters import make_meter, read_meter

SYSTEM = Actor.system()
BOB = Actor(name="Bob", role=Role.TECHNICIAN)


def meter_input(session, **more):
    piece_id = more.get("equipment_id") or make_equipment(session).id
    return MeterInput(**{"equipment_id": piece_id, "name": "Pages printed", "unit": "pages"} | more)


def test_a_counter_is_made_with_what_had_been_run_before(session, now):
    data = meter_input(session, decimals=1, roll_over_at="10 000", lifetime_offset="12,5", max_age_hours=24)
    meter = actions.create_meter(session, data, by=SYSTEM, now=now)
    assert (meter.roll_over_at, meter.lifetime_offset, meter.states) == (100_000, 125, [])
    assert meter.overdue_at is not None


def test_a_retired_piece_gets_no_meter(session, now):
    piece = make_equipment(session, status="retired")
    with pytest.raises(Conflict):
        actions.create_meter(session, meter_input(session, equipment_id=piece.id), by=SYSTEM, now=now)


@pytest.mark.parametrize(
    ("values", "pointer"),
    [
        ({"kind": "state", "states": ["on"]}, "states"),
        ({"kind": "gauge", "least": 5, "most": 4}, "most"),
        ({"roll_over_at": 0}, "roll_over_at"),
        ({"most": Decimal(10) ** 15, "decimals": 2}, "most"),
    ],
)
def test_it_refuses_a_meter_that_makes_no_sense(session, values, pointer):
    with pytest.raises(ValidationError) as refused:
        meter_input(session, **values)
    assert [field.pointer for field in invalid_input(refused.value.errors()).fields] == [pointer]


def test_it_refuses_two_meters_of_one_name_on_a_piece(session, now):
    data = meter_input(session)
    actions.create_meter(session, data, by=SYSTEM, now=now)
    with pytest.raises(InvalidInput):
        actions.create_meter(session, data.model_copy(update={"name": "PAGES printed"}), by=SYSTEM, now=now)


def test_a_technician_reads_but_makes_no_meter(session, now):
    data = meter_input(session)
    with pytest.raises(NotAllowed):
        actions.create_meter(session, data, by=BOB, now=now)
    meter = actions.create_meter(session, data, by=SYSTEM, now=now)
    actions.record_reading(session, meter.id, OneReadingInput(value=5), by=BOB, now=now)


def test_what_readings_were_understood_by_stays(session, now):
    meter = make_meter(session)
    read_meter(session, meter, ("2026-11-02", 100), now=now)
    same = {"equipment_id": meter.equipment_id, "name": "Pages", "unit": "pages"}
    actions.edit_meter(session, meter.id, MeterInput(**same, roll_over_at=1000), by=SYSTEM, now=now)
    assert (meter.name, meter.version) == ("Pages", 2)
    for values in ({"decimals": 2}, {"kind": "gauge"}, {"lifetime_offset": 5}, {"roll_over_at": 100}):
        with pytest.raises(InvalidInput):
            actions.edit_meter(session, meter.id, MeterInput(**same | values), by=SYSTEM, now=now)
    with pytest.raises(PreconditionFailed):
        actions.edit_meter(session, meter.id, MeterInput(**same), version=1, by=SYSTEM, now=now)


def test_an_archived_meter_takes_no_reading_and_misses_none(session, now):
    meter = make_meter(session, max_age_hours=24, overdue_at=now)
    actions.archive_meter(session, meter.id, by=SYSTEM, now=now)
    assert meter.overdue_at is None
    with pytest.raises(InvalidInput):
        actions.record_reading(session, meter.id, OneReadingInput(value=5), by=SYSTEM, now=now)
    actions.archive_meter(session, meter.id, is_archived=False, by=SYSTEM, now=now)
    assert meter.overdue_at is not None
