"""RRULE in and out (S4)."""

from contextlib import suppress
from datetime import date, datetime, timedelta

import pytest
from dateutil import rrule as dateutil_rrule
from hypothesis import given, settings
from hypothesis import strategies as st

from app.plans.rules.errors import RuleError
from app.plans.rules.recurrence import Rule, slots
from app.plans.rules.rrule import parse_rrule, to_rrule


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("FREQ=DAILY;INTERVAL=10;COUNT=5", Rule("day", 10, count=5)),
        ("RRULE:FREQ=WEEKLY;INTERVAL=2;WKST=SU;BYDAY=TU,TH", Rule("week", 2, weekdays=(1, 3), week_start=6)),
        ("freq=monthly;byday=1fr,-1su", Rule("month", nth_weekdays=((-1, 6), (1, 4)))),
        ("FREQ=MONTHLY;BYMONTHDAY=1,-1;UNTIL=20271231", Rule("month", month_days=(-1, 1), until=date(2027, 12, 31))),
        ("FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1", Rule("month", weekdays=(0, 1, 2, 3, 4), set_positions=(-1,))),
        ("FREQ=YEARLY;BYMONTH=3,9;BYMONTHDAY=15", Rule("year", months=(3, 9), month_days=(15,))),
        ("FREQ=DAILY;UNTIL=19971224T000000Z", Rule("day", until=date(1997, 12, 24))),
    ],
)
def test_S04_a_rule_comes_in(text, rule):
    assert parse_rrule(text) == rule


@pytest.mark.parametrize("text", ["FREQ=MONTHLY", "FREQ=MONTHLY;BYMONTHDAY=31", "FREQ=YEARLY"])
def test_S04_what_comes_in_skips_short_months_as_the_RFC_says(text):
    assert parse_rrule(text).month_end == "skip"


@pytest.mark.parametrize(
    ("rule", "anchor", "text"),
    [
        (Rule("month"), "2027-01-31", "FREQ=MONTHLY;BYMONTHDAY=28,29,30,31;BYSETPOS=-1"),
        (Rule("month"), "2027-01-30", "FREQ=MONTHLY;BYMONTHDAY=28,29,30;BYSETPOS=-1"),
        (Rule("month"), "2027-01-28", "FREQ=MONTHLY"),
        (
            Rule("month", 3, month_days=(15, 31)),
            "2027-01-01",
            "FREQ=MONTHLY;INTERVAL=3;BYMONTHDAY=15,28,29,30,31;BYSETPOS=-1,1",
        ),
        (Rule("year"), "2024-02-29", "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=28,29;BYSETPOS=-1"),
        (Rule("year"), "2027-01-31", "FREQ=YEARLY"),
        (
            Rule("year", months=(2, 4), month_days=(30,)),
            "2027-01-01",
            "FREQ=MONTHLY;BYMONTH=2,4;BYMONTHDAY=28,29,30;BYSETPOS=-1",
        ),
        (Rule("month", month_end="last_day"), "2027-04-30", "FREQ=MONTHLY;BYMONTHDAY=-1"),
        (Rule("month", month_end="skip"), "2027-01-31", "FREQ=MONTHLY"),
        (
            Rule("week", 2, weekdays=(1, 6), week_start=6, count=4),
            "2027-01-01",
            "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,SU;WKST=SU;COUNT=4",
        ),
    ],
)
def test_S04_a_rule_goes_out(rule, anchor, text):
    assert to_rrule(rule, date.fromisoformat(anchor)) == text


@pytest.mark.parametrize("day", [29, 30, 31])
def test_S04_the_clamp_is_recognised_when_it_comes_back(day):
    rule = parse_rrule(to_rrule(Rule("month"), date(2027, 1, day)))
    assert rule == Rule("month", month_days=(day,))


