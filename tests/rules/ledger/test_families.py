"""S24: plans of one family on one item, decided together from the highest rank down."""

from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from app.ledger.rules.facts import Facts, Gauged, OpenOrder
from app.ledger.rules.families import Member, decide_together
from app.ledger.rules.watching import Seen
from app.meters.rules.use import Use
from app.meters.rules.values import Kind, Scale
from app.plans.rules.rule import Rule
from app.plans.rules.schedule import Schedule
from app.plans.rules.trigger import Trigger
from tests.rules.ledger.book import Book
from tests.rules.ledger.household import Household

DAY = timedelta(days=1)
JAN_1 = date(2027, 1, 1)


def book(unit="month", interval=1, anchor=JAN_1, **schedule):
    return Book(Facts(Schedule(Rule(unit, interval), **schedule), None, anchor))


def floating(unit="month", interval=1, counted=JAN_1 - 31 * DAY, **schedule):
    """Last done on 1 December: due again on 1 January."""
    facts = Facts(Schedule(Rule(unit, interval), mode="floating", **schedule), None, counted, anchor_is_due=False)
    return Book(facts)


def house(*books, tolerance=7):
    return Household(list(books), tolerance)


def said(rows):
    return [(row.key.removeprefix("D:"), row.fate, row.of) for row in rows]


def test_S24_a_lower_cycle_is_merged_into_a_higher_one_of_the_same_day():
    h = house(book(), book("year"))
    h.tick(JAN_1)
    assert said(h.book(2).rows) == [("2027-01-01", "generated", None)]
    assert said(h.book(1).rows) == [("2027-01-01", "merged", 2)]
    assert h.book(1).rows[0].named == "D:2027-01-01"


@pytest.mark.parametrize(("day", "fate"), [(8, "merged"), (9, "generated")])
def test_S24_the_tolerance_is_counted_between_both_due_dates(day, fate):
    h = house(book(anchor=date(2027, 1, day)), book("year", anchor=JAN_1))
    h.days(JAN_1, date(2027, 1, day))
    assert [row.fate for row in h.book(1).rows] == [fate]


def test_S24_the_higher_one_is_made_at_the_earlier_of_both_lead_dates():
    h = house(book(anchor=JAN_1, lead_days=10), book("year", anchor=date(2027, 1, 5)))
    h.days(date(2026, 12, 20), date(2026, 12, 22))
    assert h.book(2).made == [(date(2026, 12, 22), "D:2027-01-05")]
    assert said(h.book(1).rows) == [("2027-01-01", "merged", 2)]


def test_S24_a_higher_one_that_nobody_calls_for_keeps_its_lead():
    h = house(book(anchor=date(2027, 1, 15), lead_days=10), book("year", anchor=date(2027, 1, 5)))
    h.days(date(2026, 12, 20), date(2027, 1, 5))
    assert h.book(2).made == [(date(2027, 1, 5), "D:2027-01-05")]
    assert said(h.book(1).rows) == [("2027-01-15", "generated", None)]


def test_S24_a_lower_one_goes_on_by_itself_where_the_higher_is_begun():
    h = house(book("week"), book("year", lead_days=1))
    h.tick(date(2026, 12, 31))
    h.book(1).rows.clear()
    h.book(1).facts = book("week").facts
    h.book(2).start("D:2027-01-01")
    h.tick(JAN_1)
    assert said(h.book(1).rows) == [("2027-01-01", "generated", None)]


def test_S24_fixed_cycles_near_a_higher_one_that_is_done_are_covered_by_it():
    h = house(book("week", anchor=date(2027, 1, 1)), book("year"), tolerance=3)
    h.tick(JAN_1)
    h.complete(2, "D:2027-01-01", JAN_1)
    h.days(JAN_1, date(2027, 1, 8))
    assert said(h.book(1).rows) == [("2027-01-01", "merged", 2), ("2027-01-08", "generated", None)]
    late = house(book(anchor=date(2027, 1, 4)), book("year", lead_days=20))
    late.book(1).facts = book(anchor=date(2027, 2, 1)).facts
    late.tick(date(2026, 12, 15))
    late.complete(2, "D:2027-01-01", date(2026, 12, 16))
    late.book(1).facts = book(anchor=date(2027, 1, 4)).facts
    late.tick(date(2027, 1, 4))
    assert said(late.book(1).rows) == [("2027-01-04", "merged", 2)]


