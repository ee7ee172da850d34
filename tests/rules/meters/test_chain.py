"""S28: a counter's lifetime total, against a computation from the whole list of readings."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.errors import InvalidInput
from app.meters.rules.chain import Chain, Counter, Point, advance, place, without

START = datetime(2026, 1, 1, tzinfo=UTC)
PLAIN = Counter()
FIVE_DIGITS = Counter(roll_over_at=100_000)


def at(day: int) -> datetime:
    return START + timedelta(days=day)


def naive_totals(counter: Counter, points: list[tuple[datetime, int, bool]]) -> list[int]:
    """By definition: add up what was run from each reading to the next one."""
    totals: list[int] = []
    before = None
    for _, value, is_restart in sorted(points, key=lambda point: (point[0], point[2])):
        if before is None:
            totals.append(counter.offset if is_restart else counter.offset + value)
        elif is_restart:
            totals.append(totals[-1])
        else:
            run = value - before
            totals.append(totals[-1] + (run if run >= 0 else run + (counter.roll_over_at or 0)))
        before = value
    return totals


@pytest.mark.parametrize(
    ("counter", "before", "after", "run"),
    [
        (PLAIN, 100, 100, 0),
        (PLAIN, 100, 250, 150),
        (PLAIN, 100, 99, None),
        (FIVE_DIGITS, 99_900, 50, 150),
        (FIVE_DIGITS, 60_000, 10_000, None),  # half a turn: a slip of the pen rather than a roll-over
        (FIVE_DIGITS, 60_001, 10_000, 49_999),
        (FIVE_DIGITS, 0, 99_999, 99_999),
    ],
)
def test_S28_how_far_a_counter_runs(counter, before, after, run):
    assert advance(counter, before, after) == run


def test_S28_a_reading_that_runs_back_is_refused():
    with pytest.raises(InvalidInput) as refused:
        place(PLAIN, 99, Point(at(1), 100, 100), None)
    assert refused.value.fields[0].code == "runs_back"


def test_S28_a_late_reading_takes_its_place_and_changes_no_later_total():
    chain = Chain(PLAIN, [Point(at(1), 100, 100), Point(at(9), 500, 500)])
    placed = chain.add(at(5), 300)
    assert placed is not None
    assert (placed.total, placed.shift) == (300, 0)


def test_S28_a_late_reading_above_a_later_one_is_refused():
    chain = Chain(PLAIN, [Point(at(1), 100, 100), Point(at(9), 500, 500)])
    with pytest.raises(InvalidInput) as refused:
        chain.add(at(5), 501)
    assert refused.value.fields[0].code == "beyond_later"


def test_S28_a_late_reading_before_the_first_one_counts_back():
    chain = Chain(Counter(offset=1000), [Point(at(9), 500, 1500)])
    placed = chain.add(at(5), 450)
    assert placed is not None
    assert (placed.total, placed.shift) == (1450, 0)


def test_S28_what_the_old_counter_had_run_since_its_last_reading_is_added_when_it_becomes_known():
    chain = Chain(PLAIN, [Point(at(1), 100, 100), Point(at(5), 0, 100, is_restart=True), Point(at(9), 70, 170)])
    placed = chain.add(at(4), 130)
    assert placed is not None
    assert (placed.total, placed.shift) == (130, 30)
    assert chain.last.total == 200


def test_S28_the_same_reading_twice_is_one_and_another_of_that_instant_is_refused():
    chain = Chain(PLAIN, [Point(at(1), 100, 100)])
    assert chain.add(at(1), 100) is None
    with pytest.raises(InvalidInput) as refused:
        chain.add(at(1), 101)
    assert refused.value.fields[0].code == "already_read"


def test_S28_a_correction_takes_back_a_roll_over_that_was_none():
    small = Counter(roll_over_at=1000)
    before, after = Point(at(1), 100, 100), Point(at(3), 195, 1195)  # between them 590 was read, then 195
    corrected = place(small, 190, before, after, is_correction=True)
    assert (corrected.total, corrected.shift) == (190, -1000)


def test_S28_withdrawing_a_reading_leaves_the_totals_after_it_unless_it_was_a_false_roll_over():
    assert without(PLAIN, Point(at(1), 100, 100), Point(at(9), 500, 500)) == 0
    assert without(Counter(1000), Point(at(1), 100, 100), Point(at(9), 195, 1195)) == -1000


@st.composite
def histories(draw):
    """A counter with its true run, read at some days, replaced at some; and an order in which the readings come in."""
    roll_over_at = draw(st.sampled_from([None, 1000, 100_000]))
    offset = draw(st.sampled_from([0, 7000]))
    most = 400 if roll_over_at == 1000 else 40_000
    runs = draw(st.lists(st.integers(0, most), min_size=1, max_size=12))
    value, points = draw(st.integers(0, 900)), []
    for day, run in enumerate(runs):
        value += run
        if roll_over_at is not None:
            value %= roll_over_at
        points.append((at(day), value, False))
    order = draw(st.permutations(points))
    return Counter(roll_over_at, offset), points, order


@given(histories())
def test_S28_in_whatever_order_plain_readings_come_the_totals_are_those_of_the_whole_list(history):
    counter, points, order = history
    chain = Chain(counter, [])
    taken = []
    for when, value, _ in order:
        try:
            chain.add(when, value)
        except InvalidInput:
            continue  # out of order a roll-over may look like a slip: refused, never guessed
        taken.append((when, value, False))
    expected = naive_totals(counter, taken)
    assert [chain.total_at(when) for when, _, _ in sorted(taken)] == expected
    if counter.roll_over_at is None:
        assert len(taken) == len(points)


def test_S28_the_first_reading_too_may_turn_out_to_have_been_before_a_roll_over():
    after = Point(at(2), 50, 50)
    corrected = place(FIVE_DIGITS, 99_900, None, after, is_correction=True)
    assert (corrected.total, after.total + corrected.shift) == (99_900, 100_050)
    with pytest.raises(InvalidInput):
        place(FIVE_DIGITS, 99_900, None, after)
