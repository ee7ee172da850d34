"""S29: episodes, against a computation by definition from all readings."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.ledger.rules.watching import Bounds, Seen, Watch, bounds_of, look, look_again
from app.meters.rules.values import Kind, Scale
from app.plans.rules.errors import RuleError
from app.plans.rules.trigger import Trigger

START = datetime(2026, 11, 1, tzinfo=UTC)
HOUR = timedelta(hours=1)
WARM = Bounds(is_above=True, threshold=30, back_at=25, readings=2, cool_down=3 * HOUR)
PLAIN = Bounds(is_above=True, threshold=30, back_at=None, readings=1, cool_down=timedelta())


def seen(*values, first=0):
    """One reading an hour."""
    hours = range(first, first + len(values))
    return [
        Seen(hour, START + hour * HOUR, value, date(2026, 11, 1)) for hour, value in zip(hours, values, strict=True)
    ]


def hours(opened):
    return [reading.id for reading in opened]


@pytest.mark.parametrize(
    ("bounds", "values", "opened"),
    [
        (PLAIN, (29, 30, 31, 29, 30), [1, 4]),
        (PLAIN, (30, 30, 30), [0]),
        (WARM, (31, 29, 31, 29), []),  # never two in a row
        (WARM, (31, 31, 26, 31, 31), [1]),  # 26 is not back yet
        (WARM, (31, 31, 25, 31, 31), [1]),  # over at hour 2, quiet until hour 5
        (WARM, (31, 31, 25, 31, 31, 31), [1, 5]),
        (Bounds(False, 10, 12, 1, timedelta()), (11, 10, 11, 12, 9), [1, 4]),
    ],
)
def test_S29_an_episode_begins_once_and_ends_where_it_says(bounds, values, opened):
    assert hours(look(bounds, Watch(), seen(*values))[1]) == opened


def test_S28_after_an_opening_that_was_none_a_corrected_reading_opens_nothing():
    """28 is not back, and nothing was open: the next that holds begins an episode."""
    bounds = Bounds(is_above=True, threshold=30, back_at=25, readings=1, cool_down=timedelta())
    watch, opened = look(bounds, Watch(), seen(31))
    assert hours(opened) == [0]
    watch, _ = look(bounds, look_again(bounds, watch, START, []), seen(20, 29))
    watch, _ = look(bounds, look_again(bounds, watch, START + HOUR, []), seen(20, 28))
    assert hours(look(bounds, watch, seen(20, 28, 31))[1]) == [2]


def naive(bounds, readings):
    """By definition: walk all readings with nothing remembered but where the last episode ended."""
    opened, index = [], 0
    quiet_until = START - HOUR
    row = 0
    while index < len(readings):
        reading = readings[index]
        row = row + 1 if bounds.holds(reading.value) else 0
        if row >= bounds.readings and reading.at >= quiet_until:
            opened.append(reading.id)
            while index + 1 < len(readings) and not bounds.is_over(readings[index + 1].value):
                index += 1
            index += 1
            if index < len(readings):
                quiet_until, row = readings[index].at + bounds.cool_down, 0
        index += 1
    return opened


values = st.lists(st.integers(20, 35), max_size=40)
all_bounds = st.builds(
    Bounds,
    is_above=st.just(True),
    threshold=st.integers(26, 32),
    back_at=st.sampled_from([None, 24, 22]),
    readings=st.integers(1, 3),
    cool_down=st.sampled_from([timedelta(), 2 * HOUR, 5 * HOUR]),
)


@given(all_bounds, values)
def test_S29_episodes_are_those_of_the_definition(bounds, said):
    readings = seen(*said)
    assert hours(look(bounds, Watch(), readings)[1]) == naive(bounds, readings)


@given(all_bounds, values, st.data())
def test_S29_it_does_not_matter_when_readings_are_looked_at(bounds, said, data):
    readings = seen(*said)
    cut = data.draw(st.integers(0, len(readings)))
    watch, first = look(bounds, Watch(), readings[:cut])
    _, rest = look(bounds, watch, readings[:cut][-2:] + readings[cut:])  # some twice
    assert hours(first) + hours(rest) == hours(look(bounds, Watch(), readings)[1])


@given(all_bounds, values.filter(bool), st.data())
def test_S28_a_correction_opens_no_second_episode_where_one_was(bounds, said, data):
    readings = seen(*said)
    watch, _ = look(bounds, Watch(), readings)
    place = data.draw(st.integers(0, len(readings) - 1))
    right = Seen(1000, readings[place].at, data.draw(st.integers(20, 35)), date(2026, 11, 1))
    corrected = [*readings[:place], right, *readings[place + 1 :]]
    run_up = corrected[max(0, place - bounds.readings + 1) : place]
    again = look_again(bounds, watch, right.at, run_up)
    end, second = look(bounds, again, corrected)
    covered = watch.through_at if watch.is_open else watch.covered_until
    assert all(covered is None or reading.at > covered for reading in second)
    assert end.through_at == readings[-1].at
    # What holds at the end is what it is by the corrected readings, where nothing was left of the past.
    if watch.opened_at is None:
        assert hours(second) == naive(bounds, corrected)


def test_S28_a_reading_that_opened_by_mistake_closes_and_the_next_episode_counts():
    watch, opened = look(PLAIN, Watch(), seen(20, 31))
    assert hours(opened) == [1]
    again = look_again(PLAIN, watch, START + HOUR, [])
    end, second = look(PLAIN, again, seen(20, 21, 33))
    assert hours(second) == [2]
    assert end.is_open


def test_S28_a_dip_by_mistake_did_not_end_the_episode():
    watch, opened = look(PLAIN, Watch(), seen(31, 10))
    again = look_again(PLAIN, watch, START + HOUR, seen(31))
    end, second = look(PLAIN, again, seen(31, 32, 33))
    assert (hours(opened), hours(second), end.is_open) == ([0], [], True)


def test_S29_a_condition_is_read_in_the_meters_own_scale():
    degrees = Scale(Kind.GAUGE, decimals=1)
    lamp = Scale(Kind.STATE, states=("ok", "warning", "critical"))
    assert bounds_of(Trigger("condition", "T", threshold="27.5"), degrees).threshold == 275
    assert bounds_of(Trigger("condition", "T", threshold="27,5"), degrees).threshold == 275
    assert bounds_of(Trigger("condition", "T", threshold="Warning"), lamp).threshold == 1
    for wrong, scale in (("red", lamp), ("red", degrees), ("NaN", degrees), ("1e999999", degrees)):
        with pytest.raises(RuleError):
            bounds_of(Trigger("condition", "T", threshold=wrong), scale)