def test_S24_a_merged_floating_target_waits_for_that_order_and_counts_from_it():
    h = house(floating(), book("year"))
    h.days(JAN_1, date(2027, 2, 20))
    assert said(h.book(1).rows) == [("N:1", "merged", 2)]
    h.complete(2, "D:2027-01-01", date(2027, 2, 20))
    h.tick(date(2027, 3, 19))
    assert len(h.book(1).rows) == 1
    h.tick(date(2027, 3, 20))
    assert said(h.book(1).rows)[1:] == [("N:2", "generated", None)]


def test_S24_completing_the_higher_one_resets_a_floating_clock_that_was_not_merged():
    h = house(floating(counted=date(2026, 12, 20)), book("year"))
    h.tick(JAN_1)
    h.complete(2, "D:2027-01-01", date(2027, 1, 3))
    h.days(date(2027, 1, 3), date(2027, 2, 3))
    assert h.book(1).made == [(date(2027, 2, 3), "N:1")]


def test_S24_a_done_higher_one_covers_no_floating_cycle():
    """Its clock was reset by that work: what comes then is another cycle."""
    h = house(floating("day", 3, counted=date(2026, 12, 29)), book("year"))
    h.tick(JAN_1)
    h.complete(2, "D:2027-01-01", JAN_1)
    h.days(JAN_1, date(2027, 1, 4))
    assert said(h.book(1).rows)[-1] == ("N:2", "generated", None)


def test_S24_the_latest_merged_cycle_comes_back_when_the_higher_order_is_not_done():
    h = house(book("week"), book("year"))
    h.days(JAN_1, date(2027, 1, 4))
    assert said(h.book(1).rows) == [("2027-01-01", "merged", 2), ("2027-01-08", "merged", 2)]
    h.cancel(2, "D:2027-01-01", date(2027, 1, 9))
    h.tick(date(2027, 1, 9))
    assert said(h.book(1).rows) == [("2027-01-01", "merged", 2), ("2027-01-08", "generated", None)]


def test_S24_a_floating_cycle_comes_back_too():
    h = house(floating(), book("year"))
    h.tick(JAN_1)
    h.cancel(2, "D:2027-01-01", date(2027, 1, 9))
    h.tick(date(2027, 1, 9))
    assert said(h.book(1).rows) == [("N:1", "generated", None)]


def test_S24_three_ranks_end_in_the_highest():
    h = house(book(), book("month", 3), book("year"))
    h.days(JAN_1, date(2027, 4, 1))
    assert said(h.book(3).rows) == [("2027-01-01", "generated", None)]
    assert said(h.book(2).rows) == [("2027-01-01", "merged", 3), ("2027-04-01", "generated", None)]
    assert [row.of for row in h.book(1).rows] == [3, None, None, 2]


def test_S24_a_cycle_is_not_merged_into_one_that_gets_no_order():
    """The yearly order of last year is still open: this year's waits, and the monthly one does not wait with it."""
    yearly = book("year", anchor=date(2026, 1, 1))
    h = house(book(anchor=date(2026, 12, 1), lead_days=5), yearly)
    h.tick(date(2026, 1, 1))
    h.book(2).start("D:2026-01-01")
    h.days(date(2026, 12, 1), date(2026, 12, 2))
    h.book(1).done("D:2026-12-01", date(2026, 12, 2))
    h.days(date(2026, 12, 3), JAN_1)
    assert said(h.book(2).rows)[-1] == ("2027-01-01", "waiting", None)
    assert said(h.book(1).rows)[-1] == ("2027-01-01", "generated", None)


