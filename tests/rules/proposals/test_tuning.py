"""Intervals weighed against findings: tables of cases, and what holds whatever the visits found."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.proposals.rules.tuning import (
    ONLY_SHORTER,
    STEPS,
    TUNABLE,
    Visit,
    Why,
    longer,
    may_ask_again,
    shorter,
    tuned,
    wilson,
)

FINDING = {"n": "none", "m": "minor", "s": "significant", "f": "failed"}
FIRST = date(2025, 1, 6)


def visits(said):
    return [Visit(FIRST + timedelta(days=30 * place), FINDING[letter]) for place, letter in enumerate(said)]


@pytest.mark.parametrize(
    ("count", "of", "low", "high"),
    [  # the closed form, reckoned by hand to three places
        (0, 0, 0.0, 1.0),
        (0, 10, 0.0, 0.278),
        (1, 10, 0.018, 0.404),
        (5, 10, 0.237, 0.763),
        (10, 10, 0.722, 1.0),
        (30, 100, 0.219, 0.396),
    ],
)
def test_wilsons_interval_is_as_the_book_says(count, of, low, high):
    bounds = wilson(count, of)
    assert (round(bounds.low, 3), round(bounds.high, 3)) == (low, high)


@pytest.mark.parametrize(
    ("said", "failures", "why", "after"),
    [
        ("nnnnnnn", 0, None, None),  # too few visits
        ("nnnnnnnn", 0, Why.NOTHING_FOUND, 4),
        ("nnnnnnnn", 1, None, None),  # nothing found, but something failed in between
        ("mnnnnnnnnnnnnn", 0, Why.NOTHING_FOUND, 4),  # one finding long ago
        ("nnnnnnnnnnnm", 0, None, None),  # the last visit found something
        ("fnnnnnnnnnnn", 0, None, None),  # one found a failure
        ("mmmmmmmm", 0, Why.OFTEN_FOUND, 2),
        ("mnmnmnmn", 0, None, None),  # half of eight visits: not sure enough
        ("mmmmmmnn", 0, Why.OFTEN_FOUND, 2),
        ("nmnnmnnmnn", 5, Why.FAILS_BETWEEN, 2),
        ("nmnnmnnmnn", 2, None, None),  # chance
        ("nnnnnnnnnn", 4, Why.FAILS_BETWEEN, 2),
    ],
)
def test_a_quarterly_plan_is_tuned_by_what_was_found(said, failures, why, after):
    found = tuned("cleaning", "month", 3, visits(said), failures=failures)
    assert (found and (found.why, found.after)) == (why and (why, after))


def test_what_a_law_or_a_warranty_asks_for_is_only_done_more_often():
    assert tuned("calibration", "month", 12, visits("n" * 20), failures=0) is None
    assert tuned("calibration", "month", 12, visits("m" * 20), failures=0).after == 9
    assert tuned("cleaning", "month", 3, visits("n" * 20), failures=0, may_be_longer=False) is None
    assert tuned("training", "month", 12, visits("m" * 20), failures=0) is None


def test_no_interval_is_proposed_beyond_the_shortest_and_the_longest():
    assert tuned("cleaning", "month", 60, visits("n" * 20), failures=0) is None
    assert tuned("cleaning", "week", 1, visits("m" * 20), failures=0) is None


@given(st.sampled_from(sorted(STEPS)), st.integers(1, 400))
def test_a_step_never_more_than_doubles_nor_halves_an_interval(unit, interval):
    up, down = longer(unit, interval), shorter(unit, interval)
    assert up is None or (interval < up <= 2 * interval and up in STEPS[unit])
    assert down is None or (interval / 2 <= down < interval and down in STEPS[unit])


@given(st.integers(0, 500), st.integers(0, 500))
def test_the_bounds_hold_the_share_and_stay_within_none_and_all(one, other):
    count, of = sorted((one, other))
    bounds = wilson(count, of)
    assert 0 <= bounds.low <= bounds.high <= 1
    if of:
        assert bounds.low - 1e-9 <= count / of <= bounds.high + 1e-9


KINDS = sorted(TUNABLE | {"repair", "training"})


@given(st.sampled_from(KINDS), st.text("nmsf", max_size=40), st.integers(0, 20), st.booleans())
def test_whatever_was_found_a_proposal_is_bounded_and_says_why(kind, said, failures, may_be_longer):
    found = tuned(kind, "month", 6, visits(said), failures=failures, may_be_longer=may_be_longer)
    if found is None:
        return
    assert kind in TUNABLE
    assert 3 <= found.after <= 12
    if found.after > 6:
        assert found.why is Why.NOTHING_FOUND
        assert may_be_longer
        assert kind not in ONLY_SHORTER
        assert failures == 0


@given(st.text("nmsf", min_size=8, max_size=40))
def test_one_more_finding_never_lengthens_an_interval(said):
    before = tuned("cleaning", "month", 6, visits(said), failures=0)
    after = tuned("cleaning", "month", 6, visits(said + "m"), failures=0)
    if before is None or before.after < 6:
        assert after is None or after.after < 6


def test_after_a_decision_it_waits_for_time_and_for_visits():
    told = visits("n" * 12)
    last = told[-1].done_on
    assert may_ask_again(told, None, last)
    assert not may_ask_again(told, last - timedelta(days=30), last)
    assert not may_ask_again(told, last - timedelta(days=100), last)
    assert may_ask_again(told, last - timedelta(days=200), last)
