"""Plans that go by a meter, from reading to order, on both databases (S25 to S28)."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from app.changes.actions.edits import archive_plan, create_plan, edit_plan, pause_plan, resume_plan
from app.core.clock import fixed_clock
from app.core.security import Actor
from app.decisions.actions.pauses import pause_target
from app.engine.actions.withdrawing import withdraw_run
from app.enrolment.actions import readings as engine
from app.interventions import actions as interventions
from app.interventions.schemas import CompletionInput
from app.ledger.models import GenerationRun, Occurrence
from app.ledger.queries.explaining import explain_target
from app.meters.models import Meter, MeterReading
from app.meters.schemas import CorrectionInput, MeterInput, ReadingInput
from app.operations.actions.tick import tick
from app.plans.models import MaintenancePlan, PlanTarget
from app.plans.queries.plans import get_plan, input_of
from app.plans.schemas import Pause, PlanEdit
from app.workorders import actions as work
from app.workorders.models import WorkOrder
from tests.factories.equipment import make_equipment
from tests.factories.plans import plan_input

SYSTEM = Actor.system()
PAGES = {"kind": "counter", "meter": "pages printed", "unit": "pages", "every": 10_000}


def at(day: int, hour: int = 8) -> datetime:
    return datetime(2026, 11, 1, hour, tzinfo=UTC) + timedelta(days=day - 1)


def printer(database, *, on: int = 1, **plan):
    """A printer with a counter, and a plan that goes by it from that day on; the meter's id."""
    with database.writing() as session:
        piece = make_equipment(session, "IMP-0001")
        data = MeterInput(equipment_id=piece.id, name="Pages printed", unit="pages")
        meter = engine.create_meter(session, data, by=SYSTEM, now=at(on))
        said = {"equipment_ids": [piece.id], "freq": "none", "start_on": date(2026, 11, 1)} | plan
        create_plan(session, plan_input(**{"trigger": PAGES} | said), by=SYSTEM, now=at(on))
        return meter.id


def read(database, meter_id: int, *said: tuple[int, int]):
    """(day of November, value); then the tick of the last of these days."""
    last = at(max(day for day, _ in said))
    with database.writing() as session:
        rows = [ReadingInput(meter_id=meter_id, value=value, read_at=at(day)) for day, value in said]
        report = engine.record_readings(session, rows, source="program", by=SYSTEM, now=last)
        assert not report.errors
    tick(database, clock=fixed_clock(last + timedelta(minutes=1)), instance="test")


def ledger(database):
    with database.reading() as session:
        rows = session.scalars(select(Occurrence).order_by(Occurrence.raw_due_on, Occurrence.id))
        return [(row.cycle_key.partition(":")[2], row.fate, row.count) for row in rows]


def complete(database, day: int):
    with database.writing() as session:
        order = session.scalars(select(WorkOrder).where(WorkOrder.is_open)).one()
        work.start_work_order(session, order.id, by=SYSTEM, now=at(day, 16))
        data = CompletionInput(done_on=date(2026, 11, day))
        interventions.complete_work_order(session, order.id, data, by=SYSTEM, now=at(day, 17))


def edit(database, day: int, *, mode: str = "fixed", **trigger):
    with database.writing() as session:
        plan = session.scalars(select(MaintenancePlan)).one()
        before = input_of(session, get_plan(session, plan.id, by=SYSTEM))
        said = before.model_dump() | {"mode": mode, "trigger": PAGES | trigger, "rrule": None}
        edit_plan(session, plan.id, PlanEdit.model_validate(said), by=SYSTEM, now=at(day))


def pause(database, day: int):
    with database.writing() as session:
        plan_id = session.scalars(select(MaintenancePlan.id)).one()
        pause_plan(session, plan_id, Pause(reason="Works"), by=SYSTEM, now=at(day))


def go_on(database, day: int):
    with database.writing() as session:
        resume_plan(session, session.scalars(select(MaintenancePlan.id)).one(), by=SYSTEM, now=at(day, 5))


def withdraw_last(database, *, day: int):
    with database.writing() as session:
        run_id = session.scalars(select(GenerationRun.id).order_by(GenerationRun.id.desc())).first()
        withdraw_run(session, run_id, by=SYSTEM, now=at(day))


