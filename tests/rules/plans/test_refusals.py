"""What the date engine refuses, word for word: the code, the field and what to do instead; and what it just accepts."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from app.plans.rules.errors import RuleError
from app.plans.rules.policy import Schedule, check_schedule
from app.plans.rules.rrule import parse_rrule, to_rrule
from app.plans.rules.rule import Rule, check_rule
from app.plans.rules.season import Season
from app.plans.rules.trigger import COOL_DOWN_MAX, READINGS_MAX, VALUE_MAX, Trigger

DAY = date(2027, 1, 1)
ANCHOR = date(2027, 1, 31)


def refusal(call, *said):
    with pytest.raises(RuleError) as caught:
        call(*said)
    return caught.value.code, caught.value.field, str(caught.value)


@pytest.mark.parametrize(
    ("text", "code", "says"),
    [
        ("INTERVAL=2", "rrule_freq", "FREQ must be DAILY, WEEKLY, MONTHLY or YEARLY."),
        ("FREQ=HOURLY", "rrule_freq", "FREQ must be DAILY, WEEKLY, MONTHLY or YEARLY."),
        ("FREQ=DAILY;" + "X" * 1000, "rrule_too_long", "This rule is too long."),
        ("FREQ=DAILY;BYEASTER=1", "rrule_unknown_part", "BYEASTER=1 is no part of a rule."),
        ("FREQ=DAILY;FREQ=WEEKLY", "rrule_repeated_part", "FREQ is given twice."),
        ("FREQ=DAILY;INTERVAL=two", "rrule_number", "INTERVAL needs whole numbers."),
        ("FREQ=DAILY;COUNT=some", "rrule_number", "COUNT needs whole numbers."),
        ("FREQ=MONTHLY;BYMONTHDAY=x", "rrule_number", "BYMONTHDAY needs whole numbers."),
        ("FREQ=YEARLY;BYMONTH=x", "rrule_number", "BYMONTH needs whole numbers."),
        ("FREQ=MONTHLY;BYDAY=MO;BYSETPOS=x", "rrule_number", "BYSETPOS needs whole numbers."),
        ("FREQ=WEEKLY;BYDAY=LU", "rrule_weekday", "BYDAY needs the days MO, TU, WE, TH, FR, SA, SU."),
        ("FREQ=WEEKLY;WKST=LU", "rrule_weekday", "WKST needs the days MO, TU, WE, TH, FR, SA, SU."),
        ("FREQ=DAILY;UNTIL=soon", "rrule_until", "UNTIL needs a date such as 20271231."),
        ("FREQ=WEEKLY;BYDAY=MO;BYSETPOS=1", "rrule_setpos",
         "BYSETPOS goes with MONTHLY or YEARLY: with WEEKLY use BYDAY."),
        ("FREQ=DAILY;BYMONTHDAY=1;BYSETPOS=1", "rrule_setpos",
         "BYSETPOS goes with MONTHLY or YEARLY: with WEEKLY use BYDAY."),
        ("FREQ=WEEKLY;BYDAY=2MO", "rrule_ordinal", "An ordinal such as 2MO goes with MONTHLY or YEARLY."),
        ("FREQ=DAILY;BYDAY=2MO", "rrule_ordinal", "An ordinal such as 2MO goes with MONTHLY or YEARLY."),
        ("FREQ=WEEKLY;BYMONTHDAY=1", "rrule_weekly_day",
         "BYMONTHDAY does not go with WEEKLY: use DAILY or MONTHLY."),
        ("FREQ=YEARLY;BYMONTHDAY=1", "rrule_months_missing",
         "YEARLY with BYMONTHDAY needs BYMONTH; or use MONTHLY."),
        ("FREQ=YEARLY;BYWEEKNO=20", "rrule_unsupported", "BYWEEKNO is not supported: use BYMONTH and BYDAY."),
        ("FREQ=YEARLY;BYYEARDAY=1", "rrule_unsupported",
         "BYYEARDAY is not supported: use BYMONTH and BYMONTHDAY."),
        ("FREQ=DAILY;BYHOUR=9", "rrule_unsupported",
         "Times of day are not supported: a rule gives days. Leave BYHOUR out."),
        ("FREQ=DAILY;BYMINUTE=9", "rrule_unsupported",
         "Times of day are not supported: a rule gives days. Leave BYMINUTE out."),
        ("FREQ=DAILY;BYSECOND=9", "rrule_unsupported",
         "Times of day are not supported: a rule gives days. Leave BYSECOND out."),
        ("DTSTART:20270101\nRRULE:FREQ=DAILY", "rrule_unsupported",
         "Give the RRULE alone; its start is the plan's own start date."),
        ("RRULE:FREQ=DAILY\nEXDATE:20270102", "rrule_unsupported",
         "Give the RRULE alone; to leave a date out, skip it on the plan."),
        ("RRULE:FREQ=DAILY\nRDATE:20270102", "rrule_unsupported",
         "Give the RRULE alone; for single dates use a list of dates."),
    ],
)  # fmt: skip
def test_S04_an_rrule_outside_the_subset_is_refused_with_what_to_use(text, code, says):
    assert refusal(parse_rrule, text) == (code, "rrule", says)


@pytest.mark.parametrize(
    "rule",
    [
        Rule("working_day", 3),
        Rule("dates", dates=(DAY,)),
        Rule("month", month_days=(30, 31)),
        Rule("month", month_days=(31,), set_positions=(1,)),
        Rule("month", month_days=(31,), weekdays=(0,)),
        Rule("day", month_days=(31,)),
        Rule("year", 2, month_days=(31,), months=(1, 4)),
    ],
)
def test_S04_what_rfc_5545_cannot_say_has_no_rrule(rule):
    assert refusal(to_rrule, rule, DAY) == ("rrule_inexpressible", "rule", "This rule has no RRULE.")


NOT_A_VALUE = "This value does not exist."
DOES_NOT_FIT = "This does not go with the chosen unit."


@pytest.mark.parametrize(
    ("rule", "text"),
    [
        (Rule("day"), "FREQ=DAILY"),
        (Rule("month", month_days=(31,)), "FREQ=MONTHLY;BYMONTHDAY=28,29,30,31;BYSETPOS=-1"),
        (Rule("month", month_days=(29,)), "FREQ=MONTHLY;BYMONTHDAY=28,29;BYSETPOS=-1"),
        (Rule("month", month_days=(28,)), "FREQ=MONTHLY;BYMONTHDAY=28"),
        (Rule("month"), "FREQ=MONTHLY;BYMONTHDAY=28,29,30,31;BYSETPOS=-1"),
        (Rule("month", month_end="last_day"), "FREQ=MONTHLY;BYMONTHDAY=-1"),
        (Rule("year", month_end="last_day"), "FREQ=YEARLY;BYMONTH=1;BYMONTHDAY=-1"),
        (Rule("month", months=(1, 3), month_days=(31,)), "FREQ=MONTHLY;BYMONTH=1,3;BYMONTHDAY=31"),
        (Rule("year", months=(1, 4), month_days=(31,)),
         "FREQ=MONTHLY;BYMONTH=1,4;BYMONTHDAY=28,29,30,31;BYSETPOS=-1"),
        (Rule("week", 2, weekdays=(0, 4), week_start=6), "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,FR;WKST=SU"),
        (Rule("month", nth_weekdays=((-1, 4), (2, 0)), count=5), "FREQ=MONTHLY;BYDAY=-1FR,2MO;COUNT=5"),
        (Rule("day", until=date(2027, 12, 31)), "FREQ=DAILY;UNTIL=20271231"),
        (Rule("month", weekdays=(0, 1, 2, 3, 4), set_positions=(-1,)),
         "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1"),
    ],
)  # fmt: skip
def test_S04_rules_as_rrules(rule, text):
    assert to_rrule(rule, ANCHOR) == text


@pytest.mark.parametrize(
    ("rule", "code", "field", "says"),
    [
        (Rule("fortnight"), "unknown_unit", "freq", "This unit is not known."),
        (Rule("day", 0), "interval_out_of_range", "interval", "The interval lies between 1 and 36500."),
        (Rule("day", 36_501), "interval_out_of_range", "interval", "The interval lies between 1 and 36500."),
        (Rule("week", 5_201), "interval_out_of_range", "interval", "The interval lies between 1 and 5200."),
        (Rule("month", 1_201), "interval_out_of_range", "interval", "The interval lies between 1 and 1200."),
        (Rule("year", 101), "interval_out_of_range", "interval", "The interval lies between 1 and 100."),
        (Rule("working_day", 1_001), "interval_out_of_range", "interval", "The interval lies between 1 and 1000."),
        (Rule("day", set_positions=(1,)), "part_does_not_fit", "set_positions", DOES_NOT_FIT),
        (Rule("day", nth_weekdays=((1, 0),)), "part_does_not_fit", "nth_weekdays", DOES_NOT_FIT),
        (Rule("week", month_days=(1,)), "part_does_not_fit", "month_days", DOES_NOT_FIT),
        (Rule("month", dates=(DAY,)), "part_does_not_fit", "dates", DOES_NOT_FIT),
        (Rule("working_day", weekdays=(1,)), "part_does_not_fit", "weekdays", DOES_NOT_FIT),
        (Rule("dates", dates=(DAY,), months=(1,)), "part_does_not_fit", "months", DOES_NOT_FIT),
        (Rule("week", weekdays=(7,)), "out_of_range", "weekdays", NOT_A_VALUE),
        (Rule("week", weekdays=(-1,)), "out_of_range", "weekdays", NOT_A_VALUE),
        (Rule("month", month_days=(0,)), "out_of_range", "month_days", NOT_A_VALUE),
        (Rule("month", month_days=(32,)), "out_of_range", "month_days", NOT_A_VALUE),
        (Rule("month", nth_weekdays=((0, 1),)), "out_of_range", "nth_weekdays", NOT_A_VALUE),
        (Rule("month", nth_weekdays=((6, 1),)), "out_of_range", "nth_weekdays", NOT_A_VALUE),
        (Rule("month", nth_weekdays=((1, 7),)), "out_of_range", "nth_weekdays", NOT_A_VALUE),
        (Rule("year", months=(1,), nth_weekdays=((6, 1),)), "out_of_range", "nth_weekdays", NOT_A_VALUE),
        (Rule("year", nth_weekdays=((54, 1),)), "out_of_range", "nth_weekdays", NOT_A_VALUE),
        (Rule("day", months=(0,)), "out_of_range", "months", NOT_A_VALUE),
        (Rule("day", months=(13,)), "out_of_range", "months", NOT_A_VALUE),
        (Rule("month", weekdays=(0,), set_positions=(0,)), "out_of_range", "set_positions", NOT_A_VALUE),
        (Rule("month", weekdays=(0,), set_positions=(367,)), "out_of_range", "set_positions", NOT_A_VALUE),
        (Rule("week", week_start=7), "out_of_range", "week_start", NOT_A_VALUE),
        (Rule("month", month_end="overflow"), "out_of_range", "month_end", NOT_A_VALUE),
        (Rule("day", count=2, until=DAY), "two_ends", "until", "Give a number of times or a last day, not both."),
        (Rule("working_day", count=2), "count_of_working_days", "count",
         "A rule in working days ends on a day: a calendar may change."),
        (Rule("day", count=0), "count_out_of_range", "count", "The number of times lies between 1 and 10000."),
        (Rule("day", count=10_001), "count_out_of_range", "count", "The number of times lies between 1 and 10000."),
        (Rule("year", month_days=(1,)), "months_missing", "months",
         "A day of the month in a yearly rule needs its months."),
        (Rule("month", set_positions=(1,)), "positions_of_nothing", "set_positions",
         "A position needs the days that it counts."),
        (Rule("dates"), "dates_missing", "dates", "Give between 1 and 1000 dates."),
        (Rule("dates", dates=tuple(DAY + timedelta(days=n) for n in range(1_001))), "dates_missing", "dates",
         "Give between 1 and 1000 dates."),
        (Rule("dates", dates=(DAY, DAY)), "dates_out_of_order", "dates", "Give each date once, in order."),
        (Rule("dates", dates=(ANCHOR, DAY)), "dates_out_of_order", "dates", "Give each date once, in order."),
    ],
)  # fmt: skip
def test_S04_a_rule_that_cannot_be_is_refused_by_its_first_wrong_field(rule, code, field, says):
    assert refusal(check_rule, rule) == (code, field, says)


@pytest.mark.parametrize(
    "rule",
    [
        Rule("day", 1),
        Rule("day", 36_500),
        Rule("week", 5_200, weekdays=(0, 6), week_start=6),
        Rule("month", 1_200, month_days=(1, 31, -1, -31)),
        Rule("month", nth_weekdays=((5, 0), (-5, 6)), set_positions=(1, -366, 366)),
        Rule("year", 100, nth_weekdays=((53, 0), (-53, 6))),
        Rule("year", month_days=(29,), months=(1, 12)),
        Rule("working_day", 1_000, until=DAY),
        Rule("dates", dates=tuple(DAY + timedelta(days=n) for n in range(1_000))),
        Rule("day", count=1),
        Rule("day", count=10_000),
        Rule("day", weekdays=(0,), month_days=(1,), months=(1,)),
    ],
)
def test_S04_the_farthest_that_a_rule_may_go_is_accepted(rule):
    check_rule(rule)


INTERVAL_ONLY = "A floating plan counts a plain interval from the day the work was done; choose fixed for given days."
SEASON = Season((((11, 1), (2, 28)),))


@pytest.mark.parametrize(
    ("said", "code", "field", "says"),
    [
        *(
            ({"rule": Rule("year", **parts), "mode": "floating"}, "floating_takes_an_interval", "mode", INTERVAL_ONLY)
            for parts in ({"nth_weekdays": ((1, 0),)}, {"months": (1,)})
        ),
        ({"rule": Rule("week", weekdays=(1,)), "mode": "floating"}, "floating_takes_an_interval", "mode",
         INTERVAL_ONLY),
        ({"rule": Rule("month", month_days=(1,)), "mode": "floating"}, "floating_takes_an_interval", "mode",
         INTERVAL_ONLY),
        ({"rule": Rule("dates", dates=(DAY,)), "mode": "floating"}, "floating_takes_an_interval", "mode",
         INTERVAL_ONLY),
        *(
            ({name: "otherwise"}, "out_of_range", name, NOT_A_VALUE)
            for name in ("shift", "overlap", "catch_up", "late", "when_idle")
        ),
        *(
            ({name: -1}, "days_out_of_range", name, "Give between 0 and 3660 days.")
            for name in ("lead_days", "min_gap_days", "tolerance_before_days")
        ),
        ({"lead_days": 3_661}, "days_out_of_range", "lead_days", "Give between 0 and 3660 days."),
        ({"tolerance_after_days": 0}, "days_out_of_range", "tolerance_after_days", "Give between 1 and 3660 days."),
        ({"spread_days": -1}, "days_out_of_range", "spread_days", "Give between 0 and 366 days."),
        ({"spread_days": 367}, "days_out_of_range", "spread_days", "Give between 0 and 366 days."),
        ({"min_gap_percent": -1}, "percent_out_of_range", "min_gap_percent", "A percentage lies between 0 and 100."),
        ({"min_gap_percent": 101}, "percent_out_of_range", "min_gap_percent", "A percentage lies between 0 and 100."),
        ({"season": Season(())}, "season_empty", "season", "A season needs at least one range of days."),
        ({"season": Season((((2, 30), (3, 1)),))}, "season_day_unknown", "season",
         "This day of the year does not exist."),
        ({"season": Season((((1, 1), (13, 1)),))}, "season_day_unknown", "season",
         "This day of the year does not exist."),
        ({"rule": Rule("day", 0)}, "interval_out_of_range", "interval", "The interval lies between 1 and 36500."),
    ],
)  # fmt: skip
def test_a_schedule_that_cannot_be_is_refused_by_its_first_wrong_field(said, code, field, says):
    assert refusal(check_schedule, Schedule(**{"rule": Rule("month")} | said)) == (code, field, says)


@pytest.mark.parametrize(
    "said",
    [
        {"lead_days": 0, "min_gap_days": 0, "tolerance_before_days": 0, "tolerance_after_days": 1, "spread_days": 0},
        dict.fromkeys(("lead_days", "min_gap_days", "tolerance_before_days", "tolerance_after_days"), 3_660)
        | {"spread_days": 366},
        {"min_gap_percent": 0},
        {"min_gap_percent": 100},
        {"season": Season((((2, 29), (12, 31)),))},
        {"mode": "floating", "shift": "skip", "season": SEASON},
    ],
)
def test_the_farthest_that_a_schedule_may_go_is_accepted(said):
    check_schedule(Schedule(Rule("month"), **said))


@pytest.mark.parametrize(
    "schedule",
    [
        Schedule(Rule("month")),
        Schedule(Rule("week", 2, weekdays=(0, 4), week_start=6, until=DAY), lead_days=3, shift="next"),
        Schedule(Rule("year", months=(3,), nth_weekdays=((-1, 4),), count=5), season=SEASON, late="skip"),
        Schedule(Rule("dates", dates=(DAY, ANCHOR)), overlap="stack", catch_up="all", spread_days=9),
        Schedule(Rule("day", 9), mode="floating", tolerance_after_days=2, min_gap_days=1, when_idle="continue"),
    ],
)
def test_a_schedule_comes_back_as_it_was_stored(schedule):
    data = schedule.to_dict()
    assert Schedule.from_dict(data) == schedule
    assert set(data) <= {field for field in Schedule.__dataclass_fields__ if field != "offset_days"}


def test_a_schedule_that_says_little_is_stored_in_few_words():
    assert Schedule(Rule("month")).to_dict() == {"rule": {"freq": "month"}}


def counter(**said):
    return Trigger(**{"kind": "counter", "meter": "pages", "every": Decimal(100)} | said)


def condition(**said):
    return Trigger(**{"kind": "condition", "meter": "runtime", "threshold": "10"} | said)


DATELESS = Rule("none")
BACK = "The value at which it ends lies on the good side of the one from which it holds."
UNITS = "Give the number of units after which the work is due."


@pytest.mark.parametrize(
    ("said", "code", "field", "says"),
    [
        ({"trigger": None}, "nothing_says_when", "freq", "A plan without dates needs a meter that says when."),
        ({"trigger": counter(kind="clock")}, "out_of_range", "trigger/kind", NOT_A_VALUE),
        ({"trigger": condition(side="beside")}, "out_of_range", "trigger/side", NOT_A_VALUE),
        ({"trigger": counter(meter=" ")}, "meter_missing", "trigger/meter", "Say what the meter is called."),
        ({"rule": Rule("month"), "trigger": counter()}, "meter_and_dates", "mode",
         "Time or meter, whichever comes first, counts from the day the work was done: choose floating."),
        *(
            ({"rule": Rule("month"), "trigger": condition(), "mode": mode}, "condition_and_dates", "freq",
             "A condition goes without dates: choose “no dates” as the unit.")
            for mode in ("fixed", "floating")
        ),
        ({"trigger": counter(every=None)}, "every_missing", "trigger/every", UNITS),
        ({"trigger": counter(every=Decimal(0))}, "every_missing", "trigger/every", UNITS),
        ({"trigger": counter(every=VALUE_MAX + 1)}, "every_missing", "trigger/every", UNITS),
        ({"trigger": counter(start_at=VALUE_MAX + 1)}, "out_of_range", "trigger/start_at", NOT_A_VALUE),
        ({"trigger": counter(start_at=-VALUE_MAX - 1)}, "out_of_range", "trigger/start_at", NOT_A_VALUE),
        ({"trigger": condition(), "mode": "floating"}, "condition_is_fixed", "mode",
         "A condition counts from no date: choose fixed."),
        ({"trigger": condition(threshold=None)}, "threshold_missing", "trigger/threshold",
         "Give the value from which it holds."),
        *(
            ({"trigger": condition(readings=n)}, "readings_out_of_range", "trigger/readings",
             f"Between 1 and {READINGS_MAX} readings in a row.")
            for n in (0, READINGS_MAX + 1)
        ),
        *(
            ({"trigger": condition(cool_down_hours=n)}, "cool_down_out_of_range", "trigger/cool_down_hours",
             f"Between 0 and {COOL_DOWN_MAX} hours.")
            for n in (-1, COOL_DOWN_MAX + 1)
        ),
        ({"trigger": condition(back_at="10")}, "hysteresis_reversed", "trigger/back_at", BACK),
        ({"trigger": condition(back_at="11")}, "hysteresis_reversed", "trigger/back_at", BACK),
        ({"trigger": condition(side="below", back_at="10")}, "hysteresis_reversed", "trigger/back_at", BACK),
        ({"trigger": condition(side="below", back_at="9")}, "hysteresis_reversed", "trigger/back_at", BACK),
    ],
)  # fmt: skip
def test_S26_S29_a_meter_that_cannot_say_when_is_refused(said, code, field, says):
    assert refusal(check_schedule, Schedule(**{"rule": DATELESS} | said)) == (code, field, says)


@pytest.mark.parametrize(
    "said",
    [
        {"trigger": counter(every=VALUE_MAX, start_at=-VALUE_MAX)},
        {"trigger": counter(start_at=VALUE_MAX), "mode": "floating"},
        {"rule": Rule("month"), "trigger": counter(), "mode": "floating"},
        {"trigger": condition(readings=READINGS_MAX, cool_down_hours=COOL_DOWN_MAX)},
        {"trigger": condition(readings=1, cool_down_hours=0, back_at="9.9")},
        {"trigger": condition(side="below", back_at="10.1")},
        {"trigger": condition(threshold="critical", back_at="ok")},
    ],
)
def test_S26_S29_the_farthest_that_a_meter_may_go_is_accepted_and_stored(said):
    schedule = Schedule(**{"rule": DATELESS} | said)
    check_schedule(schedule)
    assert Schedule.from_dict(schedule.to_dict()) == schedule
