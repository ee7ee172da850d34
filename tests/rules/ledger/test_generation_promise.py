"""The promise: each cycle has exactly one fate. Slots are found by walking days, not by the engine."""

from calendar import monthrange
from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from app.ledger.rules.facts import Facts
from app.plans.rules.calendar import WorkCalendar
from app.plans.rules.rule import Rule
from app.plans.rules.schedule import Schedule
from tests.rules.ledger.book import Book

DAY = timedelta(days=1)
START = date(2026, 12, 28)


@dataclass(frozen=True)
class Case:
    rule: Rule
    schedule: dict
    calendar: WorkCalendar | None
    anchor: date
    span: int  # days played

    def book(self) -> Book:
        return Book(Facts(Schedule(self.rule, **self.schedule), self.calendar, self.anchor))

    def last(self) -> date:
        return START + self.span * DAY

    def is_slot(self, day: date) -> bool:
        if day < self.anchor:
            return False
        if self.rule.freq == "day":
            return (day - self.anchor).days % self.rule.interval == 0
        if self.rule.freq == "week":
            return day.weekday() in self.rule.weekdays
        months = (day.year - self.anchor.year) * 12 + day.month - self.anchor.month
        return months % self.rule.interval == 0 and day.day == min(self.anchor.day, monthrange(day.year, day.month)[1])


RULES = st.one_of(
    st.builds(Rule, st.just("day"), st.integers(1, 9)),
    st.builds(Rule, st.just("month"), st.integers(1, 2)),
    st.sets(st.integers(0, 6), min_size=1).map(lambda days: Rule("week", weekdays=tuple(sorted(days)))),
)


@st.composite
def cases(draw, overlaps=("suppress", "stack", "replace", "remind")):
    overlap = draw(st.sampled_from(overlaps))
    catch_ups = ["latest", "none", "ask", *(["all"] if overlap == "stack" else [])]
    schedule = {
        "overlap": overlap,
        "catch_up": draw(st.sampled_from(catch_ups)),
        "lead_days": draw(st.sampled_from([0, 1, 5, 12, 40])),
        "shift": draw(st.sampled_from(["none", "next", "previous", "nearest", "skip"])),
        "late": draw(st.sampled_from(["keep", "skip"])),
    }
    calendar = draw(st.sampled_from([None, WorkCalendar(), WorkCalendar(weekdays=(1, 3), country="FR")]))
    return Case(draw(RULES), schedule, calendar, START + draw(st.integers(0, 34)) * DAY, draw(st.integers(30, 120)))


@st.composite
def played(draw):
    """A book after days on some of which it ticked, and orders were started, done or cancelled."""
    case = draw(cases())
    book = case.book()
    events = st.sampled_from(["tick", "tick", "tick", "nothing", "start", "done", "back-dated", "cancel"])
    limit = draw(st.integers(1, 6))
    for n in range(case.span + 1):
        day = START + n * DAY
        event = draw(events) if n < case.span else "tick"
        if event == "tick":
            book.tick(day, limit)
        elif book.orders and event != "nothing":
            key = draw(st.sampled_from(sorted(book.orders)))
            if event == "start":
                book.start(key)
            elif event == "cancel":
                book.cancel(key, day)
            else:
                book.done(key, day if event == "done" else day - draw(st.integers(0, 9)) * DAY)
    return case, book


@settings(max_examples=100, deadline=None)
@given(played())
def test_each_cycle_has_exactly_one_fate(game):
    case, book = game
    counted = Counter(row.key for row in book.cycles())
    assert set(counted.values()) <= {1}
    settled = book.facts.settled_through
    days = [START + n * DAY for n in range(case.span + 60)]
    slots = {f"D:{day}" for day in days if case.is_slot(day) and settled is not None and day <= settled}
    assert set(counted) == slots
    overdue = [day for day in days if case.is_slot(day) and day + 31 * DAY < case.last()]
    assert not overdue or (settled is not None and settled >= overdue[-1])


@settings(max_examples=60, deadline=None)
@given(played())
def test_S17_twice_the_same_tick_is_once(game):
    case, book = game
    rows, orders, made = list(book.rows), dict(book.orders), list(book.made)
    book.tick(case.last())
    assert (book.rows, book.orders, book.made) == (rows, orders, made)


@settings(max_examples=60, deadline=None)
@given(cases(), st.integers(1, 5))
def test_S15_a_bounded_tick_repeated_is_an_unbounded_one(case, limit):
    whole, pieces = case.book(), case.book()
    whole.tick(case.last())
    pieces.tick(case.last(), limit)
    assert (pieces.rows, pieces.made, pieces.wake_on) == (whole.rows, whole.made, whole.wake_on)


@settings(max_examples=60, deadline=None)
@given(cases())
def test_S13_looking_only_when_woken_is_looking_every_day(case):
    daily, woken = case.book(), case.book()
    for n in range(case.span + 1):
        day = START + n * DAY
        daily.tick(day)
        if woken.decisions == 0 or (woken.wake_on is not None and woken.wake_on <= day):
            woken.tick(day)
    assert (woken.rows, woken.made) == (daily.rows, daily.made)


@settings(max_examples=60, deadline=None)
@given(cases(overlaps=["suppress"]), st.integers(0, 70))
def test_S20_suppress_is_what_a_person_with_a_diary_would_do(case, days_to_do):
    """Without a calendar, ticked every day, each order done a fixed time after it was made."""
    if case.calendar is not None or case.schedule["late"] == "skip":
        return
    book = case.book()
    open_since, expected, lead = None, {}, case.schedule["lead_days"]
    pending: list[date] = []
    for n in range(-41, case.span + 1):
        day = START + n * DAY
        if case.is_slot(day + lead * DAY):
            pending.append(day + lead * DAY)
        if n == -41:
            pending = [day + k * DAY for k in range(lead + 1) if case.is_slot(day + k * DAY)]
        book.tick(day)
        while open_since is not None and pending and pending[0] < day:
            del pending[0]  # its date is over and the earlier order still open
        if open_since is not None and (day - open_since).days == days_to_do:
            book.done(next(iter(book.orders)), day)
            open_since = None
            book.tick(day)
        while pending and open_since is None:
            expected[pending.pop(0)], open_since = day, day
            if days_to_do == 0:
                book.done(next(iter(book.orders)), day)
                open_since = None
                book.tick(day)
    assert {key: day for day, key in book.made} == {f"D:{slot}": day for slot, day in expected.items()}
