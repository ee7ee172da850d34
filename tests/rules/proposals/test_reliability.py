"""Reliability figures against numbers that were worked out by hand."""

from datetime import UTC, date, datetime, timedelta

import pytest

from app.proposals.rules.reliability import (
    Down,
    Failure,
    Span,
    compliance_percent,
    figures,
    minutes_of,
    months_between,
    repeats,
    replacement_value,
    share_percent,
)

START = datetime(2026, 1, 1, tzinfo=UTC)


def hour(number):
    return START + timedelta(hours=number)


def span(first, last):
    return Span(hour(first), hour(last))


def test_a_thousand_hours_with_two_failures():
    """1,000 h in service; down 6 h and 4 h, and 10 h planned: up 980 h."""
    failures = [
        Failure(hour(100), "no_power", hour(106), repair_minutes=90),
        Failure(hour(500), "overheats", hour(504), repair_minutes=30),
    ]
    downs = [Down(span(100, 106)), Down(span(500, 504)), Down(span(600, 610), is_planned=True)]
    found = figures(span(0, 1000), failures, downs)
    assert found.in_service_minutes == 60_000
    assert (found.down_minutes, found.planned_down_minutes) == (600, 600)
    assert found.mtbf_minutes == 29_400  # 490 h
    assert found.mttr_minutes == 300  # 5 h
    assert found.active_repair_minutes == 60
    assert found.availability_permille == 990  # 980 / 990 h


def test_no_failure_has_no_time_between_failures():
    found = figures(span(0, 10), [], [])
    assert (found.failures, found.mtbf_minutes, found.mttr_minutes, found.availability_permille) == (
        0,
        None,
        None,
        1000,
    )


def test_a_piece_that_was_not_in_service_has_no_figures():
    assert figures(span(5, 5), [Failure(hour(5))], []).availability_permille is None


def test_what_overlaps_counts_once_and_failure_wins_over_plan():
    downs = [Down(span(0, 4)), Down(span(2, 6)), Down(span(5, 8), is_planned=True)]
    found = figures(span(0, 100), [], downs)
    assert (found.down_minutes, found.planned_down_minutes) == (360, 120)


def test_only_what_lies_in_the_period_counts():
    failures = [Failure(hour(-1), "a", hour(1)), Failure(hour(10), "a", hour(11)), Failure(hour(20))]
    found = figures(span(0, 20), failures, [Down(span(-1, 1)), Down(span(19, 30))])
    assert (found.failures, found.down_minutes) == (1, 120)


def test_a_failure_that_lasts_is_left_out_of_the_time_to_restore():
    found = figures(span(0, 100), [Failure(hour(10), "a", hour(12)), Failure(hour(50), "a")], [])
    assert (found.failures, found.mttr_minutes) == (2, 120)


def test_the_same_mode_within_thirty_days_repeats():
    days = [(0, "a"), (30, "a"), (61, "a"), (62, "b"), (63, None), (64, None)]
    assert repeats([Failure(START + timedelta(days=day), mode) for day, mode in days]) == 1


def test_minutes_of_nothing_are_none():
    assert minutes_of([]) == 0


@pytest.mark.parametrize(
    ("first", "last", "months"),
    [
        (date(2025, 1, 31), date(2025, 2, 28), 0),
        (date(2025, 1, 31), date(2025, 3, 31), 2),
        (date(2021, 11, 23), date(2026, 11, 22), 59),
        (date(2026, 5, 1), date(2026, 1, 1), 0),
    ],
)
def test_whole_months_have_passed(first, last, months):
    assert months_between(first, last) == months


def test_shares_are_rounded_down_and_need_a_whole():
    assert (share_percent(29_999, 60_000), share_percent(1, None)) == (49, None)
    assert (compliance_percent(1, 3), compliance_percent(0, 0)) == (33, None)


def test_the_price_of_the_model_goes_before_what_was_paid():
    assert replacement_value(60_000, "EUR", 50_000, "USD") == (60_000, "EUR")
    assert replacement_value(None, None, 50_000, "USD") == (50_000, "USD")
    assert replacement_value(60_000, None, None, "USD") == (60_000, "USD")