def rest(database, day: int, *, until: date):
    with database.writing() as session:
        target_id = session.scalars(select(PlanTarget.id)).one()
        pause_target(session, target_id, Pause(reason="Lent", until=until), by=SYSTEM, now=at(day))


def next_due(database):
    with database.reading() as session:
        return session.scalars(select(PlanTarget.next_due_on)).one()


def test_S26_a_reading_that_passes_a_step_brings_an_order_once(database):
    meter = printer(database)
    read(database, meter, (2, 45_000))
    assert ledger(database) == []  # what was printed before the plan is not made up for
    read(database, meter, (4, 50_200))
    read(database, meter, (5, 50_900))
    assert ledger(database) == [(f"{meter}:5", "generated", 1)]
    with database.reading() as session:
        order = session.scalars(select(WorkOrder)).one()
        trace = session.scalars(select(Occurrence.trace)).one()
    assert order.due_on == date(2026, 11, 4)
    assert (trace[0]["at"], trace[0]["shown"]) == ("50000", "50200")


def test_S26_a_step_passed_on_the_day_on_which_work_was_done_is_a_cycle_too(database):
    meter = printer(database)
    read(database, meter, (2, 45_000), (4, 50_200))
    complete(database, 4)
    with database.writing() as session:
        data = ReadingInput(meter_id=meter, value=60_100, read_at=at(4, 18))
        engine.record_readings(session, [data], source="program", by=SYSTEM, now=at(4, 18))
    tick(database, clock=fixed_clock(at(5)), instance="test")
    assert ledger(database) == [(f"{meter}:5", "generated", 1), (f"{meter}:6", "generated", 1)]


def test_S25_the_meter_counts_anew_from_work_that_was_due_before_what_was_done_early(database):
    meter = printer(database, mode="floating", freq="day", interval=30, lead_days=10)
    read(database, meter, (1, 45_000))
    complete(database, 1)
    read(database, meter, (22, 45_100))
    complete(database, 22)  # nine days early
    read(database, meter, (23, 55_200))
    complete(database, 23)
    read(database, meter, (24, 55_300))
    assert len(ledger(database)) == 3


def test_S26_a_jump_over_several_steps_makes_one_order_for_the_highest(database):
    meter = printer(database)
    read(database, meter, (2, 45_000))
    read(database, meter, (4, 91_000))
    assert ledger(database) == [(f"{meter}:5", "missed", 4), (f"{meter}:9", "generated", 1)]


@pytest.mark.parametrize(
    ("catch_up", "overlap", "fate"), [("ask", "suppress", "waiting"), ("all", "stack", "generated")]
)
def test_S26_a_counter_misread_by_far_stalls_nobody(database, catch_up, overlap, fate):
    meter = printer(database, trigger=PAGES | {"every": 1}, catch_up=catch_up, overlap=overlap)
    read(database, meter, (2, 0))
    read(database, meter, (4, 10_000_000_000))
    rows = ledger(database)
    assert rows[0] == (f"{meter}:1", "missed", 10_000_000_000 - 301)
    assert [(kind, count) for _, kind, count in rows[1:]] == [(fate, 1)] * 300 + [("generated", 1)]


def test_S28_a_correction_fires_no_step_twice_and_gives_back_those_that_have_not_come(database):
    meter = printer(database)
    read(database, meter, (2, 45_000))
    read(database, meter, (4, 91_000))  # 51,000 was meant
    with database.writing() as session:
        wrong = session.scalars(select(MeterReading).where(MeterReading.value == 91_000)).one()
        said = CorrectionInput(value=51_000, reason="Misread")
        engine.correct_reading(session, wrong.id, said, by=SYSTEM, now=at(5))
    tick(database, clock=fixed_clock(at(5, 9)), instance="test")
    assert ledger(database) == [(f"{meter}:5", "missed", 1), (f"{meter}:9", "generated", 1)]
    complete(database, 5)
    read(database, meter, (6, 60_100))
    read(database, meter, (7, 95_000))
    assert ledger(database) == [
        (f"{meter}:5", "missed", 1), (f"{meter}:9", "generated", 1), (f"{meter}:6", "generated", 1),
        (f"{meter}:7", "missed", 1), (f"{meter}:8", "waiting", 1),
    ]  # fmt: skip