def test_S20_a_cycle_that_waits_for_its_own_plans_order_is_merged_when_the_higher_one_is_made():
    h = house(book(anchor=date(2026, 12, 1), lead_days=20), book("year", anchor=date(2027, 1, 1), lead_days=3))
    h.books[1].facts = book("year", anchor=date(2027, 2, 1), lead_days=3).facts
    h.days(date(2026, 12, 1), date(2026, 12, 20))
    assert said(h.book(1).rows)[-1] == ("2027-01-01", "waiting", None)
    h.books[1].facts = book("year", anchor=date(2027, 1, 1), lead_days=3).facts
    h.tick(date(2026, 12, 21))
    assert said(h.book(1).rows)[-1] == ("2027-01-01", "merged", 2)
    assert h.book(2).made == [(date(2026, 12, 21), "D:2027-01-01")]


def test_S20_a_higher_order_that_is_replaced_gives_back_what_it_had_taken_in():
    h = house(book("week"), book("month", overlap="replace"), tolerance=1)
    h.days(JAN_1, date(2027, 2, 1))
    assert said(h.book(2).rows) == [("2027-01-01", "missed", None), ("2027-02-01", "generated", None)]
    assert Counter(row.fate for row in h.book(1).rows)["merged"] <= 1


# The promise, played: whatever is done, each cycle of each plan has one fate and nothing waits without end.

PLANS = st.fixed_dictionaries(
    {
        "rule": st.sampled_from([("week", 1), ("month", 1), ("month", 2), ("day", 9), ("day", 3)]),
        "mode": st.sampled_from(["fixed", "fixed", "floating"]),
        "overlap": st.sampled_from(["suppress", "stack", "replace", "remind"]),
        "lead_days": st.sampled_from([0, 2, 10]),
        "first": st.integers(0, 20),
    }
)
EVENTS = st.sampled_from(["tick", "tick", "tick", "nothing", "start", "done", "done", "cancel"])
SPAN = 60
PHASES = (Phase.explicit, Phase.reuse, Phase.generate)  # a house of three plans is slow to shrink


@st.composite
def played(draw):
    books = []
    for plan in draw(st.lists(PLANS, min_size=2, max_size=3)):
        rule, mode = Rule(*plan["rule"]), plan["mode"]
        schedule = Schedule(rule, mode=mode, overlap=plan["overlap"], lead_days=plan["lead_days"])
        anchor = JAN_1 + plan["first"] * DAY
        books.append(Book(Facts(schedule, None, anchor, anchor_is_due=mode == "fixed")))
    h = Household(books, draw(st.sampled_from([0, 2, 7, 15])))
    for n in range(SPAN):
        day, event = JAN_1 + n * DAY, draw(EVENTS)
        owners = [rank for rank in range(1, len(books) + 1) if h.book(rank).orders]
        if event == "tick":
            h.tick(day, draw(st.sampled_from([1, 2, 400])))
        elif owners and event != "nothing":
            rank = draw(st.sampled_from(owners))
            key = draw(st.sampled_from(sorted(h.book(rank).orders)))
            if event == "start":
                h.book(rank).start(key)
            elif event == "cancel":
                h.cancel(rank, key, day)
            else:
                h.complete(rank, key, day)
    h.tick(JAN_1 + SPAN * DAY)
    return h


@settings(max_examples=60, deadline=None, phases=PHASES)
@given(played())
def test_S24_each_cycle_of_each_plan_has_exactly_one_fate(h):
    last = JAN_1 + SPAN * DAY
    for rank, played_book in enumerate(h.books, 1):
        keys = [row.key for row in played_book.cycles()]
        assert len(keys) == len(set(keys))
        facts = played_book.facts
        if facts.schedule.mode == "fixed":
            assert facts.settled_through is None or facts.anchor_on <= facts.settled_through
            overdue = facts.anchor_on <= last
            assert not overdue or keys
        else:
            assert set(keys) == {f"N:{n}" for n in range(1, facts.counter + 1)}
        for row in h.merged(rank):
            assert row.of is not None
            assert row.of > rank
            assert row.named in {other.key for other in h.book(row.of).cycles()}


