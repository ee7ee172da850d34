"""`ronde dates`: what it prints is worked out by hand here, or by the oracle, which shares no code with the engine."""

import json
import os
import subprocess
import sys
from datetime import date, timedelta

import holidays
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

import app.cli.dates  # noqa: F401 - registers the command
from app.cli.app import WrongCall, cli
from app.core.i18n import in_language
from tests.rules.plans import oracle
from tests.rules.plans.test_recurrence import rules


def ronde(*words: str):
    return CliRunner().invoke(cli, ["dates", *words])


def rows(rule: str, anchor: str, *words: str) -> list[tuple[str, str, str]]:
    said = ronde("--rule", rule, "--anchor", anchor, *words, "--json")
    assert said.exit_code == 0, said.exception
    return [(row["raw"], row["due"], row["generate_on"]) for row in json.loads(said.stdout)]


def due(rule: str, anchor: str, *words: str) -> list[str]:
    return [row[1] for row in rows(rule, anchor, *words)]


def test_it_prints_the_shape_that_programs_rely_on():
    said = ronde(
        "--rule", "FREQ=MONTHLY", "--anchor", "2026-01-31", "--calendar", "FR", "--shift", "next", "--lead", "7",
        "--count", "2", "--json",
    )  # fmt: skip
    assert json.loads(said.stdout) == [
        {"raw": "2026-01-31", "due": "2026-02-02", "generate_on": "2026-01-26"},
        {"raw": "2026-02-28", "due": "2026-03-02", "generate_on": "2026-02-23"},
    ]


def test_S01_monthly_from_the_31st_comes_back_to_the_31st():
    assert due("FREQ=MONTHLY", "2026-01-31", "--count", "4") == ["2026-01-31", "2026-02-28", "2026-03-31", "2026-04-30"]


@pytest.mark.parametrize(
    ("rule", "words", "expected"),
    [
        ("FREQ=MONTHLY", [], ["2026-01-31", "2026-02-28", "2026-03-31"]),
        ("FREQ=MONTHLY", ["--month-end", "skip"], ["2026-01-31", "2026-03-31", "2026-05-31"]),
        ("FREQ=MONTHLY;BYMONTHDAY=31", [], ["2026-01-31", "2026-03-31", "2026-05-31"]),
        ("FREQ=MONTHLY;BYMONTHDAY=31", ["--month-end", "clamp"], ["2026-01-31", "2026-02-28", "2026-03-31"]),
        ("FREQ=MONTHLY;BYMONTHDAY=28,29,30,31;BYSETPOS=-1", [], ["2026-01-31", "2026-02-28", "2026-03-31"]),
        (
            "FREQ=MONTHLY;BYMONTHDAY=28,29,30,31;BYSETPOS=-1",
            ["--month-end", "skip"],
            ["2026-01-31", "2026-02-28", "2026-03-31"],
        ),
        ("FREQ=MONTHLY;BYDAY=-1FR", ["--month-end", "last_day"], ["2026-02-27", "2026-03-27", "2026-04-24"]),
    ],
)
def test_S02_the_month_end_is_the_rules_own_unless_said(rule, words, expected):
    assert due(rule, "2026-01-31", "--count", "3", *words) == expected


def test_S02_an_anchor_on_a_months_last_day_stands_for_every_last_day():
    assert due("FREQ=MONTHLY", "2026-02-28", "--month-end", "last_day", "--count", "3") == [
        "2026-02-28", "2026-03-31", "2026-04-30",
    ]  # fmt: skip
    assert due("FREQ=YEARLY", "2024-02-29", "--count", "5")[-2:] == ["2027-02-28", "2028-02-29"]


def test_S07_the_lead_is_taken_off_after_the_rule_and_never_drifts():
    """GLPI adds it before the rule: 1 January, 1 February, 4 March, 1 April, 2 May."""
    made = [row[2] for row in rows("FREQ=MONTHLY", "2026-01-01", "--lead", "3", "--count", "5")]
    assert made == ["2025-12-29", "2026-01-29", "2026-02-26", "2026-03-29", "2026-04-28"]