def correct(database, value: int, right: int | None, day: int):
    with database.writing() as session:
        wrong = session.scalars(select(MeterReading).where(MeterReading.value == value)).one()
        said = CorrectionInput(value=right, reason="Misread")
        engine.correct_reading(session, wrong.id, said, by=SYSTEM, now=at(day))
    tick(database, clock=fixed_clock(at(day, 9)), instance="test")


def test_S28_a_step_that_waits_and_has_not_come_after_all_waits_no_more(database):
    meter = printer(database)
    read(database, meter, (2, 45_000), (4, 50_100))
    read(database, meter, (5, 60_100))
    correct(database, 60_100, 51_100, 5)
    complete(database, 5)
    read(database, meter, (6, 60_200))
    assert ledger(database) == [(f"{meter}:5", "generated", 1), (f"{meter}:6", "generated", 1)]


def test_S28_a_correction_counts_while_the_plan_is_paused(database):
    meter = printer(database)
    read(database, meter, (2, 45_000), (4, 91_000))
    pause(database, 5)
    correct(database, 91_000, 46_000, 5)
    go_on(database, 6)
    complete(database, 6)
    read(database, meter, (7, 50_100))
    assert ledger(database) == [(f"{meter}:9", "generated", 1), (f"{meter}:5", "generated", 1)]


def test_S28_where_the_only_reading_is_withdrawn_steps_begin_with_the_next(database):
    meter = printer(database)
    read(database, meter, (2, 450_000))
    correct(database, 450_000, None, 3)
    read(database, meter, (4, 45_000), (5, 50_100))
    assert ledger(database) == [(f"{meter}:5", "generated", 1)]


def test_S28_a_correction_leaves_steps_of_another_size_alone(database):
    meter = printer(database, trigger=PAGES | {"every": 100})
    read(database, meter, (2, 0), (3, 5_050))
    complete(database, 3)
    edit(database, 4, every=1_000)
    read(database, meter, (5, 6_010))
    correct(database, 6_010, 5_500, 5)
    assert ledger(database) == [
        (f"{meter}:1", "missed", 49),
        (f"{meter}:50", "generated", 1),
        (f"{meter}:6", "generated", 1),
    ]


def test_S26_floating_counts_from_what_the_meter_showed_when_the_work_was_done(database):
    meter = printer(database, mode="floating")
    read(database, meter, (2, 45_000))
    read(database, meter, (4, 54_900))
    assert ledger(database) == []
    read(database, meter, (6, 55_100))
    assert ledger(database) == [("1", "generated", 1)]
    read(database, meter, (8, 57_000))
    complete(database, 8)
    read(database, meter, (9, 66_900))
    assert ledger(database) == [("1", "generated", 1)]
    read(database, meter, (10, 67_000))
    assert ledger(database) == [("1", "generated", 1), ("2", "generated", 1)]


def test_S25_time_or_meter_whichever_comes_first_and_both_start_anew(database):
    meter = printer(database, mode="floating", freq="day", interval=10)
    read(database, meter, (2, 45_000))
    read(database, meter, (6, 55_000))  # before the tenth day
    assert ledger(database) == [("1", "generated", 1)]
    complete(database, 6)
    tick(database, clock=fixed_clock(at(15)), instance="test")
    assert ledger(database) == [("1", "generated", 1)]
    read(database, meter, (16, 56_000))  # ten days after the work was done, by the calendar
    assert ledger(database) == [("1", "generated", 1), ("2", "generated", 1)]
    read(database, meter, (17, 70_000))
    assert len(ledger(database)) == 2


def test_S25_a_cycle_missed_by_its_date_takes_with_it_what_the_meter_had_run_by_then(database):
    meter = printer(database, mode="floating", freq="day", interval=10)
    read(database, meter, (1, 45_000))
    complete(database, 1)
    pause(database, 2)
    read(database, meter, (12, 55_100))  # both clocks, in the pause
    go_on(database, 13)
    assert ledger(database) == [("1", "generated", 1), ("2", "missed", 1)]
    read(database, meter, (14, 65_100))
    assert ledger(database)[2:] == [("3", "generated", 1)]


