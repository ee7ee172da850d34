"""Days, durations and figures as a French and an English reader write them."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from app.core.i18n import formats as f
from app.core.i18n import in_language


@pytest.fixture(autouse=True)
def in_lyon() -> Iterator[None]:
    with in_language("fr"), f.in_zone("Europe/Paris", date(2026, 11, 22)):
        yield


def plain(text: str) -> str:
    return text.replace("\N{NO-BREAK SPACE}", " ").replace("\N{NARROW NO-BREAK SPACE}", " ")


@pytest.mark.parametrize(
    ("value", "french", "english"),
    [
        (date(2026, 11, 23), "lun. 23 nov.", "Mon 23 Nov"),
        (date(2026, 12, 1), "mar. 1er déc.", "Tue 1 Dec"),
        (date(2027, 1, 5), "mar. 5 janv. 2027", "Tue 5 Jan 2027"),
    ],
)
def test_a_short_day_leaves_out_the_current_year_and_writes_the_first_as_spoken(
    value: date, french: str, english: str
) -> None:
    assert plain(f.short_day(value)) == french
    with in_language("en"):
        assert plain(f.short_day(value)) == english


def test_the_year_is_written_when_it_is_asked_for() -> None:
    assert plain(f.short_day(date(2026, 11, 23), year=True)) == "lun. 23 nov. 2026"
    assert plain(f.long_day(date(2027, 5, 1), year=False)) == "samedi 1er mai"


def test_a_heading_begins_with_a_capital_and_keeps_the_others() -> None:
    with in_language("en"):
        assert plain(f.capfirst(f.long_day(date(2026, 11, 23)))) == "Monday 23 November"


def test_an_instant_is_shown_on_the_day_and_at_the_hour_of_the_reader() -> None:
    late = datetime(2026, 11, 22, 23, 5, tzinfo=UTC)
    assert plain(f.moment(late)) == "lun. 23 nov. à 0 h 05"
    assert plain(f.clock_time(datetime(2026, 11, 23, 5, 0, tzinfo=UTC))) == "6 h"
    with f.in_zone("America/Guadeloupe", date(2026, 11, 22)):
        assert plain(f.moment(late)) == "dim. 22 nov. à 19 h 05"


@pytest.mark.parametrize(
    ("value", "french"),
    [
        (0, "0 min"),
        (25, "25 min"),
        (120, "2 h"),
        (200, "3 h 20"),
        (timedelta(hours=30, minutes=5), "30 h 05"),
        (timedelta(days=2, hours=18, minutes=12), "2 j 18 h"),
        (-64, "−1 h 04"),
    ],
)
def test_a_duration_is_written_in_the_two_units_that_matter(value: float | timedelta, french: str) -> None:
    assert plain(f.duration(value)) == french


def test_money_shows_cents_only_where_there_are_some() -> None:
    assert plain(f.money(Decimal(1840))) == "1 840 €"
    assert plain(f.money(Decimal("12.5"))) == "12,50 €"
    with in_language("en"):
        assert f.money(Decimal("12.5"), "GBP") == "£12.50"


def test_figures_take_the_comma_and_the_space_before_the_sign() -> None:
    assert f.number(Decimal("23.14"), 1) == "23,1"
    assert f.percent(0.92) == "92\N{NO-BREAK SPACE}%"
