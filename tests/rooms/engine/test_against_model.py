"""The engine, played at random beside a model that shares no code with it, holds the model's ledger after each step."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from tests.rooms.engine.beside import Beside
from tests.rooms.engine.drawn import FIRST
from tests.rooms.engine.played import machine_on, play
from tests.rooms.engine.said import Said


@pytest.fixture
def beside(database):
    return machine_on(database, Beside)


def test_the_ledger_is_the_models_after_each_step(beside):
    play(beside, first=14, examples=10, steps=20)


DAILY, WEEKLY = Said("day", 1, FIRST), Said("week", 1, FIRST)
SOON = replace(WEEKLY, start=FIRST + timedelta(days=2))


def days(machine, count):
    for _ in range(count):
        machine.days_go_by(1)
        machine.the_ledger_is_the_models()


def test_S20_what_was_suppressed_is_judged_anew_also_under_a_version_before(beside):
    machine = beside()
    machine.begin(Said("day", 3, FIRST), "fixed")
    days(machine, 14)
    machine.the_plan_is_edited(replace(WEEKLY, start=FIRST + timedelta(days=20)))
    machine.work_is_done(late=8)
    machine.the_ledger_is_the_models()
    assert ("waiting", "in_time") in beside.reached
    machine.teardown()


STORIES = {
    ("waiting", "open_order"): lambda m: [m.begin(WEEKLY, "fixed"), days(m, 14)],
    ("suppressed", "open_order"): lambda m: [m.begin(WEEKLY, "fixed"), days(m, 21)],
    ("waiting", "in_time"): lambda m: [m.begin(WEEKLY, "fixed"), days(m, 21), m.work_is_done(late=14)],
    ("waiting", "came_back"): lambda m: [m.begin(WEEKLY, "fixed"), days(m, 20), m.an_order_is_ended()],
    ("suppressed", "late"): lambda m: [
        m.begin(Said("month", 1, FIRST, late="skip"), "fixed"), days(m, 28), m.work_is_done(), days(m, 5)
    ],
    ("suppressed", "edit"): lambda m: [
        m.begin(Said("month", 1, FIRST, late="skip", lead=3), "fixed"),
        days(m, 28),
        m.the_plan_is_edited(Said("month", 1, date(2027, 2, 8), late="skip", lead=3)),
        days(m, 7),
    ],
    ("merged", "same_day"): lambda m: [m.begin(replace(DAILY, weekdays_only=True), "fixed"), days(m, 14)],
    ("missed", "outage"): lambda m: [m.begin(WEEKLY, "fixed"), m.nothing_runs_for_long(300)],
    ("missed", "paused"): lambda m: [
        m.begin(WEEKLY, "fixed"), m.the_plan_is_paused(), days(m, 21), m.the_plan_goes_on(), days(m, 7)
    ],
    ("missed", "replaced"): lambda m: [m.begin(replace(WEEKLY, overlap="replace"), "fixed"), days(m, 21)],
    ("waiting", "ask"): lambda m: [m.begin(replace(WEEKLY, catch_up="ask"), "fixed"), m.nothing_runs_for_long(300)],
    ("cancelled", "left"): lambda m: [m.begin(WEEKLY, "fixed"), days(m, 14), m.an_item_comes_or_goes(0)],
    ("cancelled", "person"): lambda m: [m.begin(WEEKLY, "floating"), days(m, 7), m.an_order_is_ended()],
    ("skipped", "person"): lambda m: [m.begin(SOON, "fixed"), m.a_date_is_skipped(), days(m, 2)],
    ("skipped", "ahead"): lambda m: [m.begin(SOON, "floating"), m.a_date_is_skipped(which=1)],
    ("generated", "moved"): lambda m: [m.begin(SOON, "fixed"), m.a_date_is_moved(days=4), days(m, 5)],
    ("waiting", "moved"): lambda m: [m.begin(WEEKLY, "fixed"), m.a_date_is_moved(pick=0, days=2), days(m, 9)],
    ("moved", "order"): lambda m: [m.begin(WEEKLY, "fixed"), m.tick(), m.a_date_with_its_order_is_moved(days=3)],
    ("taken back", "ahead"): lambda m: [
        m.begin(WEEKLY, "fixed"), m.a_date_is_skipped(), m.what_was_wanted_is_taken_back(), days(m, 7)
    ],
    ("refused", "withdraw_exception"): lambda m: [
        m.begin(WEEKLY, "fixed"), m.a_date_is_skipped(), days(m, 7), m.what_was_wanted_is_taken_back()
    ],
    ("generated", "now"): lambda m: [m.begin(WEEKLY, "fixed"), m.tick(), m.work_is_done(), m.the_next_is_wanted_now()],
    ("refused", "do_now"): lambda m: [m.begin(WEEKLY, "floating"), m.tick(), m.the_next_is_wanted_now()],
    ("refused", "pause_target"): lambda m: [m.begin(WEEKLY, "fixed"), m.an_item_rests(), m.an_item_rests()],
    ("refused", "resume_target"): lambda m: [m.begin(WEEKLY, "fixed"), m.an_item_rests_no_more()],
    ("missed", "paused, and left"): lambda m: [
        m.begin(SOON, "fixed"), m.an_item_rests(), days(m, 16), m.an_item_comes_or_goes(0), days(m, 2)
    ],
    ("rested", "until a day"): lambda m: [m.begin(DAILY, "fixed"), m.an_item_rests(days=9), days(m, 10)],
    ("rested", "caught up"): lambda m: [
        m.begin(SOON, "fixed"), m.an_item_rests(), days(m, 20), m.an_item_rests_no_more(is_caught_up=True)
    ],
}  # fmt: skip


@pytest.mark.parametrize("state", STORIES, ids=" ".join)
def test_every_state_of_interest_is_reached(beside, state):
    machine = beside()
    STORIES[state](machine)
    machine.the_ledger_is_the_models()
    assert state in beside.reached
    machine.teardown()
