"""Rules of the ladder: what they measure, when they speak, and again."""

from datetime import date, timedelta

import pytest

from app.proposals.rules.deciding import Former, is_rearmed, speaks
from app.proposals.rules.ladder import DEFAULTS, Rule, rules_of
from app.proposals.rules.ladder import Test as Rung
from app.proposals.rules.measuring import Measure, Piece, Report, measure

TODAY = date(2026, 11, 23)


def report(order_id, days_ago, **more):
    """A failure that was adjusted, by overheating."""
    day = TODAY - timedelta(days=days_ago)
    said = {"type": "corrective", "origin": "manual", "kind": "adjusted", "finding": "failed", "mode": "overheats"}
    return Report(order_id=order_id, done_on=day, failed_on=day, **said | more)


def measured(test, *reports, rule=None, **piece):
    return measure(rule or DEFAULTS[test], Piece(today=TODAY, reports=reports, **piece))


def test_the_window_takes_its_newest_day_and_not_the_one_before_its_oldest():
    found = measured(Rung.FAILURES, report(1, 0), report(2, 89), report(3, 90))
    assert (found.value, found.is_reached, found.order_ids) == (2, False, (2, 1))


def test_failures_count_by_mode_and_the_greatest_number_is_told():
    found = measured(
        Rung.FAILURES,
        report(1, 9),
        report(2, 8, mode="no_power"),
        report(3, 7, mode="no_power"),
        report(4, 6, mode=None),
    )
    assert (found.value, found.subject, found.key) == (2, "no_power", "failures:no_power")


@pytest.mark.parametrize(
    "told",
    [
        {"finding": "minor"},
        {"type": "preventive"},
        {"origin": "follow_up"},  # the lasting fix of a failure that is counted already
        {"origin": "escalation"},  # a repair that was proposed
    ],
)
def test_what_is_no_failure_of_its_own_does_not_count(told):
    assert measured(Rung.FAILURES, report(1, 1, **told)).value == 0


def test_findings_of_visits_alone_count_as_findings():
    visits = [report(n, n, type="preventive", finding="minor", mode=None) for n in (1, 2, 3)]
    found = measured(Rung.FINDINGS, *visits, report(4, 1), report(5, 1, type="preventive", finding="none"))
    assert (found.value, found.is_reached) == (3, True)


def test_a_temporary_fix_is_no_repair_and_a_component_counts_like_a_mode():
    mended = {"kind": "repaired", "finding": "failed"}
    found = measured(
        Rung.REPAIRS,
        report(1, 200, **mended, mode="no_power", components=("part:FAN",)),
        report(2, 100, **mended, restoration="palliative", components=("part:FAN",)),
        report(3, 50, kind="component_replaced", mode="overheats", components=("part:FAN",)),
    )
    assert (found.value, found.is_reached, found.subject, found.order_ids) == (2, True, "part:FAN", (1, 3))


@pytest.mark.parametrize(
    ("cost", "share", "is_reached"), [(29_999, 49, False), (30_000, 50, True), (90_000, 150, True)]
)
def test_half_of_the_value_is_reached_at_half(cost, share, is_reached):
    found = measured(Rung.COST, report(1, 10, cost_minor=cost), replacement_value_minor=60_000, currency="EUR")
    assert (found.value, found.is_reached) == (share, is_reached)


def test_other_currencies_are_told_and_not_compared():
    paid = (
        report(1, 10, cost_minor=30_000),
        report(2, 11, other_costs={"USD": 500}),
        report(3, 12, other_costs={"USD": 1}),
    )
    found = measured(Rung.COST, *paid, replacement_value_minor=60_000, currency="EUR")
    assert (found.value, found.order_ids, found.facts["other_costs"]) == (50, (1,), {"USD": 501})


def test_without_a_value_nothing_is_said_of_cost():
    assert measured(Rung.COST, report(1, 10, cost_minor=5)).value is None


def test_old_alone_is_no_reason():
    old = {"commissioned_on": date(2021, 11, 23), "expected_life_months": 60}
    before, recent = report(1, 400), report(2, 100)
    assert (measured(Rung.AGE, before, recent, **old).value, measured(Rung.AGE, **old).is_reached) == (100, False)
    assert not measured(Rung.AGE, before, recent, **old).is_reached  # as often as in the year before
    assert measured(Rung.AGE, before, recent, report(3, 50), **old).is_reached
    assert not measured(Rung.AGE, recent, commissioned_on=date(2021, 11, 24), expected_life_months=60).is_reached


@pytest.mark.parametrize(("ends", "left", "is_reached"), [(24, 1, False), (23, 0, True), (1, -22, True)])
def test_support_ends_on_its_last_day(ends, left, is_reached):
    found = measured(Rung.SUPPORT, support_ends_on=date(2026, 11, ends))
    assert (found.value, found.is_reached) == (left, is_reached)


def test_the_nearest_rule_of_a_test_holds():
    own, above = Rule(Rung.COST, 40, 365, 1, 10), Rule(Rung.COST, 70, 365, 1, 10)
    found = {rule.test: rule for rule in rules_of([[own], [above, Rule(Rung.AGE, 80, 365, 1, 10)], []])}
    assert (found[Rung.COST], found[Rung.AGE].threshold, found[Rung.SUPPORT]) == (own, 80, DEFAULTS[Rung.SUPPORT])


RULE = Rule(Rung.FAILURES, threshold=3, window_days=90, again_after=2, cool_down_days=30)
KEY = "failures:overheats"


def heard(*order_ids):
    return Measure(RULE, len(order_ids), len(order_ids) >= 3, "overheats", order_ids)


def decided(days_ago, **more):
    known = {"keys": frozenset({KEY}), "order_ids": frozenset({1, 2, 3})}
    return Former("decided", TODAY - timedelta(days=days_ago), **known | more)


@pytest.mark.parametrize(
    ("measure_", "former", "does"),
    [
        (heard(1, 2), None, False),
        (heard(1, 2, 3), None, True),
        (heard(1, 2, 3), Former("pending"), False),
        (heard(2, 3, 4, 5), decided(29), False),  # it rests
        (heard(1, 2, 3), decided(30), False),  # nothing new
        (heard(1, 2, 3, 4), decided(30), False),  # one new, two are needed
        (heard(2, 3, 4, 5), decided(30), True),
        (heard(1, 2, 3), decided(30, is_rearmed=True), True),
        (heard(1, 2, 3), decided(30, keys=frozenset({"cost"})), True),  # this rule was not heard before
    ],
)
def test_it_speaks_again_after_its_rest_and_on_new_evidence(measure_, former, does):
    assert speaks(measure_, former, TODAY) is does


def test_it_is_rearmed_once_all_that_it_rested_on_is_below():
    assert not is_rearmed([heard(1, 2, 3)], decided(1))
    assert is_rearmed([heard(1, 2)], decided(1))
    assert is_rearmed([heard(1, 2, 3)], decided(1, is_rearmed=True))
