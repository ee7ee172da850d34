from datetime import UTC, date, datetime

import pytest

from app.core.errors import Conflict
from app.requests.rules import (
    Said,
    Status,
    Work,
    has_waited,
    offer_for,
    refuse_unless_reopenable,
    request_id_of,
    status_of,
    thread_of,
    title_of,
)


def at(text):
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("state", "order_state", "status"),
    [
        ("new", None, Status.NEW),
        ("rejected", None, Status.REJECTED),
        ("accepted", "planned", Status.ACCEPTED),
        ("accepted", "ready", Status.ACCEPTED),
        ("accepted", "in_progress", Status.IN_PROGRESS),
        ("duplicate", "on_hold", Status.ON_HOLD),
        ("accepted", "completed", Status.DONE),
        ("accepted", "closed", Status.DONE),
        ("accepted", "cancelled", Status.NOT_DONE),
        ("accepted", "missed", Status.NOT_DONE),
    ],
)
def test_how_far_a_request_is_is_read_from_its_order(state, order_state, status):
    assert status_of(state, order_state) is status


@pytest.mark.parametrize(
    ("state", "order_state"), [("rejected", None), ("duplicate", "in_progress"), ("accepted", "cancelled")]
)
def test_a_mistake_is_taken_back(state, order_state):
    refuse_unless_reopenable(state, order_state)


@pytest.mark.parametrize(("state", "order_state"), [("new", None), ("accepted", "ready"), ("accepted", "completed")])
def test_what_is_worked_on_is_not_taken_back(state, order_state):
    with pytest.raises(Conflict):
        refuse_unless_reopenable(state, order_state)


@pytest.mark.parametrize(
    ("said", "found"), [("DI-000123", 123), ("di 7", 7), ("42", 42), ("OT-000123", None), ("9" * 17, None), ("", None)]
)
def test_a_number_is_read_as_people_write_it(said, found):
    assert request_id_of(said) == found


def test_a_title_is_the_first_line_cut_at_a_word():
    assert title_of("  Screen   black \nsince yesterday") == "Screen black"
    assert title_of("word " * 40) == "word " * 18 + "word…"
    assert title_of("x" * 300) == "x" * 99 + "…"


def test_what_stops_work_is_due_today():
    assert offer_for("blocks", date(2026, 11, 23)).due_on == date(2026, 11, 23)
    assert offer_for("blocks", date(2026, 11, 23)).priority == "high"
    assert offer_for("can_wait", date(2026, 11, 23)).due_on == date(2026, 11, 30)


WEEKDAY = {"is_worked": lambda day: day.weekday() < 5}


@pytest.mark.parametrize(
    ("since", "now", "waited"),
    [
        ("2026-11-23T07:00", "2026-11-23T14:59", False),  # from 8 to 15:59 in Paris
        ("2026-11-23T07:00", "2026-11-23T15:00", True),
        ("2026-11-23T05:00", "2026-11-23T14:59", False),  # nobody works before 8
        ("2026-11-20T16:00", "2026-11-23T13:59", False),  # Friday 17 h: one hour, then the week-end
        ("2026-11-20T16:00", "2026-11-23T14:00", True),
        ("2026-11-23T12:00", "2026-11-22T12:00", False),  # a clock that went back
    ],
)
def test_a_request_waits_in_working_hours(since, now, waited):
    assert has_waited(at(since), at(now), "Europe/Paris", **WEEKDAY) is waited


def kinds(stops):
    return [stop.kind for stop in stops]


MONDAY = at("2026-11-23T08:00")


def test_the_thread_tells_what_happened_and_last_what_is_to_come():
    work = Work("ready", at("2026-11-23T09:00"), date(2026, 11, 25))
    said = [Said(at("2026-11-23T08:30"), "Bob", "Which tray?", False), Said(at("2026-11-23T10:00"), "Chloe", "2", True)]
    stops = thread_of(MONDAY, "accepted", None, at("2026-11-23T09:00"), work, said)
    assert kinds(stops) == ["received", "answered", "accepted", "asked", "due"]
    assert stops[-1].day == date(2026, 11, 25)


def test_a_planned_day_is_said_rather_than_the_last_one():
    work = Work("planned", MONDAY, date(2026, 11, 25), planned_on=date(2026, 11, 24))
    assert thread_of(MONDAY, "accepted", None, MONDAY, work, [])[-1].day == date(2026, 11, 24)


def test_a_wait_says_why_and_the_end_says_what_was_done():
    held = Work("on_hold", MONDAY, date(2026, 11, 25), None, MONDAY, "parts", date(2026, 12, 1), at("2026-11-24T08:00"))
    assert thread_of(MONDAY, "accepted", None, MONDAY, held, [])[-1].text == "parts"
    done = Work("closed", MONDAY, date(2026, 11, 25), started_at=MONDAY, ended_at=MONDAY, explanation="Fuser changed")
    assert kinds(thread_of(MONDAY, "accepted", None, MONDAY, done, []))[-1] == "done"
    assert thread_of(MONDAY, "accepted", None, MONDAY, done, [])[-1].text == "Fuser changed"


def test_a_refusal_says_why():
    stops = thread_of(MONDAY, "rejected", "Leased", MONDAY, None, [])
    assert [(stop.kind, stop.text) for stop in stops] == [("received", None), ("rejected", "Leased")]
