"""Several people read one counter at once: totals follow from one another, whoever was first."""

import random
import threading
from datetime import UTC, datetime, timedelta

from sqlalchemy import select

from app.core.db import Database
from app.core.security import Actor
from app.meters.actions import record_readings
from app.meters.models import Meter, MeterReading
from app.meters.schemas import ReadingInput
from tests.factories.meters import make_meter

START = datetime(2026, 11, 1, tzinfo=UTC)
NOW = START + timedelta(days=20)
READINGS, PEOPLE = 60, 3


def test_S28_readings_that_come_at_once_and_out_of_order_make_one_chain(database):
    with database.writing() as session:
        meter_id = make_meter(session).id
    said = [ReadingInput(meter_id=meter_id, value=100 * n, read_at=START + timedelta(hours=n)) for n in range(READINGS)]
    random.Random(1).shuffle(said)
    own = [Database(database.url.render_as_string(hide_password=False)) for _ in range(PEOPLE)]
    barrier, errors = threading.Barrier(PEOPLE), []

    def read(number: int) -> None:
        barrier.wait()
        try:
            for row in said[number::PEOPLE]:
                with own[number].writing() as session:
                    report = record_readings(session, [row], source="program", by=Actor.system(), now=NOW)
                    assert report.errors == {}
        except Exception as error:  # noqa: BLE001
            errors.append(error)

    threads = [threading.Thread(target=read, args=(number,)) for number in range(PEOPLE)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for each in own:
        each.close()
    assert errors == []
    with database.reading() as session:
        rows = session.execute(select(MeterReading.value, MeterReading.total).order_by(MeterReading.read_at)).all()
        meter = session.get_one(Meter, meter_id)
        assert [tuple(row) for row in rows] == [(100 * n, 100 * n) for n in range(READINGS)]
        assert (meter.last_value, meter.last_total) == (100 * (READINGS - 1), 100 * (READINGS - 1))
