"""Readings on a real database: in order, late, twice, wrong, by the thousand."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import event, select

from app.core.errors import Conflict, InvalidInput, NotFound
from app.core.security import Actor, Role
from app.journal.models import AuditEntry
from app.meters import queries
from app.meters.actions import correct_reading, record_reading, record_readings, replace_meter
from app.meters.models import MeterReading
from app.meters.schemas import CorrectionInput, OneReadingInput, ReadingInput, ReplacementInput
from tests.factories.equipment import make_equipment
from tests.factories.meters import make_meter, read_meter
from tests.factories.places import make_site

SYSTEM = Actor.system()


def holding(session, meter):
    """What holds, in the order of time: day, value, total."""
    rows = session.scalars(
        select(MeterReading)
        .where(MeterReading.meter_id == meter.id, MeterReading.superseded_at.is_(None))
        .order_by(MeterReading.read_at, MeterReading.is_restart)
        .execution_options(populate_existing=True)
    )
    return [(row.read_at.day, row.value, row.total) for row in rows]


def test_S28_the_lifetime_total_runs_through_a_roll_over_and_a_replacement(session, now):
    meter = make_meter(session, roll_over_at=100_000, lifetime_offset=500)
    read_meter(session, meter, ("2026-11-02", 99_000), ("2026-11-04", 200), now=now)
    exchanged = ReplacementInput(
        last_value=Decimal(700), first_value=Decimal(10), replaced_at=datetime(2026, 11, 6, tzinfo=UTC)
    )
    replace_meter(session, meter.id, exchanged, by=SYSTEM, now=now)
    read_meter(session, meter, ("2026-11-09", 110), now=now)
    assert holding(session, meter) == [
        (2, 99_000, 99_500), (4, 200, 100_700), (6, 700, 101_200), (6, 10, 101_200), (9, 110, 101_300),
    ]  # fmt: skip
    assert (meter.last_value, meter.last_total) == (110, 101_300)


def test_S28_readings_that_come_late_and_out_of_order_take_their_places(session, now):
    meter = make_meter(session)
    read_meter(session, meter, ("2026-11-10", 500), now=now)
    report = read_meter(
        session, meter, ("2026-11-12", 700), ("2026-11-04", 200), ("2026-11-06", 900), ("2026-11-08", 300), now=now
    )
    assert {place: error.code for place, error in report.errors.items()} == {2: "beyond_later"}
    assert holding(session, meter) == [(4, 200, 200), (8, 300, 300), (10, 500, 500), (12, 700, 700)]
    assert (meter.last_value, meter.last_total) == (700, 700)


def test_S28_a_late_reading_before_a_replacement_moves_all_later_totals(session, now):
    meter = make_meter(session)
    read_meter(session, meter, ("2026-11-02", 100), now=now)
    replace_meter(
        session, meter.id, ReplacementInput(replaced_at=datetime(2026, 11, 6, tzinfo=UTC)), by=SYSTEM, now=now
    )
    read_meter(session, meter, ("2026-11-09", 50), now=now)
    read_meter(session, meter, ("2026-11-05", 130), now=now)
    assert holding(session, meter) == [(2, 100, 100), (5, 130, 130), (6, 0, 130), (9, 50, 180)]
    assert meter.last_total == 180


def test_S28_the_same_readings_twice_are_recorded_once(session, now):
    meter = make_meter(session)
    said = [("2026-11-02", 100), ("2026-11-04", 200)]
    read_meter(session, meter, *said, now=now)
    report = read_meter(session, meter, *said, ("2026-11-04", 201), now=now)
    assert (report.recorded, report.unchanged, report.errors[2].code) == (0, 2, "already_read")


def test_S28_a_row_that_is_refused_stops_no_other(session, now):
    meter = make_meter(session)
    rows = [
        ReadingInput(meter_id=meter.id, value="N/A"),
        ReadingInput(meter_id=999, value=1),
        ReadingInput(tag="IMP-0001", meter="pages PRINTED", value=10),
        ReadingInput(meter_id=meter.id, value=20, read_at=now + timedelta(days=1)),
        ReadingInput(meter_id=meter.id, value=1, read_at=datetime(1, 1, 1)),  # noqa: DTZ001
    ]
    report = record_readings(session, rows, source="program", by=SYSTEM, now=now)
    codes = {place: error.code for place, error in report.errors.items()}
    assert codes == {0: "not_a_number", 1: "unknown_meter", 3: "in_future", 4: "implausible_date"}
    assert (report.recorded, meter.last_value, meter.last_read_at) == (1, 10, now)


def test_S05_a_time_without_an_offset_is_the_sites_own(session, now):
    meter = make_meter(session)
    reading = record_reading(
        session,
        meter.id,
        OneReadingInput(value=5, read_at=datetime(2026, 11, 23, 8, 0)),  # noqa: DTZ001
        by=SYSTEM,
        now=now,
    )
    assert reading.read_at == datetime(2026, 11, 23, 7, 0, tzinfo=UTC)


def test_S28_a_corrected_reading_stays_marked_and_the_right_one_counts(session, now):
    meter = make_meter(session, roll_over_at=1000)
    read_meter(session, meter, ("2026-11-02", 100), ("2026-11-04", 590), ("2026-11-06", 80), now=now)
    assert meter.last_total == 1080
    wrong = session.scalars(select(MeterReading).where(MeterReading.value == 590)).one()
    with pytest.raises(InvalidInput):  # 80 does not follow 190
        correct_reading(session, wrong.id, CorrectionInput(value=190, reason="?"), by=SYSTEM, now=now)
    last = session.scalars(select(MeterReading).where(MeterReading.value == 80)).one()
    correct_reading(session, last.id, CorrectionInput(value=680, reason="A digit was lost"), by=SYSTEM, now=now)
    assert holding(session, meter) == [(2, 100, 100), (4, 590, 590), (6, 680, 680)]
    assert (meter.last_total, last.superseded_at) == (680, now)
    with pytest.raises(Conflict):
        correct_reading(session, last.id, CorrectionInput(value=1, reason="?"), by=SYSTEM, now=now)
    told = session.scalars(select(AuditEntry).where(AuditEntry.entity == "meter_reading")).one()
    assert told.changes == {"value": ["80", "680"], "reason": [None, "A digit was lost"]}


def test_S28_a_correction_below_moves_the_totals_behind_a_replacement(session, now):
    meter = make_meter(session)
    read_meter(session, meter, ("2026-11-02", 1000), now=now)
    replace_meter(
        session, meter.id, ReplacementInput(replaced_at=datetime(2026, 11, 6, tzinfo=UTC)), by=SYSTEM, now=now
    )
    read_meter(session, meter, ("2026-11-09", 50), now=now)
    wrong = session.scalars(select(MeterReading).where(MeterReading.value == 1000)).one()
    correct_reading(session, wrong.id, CorrectionInput(value=100, reason="One zero too many"), by=SYSTEM, now=now)
    assert holding(session, meter) == [(2, 100, 100), (6, 0, 100), (9, 50, 150)]


def test_S28_a_reading_of_another_meter_is_withdrawn(session, now):
    meter = make_meter(session)
    read_meter(session, meter, ("2026-11-02", 100), ("2026-11-04", 9999), now=now)
    wrong = session.scalars(select(MeterReading).where(MeterReading.value == 9999)).one()
    assert correct_reading(session, wrong.id, CorrectionInput(reason="Another printer"), by=SYSTEM, now=now) is None
    assert (meter.last_value, meter.last_total) == (100, 100)
    assert read_meter(session, meter, ("2026-11-04", 150), now=now).recorded == 1


def test_S28_a_gauge_goes_down_and_a_state_is_a_word(session, now):
    piece = make_equipment(session, "CLI-0001")
    degrees = make_meter(session, piece, "Temperature", kind="gauge", unit="°C", decimals=1)
    lamp = make_meter(session, piece, "Lamp", kind="state", unit="", states=["green", "red"])
    read_meter(session, degrees, ("2026-11-02", "21,5"), ("2026-11-04", "19,5"), now=now)
    read_meter(session, lamp, ("2026-11-02", "Red"), now=now)
    assert (degrees.last_value, degrees.last_total, lamp.last_value) == (195, None, 1)
    assert queries.meter_view(degrees).last_value == Decimal("19.5")
    assert queries.meter_view(lamp).last_value == "red"


def test_S28_ten_thousand_late_readings_cost_a_handful_of_statements(session, now):
    meter = make_meter(session)
    start = datetime(2025, 1, 1, tzinfo=UTC)
    read_meter(session, meter, ("2026-11-20", 1_000_000), now=now)
    rows = [ReadingInput(meter_id=meter.id, value=n, read_at=start + timedelta(hours=n)) for n in range(10_000)]
    statements: list[str] = []
    bind = session.get_bind()
    event.listen(bind, "before_cursor_execute", lambda *args: statements.append(args[2]))
    report = record_readings(session, rows, source="program", by=SYSTEM, now=now)
    assert (report.recorded, report.errors) == (10_000, {})
    assert len(statements) <= 12


def test_S27_use_is_counted_over_the_last_ninety_days(session, now):
    meter = make_meter(session)
    read_meter(session, meter, ("2026-01-01", 0), ("2026-11-03", 10_000), ("2026-11-08", 10_100), now=now)
    assert queries.use_of(session, meter) is None
    read_meter(session, meter, ("2026-11-13", 10_400), now=now)
    use = queries.use_of(session, meter)
    assert use is not None
    assert (float(use.per_day), use.readings) == (40, 3)


def test_S29_a_reading_is_overdue_once_its_meter_was_silent_for_too_long(session, now):
    piece = make_equipment(session, "CLI-0001")
    never = make_meter(session, piece, "Humidity", max_age_hours=24, overdue_at=now - timedelta(days=9))
    meter = make_meter(session, piece, "Temperature", max_age_hours=24)
    make_meter(session, piece, "Pages")
    read_meter(session, meter, ("2026-11-22", 5), now=now)
    found = queries.overdue_readings(session, by=SYSTEM, now=now, limit=10)
    assert [row.id for row in found] == [never.id, meter.id]
    after = (never.overdue_at.isoformat(), never.id)
    assert [row.id for row in queries.overdue_readings(session, by=SYSTEM, now=now, limit=1, after=after)] == [meter.id]
    record_reading(session, meter.id, OneReadingInput(value=6), by=SYSTEM, now=now)
    assert [row.id for row in queries.overdue_readings(session, by=SYSTEM, now=now, limit=10)] == [never.id]


def test_a_meter_of_a_foreign_site_is_not_there(session, now):
    meter = make_meter(session, make_equipment(session, "A", make_site(session, "NAN")))
    eve = Actor(name="Eve", role=Role.MANAGER, site_ids=frozenset({999}))
    with pytest.raises(NotFound):
        record_reading(session, meter.id, OneReadingInput(value=6), by=eve, now=now)
    report = record_readings(session, [ReadingInput(meter_id=meter.id, value=1)], source="program", by=eve, now=now)
    assert report.errors[0].code == "unknown_meter"