@settings(max_examples=60, deadline=None, phases=PHASES)
@given(played())
def test_S24_a_floating_plan_waits_for_a_named_order_or_has_a_next_date(h):
    last = JAN_1 + SPAN * DAY
    for rank, played_book in enumerate(h.books, 1):
        if played_book.facts.schedule.mode == "floating":
            has_order = bool(played_book.orders) or h._is_held(played_book)
            assert has_order or (played_book.wake_on is not None and played_book.wake_on > last), rank


@settings(max_examples=40, deadline=None, phases=PHASES)
@given(played())
def test_S17_twice_the_same_tick_of_a_family_is_once(h):
    before = [(list(each.rows), dict(each.orders), list(each.made)) for each in h.books]
    h.tick(JAN_1 + SPAN * DAY)
    assert [(each.rows, each.orders, each.made) for each in h.books] == before


PAGES = Trigger("counter", "Pages", every=Decimal(100))


def by_counter(total, *, mode="fixed", use=None, base=0, **trigger):
    """Read on 1 January."""
    meter = Gauged(7, Scale(Kind.COUNTER), last_on=JAN_1, total=total, base=base, use=use)
    schedule = Schedule(Rule("none"), mode=mode, trigger=replace(PAGES, **trigger))
    return Facts(schedule, None, JAN_1, anchor_is_due=False, meter=meter)


def together(lower, day, *, higher=JAN_1 + 3 * DAY, done=None):
    """What becomes of both on a day; the lower one by its verdicts."""
    yearly = Facts(Schedule(Rule("year")), None, higher)
    if done is not None:
        yearly = replace(yearly, settled_through=done.raw_due_on)
    decisions = decide_together([Member(1, 1, lower), Member(2, 2, yearly, done)], 7, day)
    made = [row.cycle.key for row in decisions[2].rows if row.verdict.fate == "generated"]
    return made, [(row.cycle.key, row.verdict.fate, row.verdict.of) for row in decisions[1].rows]


@pytest.mark.parametrize(("mode", "key"), [("fixed", "M:7:1"), ("floating", "N:1")])
def test_S24_what_a_counter_brings_is_merged_like_a_date(mode, key):
    reached = by_counter(120, mode=mode)
    assert together(reached, JAN_1) == (["D:2027-01-04"], [(key, "merged", 2)])
    assert together(by_counter(99, mode=mode), JAN_1) == ([], [])
    assert together(reached, JAN_1, higher=JAN_1 + 8 * DAY) == ([], [(key, "generated", None)])


def test_S24_of_several_steps_at_once_the_highest_is_merged_and_the_others_are_passed():
    _, fates = together(by_counter(350), JAN_1)
    assert fates == [("M:7:1", "missed", None), ("M:7:3", "merged", 2)]


def test_S24_S27_an_estimate_is_merged_where_orders_come_from_it():
    use = Use(Fraction(10), 3, datetime(2026, 12, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC), 50)
    estimated = by_counter(50, use=use, is_estimated=True)  # on 6 January
    assert together(estimated, JAN_1 + 3 * DAY) == (["D:2027-01-04"], [("M:7:1", "merged", 2)])
    assert together(by_counter(50, use=use), JAN_1 + 3 * DAY) == (["D:2027-01-04"], [])


def test_S24_a_step_is_covered_by_work_done_near_it_and_what_holds_now_is_not():
    done = OpenOrder("D:2026-12-30", date(2026, 12, 30), date(2026, 12, 30))
    assert together(by_counter(120), JAN_1, higher=done.due_on, done=done) == ([], [("M:7:1", "merged", 2)])
    hot = Schedule(Rule("none"), trigger=Trigger("condition", "Heat", threshold="60"))
    seen = (Seen(5, datetime(2027, 1, 1, 8, tzinfo=UTC), 70, JAN_1),)
    meter = Gauged(7, Scale(Kind.GAUGE), last_on=JAN_1, seen=seen)
    episode = Facts(hot, None, JAN_1, meter=meter)
    assert together(episode, JAN_1, higher=done.due_on, done=done) == ([], [("C:7:5", "generated", None)])
    assert together(episode, JAN_1) == (["D:2027-01-04"], [("C:7:5", "merged", 2)])