@pytest.mark.parametrize("mode", ["fixed", "floating"])
def test_S38_what_was_passed_after_the_pause_brings_its_order_however_late_the_next_tick(database, mode):
    meter = printer(database, mode=mode)
    read(database, meter, (2, 45_000))
    rest(database, 3, until=date(2026, 11, 6))
    rows = [ReadingInput(meter_id=meter, value=value, read_at=at(day)) for day, value in ((5, 46_000), (8, 57_000))]
    with database.writing() as session:
        engine.record_readings(session, rows, source="program", by=SYSTEM, now=at(8))
    tick(database, clock=fixed_clock(at(9)), instance="test")
    assert [fate for _, fate, _ in ledger(database)] == ["generated"]


def test_S38_what_was_passed_after_a_plan_went_on_brings_its_order(database):
    meter = printer(database)
    read(database, meter, (2, 45_000))
    pause(database, 3)
    read(database, meter, (4, 50_100))
    go_on(database, 5)
    read(database, meter, (5, 60_100))
    assert ledger(database) == [(f"{meter}:5", "missed", 1), (f"{meter}:6", "generated", 1)]


def test_S23_a_withdrawn_run_gives_back_the_steps_that_it_had_taken_and_no_others(database):
    meter = printer(database, trigger=PAGES | {"every": 1_000})
    read(database, meter, (2, 5_000), (3, 40_500))
    complete(database, 3)
    edit(database, 4, every=10_000)
    read(database, meter, (5, 50_100))
    withdraw_last(database, day=6)
    before = ledger(database)
    assert before == [(f"{meter}:6", "missed", 34), (f"{meter}:40", "generated", 1)]
    tick(database, clock=fixed_clock(at(7)), instance="test")
    assert ledger(database) == [*before, (f"{meter}:5", "generated", 1)]


@pytest.mark.parametrize("mode", ["fixed", "floating"])
def test_S36b_what_was_passed_in_a_pause_that_never_ended_is_missed(database, mode):
    meter = printer(database, mode=mode)
    read(database, meter, (2, 45_000))
    pause(database, 3)
    read(database, meter, (4, 55_100))
    with database.writing() as session:
        archive_plan(session, session.scalars(select(MaintenancePlan.id)).one(), by=SYSTEM, now=at(5))
    assert [(fate, count) for _, fate, count in ledger(database)] == [("missed", 1)]


def test_S40_what_a_meter_brings_is_not_spread(database):
    meter = printer(database, mode="floating", spread_days=300)
    read(database, meter, (2, 45_000), (3, 55_100))
    assert ledger(database) == [("1", "generated", 1)]


def test_S27_of_an_estimate_all_steps_come_whose_lead_date_has_come(database):
    meter = printer(database, trigger=PAGES | {"is_estimated": True}, lead_days=3, overlap="stack")
    read(database, meter, (2, 0), (3, 10_000), (4, 20_000))  # a step a day
    assert [key.partition(":")[2] for key, _, _ in ledger(database)] == ["1", "2", "3", "4", "5"]


def test_S27_what_comes_is_shown_as_an_estimate_and_orders_wait_for_the_reading(database):
    meter = printer(database)
    read(database, meter, (2, 45_000), (4, 46_000), (6, 47_000))
    assert next_due(database) == date(2026, 11, 12)
    tick(database, clock=fixed_clock(at(13)), instance="test")
    assert ledger(database) == []


def test_S27_a_plan_may_take_the_estimate(database):
    meter = printer(database, trigger=PAGES | {"is_estimated": True}, lead_days=2)
    read(database, meter, (2, 45_000), (4, 46_000), (6, 47_000))
    tick(database, clock=fixed_clock(at(10)), instance="test")
    assert ledger(database) == [(f"{meter}:5", "generated", 1)]
    with database.reading() as session:
        assert session.scalars(select(WorkOrder.due_on)).one() == date(2026, 11, 12)
    read(database, meter, (13, 50_100))
    assert len(ledger(database)) == 1


def test_S25_a_piece_without_the_meter_waits_until_it_has_one(database):
    meter = printer(database, trigger=PAGES | {"meter": "Copies"})
    read(database, meter, (2, 45_000), (4, 95_000))
    assert (ledger(database), next_due(database)) == ([], None)
    with database.writing() as session:
        piece_id = session.get_one(Meter, meter).equipment_id
        data = MeterInput(equipment_id=piece_id, name="COPIES")
        copies = engine.create_meter(session, data, by=SYSTEM, now=at(5)).id
    read(database, copies, (6, 9_000), (7, 10_500))
    assert ledger(database) == [(f"{copies}:1", "generated", 1)]