@pytest.mark.parametrize(
    ("shift", "expected"),
    [
        ("none", ["2026-05-01", "2026-05-08", "2026-05-14", "2026-05-25"]),
        ("next", ["2026-05-04", "2026-05-11", "2026-05-15", "2026-05-26"]),
        ("previous", ["2026-04-30", "2026-05-07", "2026-05-13", "2026-05-22"]),
        ("nearest", ["2026-04-30", "2026-05-07", "2026-05-13", "2026-05-26"]),
        ("skip", []),
    ],
)
def test_S31_the_french_holidays_of_may_2026(shift, expected):
    """Friday the 1st and the 8th, Ascension Day on Thursday the 14th, Whit Monday on the 25th."""
    rule = "FREQ=YEARLY;BYMONTH=5;BYMONTHDAY=1,8,14,25;UNTIL=20260531"
    assert due(rule, "2026-05-01", "--calendar", "FR", "--shift", shift) == expected


def test_S31_nine_days_of_france_2026_are_followed_by_a_day_that_a_daily_plan_already_has():
    plan = ["--calendar", "FR", "--shift", "next", "--until", "2026-12-31"]
    days = due("FREQ=DAILY;BYDAY=MO,TU,WE,TH,FR", "2026-01-01", *plan)
    assert len(days) - len(set(days)) == 9


def test_S33_regions_have_holidays_of_their_own():
    good_friday = ["FREQ=DAILY", "2026-04-03", "--count", "1", "--shift", "next"]
    assert due(*good_friday, "--calendar", "FR") == ["2026-04-03"]
    assert due(*good_friday, "--calendar", "FR-Alsace-Moselle") == ["2026-04-07"]
    assert due("FREQ=DAILY", "2026-08-15", "--count", "1", "--shift", "none", "--calendar", "de-by") == ["2026-08-15"]
    assert due("FREQ=DAILY", "2026-01-06", "--count", "1", "--shift", "next", "--calendar", "DE-BY") == ["2026-01-07"]


def test_S33_a_country_that_rests_on_friday_and_saturday_works_on_sunday():
    assert due("FREQ=DAILY", "2026-02-06", "--count", "3", "--calendar", "SA", "--shift", "skip") == [
        "2026-02-08", "2026-02-09", "2026-02-10",
    ]  # fmt: skip


def test_from_and_until_are_of_the_rules_own_dates():
    span = ["--from", "2027-01-31", "--until", "2027-02-28", "--calendar", "FR", "--shift", "next"]
    assert [row[:2] for row in rows("FREQ=MONTHLY", "2020-01-31", *span)] == [
        ("2027-01-31", "2027-02-01"),
        ("2027-02-28", "2027-03-01"),
    ]


def test_a_span_without_a_date_is_empty():
    span = ["--rule", "FREQ=YEARLY", "--anchor", "2026-05-01", "--from", "2026-06-01", "--until", "2027-01-01"]
    assert (json.loads(ronde(*span, "--json").stdout), ronde(*span).stdout) == ([], "No date.\n")


def test_without_an_end_it_shows_twelve():
    assert len(rows("FREQ=DAILY", "2026-01-01")) == 12
    assert len(rows("FREQ=DAILY;COUNT=3", "2026-01-01")) == 3


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["--rule", "FREQ=YEARLY;BYWEEKNO=20"], "use BYMONTH and BYDAY"),
        (["--rule", "FREQ=HOURLY"], "DAILY, WEEKLY, MONTHLY or YEARLY"),
        (["--rule", "FREQ=MONTHLY;BYMONTHDAY=30;BYMONTH=2"], "No date satisfies this rule"),
        (["--rule", "FREQ=WEEKLY;BYDAY=SU", "--calendar", "FR", "--shift", "skip"], "No date satisfies this rule"),
        (["--anchor", "2026-02-30"], "--anchor needs a day such as"),
        (["--from", "tomorrow"], "--from needs a day such as"),
        (["--month-end", "overflow"], "clamp, skip, last_day"),
        (["--shift", "sideways"], "none, next, previous, nearest, skip"),
        (["--calendar", "XX"], "FR-Alsace-Moselle"),
        (["--calendar", "FR-Bavaria"], "its regions are 57"),
        (["--lead", "-1"], "between 0 and"),
        (["--count", "0"], "between 1 and"),
        (["--count", "many"], "--count needs a whole number"),
        (["--lead", "1.5"], "--lead needs a whole number"),
        (["--count", "3", "--until", "2027-01-01"], "not both"),
        (["--until", "9999-12-31"], "earlier --until"),
    ],
)
def test_it_refuses_in_words_that_help(words, says):
    said = ronde("--rule", "FREQ=DAILY", "--anchor", "2026-01-01", *words)
    assert isinstance(said.exception, WrongCall), said.exception
    assert says in str(said.exception)
    assert said.stdout == ""


