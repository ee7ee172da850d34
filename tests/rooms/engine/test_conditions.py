"""Plans that go by a condition, from reading to order, on both databases (S28, S29)."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import event, select

from app.changes.actions.edits import create_plan, edit_plan, pause_plan, resume_plan
from app.core.clock import fixed_clock
from app.core.security import Actor
from app.engine.actions.withdrawing import withdraw_run
from app.enrolment.actions import readings as engine
from app.interventions import actions as interventions
from app.interventions.schemas import CompletionInput
from app.ledger.models import GenerationRun, Occurrence
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
WARM = {"kind": "condition", "meter": "temperature", "unit": "°C", "threshold": "30", "back_at": "25"}


def at(hour: int) -> datetime:
    return datetime(2026, 11, 2, tzinfo=UTC) + timedelta(hours=hour)


@pytest.fixture
def room(database):
    """An air conditioner with a thermometer, and a plan for when it is too warm: the meter's id."""
    return make_room(database)


def make_room(database, **trigger):
    with database.writing() as session:
        piece = make_equipment(session, "CLI-0001")
        data = MeterInput(equipment_id=piece.id, name="Temperature", unit="°C", kind="gauge", decimals=1)
        meter = engine.create_meter(session, data, by=SYSTEM, now=at(0))
        said = {"equipment_ids": [piece.id], "freq": "none", "start_on": date(2026, 11, 1), "trigger": WARM | trigger}
        create_plan(session, plan_input(**said), by=SYSTEM, now=at(0))
        return meter.id


def read(database, meter_id: int, *said: tuple[int, float]):
    """(hour, value); a tick after the last."""
    last = at(max(hour for hour, _ in said))
    with database.writing() as session:
        rows = [ReadingInput(meter_id=meter_id, value=str(value), read_at=at(hour)) for hour, value in said]
        assert not engine.record_readings(session, rows, source="program", by=SYSTEM, now=last).errors
    tick(database, clock=fixed_clock(last + timedelta(minutes=1)), instance="test")


def fates(database):
    with database.reading() as session:
        return list(session.scalars(select(Occurrence.fate).order_by(Occurrence.id)))


def complete(database, hour: int):
    with database.writing() as session:
        order = session.scalars(select(WorkOrder).where(WorkOrder.is_open)).one()
        work.start_work_order(session, order.id, by=SYSTEM, now=at(hour))
        interventions.complete_work_order(session, order.id, CompletionInput(), by=SYSTEM, now=at(hour))


def correct(database, value: float, right: float, hour: int):
    with database.writing() as session:
        wrong = session.scalars(select(MeterReading).where(MeterReading.value == value * 10)).one()
        data = CorrectionInput(value=str(right), reason="Misread")
        engine.correct_reading(session, wrong.id, data, by=SYSTEM, now=at(hour))
    tick(database, clock=fixed_clock(at(hour)), instance="test")


def test_S29_an_episode_makes_one_order_however_many_readings_it_has(database, room):
    read(database, room, (1, 29.9))
    assert fates(database) == []
    read(database, room, (2, 30.0), (3, 31))
    read(database, room, (4, 33))
    read(database, room, (5, 26), (6, 32))  # not back yet: still the same episode
    assert fates(database) == ["generated"]
    with database.reading() as session:
        row = session.scalars(select(Occurrence)).one()
        reading = session.scalars(select(MeterReading).where(MeterReading.value == 300)).one()
    assert row.cycle_key == f"C:{room}:{reading.id}"
    assert (row.trace[0]["shown"], row.trace[0]["at"]) == ("30.0", "30")


def test_S29_the_next_episode_makes_the_next_order_once_the_work_is_done(database, room):
    read(database, room, (2, 31))
    complete(database, 3)
    read(database, room, (4, 24), (5, 31))
    assert fates(database) == ["generated", "generated"]


def test_S29_an_episode_while_the_order_is_open_waits_and_is_absorbed(database, room):
    read(database, room, (2, 31), (3, 24))
    read(database, room, (26, 31))
    assert fates(database) == ["generated", "waiting"]
    tick(database, clock=fixed_clock(at(50)), instance="test")
    assert fates(database) == ["generated", "suppressed"]


def test_S29_several_episodes_between_two_ticks_make_one_order(database, room):
    read(database, room, (1, 31), (2, 20), (3, 31), (4, 20))
    assert fates(database) == ["missed", "generated"]


def test_S28_a_corrected_reading_ends_the_episode_without_a_second_order(database, room):
    read(database, room, (2, 41))
    correct(database, 41, 24, 3)
    complete(database, 4)
    read(database, room, (5, 29))
    assert fates(database) == ["generated"]
    read(database, room, (6, 31))
    assert fates(database) == ["generated", "generated"]


def test_S28_a_dip_that_was_misread_is_no_end(database, room):
    read(database, room, (2, 31), (3, 13))
    complete(database, 3)
    correct(database, 13, 31.5, 4)
    read(database, room, (5, 32))
    assert fates(database) == ["generated"]


def test_S28_a_reading_that_comes_late_counts_by_its_time(database, room):
    read(database, room, (1, 20), (9, 20))
    read(database, room, (5, 31))
    assert fates(database) == ["generated"]
    complete(database, 9)
    read(database, room, (6, 32), (10, 20))  # of the same episode, and over by then
    assert fates(database) == ["generated"]


