"""Status and downtime as they follow from the work and its report."""

from datetime import UTC, datetime

import pytest

from app.equipment.rules.availability import Outcome, Record, outcome, status_when_begun, status_when_ended, stretch
from app.equipment.rules.registry import Status

EIGHT, NINE, TEN, NOON = (datetime(2026, 11, 23, hour, tzinfo=UTC) for hour in (8, 9, 10, 12))


@pytest.mark.parametrize(
    ("kind", "finding", "restoration", "said"),
    [
        ("cleaned", "none", None, Outcome(has_failed=False, is_restored=True)),
        ("cleaned", "failed", None, Outcome(has_failed=True, is_restored=False)),
        ("cleaned", "failed", "palliative", Outcome(has_failed=True, is_restored=True)),
        ("inspected_ok", "failed", None, Outcome(has_failed=True, is_restored=False)),
        ("repaired", "failed", None, Outcome(has_failed=True, is_restored=True)),
        ("not_done", "failed", "curative", Outcome(has_failed=True, is_restored=False)),
    ],
)
def test_a_report_says_whether_the_piece_serves(kind, finding, restoration, said):
    assert outcome(kind, finding, restoration) == said


@pytest.mark.parametrize(
    ("status", "work", "then"),
    [
        ("in_service", "repair", "in_maintenance"),
        ("out_of_order", "replacement", "in_maintenance"),
        ("in_service", "cleaning", "in_service"),
        ("in_stock", "repair", "in_stock"),
        ("retired", "repair", "retired"),
    ],
)
def test_work_that_takes_a_piece_down_shows(status, work, then):
    assert status_when_begun(status, work) == then


@pytest.mark.parametrize("status", ["in_stock", "retired"])
def test_what_does_not_serve_anyway_stays_so(status):
    for is_down in (True, False):
        assert status_when_ended(status, is_down=is_down, is_worked_on=not is_down, lifts=True) == status


@pytest.mark.parametrize(
    ("status", "is_down", "is_worked_on", "lifts", "then"),
    [
        ("in_maintenance", False, False, False, "in_service"),
        ("in_maintenance", True, False, False, "out_of_order"),
        ("in_maintenance", False, True, True, "in_maintenance"),
        ("out_of_order", False, False, False, "out_of_order"),
        ("out_of_order", False, False, True, "in_service"),
        ("in_service", True, False, False, "out_of_order"),
        ("in_service", False, False, False, "in_service"),
    ],
)
def test_a_piece_serves_again_when_nothing_keeps_it_from_it(status, is_down, is_worked_on, lifts, then):
    assert status_when_ended(status, is_down=is_down, is_worked_on=is_worked_on, lifts=lifts) == then


def test_every_status_is_one_of_the_words():
    for status in Status:
        assert status_when_ended(status.value, is_down=True, is_worked_on=False, lifts=False) in list(Status)


def record(**more):
    usual = {"told_from": None, "told_until": None, "asked_at": EIGHT, "started_at": NINE, "ended_at": NOON}
    return Record(**usual | {"work": "inspection", "is_down": False} | more)


FIXED, BROKEN, FINE = Outcome(True, True), Outcome(True, False), Outcome(False, True)


@pytest.mark.parametrize(
    ("facts", "result", "found"),
    [
        (record(), FINE, None),
        (record(), FIXED, (EIGHT, NOON)),
        (record(), BROKEN, (EIGHT, None)),
        (record(work="repair"), FINE, (NINE, NOON)),
        (record(work="repair", started_at=None), FINE, None),
        (record(work="repair", started_at=NOON), FINE, None),
        (record(asked_at=NOON), FIXED, None),
        (record(told_from=NINE, told_until=TEN), FINE, (NINE, TEN)),
        (record(told_from=NINE), FIXED, (NINE, NOON)),
        (record(told_from=NINE), BROKEN, (NINE, None)),
        (record(told_until=TEN), FIXED, (EIGHT, TEN)),
        (record(is_down=True), BROKEN, None),
        (record(is_down=True), FIXED, None),
        (record(is_down=True, work="repair"), FINE, None),
    ],
)
def test_downtime_follows_from_the_record_and_what_was_told_wins(facts, result, found):
    assert stretch(facts, result) == found