def test_a_wrong_rule_exits_with_2_and_one_line_in_the_readers_language():
    command = [sys.executable, "-c", "from app.cli import main; main()", "dates", "--anchor", "2026-01-01", "--rule"]
    said = subprocess.run(
        [*command, "FREQ=YEARLY;BYYEARDAY=100"],
        env={"PATH": os.environ["PATH"], "LANG": "fr_FR.UTF-8"}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (said.returncode, said.stdout, said.stderr.count("\n")) == (2, "", 1)
    assert "utilisez BYMONTH et BYMONTHDAY" in said.stderr


def test_people_get_a_table_in_their_language():
    words = ["--rule", "FREQ=YEARLY", "--anchor", "2026-05-01", "--calendar", "FR", "--shift", "next", "--count", "1"]
    with in_language("fr"):
        assert "Fête du Travail" in ronde(*words).stdout
    with in_language("en"):
        assert "Labor Day" in ronde(*words).stdout


NAMES = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")


def in_words_of_the_rfc(rule: dict) -> str:
    days = [f"{nth}{NAMES[day]}" for nth, day in rule.get("nth_weekdays", ())]
    parts = {
        "FREQ": FREQS[rule["freq"]],
        "INTERVAL": str(rule["interval"]),
        "BYDAY": ",".join(days + [NAMES[day] for day in rule.get("weekdays", ())]),
        "BYMONTHDAY": ",".join(map(str, rule.get("month_days", ()))),
        "BYMONTH": ",".join(map(str, rule.get("months", ()))),
        "BYSETPOS": ",".join(map(str, rule.get("set_positions", ()))),
        "WKST": NAMES[rule["week_start"]] if "week_start" in rule else "",
        "COUNT": str(rule.get("count", "")),
        "UNTIL": rule["until"].strftime("%Y%m%d") if "until" in rule else "",
    }
    return ";".join(f"{name}={value}" for name, value in parts.items() if value)


@settings(max_examples=60, deadline=None)
@given(rules(), st.dates(date(2023, 1, 1), date(2026, 12, 31)))
def test_S04_every_part_of_a_rule_means_what_the_oracle_takes_it_for(rule, anchor):
    last = anchor + timedelta(days=500)
    expected = [str(day) for day in oracle.walk(rule, anchor, last)]
    assume(expected)
    words = ["--until", str(last), "--month-end", rule["month_end"]]
    assert due(in_words_of_the_rfc(rule), str(anchor), *words) == expected


FREQS = {"day": "DAILY", "week": "WEEKLY", "month": "MONTHLY", "year": "YEARLY"}


@settings(max_examples=40, deadline=None)
@given(
    freq=st.sampled_from(list(FREQS)),
    interval=st.integers(1, 4),
    anchor=st.dates(date(2024, 1, 1), date(2027, 12, 31)),
    month_end=st.sampled_from(["clamp", "skip", "last_day"]),
    shift=st.sampled_from(["none", "next", "previous", "nearest", "skip"]),
    lead=st.integers(0, 40),
)
def test_every_date_is_the_oracles(freq, interval, anchor, month_end, shift, lead):
    french = holidays.country_holidays("FR", years=range(2024, 2034))

    def works(day: date) -> bool:
        return day.weekday() < 5 and day not in french

    last = anchor + timedelta(days=900)
    raws = oracle.walk({"freq": freq, "interval": interval, "month_end": month_end}, anchor, last)
    moved = [(raw, oracle.shifted(raw, shift, works)) for raw in raws]
    expected = [(str(raw), str(on), str(on - timedelta(days=lead))) for raw, on in moved if on is not None]
    found = rows(
        f"FREQ={FREQS[freq]};INTERVAL={interval}", str(anchor), "--until", str(last), "--month-end", month_end,
        "--calendar", "FR", "--shift", shift, "--lead", str(lead),
    )  # fmt: skip
    assert found == expected
