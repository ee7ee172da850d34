"""What a meter can show, and how much a counter runs a day."""

from contextlib import suppress
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.errors import InvalidInput
from app.meters.rules.use import average_use
from app.meters.rules.values import Kind, Scale, check_instant, read_value, shown

NOW = datetime(2026, 11, 23, 7, 30, tzinfo=UTC)
COUNTER = Scale(Kind.COUNTER)
DEGREES = Scale(Kind.GAUGE, decimals=1, least=-400, most=1250)
LAMP = Scale(Kind.STATE, states=("Vert", "Orange", "Éteint"))


@pytest.mark.parametrize(
    ("said", "scale", "value"),
    [
        ("12345", COUNTER, 12345),
        ("12 345", COUNTER, 12345),
        ("12\u202f345", COUNTER, 12345),
        (Decimal("12345.5"), COUNTER, 12346),
        ("21,46", DEGREES, 215),
        (Decimal("-3.04"), DEGREES, -30),
        ("eteint", LAMP, 2),
    ],
)
def test_S28_a_value_is_kept_as_a_scaled_integer(said, scale, value):
    assert read_value(said, scale) == value


@pytest.mark.parametrize(
    ("said", "scale", "code"),
    [
        ("N/A", COUNTER, "not_a_number"),
        ("", COUNTER, "not_a_number"),
        ("1e400", COUNTER, "not_a_number"),
        ("1e999999", COUNTER, "not_a_number"),  # written out, it has a million digits
        ("1e999999", DEGREES, "not_a_number"),
        ("-1e999999999999", COUNTER, "not_a_number"),
        (Decimal("NaN"), COUNTER, "not_a_number"),
        (Decimal("Infinity"), DEGREES, "not_a_number"),
        ("10000000000000000", COUNTER, "not_a_number"),
        ("-1", COUNTER, "negative"),
        ("125.1", DEGREES, "out_of_bounds"),
        ("-41", DEGREES, "out_of_bounds"),
        ("100000", Scale(Kind.COUNTER, roll_over_at=100_000), "beyond_roll_over"),
        ("rouge", LAMP, "unknown_state"),
    ],
)
def test_S28_an_absurd_value_is_refused(said, scale, code):
    with pytest.raises(InvalidInput) as refused:
        read_value(said, scale)
    assert refused.value.fields[0].code == code


@given(st.text(max_size=60))
def test_S28_whatever_is_typed_is_a_value_or_refused(text):
    with suppress(InvalidInput):
        assert abs(read_value(text, DEGREES)) <= 1250


def test_S28_a_value_is_said_as_it_was_read():
    assert (shown(215, DEGREES), shown(2, LAMP)) == (Decimal("21.5"), "Éteint")


@pytest.mark.parametrize("when", [NOW + timedelta(minutes=6), datetime(1989, 12, 31, tzinfo=UTC)])
def test_S28_an_instant_ahead_or_long_before_computers_were_read_is_refused(when):
    with pytest.raises(InvalidInput):
        check_instant(when, NOW)


def test_S28_a_clock_that_runs_a_little_ahead_is_forgiven():
    check_instant(NOW + timedelta(minutes=4), NOW)


def test_S27_use_is_what_was_run_from_first_to_last():
    use = average_use(3, (NOW - timedelta(days=10), 1000), (NOW, 1500))
    assert use is not None
    assert use.per_day == 50
    assert use.days_until(1725) == 5  # four and a half: reached during the fifth
    assert use.days_until(1500) == 0


@pytest.mark.parametrize(
    ("readings", "first", "last"),
    [(2, (NOW - timedelta(days=9), 1), (NOW, 2)), (0, None, None), (3, (NOW, 1), (NOW, 1))],
)
def test_S27_fewer_than_three_readings_or_one_instant_say_nothing(readings, first, last):
    assert average_use(readings, first, last) is None


def test_S27_a_counter_that_stands_still_reaches_nothing():
    use = average_use(3, (NOW - timedelta(days=10), 1000), (NOW, 1000))
    assert use is not None
    assert use.days_until(1001) is None


def test_S27_what_lies_more_than_a_century_ahead_is_no_estimate():
    use = average_use(3, (NOW - timedelta(days=10), 0), (NOW, 1))
    assert use is not None
    assert use.per_day == Fraction(1, 10)
    assert use.days_until(10_000) is None
