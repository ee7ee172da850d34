"""Calendars (S33), shifts (S31) and seasons (S32)."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.plans.rules.calendar import Reason, Span, WorkCalendar
from app.plans.rules.errors import RuleError
from app.plans.rules.season import Season, check_season
from app.plans.rules.shift import shift_day
from tests.rules.plans import oracle

FR = WorkCalendar(country="FR")


def day(text: str) -> date:
    return date.fromisoformat(text)


@pytest.mark.parametrize(
    ("text", "name", "name_fr"),
    [
        ("2027-01-01", "New Year's Day", "Jour de l’an"),
        ("2027-03-29", "Easter Monday", "Lundi de Pâques"),
        ("2027-05-06", "Ascension Day", "Ascension"),
        ("2027-11-11", "Armistice Day", "Armistice"),
        ("2027-05-01", "Labor Day", "Fête du Travail"),  # a Saturday: the holiday tells more than the weekend
    ],
)
def test_S33_a_french_holiday_is_named_in_both_languages(text, name, name_fr):
    reason = FR.why_not(day(text))
    assert reason == Reason("holiday", name, name_fr)
    assert (reason.name_in("en"), reason.name_in("fr")) == (name, name_fr)


@pytest.mark.parametrize(
    ("region", "text"),
    [
        ("57", "2027-03-26"),  # Good Friday in Alsace-Moselle
        ("6AE", "2026-12-26"),
        ("971", "2027-05-27"),  # abolition of slavery: Guadeloupe, Martinique, Guyane, Réunion, Mayotte
        ("972", "2026-05-22"),
        ("973", "2026-06-10"),
        ("974", "2027-12-20"),
        ("976", "2027-04-27"),
    ],
)
def test_S33_regions_and_overseas_departments_have_holidays_of_their_own(region, text):
    local = WorkCalendar(weekdays=(0, 1, 2, 3, 4, 5), country="FR", region=region)
    assert not local.is_working(day(text))
    assert WorkCalendar(weekdays=(0, 1, 2, 3, 4, 5), country="FR").is_working(day(text))


def test_S33_closures_openings_blackouts_and_windows():
    calendar = WorkCalendar(
        country="FR",
        closures=(Span(day("2000-08-01"), day("2000-08-15"), "Congés d’été", is_yearly=True),),
        openings=(Span(day("2027-07-14"), day("2027-07-14")), Span(day("2027-01-02"), day("2027-01-02"))),
        blackouts=(Span(day("2026-12-18"), day("2027-01-04"), "Gel de fin d’année"),),
        allowed=(Span(day("2026-01-01"), day("2027-11-30")),),
    )
    assert calendar.why_not(day("2027-08-02")) == Reason("closure", "Congés d’été")
    assert calendar.why_not(day("2031-08-04")) == Reason("closure", "Congés d’été")
    assert calendar.is_working(day("2027-07-14"))
    assert calendar.why_not(day("2027-01-02")) == Reason("blackout", "Gel de fin d’année")
    assert calendar.why_not(day("2027-12-01")) == Reason("outside_window")
    assert calendar.why_not(day("2027-01-09")) == Reason("weekday")
    assert calendar.is_working(day("2027-01-05"))


def test_S33_a_yearly_closure_may_cross_new_year_and_begin_on_29_february():
    winter = WorkCalendar(closures=(Span(day("2024-12-24"), day("2024-01-02"), is_yearly=True),))
    assert [winter.is_working(day(text)) for text in ("2026-12-23", "2026-12-24", "2027-01-01", "2027-01-04")] == [
        True, False, False, True,
    ]  # fmt: skip
    leap = WorkCalendar(closures=(Span(day("2024-02-29"), day("2024-02-29"), is_yearly=True),))
    assert not leap.is_working(day("2028-02-29"))
    assert not leap.is_working(day("2028-02-29").replace(year=2029, day=28))


def test_S33_a_country_without_french_names_keeps_its_own():
    assert WorkCalendar(country="US").why_not(day("2027-07-05")) == Reason(
        "holiday", "Independence Day (observed)", "Independence Day (observed)"
    )


# S31


@pytest.mark.parametrize(
    ("was", "shift", "within", "on"),
    [
        ("2027-01-01", "none", False, "2027-01-01"),
        ("2027-01-01", "next", False, "2027-01-04"),
        ("2027-01-01", "previous", False, "2026-12-31"),
        ("2027-01-01", "nearest", False, "2026-12-31"),
        ("2027-01-01", "previous", True, "2027-01-04"),  # Friday; turns round at the month's edge
        ("2027-01-31", "next", False, "2027-02-01"),
        ("2027-01-31", "next", True, "2027-01-29"),
        ("2027-01-31", "nearest", True, "2027-01-29"),
        ("2027-05-16", "nearest", False, "2027-05-14"),  # Sunday; Monday is Whit Monday: the 14th and the 18th tie
        ("2027-05-12", "next", False, "2027-05-12"),
    ],
)
def test_S31_the_nearest_day_in_the_shifts_direction(was, shift, within, on):
    shifted = shift_day(day(was), shift, FR, is_within_month=within)
    assert (shifted.on, shifted.is_skipped, shifted.is_flagged) == (day(on), False, False)


def test_S31_on_a_tie_nearest_takes_the_earlier():
    assert shift_day(day("2027-05-06"), "nearest", FR).on == day("2027-05-05")  # Thursday: Ascension Day


def test_S31_skip_leaves_the_cycle_out():
    assert shift_day(day("2027-01-01"), "skip", FR).is_skipped
    assert not shift_day(day("2027-01-04"), "skip", FR).is_skipped


@pytest.mark.parametrize(("closed_through", "found"), [("2027-02-01", "2027-02-02"), ("2027-02-02", None)])
def test_S31_none_within_31_days_leaves_the_date_and_flags_it(closed_through, found):
    every_day = tuple(range(7))
    calendar = WorkCalendar(weekdays=every_day, closures=(Span(day("2026-11-01"), day(closed_through)),))
    shifted = shift_day(day("2027-01-02"), "next", calendar)
    assert (shifted.on, shifted.is_flagged) == ((day(found), False) if found else (day("2027-01-02"), True))


@given(st.dates(date(2025, 1, 1), date(2030, 12, 31)), st.sampled_from(["none", "next", "previous", "nearest", "skip"]))
def test_S31_shifts_are_those_of_the_oracle(raw, how):
    shifted = shift_day(raw, how, FR)
    assert (None if shifted.is_skipped else shifted.on) == oracle.shifted(raw, how, FR.is_working)


# S32


@pytest.mark.parametrize(
    ("text", "is_inside", "start"),
    [
        ("2027-04-30", False, "2027-05-01"),
        ("2027-05-01", True, None),
        ("2027-09-30", True, None),
        ("2027-10-01", False, "2027-11-15"),
        ("2027-12-31", True, None),
        ("2028-02-10", True, None),
        ("2028-02-11", False, "2028-05-01"),
    ],
)
def test_S32_a_season_may_cross_new_year(text, is_inside, start):
    season = Season((((5, 1), (9, 30)), ((11, 15), (2, 10))))
    assert (day(text) in season) is is_inside
    if start:
        assert season.next_start(day(text)) == day(start)


def test_S32_a_season_that_begins_on_29_february_begins_on_1_march_in_other_years():
    season = Season((((2, 29), (3, 31)),))
    assert season.next_start(day("2027-01-01")) == day("2027-03-01")
    assert season.next_start(day("2028-01-01")) == day("2028-02-29")
    assert day("2027-03-01") in season


@pytest.mark.parametrize("season", [Season(()), Season((((13, 1), (1, 1)),)), Season((((2, 30), (3, 1)),))])
def test_S32_what_cannot_be_is_refused(season):
    with pytest.raises(RuleError):
        check_season(season)
