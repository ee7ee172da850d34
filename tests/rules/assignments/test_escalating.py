"""When an order goes up a level."""

from datetime import UTC, date, datetime, timedelta

import pytest

from app.assignments.rules.escalating import Late, Step, reached

MADE = datetime(2026, 11, 20, 8, tzinfo=UTC)
OVERDUE = datetime(2026, 11, 22, 23, tzinfo=UTC)
HOUR = timedelta(hours=1)


def order(**more):
    usual = {"id": 1, "state": "ready", "priority": "urgent", "team_id": 7, "site_id": 1, "due_on": date(2026, 11, 22)}
    return Late(**usual | {"overdue_at": OVERDUE, "ready_at": MADE, "level": 0} | more)


def step(level=1, after=4, cause="overdue", **more):
    return Step(**{"id": level, "level": level, "cause": cause, "after": after * HOUR} | more)


@pytest.mark.parametrize(("hours", "level"), [(3.9, None), (4, 1), (7.9, 1), (8, 2), (100, 2)])
def test_an_overdue_order_goes_up_as_time_goes_by(hours, level):
    found = reached(order(), [step(1, 4), step(2, 8)], OVERDUE + hours * HOUR)
    assert (found and found.level) == level


def test_a_level_is_reached_once():
    assert reached(order(level=1), [step(1, 4)], OVERDUE + 5 * HOUR) is None


@pytest.mark.parametrize(
    ("state", "level"), [("planned", None), ("ready", 2), ("in_progress", None), ("on_hold", None)]
)
def test_what_somebody_has_begun_is_no_longer_waiting(state, level):
    found = reached(order(state=state), [step(2, 1, "not_started")], MADE + 2 * HOUR)
    assert (found and found.level) == level


def test_what_is_on_hold_is_late_without_going_up():
    assert reached(order(state="on_hold"), [step()], OVERDUE + 9 * HOUR) is None
    assert reached(order(state="in_progress"), [step()], OVERDUE + 9 * HOUR) is not None


@pytest.mark.parametrize(
    ("more", "is_about"),
    [({"team_id": 7}, True), ({"team_id": 8}, False), ({"site_id": 2}, False), ({"priority": "high"}, False)],
)
def test_a_rule_is_about_the_team_site_and_priority_that_it_names(more, is_about):
    assert (reached(order(), [step(**more)], OVERDUE + 9 * HOUR) is not None) is is_about


def test_of_two_rules_of_a_level_the_narrower_counts():
    found = reached(order(), [step(id=1), step(id=2, team_id=7)], OVERDUE + 9 * HOUR)
    assert found.id == 2
