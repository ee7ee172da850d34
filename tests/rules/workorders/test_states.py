"""The state table of a work order, and what its dates mean."""

from datetime import date

import pytest

from app.core.errors import AppError
from app.workorders.rules.states import (
    ON_THE_WAY,
    REOPEN_LIMIT,
    TABLE,
    Facts,
    State,
    Timing,
    allowed_transitions,
    move,
    order_id_of,
    order_number,
    timing,
    way_to,
)

ANY = Facts(has_resolution=True, reason="because")
# The domain page, written once more by hand.
EXPECTED = {
    "release": ("planned", "ready"),
    "start": ("planned ready", "in_progress"),
    "hold": ("in_progress", "on_hold"),
    "resume": ("on_hold", "in_progress"),
    "complete": ("in_progress", "completed"),
    "close": ("completed", "closed"),
    "reopen": ("completed closed", "in_progress"),
    "cancel": ("planned ready on_hold", "cancelled"),
    "skip": ("planned ready", "skipped"),
    "miss": ("planned ready on_hold in_progress", "missed"),
}


@pytest.mark.parametrize("state", list(State))
@pytest.mark.parametrize("name", [transition.name for transition in TABLE])
def test_an_order_moves_as_the_table_says_and_no_other_way(state: State, name: str):
    sources, target = EXPECTED[name]
    if state in sources.split():
        assert move(state, name, ANY) == target
    else:
        with pytest.raises(AppError) as refused:
            move(state, name, ANY)
        assert refused.value.code == "wrong_state"


@pytest.mark.parametrize(
    ("state", "name", "facts", "code"),
    [
        (State.READY, "start", Facts(is_equipment_retired=True), "retired"),
        (State.IN_PROGRESS, "complete", Facts(), "required"),
        (State.IN_PROGRESS, "complete", Facts(has_resolution=True, lacks_photo=True), "photo_needed"),
        (State.IN_PROGRESS, "hold", Facts(), "required"),
        (State.READY, "cancel", Facts(reason=""), "required"),
        (State.COMPLETED, "reopen", Facts(reason="again", reopen_count=REOPEN_LIMIT), "reopen_limit"),
    ],
)
def test_a_guard_says_what_is_missing(state: State, name: str, facts: Facts, code: str):
    with pytest.raises(AppError) as refused:
        move(state, name, facts)
    assert refused.value.code == code


def test_an_order_that_is_not_begun_can_be_completed_at_once():
    assert [way_to(state, "complete") for state in ON_THE_WAY] == [
        ("start", "complete"),
        ("start", "complete"),
        ("resume", "complete"),
    ]
    assert way_to(State.IN_PROGRESS, "complete") == ("complete",)
    assert "complete" in allowed_transitions(State.READY)


def test_an_ended_order_can_only_be_closed_or_reopened():
    assert [allowed_transitions(state) for state in (State.COMPLETED, State.CLOSED, State.MISSED)] == [
        ["close", "reopen"],
        ["reopen"],
        [],
    ]


@pytest.mark.parametrize(
    ("today", "expected"),
    [
        (date(2026, 11, 22), Timing.UPCOMING),
        (date(2026, 11, 23), Timing.DUE),
        (date(2026, 11, 24), Timing.OVERDUE),
        (date(2026, 11, 26), Timing.OVERDUE),
        (date(2026, 11, 27), Timing.OUT_OF_TOLERANCE),
    ],
)
def test_lateness_counts_from_the_due_date(today: date, expected: Timing):
    assert timing("ready", date(2026, 11, 23), date(2026, 11, 26), today) is expected
    assert timing("closed", date(2026, 11, 23), date(2026, 11, 26), today) is Timing.ENDED


@pytest.mark.parametrize("text", ["OT-000123", "ot 123", "123", " OT-123 "])
def test_a_number_is_found_however_it_is_written(text: str):
    assert order_id_of(text) == 123
    assert order_number(123) == "OT-000123"


@pytest.mark.parametrize("text", ["", "OT-", "onduleur", "9" * 30])
def test_what_is_no_number_is_none(text: str):
    assert order_id_of(text) is None
