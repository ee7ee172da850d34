"""Who is on call: weekly turns from hand-over to hand-over, on the wall clock of the team."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.people.rules.on_call import Rota, Swap, duties, is_out_of_hours

PARIS = "Europe/Paris"
ANNE, BOB, CARL = 1, 2, 3


def rota(**more):
    return Rota(**{
        "time_zone": PARIS, "starts_on": date(2026, 11, 2), "handover_minutes": 8 * 60, "person_ids": [ANNE, BOB, CARL],
    } | more)  # fmt: skip


def at(text):
    return datetime.fromisoformat(text)


@pytest.mark.parametrize(
    ("moment", "person"),
    [
        ("2026-11-02T07:59:59+01:00", None),
        ("2026-11-02T08:00:00+01:00", ANNE),
        ("2026-11-09T07:59:59+01:00", ANNE),
        ("2026-11-09T08:00:00+01:00", BOB),
        ("2026-11-22T23:00:00+01:00", CARL),
        ("2026-11-23T08:00:00+01:00", ANNE),
    ],
)
def test_each_has_a_week_and_the_first_follows_the_last(moment, person):
    assert rota().person_at(at(moment)) == person


def test_a_swap_holds_from_its_first_handover_to_the_one_after_its_last_day():
    swapped = rota(swaps=[Swap(date(2026, 11, 4), date(2026, 11, 5), CARL)])
    moments = ("2026-11-04T07:59+01:00", "2026-11-04T08:00+01:00", "2026-11-06T07:59+01:00", "2026-11-06T08:00+01:00")
    assert [swapped.person_at(at(each)) for each in moments] == [ANNE, CARL, CARL, ANNE]


def test_of_two_swaps_of_a_day_the_newer_counts():
    swaps = [Swap(date(2026, 11, 4), date(2026, 11, 8), CARL), Swap(date(2026, 11, 4), date(2026, 11, 4), BOB)]
    assert [rota(swaps=swaps).person_on(date(2026, 11, day)) for day in (4, 5)] == [BOB, CARL]


def test_a_handover_in_the_hour_that_summer_time_leaves_out_comes_right_behind_the_gap():
    night = rota(starts_on=date(2026, 3, 22), handover_minutes=150)  # 02:30; on 29 March there is none
    assert night.begins_at(date(2026, 3, 29)) == at("2026-03-29T03:30+02:00")
    assert night.person_at(at("2026-03-29T01:59+01:00")) == ANNE
    assert night.person_at(at("2026-03-29T03:30+02:00")) == BOB


def test_a_handover_in_the_hour_that_comes_twice_happens_once():
    night = rota(starts_on=date(2026, 10, 18), handover_minutes=150)
    moments = ("2026-10-25T02:29+02:00", "2026-10-25T02:30+02:00", "2026-10-25T02:15+01:00", "2026-10-25T02:30+01:00")
    assert [night.person_at(at(each)) for each in moments] == [ANNE, BOB, BOB, BOB]


@given(
    st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31), timezones=st.just(UTC)),  # noqa: DTZ001
    st.integers(0, 1439),
    st.sampled_from([PARIS, "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu"]),
)
def test_a_moment_lies_within_its_day_of_duty(moment, handover, zone):
    any_rota = rota(time_zone=zone, handover_minutes=handover)
    day = any_rota.duty_day(moment)
    assert any_rota.begins_at(day) <= moment < any_rota.begins_at(day + timedelta(days=1))


def test_the_duties_ahead_join_up_and_tell_the_swap():
    swapped = rota(swaps=[Swap(date(2026, 11, 11), date(2026, 11, 11), ANNE)])
    ahead = list(duties(swapped, at("2026-11-10T12:00+01:00"), days=7))
    assert [duty.person_id for duty in ahead] == [BOB, ANNE, BOB, CARL]
    assert [duty.from_at for duty in ahead[1:]] == [duty.until_at for duty in ahead[:-1]]
    assert ahead[1].until_at - ahead[1].from_at == timedelta(days=1)


def test_a_rota_that_starts_later_tells_its_first_duty():
    ahead = list(duties(rota(), at("2026-10-01T12:00+02:00"), days=7))
    assert [(duty.person_id, duty.from_at) for duty in ahead] == [(ANNE, at("2026-11-02T08:00+01:00"))]


@pytest.mark.parametrize(
    ("moment", "is_worked", "is_out"),
    [
        ("2026-11-23T07:59+01:00", True, True),
        ("2026-11-23T08:00+01:00", True, False),
        ("2026-11-23T18:00+01:00", True, True),
        ("2026-11-23T12:00+01:00", False, True),
    ],
)
def test_out_of_hours_is_before_after_and_on_days_off(moment, is_worked, is_out):
    assert is_out_of_hours(at(moment), PARIS, opens=480, closes=1080, is_worked=is_worked) is is_out
