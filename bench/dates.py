"""Next dates, everything on (calendar, shift, lead, window, trace), beside python-dateutil finding the same ones.

Both start again from the last date each time, as a tick does; dateutil is re-seated there, or it would walk from its
anchor. What dateutil has not (calendar, shift, lead) it borrows.
"""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from statistics import median
from time import perf_counter
from typing import cast

from dateutil.rrule import rrule, rrulestr

from app.plans.rules.calendar import WorkCalendar
from app.plans.rules.policy import Schedule
from app.plans.rules.recurrence import next_slot
from app.plans.rules.rrule import parse_rrule
from app.plans.rules.schedule import fixed_cycles
from app.plans.rules.shift import shift_day
from bench.results import Anchor, Figure, Report

RULES = (
    "FREQ=MONTHLY;BYMONTHDAY=28,29,30,31;BYSETPOS=-1",
    "FREQ=MONTHLY;INTERVAL=3;BYMONTHDAY=15",
    "FREQ=MONTHLY;INTERVAL=6",
    "FREQ=MONTHLY;BYMONTHDAY=-1",
    "FREQ=MONTHLY;BYDAY=-1FR",
    "FREQ=WEEKLY;BYDAY=TU,TH",
    "FREQ=WEEKLY;INTERVAL=2",
    "FREQ=DAILY",
    "FREQ=DAILY;INTERVAL=10",
    "FREQ=YEARLY;BYMONTH=3;BYMONTHDAY=1",
)
ANCHOR = date(2020, 1, 28)
DATES = 100  # of each rule
ROUNDS = 7
LEAD = 7  # days
FRANCE = WorkCalendar(country="FR")

Dates = list[tuple[date, date, date]]


def ours(schedule: Schedule, start: date) -> Dates:
    found, raw = [], start
    for _ in range(DATES):
        cycle = next(fixed_cycles(schedule, FRANCE, ANCHOR, raw, anchor_is_due=True))
        raw = cycle.raw_due_on
        found.append((raw, cycle.due_on, cycle.generate_on))
    return found


def theirs(rule: rrule, start: date) -> Dates:
    found, at = [], datetime.combine(start, time.min)
    for _ in range(DATES):
        following = rule.replace(dtstart=at).after(at)
        assert following is not None  # none of the rules ends
        at = following
        due_on = shift_day(at.date(), "next", FRANCE).on
        found.append((at.date(), due_on, due_on - timedelta(days=LEAD)))
    return found


def measure_dates(report: Report) -> None:
    seconds: dict[str, tuple[list[float], list[float], list[float]]] = {text: ([], [], []) for text in RULES}
    for text in RULES:
        rule = parse_rrule(text)
        schedule = Schedule(rule, shift="next", lead_days=LEAD)
        start = next_slot(rule, ANCHOR, None) or ANCHOR
        base = cast("rrule", rrulestr(text, dtstart=datetime.combine(start, time.min)))
        assert ours(schedule, start) == theirs(base, start), text
        for _ in range(ROUNDS):
            works: tuple[Callable[[], Dates], ...] = (
                lambda base=base, start=start: theirs(base, start),  # type: ignore[misc]
                lambda schedule=schedule, start=start: ours(schedule, start),  # type: ignore[misc]
                lambda base=base, start=start: theirs(base, start),  # type: ignore[misc]
            )
            for taken, work in zip(seconds[text], works, strict=True):
                began = perf_counter()
                work()
                taken.append(perf_counter() - began)
    before, took, after = (sum(median(times[n]) for times in seconds.values()) for n in range(3))
    dates = DATES * len(RULES)
    anchor = report.anchor("dateutil", Anchor(dates / before, dates / after, "dates/s"))
    detail = {text: round(median(times[0] + times[2]) / median(times[1]), 2) for text, times in seconds.items()}
    report.add("dates", Figure(dates / took, "dates/s", dates / took / anchor.mean, "dateutil", detail))
