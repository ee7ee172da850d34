"""Dates that a person skips, moves or wants now (S30, S35, S36), on both databases."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from app.changes.actions import edits
from app.core.errors import Conflict, InvalidInput, NotAllowed, NotFound
from app.decisions.actions.dates import do_now, move_cycle, skip_cycle, withdraw_exception
from app.decisions.queries import list_exceptions
from app.decisions.schemas import CycleMove, CycleNow, CycleSkip
from app.forecasts.queries.forecast import forecast
from app.forecasts.schemas import ForecastQuery
from app.ledger.actions.outcomes import record_completion, record_logged_work
from app.ledger.models import Occurrence, PlanException
from app.ledger.queries.upcoming import upcoming_of_target
from app.operations.queries.doctor.ledger import examine
from app.plans.models import PlanTarget
from app.plans.queries.plans import get_plan, input_of
from app.plans.rules.rule import Rule
from app.plans.rules.season import Season
from app.plans.schemas import PlanEdit
from app.workorders.actions.life import start_work_order
from app.workorders.actions.making import edit_work_order
from app.workorders.models import WorkOrder
from app.workorders.queries.by_cycle import explain_cycle, open_of_target
from tests.factories.equipment import make_category, make_piece
from tests.factories.places import make_calendar, make_organisation, make_site
from tests.factories.plans import ALICE, BOB, eve, plan_input
from tests.rooms.engine.test_meters import printer, read
from tests.rooms.engine.test_tick import at, ledger, plan_targets, tick_on

START = date(2026, 12, 1)
JANUARY, FEBRUARY, MARCH = "D:2027-01-01", "D:2027-02-01", "D:2027-03-01"


@pytest.fixture(autouse=True)
def whole(database):
    """Whatever a person decides, the ledger keeps its promise."""
    yield
    with database.reading() as session:
        found = [finding.code for finding in examine(session, at(date(2027, 1, 1))) if finding.severity == "fault"]
    assert found == []


def skip(database, target_id, key, on=START, by=ALICE):
    with database.writing() as session:
        return skip_cycle(session, target_id, CycleSkip(cycle_key=key, reason="Holidays"), by=by, now=at(on))


def move(database, target_id, key, to, on=START, by=ALICE):
    with database.writing() as session:
        data = CycleMove(cycle_key=key, on=to, reason="Stocktaking")
        return move_cycle(session, target_id, data, by=by, now=at(on))


def want_now(database, target_id, on=START, by=ALICE):
    with database.writing() as session:
        return do_now(session, target_id, CycleNow(reason="They are here"), by=by, now=at(on))


def days(database, first, last):
    while first <= last:
        tick_on(database, first)
        first += timedelta(days=1)


def orders(database):
    with database.reading() as session:
        rows = session.scalars(select(WorkOrder).order_by(WorkOrder.id))
        return [(row.due_on, row.scheduled_start_at, row.state) for row in rows]


def coming(database, target_id, count=3):
    with database.reading() as session:
        found = upcoming_of_target(session, target_id, by=ALICE, count=count)
        return [(cycle.due_on, cycle.scheduled_on, cycle.is_skipped) for cycle in found]


def done(database, key, on):
    with database.writing() as session:
        row = session.scalars(select(Occurrence).where(Occurrence.cycle_key == key)).one()
        order = session.scalars(select(WorkOrder).where(WorkOrder.occurrence_id == row.id)).one()
        order.state = "completed"
        record_completion(session, row.id, done_on=on, now=at(on))


def test_S35_a_date_skipped_ahead_becomes_a_row_that_names_who_and_why(database):
    [target_id] = plan_targets(database, overlap="stack")
    decided = skip(database, target_id, FEBRUARY)
    assert (decided.is_skipped, decided.work_order_id) == (True, None)
    assert coming(database, target_id) == [
        (date(2027, 1, 1), None, False),
        (date(2027, 2, 1), None, True),
        (date(2027, 3, 1), None, False),
    ]
    days(database, date(2026, 12, 31), date(2027, 3, 1))
    assert ledger(database) == [
        ("2027-01-01", "generated", 1),
        ("2027-02-01", "skipped", 1),
        ("2027-03-01", "generated", 1),
    ]
    with database.reading() as session:
        row = session.scalars(select(Occurrence).where(Occurrence.cycle_key == FEBRUARY)).one()
        assert list_exceptions(session, target_id, by=ALICE) == []
    assert row.reason == "person"
    assert row.trace[-1] == {"step": "exception", "was": "2027-02-01", "who": "Alice", "reason": "Holidays"}


def test_S30_a_date_moved_ahead_keeps_its_due_date_and_moves_no_other(database):
    [target_id] = plan_targets(database, lead_days=5, overlap="stack")
    move(database, target_id, JANUARY, date(2027, 1, 12))
    days(database, date(2026, 12, 26), date(2027, 1, 6))
    assert ledger(database) == []
    days(database, date(2027, 1, 7), date(2027, 1, 27))
    assert ledger(database) == [("2027-01-01", "generated", 1), ("2027-02-01", "generated", 1)]
    with database.reading() as session:
        row = session.scalars(select(Occurrence).where(Occurrence.cycle_key == JANUARY)).one()
    assert (row.raw_due_on, row.due_on, row.scheduled_on) == (date(2027, 1, 1), date(2027, 1, 1), date(2027, 1, 12))
    assert [step["step"] for step in row.trace] == ["rule", "exception", "lead"]
    starts = datetime(2027, 1, 11, 23, tzinfo=UTC)  # midnight in Paris
    assert orders(database)[0] == (date(2027, 1, 1), starts, "ready")


def test_S35_a_date_moved_to_an_earlier_day_comes_on_that_day(database):
    [target_id] = plan_targets(database)
    move(database, target_id, FEBRUARY, date(2027, 1, 20))
    tick_on(database, date(2027, 1, 1))
    done(database, JANUARY, date(2027, 1, 2))
    days(database, date(2027, 1, 2), date(2027, 1, 20))
    assert ledger(database) == [("2027-01-01", "generated", 1), ("2027-02-01", "generated", 1)]
    assert [(due_on, state) for due_on, _, state in orders(database)][1] == (date(2027, 2, 1), "ready")


@pytest.mark.parametrize("to", [date(2027, 1, 1), date(2027, 3, 1), date(2027, 4, 1), date(2026, 12, 25)])
def test_S35_a_move_beyond_a_neighbour_is_refused_and_names_both_dates(database, to):
    [target_id] = plan_targets(database)
    with pytest.raises(InvalidInput) as refused:
        move(database, target_id, FEBRUARY, to)
    assert refused.value.fields[0].code == "beyond_neighbours"
    assert set(refused.value.params) == {"before", "after"}
    assert "2027" in refused.value.params["before"]


def test_S35_a_move_into_the_past_is_refused(database):
    [target_id] = plan_targets(database)
    with pytest.raises(InvalidInput) as refused:
        move(database, target_id, JANUARY, date(2026, 11, 30))
    assert refused.value.fields[0].code == "in_the_past"


def test_S30_a_move_to_a_day_that_is_not_worked_is_final_and_says_so(database):
    [target_id] = plan_targets(database, shift="next")
    decided = move(database, target_id, FEBRUARY, date(2027, 2, 7))
    assert (decided.warning or "").replace("\xa0", " ") == "Nobody works on that day: Sun 7 Feb 2027 is a Sunday."
    assert coming(database, target_id)[1] == (date(2027, 2, 1), date(2027, 2, 7), False)


def test_S35_what_was_decided_is_taken_back_before_its_date(database):
    [target_id] = plan_targets(database)
    decided = skip(database, target_id, JANUARY)
    with database.writing() as session:
        withdraw_exception(session, target_id, decided.exception_id, by=ALICE, now=at(date(2026, 12, 20)))
    tick_on(database, date(2027, 1, 1))
    assert ledger(database) == [("2027-01-01", "generated", 1)]


def test_S35_once_its_date_has_come_it_stays(database):
    [target_id] = plan_targets(database)
    decided = skip(database, target_id, JANUARY)
    tick_on(database, date(2027, 1, 1))
    with database.writing() as session, pytest.raises(Conflict):
        withdraw_exception(session, target_id, decided.exception_id, by=ALICE, now=at(date(2027, 1, 1)))


def test_S35_a_second_word_about_a_date_replaces_the_first(database):
    [target_id] = plan_targets(database)
    skip(database, target_id, JANUARY)
    move(database, target_id, JANUARY, date(2027, 1, 5))
    assert coming(database, target_id, 1) == [(date(2027, 1, 1), date(2027, 1, 5), False)]
    with database.reading() as session:
        assert [row.kind for row in list_exceptions(session, target_id, by=ALICE)] == ["move"]


def test_S35_do_now_makes_the_next_cycles_own_order_today(database):
    [target_id] = plan_targets(database, lead_days=3)
    decided = want_now(database, target_id)
    assert (decided.cycle_key, decided.due_on, decided.scheduled_on) == (JANUARY, date(2027, 1, 1), START)
    assert ledger(database) == [("2027-01-01", "generated", 1)]
    assert orders(database) == [(date(2027, 1, 1), datetime(2026, 11, 30, 23, tzinfo=UTC), "ready")]
    done(database, JANUARY, START)
    days(database, date(2026, 12, 29), date(2027, 1, 29))
    assert ledger(database) == [("2027-01-01", "generated", 1), ("2027-02-01", "generated", 1)]


def test_S35_do_now_is_refused_while_another_order_is_open(database):
    [target_id] = plan_targets(database)
    tick_on(database, date(2027, 1, 1))
    with pytest.raises(Conflict) as refused:
        want_now(database, target_id, date(2027, 1, 2))
    assert refused.value.params["order"] == "OT-000001"


def test_S11_do_now_makes_no_second_order_of_a_floating_plan_that_may_stack(database):
    [target_id] = plan_targets(database, mode="floating", overlap="stack")
    want_now(database, target_id)
    with pytest.raises(Conflict):
        want_now(database, target_id)
    with pytest.raises(Conflict):
        skip(database, target_id, "N:2")


def test_S35_a_second_move_of_a_floating_date_stays_within_the_interval_of_its_own_day(database):
    [target_id] = plan_targets(database, mode="floating")
    move(database, target_id, "N:1", date(2027, 1, 25))
    with pytest.raises(InvalidInput):
        move(database, target_id, "N:1", date(2027, 2, 1))


def test_S20_a_date_moved_later_is_in_time_until_the_day_to_which_it_was_moved(database):
    [target_id] = plan_targets(database)
    move(database, target_id, FEBRUARY, date(2027, 2, 10))
    days(database, date(2027, 1, 1), date(2027, 2, 12))
    assert ledger(database)[1] == ("2027-02-01", "suppressed", 1)
    done(database, JANUARY, date(2027, 2, 5))
    assert ledger(database)[1] == ("2027-02-01", "waiting", 1)


def test_S35_do_now_is_refused_where_another_date_is_meant_than_the_next(database):
    [target_id] = plan_targets(database)
    with database.writing() as session, pytest.raises(Conflict) as refused:
        do_now(session, target_id, CycleNow(reason="Stale page", cycle_key=FEBRUARY), by=ALICE, now=at(START))
    assert refused.value.code == "no_such_date"


def test_S35_do_now_leaves_out_of_season_dates_behind_as_rows(database):
    [target_id] = plan_targets(database, season=Season((((3, 1), (10, 31)),)))
    assert want_now(database, target_id).cycle_key == MARCH
    assert ledger(database) == [
        ("2027-01-01", "skipped", 1),
        ("2027-02-01", "skipped", 1),
        ("2027-03-01", "generated", 1),
    ]


def test_S35_a_floating_date_is_skipped_for_one_interval(database):
    [target_id] = plan_targets(database, mode="floating")
    skip(database, target_id, "N:1")
    days(database, date(2026, 12, 31), date(2027, 2, 1))
    assert ledger(database) == [("N:1", "skipped", 1), ("N:2", "generated", 1)]
    assert [due_on for due_on, *_ in orders(database)] == [date(2027, 2, 1)]


def test_S35_a_floating_date_is_moved_and_the_next_counts_from_the_day_done(database):
    [target_id] = plan_targets(database, mode="floating")
    move(database, target_id, "N:1", date(2027, 1, 10))
    days(database, date(2027, 1, 1), date(2027, 1, 10))
    assert [due_on for due_on, *_ in orders(database)] == [date(2027, 1, 1)]
    done(database, "N:1", date(2027, 1, 11))
    tick_on(database, date(2027, 1, 11))
    assert coming(database, target_id, 1) == [(date(2027, 2, 11), None, False)]


def test_S35_a_floating_date_is_done_now(database):
    [target_id] = plan_targets(database, mode="floating")
    assert want_now(database, target_id).cycle_key == "N:1"
    assert ledger(database) == [("N:1", "generated", 1)]
    done(database, "N:1", START)
    tick_on(database, START)
    assert coming(database, target_id, 1) == [(date(2027, 1, 1), None, False)]


def test_S35_what_was_said_about_a_floating_date_is_void_once_its_clock_starts_anew(database):
    [target_id] = plan_targets(database, mode="floating")
    skip(database, target_id, "N:1")
    with database.writing() as session:
        record_logged_work(
            session, target_id, done_on=date(2026, 12, 20), open_occurrence_ids=[], now=at(date(2026, 12, 20))
        )
    with database.reading() as session:
        assert list_exceptions(session, target_id, by=ALICE) == []
    days(database, date(2026, 12, 20), date(2027, 1, 20))
    assert ledger(database) == [("N:1", "generated", 1)]


def test_S35_a_date_that_has_its_order_is_skipped_through_it(database):
    [target_id] = plan_targets(database, lead_days=10)
    tick_on(database, date(2026, 12, 25))
    decided = skip(database, target_id, JANUARY, date(2026, 12, 26))
    assert decided.work_order_id is not None
    assert ledger(database) == [("2027-01-01", "skipped", 1)]
    assert [state for *_, state in orders(database)] == ["skipped"]


def test_S35_a_date_that_has_its_order_is_moved_through_it(database):
    [target_id] = plan_targets(database, lead_days=10)
    tick_on(database, date(2026, 12, 25))
    move(database, target_id, JANUARY, date(2027, 1, 9), date(2026, 12, 26))
    assert orders(database) == [(date(2027, 1, 1), datetime(2027, 1, 8, 23, tzinfo=UTC), "planned")]
    with database.reading() as session:
        assert session.scalars(select(Occurrence.scheduled_on)).one() == date(2027, 1, 9)
    with pytest.raises(InvalidInput):
        move(database, target_id, JANUARY, date(2027, 2, 1), date(2026, 12, 26))


def test_S20_an_order_moved_to_an_earlier_day_is_replaced_once_that_day_is_over(database):
    [target_id] = plan_targets(database, lead_days=40, overlap="replace")
    days(database, date(2026, 12, 20), date(2026, 12, 24))
    assert ledger(database) == [("2027-01-01", "generated", 1), ("2027-02-01", "waiting", 1)]
    move(database, target_id, JANUARY, date(2026, 12, 28), date(2026, 12, 24))
    days(database, date(2026, 12, 25), date(2026, 12, 29))
    assert ledger(database) == [("2027-01-01", "missed", 1), ("2027-02-01", "generated", 1)]


def test_S35_a_started_order_is_neither_moved_nor_skipped(database):
    [target_id] = plan_targets(database)
    tick_on(database, date(2027, 1, 1))
    with database.writing() as session:
        start_work_order(session, session.scalars(select(WorkOrder.id)).one(), by=BOB, now=at(date(2027, 1, 1)))
    with pytest.raises(Conflict):
        skip(database, target_id, JANUARY, date(2027, 1, 2))
    with pytest.raises(Conflict):
        move(database, target_id, JANUARY, date(2027, 1, 9), date(2027, 1, 2))


def test_S35_a_date_that_is_not_to_come_is_refused(database):
    [target_id] = plan_targets(database)
    with pytest.raises(Conflict):
        skip(database, target_id, "D:2027-01-02")
    with pytest.raises(NotFound), database.writing() as session:
        withdraw_exception(session, target_id, 99, by=ALICE, now=at(START))


def test_S35_only_those_who_plan_decide_and_only_at_their_sites(database):
    [target_id] = plan_targets(database)
    with pytest.raises(NotAllowed):
        skip(database, target_id, JANUARY, by=BOB)
    with database.writing() as session:
        stranger = eve(make_site(session, "NTE"))
    with pytest.raises(NotFound):
        skip(database, target_id, JANUARY, by=stranger)


def test_S31_a_day_with_two_dates_is_skipped_as_one(database):
    """Daily from Friday on, moved to Monday: the three days before make one order, which is skipped."""
    [target_id] = plan_targets(database, rule=Rule("day"), anchor=date(2027, 1, 8), shift="next", overlap="stack")
    skip(database, target_id, "D:2027-01-11")
    days(database, date(2027, 1, 8), date(2027, 1, 12))
    assert ledger(database) == [
        ("2027-01-08", "generated", 1),
        ("2027-01-09", "merged", 2),
        ("2027-01-11", "skipped", 1),
        ("2027-01-12", "generated", 1),
    ]


def test_S36_decisions_about_dates_that_a_new_version_no_longer_has_drop_and_are_listed(database):
    with database.writing() as session:
        calendar = make_calendar(session)
        make_organisation(session, calendar)
        category = make_category(session)
        make_piece(session, make_site(session, "LYO", calendar), category)
        plan_id = edits.create_plan(session, plan_input(category_ids=[category.id]), by=ALICE, now=at(START)).id
        target_id = session.scalars(select(PlanTarget.id)).one()
    skip(database, target_id, FEBRUARY)
    move(database, target_id, MARCH, date(2027, 3, 5))
    with database.writing() as session:
        said = input_of(session, get_plan(session, plan_id, by=ALICE)).model_dump(exclude={"rrule"})
        data = PlanEdit.model_validate(said | {"interval": 2})
        edited = edits.edit_plan(session, plan_id, data, by=ALICE, now=at(START))
        assert [(row.item, row.due_on, row.kind) for row in edited.dropped] == [("EQ-1", date(2027, 2, 1), "skip")]
        assert session.scalars(select(PlanException.cycle_key)).all() == [MARCH]


def test_S35_a_date_that_a_meter_brings_is_not_decided_about_before_its_order_is_there(database):
    meter_id = printer(database)
    read(database, meter_id, (1, 0), (5, 2_000), (10, 5_000))
    with database.writing() as session:
        target_id = session.scalars(select(PlanTarget.id)).one()
        [cycle] = upcoming_of_target(session, target_id, by=ALICE, count=1)
    for decide in (lambda: skip(database, target_id, cycle.cycle_key), lambda: want_now(database, target_id)):
        with pytest.raises(Conflict) as refused:
            decide()
        assert refused.value.code == "by_meter"
    read(database, meter_id, (20, 10_500))
    with database.reading() as session:
        key = session.scalars(select(Occurrence.cycle_key)).one()
    assert skip(database, target_id, key, date(2026, 11, 21)).work_order_id is not None


def test_S30_an_order_that_is_planned_for_another_day_stands_there_in_the_ledger_too(database):
    [target_id] = plan_targets(database, mode="floating")
    tick_on(database, date(2027, 1, 1))

    def plan_for(day):
        with database.writing() as session:
            order = session.scalars(select(WorkOrder)).one()
            starts = {"scheduled_start_at": day and at(day, 9)}
            edit_work_order(session, order.id, starts, by=BOB, now=at(date(2027, 1, 2)))
            row = session.scalars(select(Occurrence)).one()
            said = [text.replace("\xa0", " ") for text in explain_cycle(session, row.id, by=ALICE).sentences]
            [shown] = open_of_target(session, target_id)
            foreseen = forecast(session, ForecastQuery(weeks=12), by=ALICE, now=at(date(2027, 1, 4)))
            return (
                row.scheduled_on,
                shown.scheduled_on,
                said[1:-1],
                [w for w, x in enumerate(foreseen.weeks) if x.orders],
            )

    later = date(2027, 1, 13)  # of the second week: four weeks and a half later the next date
    assert plan_for(later)[:2] == (later, later)
    assert plan_for(later)[2:] == (["Bob moved it from Fri 1 Jan 2027 to Wed 13 Jan 2027."], [1, 5, 9])
    assert plan_for(None) == (
        None,
        None,
        [
            "Bob moved it from Fri 1 Jan 2027 to Wed 13 Jan 2027.",
            "Bob moved it from Wed 13 Jan 2027 to Fri 1 Jan 2027.",
        ],
        [0, 4, 8],
    )