def test_S28_what_held_before_a_piece_came_back_to_its_plan_is_not_looked_at(database, room):
    read(database, room, (1, 20))
    with database.writing() as session:
        target = session.scalars(select(PlanTarget)).one()
        target.enrolled_on = date(2026, 11, 4)
    read(database, room, (30, 31), (31, 20), (50, 21))
    assert fates(database) == []


def test_S36_a_plan_that_goes_by_a_condition_from_now_on_looks_at_nothing_read_before(database, room):
    with database.writing() as session:
        plan = session.scalars(select(MaintenancePlan)).one()
        said = input_of(session, get_plan(session, plan.id, by=SYSTEM)).model_dump() | {"rrule": None}
        dated = said | {"freq": "month", "trigger": None}
        edit_plan(session, plan.id, PlanEdit.model_validate(dated), by=SYSTEM, now=at(0))
    read(database, room, (1, 31), (2, 20))
    with database.writing() as session:
        edit_plan(session, plan.id, PlanEdit.model_validate(said), by=SYSTEM, now=at(3))
    tick(database, clock=fixed_clock(at(3)), instance="test")
    assert fates(database) == []
    read(database, room, (4, 31))
    assert fates(database) == ["generated"]


def test_S29_what_began_during_a_pause_is_not_made_up_for(database, room):
    with database.writing() as session:
        plan_id = session.scalars(select(MaintenancePlan.id)).one()
        pause_plan(session, plan_id, Pause(reason="Works"), by=SYSTEM, now=at(1))
    read(database, room, (2, 31))
    with database.writing() as session:
        resume_plan(session, plan_id, by=SYSTEM, now=at(3))
    tick(database, clock=fixed_clock(at(4)), instance="test")
    read(database, room, (5, 32))
    assert fates(database) == ["missed"]


def test_S23_an_episode_that_a_withdrawn_run_had_told_is_told_anew(database, room):
    read(database, room, (1, 20), (2, 31), (3, 32))
    withdraw(database, 4)
    assert fates(database) == []
    tick(database, clock=fixed_clock(at(5)), instance="test")
    assert fates(database) == ["generated"]
    read(database, room, (6, 33), (7, 20))
    assert fates(database) == ["generated"]


def withdraw(database, hour: int):
    with database.writing() as session:
        run_id = session.scalars(select(GenerationRun.id).order_by(GenerationRun.id.desc())).first()
        withdraw_run(session, run_id, by=SYSTEM, now=at(hour))


def test_S29_a_state_that_the_meter_does_not_know_is_a_plan_in_error(database):
    meter = make_room(database, threshold="critical", back_at=None)
    read(database, meter, (2, 31))
    with database.reading() as session:
        state, reason = session.execute(select(PlanTarget.state, PlanTarget.reason)).one()
    assert (state, fates(database)) == ("error", [])
    assert "critical" in reason


def test_S29_a_thousand_readings_at_once_are_looked_at_in_turn(database):
    room = make_room(database, readings=3)
    read(database, room, *((hour, 31 if hour > 1200 else 20) for hour in range(1, 1300)))
    tick(database, clock=fixed_clock(at(1300)), instance="test")
    assert fates(database) == ["generated"]


def test_S18_readings_do_not_wake_a_target_that_failed_before_its_turn_and_a_changed_meter_does(room, database):
    with database.writing() as session:
        target = session.scalars(select(PlanTarget)).one()
        target.state, target.failure_count, target.wake_at = "error", 9, at(8)
    read(database, room, (1, 31.0))
    assert fates(database) == []
    with database.writing() as session:
        data = MeterInput(
            equipment_id=session.get_one(Meter, room).equipment_id,
            name="Temperature",
            unit="°C",
            kind="gauge",
            decimals=1,
        )
        engine.edit_meter(session, room, data, by=SYSTEM, now=at(2))
    read(database, room, (3, 32.0))
    assert fates(database) == ["generated"]


def test_S13_a_tick_costs_the_same_statements_however_many_conditions_it_looks_at(database):
    with database.writing() as session:
        pieces = [make_equipment(session, f"CLI-{n:04}").id for n in range(24)]
        said = {"freq": "none", "start_on": date(2026, 11, 1), "trigger": WARM}
        create_plan(session, plan_input(equipment_ids=pieces, **said), by=SYSTEM, now=at(0))
        meters = [
            engine.create_meter(
                session,
                MeterInput(equipment_id=piece, name="Temperature", unit="°C", kind="gauge", decimals=1),
                by=SYSTEM,
                now=at(0),
            ).id
            for piece in pieces
        ]
    tick(database, clock=fixed_clock(at(0)), instance="test")

    def statements(hour, some):
        with database.writing() as session:
            rows = [ReadingInput(meter_id=meter, value="20", read_at=at(hour)) for meter in some]
            engine.record_readings(session, rows, source="program", by=SYSTEM, now=at(hour))
        seen = []

        def note(*args):
            seen.append(args[2])

        event.listen(database.engine, "before_cursor_execute", note)
        tick(database, clock=fixed_clock(at(hour)), instance="test")
        event.remove(database.engine, "before_cursor_execute", note)
        return len(seen)

    assert statements(1, meters[:2]) == statements(2, meters)