def test_S26_another_meter_of_that_name_counts_steps_of_its_own(database):
    old = printer(database)
    read(database, old, (2, 405_000), (3, 410_100))
    complete(database, 3)
    with database.writing() as session:
        piece_id = session.get_one(Meter, old).equipment_id
        worn = MeterInput(equipment_id=piece_id, name="Pages, before 2026", unit="pages")
        engine.edit_meter(session, old, worn, by=SYSTEM, now=at(4))
        data = MeterInput(equipment_id=piece_id, name="Pages printed", unit="pages")
        new = engine.create_meter(session, data, by=SYSTEM, now=at(4)).id
    read(database, new, (5, 9_000), (6, 10_100))
    assert ledger(database) == [(f"{old}:41", "generated", 1), (f"{new}:1", "generated", 1)]


def test_S36_a_new_step_size_counts_from_today_and_no_key_is_used_twice(database):
    meter = printer(database)
    read(database, meter, (2, 5_000))
    read(database, meter, (3, 10_100))
    complete(database, 3)
    read(database, meter, (4, 20_100))
    complete(database, 4)
    edit(database, 5, every=20_000)
    read(database, meter, (6, 30_100))  # no step of the new size
    read(database, meter, (7, 40_100))
    assert ledger(database) == [
        (f"{meter}:1", "generated", 1), (f"{meter}:2", "generated", 1), (f"{meter}:2@40000", "generated", 1),
    ]  # fmt: skip
    complete(database, 7)
    edit(database, 8, every=10_000)
    read(database, meter, (9, 50_100))
    assert ledger(database)[-1] == (f"{meter}:5", "generated", 1)


def test_S36_a_plan_that_floats_after_having_counted_steps_goes_on_numbering(database):
    meter = printer(database, mode="floating")
    read(database, meter, (2, 5_000), (3, 15_100))
    complete(database, 3)
    edit(database, 4, mode="fixed")
    read(database, meter, (5, 91_000))
    complete(database, 5)
    edit(database, 6, mode="floating")
    read(database, meter, (7, 101_500))
    keys = [key for key, _, _ in ledger(database)]
    assert keys == ["1", f"{meter}:2", f"{meter}:9", "2"]


def test_S20_a_step_absorbed_by_an_order_that_is_cancelled_comes_back(database):
    meter = printer(database)
    read(database, meter, (2, 5_000), (3, 10_100))
    read(database, meter, (4, 20_100))
    tick(database, clock=fixed_clock(at(5)), instance="test")
    read(database, meter, (6, 30_100))
    tick(database, clock=fixed_clock(at(7)), instance="test")
    assert ledger(database) == [(f"{meter}:1", "generated", 1), (f"{meter}:2", "suppressed", 2)]
    with database.writing() as session:
        order = session.scalars(select(WorkOrder).where(WorkOrder.is_open)).one()
        work.cancel_work_order(session, order.id, reason="Not now", by=SYSTEM, now=at(8))
    tick(database, clock=fixed_clock(at(8)), instance="test")
    assert ledger(database) == [
        (f"{meter}:1", "cancelled", 1), (f"{meter}:2", "suppressed", 1), (f"{meter}:3", "generated", 1),
    ]  # fmt: skip


def test_S44_an_item_says_what_it_waits_for(database):
    meter = printer(database, mode="floating")

    def why():
        with database.reading() as session:
            target = session.scalars(select(PlanTarget)).one()
            of = {"equipment_id": target.equipment_id, "location_id": None}
            return explain_target(session, target.plan_id, **of, by=SYSTEM).sentences[0]

    tick(database, clock=fixed_clock(at(1, 9)), instance="test")
    assert why() == "“pages printed” has not been read yet."
    read(database, meter, (2, 5_000))
    assert "three readings or more" in why()
    read(database, meter, (3, 15_100))
    assert "waits for the open order" in why()
    complete(database, 3)
    tick(database, clock=fixed_clock(at(4)), instance="test")
    assert "three readings or more" in why()
    with database.writing() as session:
        engine.archive_meter(session, meter, by=SYSTEM, now=at(5))
    assert "has no meter called" in why()
