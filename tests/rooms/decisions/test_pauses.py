"""One item of a plan rests alone and goes on (S38), on both databases."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from app.changes.actions import edits
from app.core.errors import Conflict, InvalidInput, NotAllowed
from app.decisions.actions.pauses import pause_target, resume_target
from app.ledger.models import Occurrence
from app.ledger.queries.explaining import explain_target
from app.plans.models import PlanTarget
from app.plans.rules.rule import Rule
from app.plans.schemas import Pause, TargetEdit
from tests.factories.plans import ALICE, BOB
from tests.rooms.decisions.test_dates import days, done, orders, skip
from tests.rooms.engine.test_tick import at, ledger, plan_targets, tick_on

START = date(2026, 12, 21)


def pause(database, target_id, on=START, until=None, by=ALICE):
    with database.writing() as session:
        pause_target(session, target_id, Pause(reason="On loan", until=until), by=by, now=at(on))


def resume(database, target_id, on, *, is_caught_up=False):
    with database.writing() as session:
        resume_target(session, target_id, is_caught_up=is_caught_up, by=ALICE, now=at(on))


def target_of(database, target_id):
    with database.reading() as session:
        return session.get_one(PlanTarget, target_id)


def plan_rests(database, action, on, **more):
    with database.writing() as session:
        plan_id = session.scalars(select(PlanTarget.plan_id)).first()
        action(session, plan_id, by=ALICE, now=at(on), **more)


def test_S38_one_item_rests_and_the_others_go_on(database):
    first, second = plan_targets(database, 2)
    pause(database, first)
    days(database, date(2026, 12, 31), date(2027, 1, 2))
    with database.reading() as session:
        assert session.scalars(select(Occurrence.target_id)).all() == [second]
    assert (target_of(database, first).state, target_of(database, first).next_due_on) == ("paused", None)


def test_S38_what_was_due_meanwhile_is_missed_and_what_is_due_after_comes(database):
    [target_id] = plan_targets(database)
    pause(database, target_id)
    days(database, date(2027, 1, 1), date(2027, 1, 3))
    resume(database, target_id, date(2027, 2, 20))
    assert ledger(database) == [("2027-01-01", "missed", 2)]
    target = target_of(database, target_id)
    assert (target.state, target.pause_reason, target.paused_until) == ("active", None, None)
    assert target.next_due_on == date(2027, 3, 1)


def test_S38_a_cycle_whose_lead_fell_into_the_pause_is_made_when_it_ends(database):
    [target_id] = plan_targets(database, lead_days=20)
    pause(database, target_id, date(2026, 12, 1))
    resume(database, target_id, date(2026, 12, 28))
    assert ledger(database) == [("2027-01-01", "generated", 1)]


def test_S38_a_pause_until_a_day_ends_with_the_first_tick_of_that_day(database):
    [target_id] = plan_targets(database)
    pause(database, target_id, until=date(2027, 2, 1))
    days(database, date(2027, 1, 1), date(2027, 1, 2))
    tick_on(database, date(2027, 1, 31), hour=22)
    assert ledger(database) == []
    tick_on(database, date(2027, 1, 31), hour=23)  # midnight in Paris
    assert ledger(database) == [("2027-01-01", "missed", 1), ("2027-02-01", "generated", 1)]
    assert target_of(database, target_id).pause_reason is None


def test_S38_what_was_due_after_the_pause_is_not_laid_to_its_charge(database):
    """Until 1 February; no scheduler ran before 10 April."""
    [target_id] = plan_targets(database)
    pause(database, target_id, until=date(2027, 2, 1))
    tick_on(database, date(2027, 4, 10))
    with database.reading() as session:
        rows = session.execute(select(Occurrence.cycle_key, Occurrence.fate, Occurrence.reason).order_by(Occurrence.id))
        assert [tuple(row) for row in rows] == [
            ("D:2027-01-01", "missed", "paused"),
            ("D:2027-02-01", "missed", "outage"),
            ("D:2027-04-01", "generated", None),
        ]


def test_S38_an_item_paused_by_itself_stays_paused_when_its_plan_is_resumed(database):
    first, second = plan_targets(database, 2)
    pause(database, first)
    plan_rests(database, edits.pause_plan, START, data=Pause(reason="Move"))
    plan_rests(database, edits.resume_plan, date(2027, 1, 10))
    tick_on(database, date(2027, 1, 10))
    assert (target_of(database, first).state, target_of(database, second).state) == ("paused", "active")
    assert target_of(database, first).wake_at is None
    resume(database, first, date(2027, 1, 20))
    assert ledger(database) == [("2027-01-01", "missed", 1)] * 2


def test_S38_a_pause_that_ends_while_the_plan_rests_ends_with_the_plan(database):
    [target_id] = plan_targets(database)
    pause(database, target_id, until=date(2027, 1, 15))
    plan_rests(database, edits.pause_plan, START, data=Pause(reason="Move"))
    tick_on(database, date(2027, 1, 20))
    assert target_of(database, target_id).state == "paused"
    plan_rests(database, edits.resume_plan, date(2027, 3, 10))
    tick_on(database, date(2027, 3, 10))
    assert ledger(database) == [("2027-01-01", "missed", 3)]
    assert target_of(database, target_id).state == "active"


def test_S38_a_longer_own_pause_is_taken_up_again_when_the_plan_goes_on(database):
    [target_id] = plan_targets(database)
    pause(database, target_id, until=date(2027, 3, 1))
    plan_rests(database, edits.pause_plan, START, data=Pause(reason="Move"))
    plan_rests(database, edits.resume_plan, date(2027, 1, 10))
    tick_on(database, date(2027, 1, 10))
    assert target_of(database, target_id).state == "paused"
    tick_on(database, date(2027, 3, 1))
    assert ledger(database) == [("2027-01-01", "missed", 2), ("2027-03-01", "generated", 1)]


@pytest.mark.parametrize("rule", [Rule("month"), Rule("week")])
def test_S38_on_resuming_the_latest_date_is_caught_up_with_where_it_is_asked_for(database, rule):
    [target_id] = plan_targets(database, rule=rule)
    pause(database, target_id)
    resume(database, target_id, date(2027, 2, 20), is_caught_up=True)
    assert ledger(database)[-1][1] == "generated"
    assert len(orders(database)) == 1
    fates = [fate for _, fate, _ in ledger(database)]
    assert fates == ["missed", "generated"]


@pytest.mark.parametrize("rule", [Rule("month"), Rule("month", 3), Rule("week")])
def test_S38_when_a_plan_goes_on_the_latest_date_of_each_item_is_caught_up_with_where_it_is_asked_for(database, rule):
    targets = plan_targets(database, 3, rule=rule)
    pause(database, targets[0])
    plan_rests(database, edits.pause_plan, START, data=Pause(reason="Move"))
    plan_rests(database, edits.resume_plan, date(2027, 2, 20), is_caught_up=True)
    fates = [fate for _, fate, _ in ledger(database)]
    assert fates in (["missed", "generated"] * 2, ["generated"] * 2)  # the one that rests by itself goes on resting
    assert len(orders(database)) == 2
    tick_on(database, date(2027, 2, 20))
    assert len(orders(database)) == 2


@pytest.mark.parametrize(("mode", "fates"), [("fixed", [("missed", 2)]), ("floating", [("missed", 1)])])
def test_S36b_a_plan_that_ends_while_it_rests_has_missed_what_was_due_meanwhile(database, mode, fates):
    [target_id] = plan_targets(database, lead_days=20, mode=mode)
    plan_rests(database, edits.pause_plan, date(2026, 12, 1), data=Pause(reason="Move"))
    plan_rests(database, edits.archive_plan, date(2027, 2, 20))
    assert [(fate, count) for _, fate, count in ledger(database)] == fates
    assert target_of(database, target_id).state == "ended"
    assert orders(database) == []


def test_S38_a_floating_date_is_caught_up_with(database):
    [target_id] = plan_targets(database, mode="floating")
    pause(database, target_id)
    resume(database, target_id, date(2027, 2, 20), is_caught_up=True)
    assert ledger(database) == [("N:1", "generated", 1)]
    done(database, "N:1", date(2027, 2, 22))
    tick_on(database, date(2027, 2, 22))
    assert target_of(database, target_id).next_due_on == date(2027, 3, 22)


def test_S38_a_floating_target_goes_on_after_its_pause(database):
    [target_id] = plan_targets(database, mode="floating")
    pause(database, target_id)
    resume(database, target_id, date(2027, 2, 20))
    assert ledger(database) == [("N:1", "missed", 1)]
    assert target_of(database, target_id).next_due_on == date(2027, 3, 1)


def test_S38_open_orders_stay(database):
    [target_id] = plan_targets(database, lead_days=10)
    tick_on(database, date(2026, 12, 22))
    pause(database, target_id, date(2026, 12, 23))
    assert [state for *_, state in orders(database)] == ["planned"]


def test_S38_a_date_skipped_by_a_person_is_skipped_also_where_it_fell_into_a_pause(database):
    [target_id] = plan_targets(database)
    skip(database, target_id, "D:2027-01-01", START)
    pause(database, target_id)
    resume(database, target_id, date(2027, 2, 20))
    assert ledger(database) == [("2027-01-01", "skipped", 1), ("2027-02-01", "missed", 1)]


def test_S38_an_edit_during_the_pause_of_an_item_loses_no_cycle(database):
    [target_id] = plan_targets(database)
    pause(database, target_id)
    with database.writing() as session:
        data = TargetEdit(last_done_on=date(2026, 12, 1))
        edits.edit_target(session, target_id, data, by=ALICE, now=at(START))
    tick_on(database, date(2027, 1, 5))
    assert target_of(database, target_id).state == "paused"
    resume(database, target_id, date(2027, 1, 20))
    assert ledger(database) == [("2027-01-01", "missed", 1)]


def test_S38_a_pause_that_is_one_already_or_ends_in_the_past_is_refused(database):
    [target_id] = plan_targets(database)
    with pytest.raises(Conflict):
        resume(database, target_id, START)
    with pytest.raises(InvalidInput):
        pause(database, target_id, until=START)
    pause(database, target_id)
    with pytest.raises(Conflict):
        pause(database, target_id)
    with pytest.raises(NotAllowed):
        pause(database, target_id, by=BOB)


def test_S44_a_resting_item_says_who_wanted_it_until_when_and_why(database):
    [target_id] = plan_targets(database)
    pause(database, target_id, until=date(2027, 9, 1))
    with database.reading() as session:
        target = session.get_one(PlanTarget, target_id)
        said = explain_target(session, target.plan_id, equipment_id=target.equipment_id, location_id=None, by=ALICE)
    assert [text.replace("\xa0", " ") for text in said.sentences] == [
        "Paused for this item by Alice until Wed 1 Sept 2027: On loan"
    ]


def test_S38_an_item_that_is_woken_before_its_time_sleeps_on(database):
    [target_id] = plan_targets(database)
    pause(database, target_id, until=date(2027, 9, 1))
    wake_at = target_of(database, target_id).wake_at
    with database.writing() as session:
        session.get_one(PlanTarget, target_id).wake_at = at(START)
    tick_on(database, START + timedelta(days=1))
    assert (target_of(database, target_id).state, target_of(database, target_id).wake_at) == ("paused", wake_at)