@pytest.mark.parametrize(
    ("text", "instead"),
    [
        ("FREQ=SECONDLY", "DAILY"),
        ("FREQ=HOURLY;INTERVAL=3", "DAILY"),
        ("INTERVAL=3", "FREQ"),
        ("FREQ=YEARLY;BYWEEKNO=20", "BYMONTH"),
        ("FREQ=YEARLY;BYYEARDAY=100", "BYMONTHDAY"),
        ("FREQ=DAILY;BYHOUR=9", "BYHOUR"),
        ("FREQ=YEARLY;BYMONTHDAY=15", "BYMONTH"),
        ("FREQ=WEEKLY;BYDAY=MO,TU;BYSETPOS=1", "BYDAY"),
        ("FREQ=WEEKLY;BYDAY=2MO", "MONTHLY"),
        ("FREQ=WEEKLY;BYMONTHDAY=3", "MONTHLY"),
        ("DTSTART:20270101\nRRULE:FREQ=DAILY", "start date"),
        ("RRULE:FREQ=DAILY\nEXDATE:20270101", "skip it on the plan"),
        ("FREQ=DAILY;FREQ=WEEKLY", "twice"),
        ("FREQ=DAILY;INTERVAL=0", "interval"),
        ("FREQ=DAILY;INTERVAL=1.5", "whole"),
        ("FREQ=DAILY;COUNT=99999999999999", "whole"),
        ("FREQ=DAILY;COUNT=3;UNTIL=20270101", "both"),
        ("FREQ=DAILY;UNTIL=20271301", "UNTIL"),
        ("FREQ=WEEKLY;BYDAY=XX", "MO"),
        ("FREQ=DAILY;RSCALE=CHINESE", "RSCALE"),
        ("", "part"),
        (";;;", "part"),
        ("FREQ=DAILY;" + "BYMONTH=1," * 500, "long"),
    ],
)
def test_S04_the_rest_is_refused_saying_what_to_use(text, instead):
    with pytest.raises(RuleError, match=instead):
        parse_rrule(text)


@pytest.mark.parametrize(
    "rule",
    [
        Rule("working_day"),
        Rule("dates", dates=(date(2027, 1, 1),)),
        Rule("month", month_days=(30, 31)),
        Rule("month", month_days=(31,), weekdays=(0,)),
        Rule("year", 2, months=(2, 4), month_days=(30,)),
    ],
)
def test_S04_a_rule_without_an_RRULE_says_so(rule):
    with pytest.raises(RuleError):
        to_rrule(rule, date(2027, 1, 1))


@given(st.text(alphabet="FREQ=DAILYMONTHWEK;BSU0123456789-,:\n é", max_size=60))
def test_S04_no_text_breaks_the_parser(text):
    with suppress(RuleError):
        parse_rrule(text)


exportable = st.one_of(
    st.builds(
        Rule,
        st.sampled_from(["day", "week", "month", "year"]),
        st.integers(1, 4),
        month_end=st.sampled_from(["clamp", "skip", "last_day"]),
    ),
    st.builds(
        Rule,
        st.just("week"),
        st.integers(1, 3),
        weekdays=st.sampled_from([(0, 3), (5, 6)]),
        week_start=st.integers(0, 6),
    ),
    st.builds(
        Rule,
        st.just("month"),
        st.integers(1, 6),
        month_days=st.sampled_from([(1,), (-1,), (15, 31), (28, 30), (29,), (-3, 12)]),
        month_end=st.sampled_from(["clamp", "skip"]),
    ),
    st.builds(
        Rule,
        st.just("year"),
        st.integers(1, 3),
        months=st.just((2,)),
        month_days=st.sampled_from([(29,), (30,), (-1,)]),
        month_end=st.sampled_from(["clamp"]),
    ),
    st.builds(Rule, st.just("month"), nth_weekdays=st.sampled_from([((2, 1),), ((-1, 4),)])),
    st.builds(
        Rule, st.just("month"), weekdays=st.just((0, 1, 2, 3, 4)), set_positions=st.sampled_from([(1,), (-1,), (1, -2)])
    ),
)


@settings(max_examples=120, deadline=None)
@given(exportable, st.dates(date(2023, 1, 1), date(2028, 12, 31)))
def test_S04_the_exported_text_gives_the_same_days_to_dateutil_and_to_us(rule, anchor):
    text = to_rrule(rule, anchor)
    last = anchor + timedelta(days=1500)
    ours = list(slots(rule, anchor, None, until=last))
    theirs = dateutil_rrule.rrulestr(text, dtstart=datetime(anchor.year, anchor.month, anchor.day))  # noqa: DTZ001 - dateutil's days
    end = datetime(last.year, last.month, last.day)  # noqa: DTZ001
    assert [moment.date() for moment in theirs.between(datetime(1990, 1, 1), end, inc=True)] == ours  # noqa: DTZ001
    assert list(slots(parse_rrule(text), anchor, None, until=last)) == ours
