"""Steps are answered one by one; limits flag and never refuse; conditions, readings, corrections."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from app.core.errors import Conflict, InvalidInput, NotAllowed, NotFound
from app.core.security import Actor, Role
from app.interventions.actions.answering import answer_step
from app.interventions.models import StepResult
from app.interventions.queries.steps import get_thread
from app.interventions.schemas import AnswerInput
from app.journal.models import AuditEntry, File
from app.meters.models import Meter, MeterReading
from app.workorders.models import WorkOrderFile
from tests.factories.meters import make_meter


def answer(house, number, value=None, now=None, order=None, by=None, **more):
    data = AnswerInput(value=value, **more)
    order_id = (order or house.order).id
    return answer_step(house.session, order_id, house.ids[number - 1], data, by=by or house.bob, now=now)


def test_an_answer_is_kept_by_itself_and_begins_the_order(house, now):
    result = answer(house, 1, "passed", now)
    assert (result.value, result.outcome, result.is_failed, result.user_name) == ("passed", "passed", False, "Bob")
    assert (house.order.state, house.order.assignee_id) == ("in_progress", house.bob.person_id)
    thread = get_thread(house.session, house.order.id, by=house.bob)
    assert (thread.progress.done, thread.progress.total) == (1, 5)
    assert [doing.asked.step.title for doing in thread.missing] == ["Runtime", "Load"]


@pytest.mark.parametrize(
    ("said", "kept", "is_failed"), [("15", "15", False), ("12,0", "12", False), ("11.95", "11.95", True)]
)
def test_limits_flag_and_do_not_refuse(house, now, said, kept, is_failed):
    result = answer(house, 3, said, now)
    assert (result.value, result.is_failed) == (kept, is_failed)


@pytest.mark.parametrize(
    ("number", "said"), [(1, "perhaps"), (3, "a lot"), (3, "1e99"), (5, "Clean"), (2, None), (6, "yes")]
)
def test_it_refuses_what_is_no_answer(house, now, number, said):
    with pytest.raises(InvalidInput):
        answer(house, number, said, now)


def test_a_condition_shows_what_applies_and_hides_it_again(house, now):
    answer(house, 1, "failed", now)
    thread = get_thread(house.session, house.order.id, by=house.bob)
    assert [doing.asked.number for doing in thread.missing] == [2, 3, 4]
    assert [doing.asked.number for doing in thread.depending_on(1)] == [2]
    answer(house, 2, "The battery lamp", now)
    answer(house, 1, "passed", now)
    thread = get_thread(house.session, house.order.id, by=house.bob)
    assert [doing.applies for doing in thread.steps] == [True, False, True, True, True, True]
    assert (thread.progress.done, thread.progress.total) == (1, 5)


def test_a_correction_keeps_the_former_answer_and_the_newest_counts(house, now):
    answer(house, 3, "21", now)
    answer(house, 3, "21.0", now)
    answer(house, 3, "12.5", now + timedelta(minutes=1), by=house.dan)
    rows = house.session.scalars(select(StepResult).order_by(StepResult.id)).all()
    assert [(row.value, row.is_current, row.user_name) for row in rows] == [("21", False, "Bob"), ("12.5", True, "Dan")]
    said = select(AuditEntry.action).where(AuditEntry.action.like("step_%")).order_by(AuditEntry.id)
    assert house.session.scalars(said).all() == ["step_answered", "step_corrected"]


def test_an_emptied_answer_is_open_again(house, now):
    answer(house, 5, "dusty", now)
    assert answer(house, 5, None, now) is None
    assert get_thread(house.session, house.order.id, by=house.bob).progress.done == 0
    assert house.session.scalars(select(StepResult.is_current)).all() == [False]


def test_a_reading_is_the_meters_too_and_a_correction_corrects_it(house, now):
    meter = make_meter(house.session, house.piece, "load", kind="gauge", unit="%", decimals=1)
    answer(house, 4, "58,26", now)
    wrong = house.session.scalars(select(StepResult)).one()
    assert (wrong.value, wrong.reading_id is not None) == ("58.3", True)
    answer(house, 4, "85", now + timedelta(minutes=2))
    newest = house.session.scalars(select(StepResult).where(StepResult.is_current)).one()
    assert (newest.value, newest.is_failed) == ("85", True)
    rows = house.session.scalars(select(MeterReading).order_by(MeterReading.id)).all()
    assert [(row.value, row.superseded_at is None) for row in rows] == [(583, False), (850, True)]
    assert house.session.get_one(Meter, meter.id).last_value == 850
    answer(house, 4, None, now + timedelta(minutes=3))
    assert house.session.get_one(Meter, meter.id).last_value is None


def test_without_a_meter_the_value_is_kept_on_the_order(house, now):
    assert answer(house, 4, "58", now).reading_id is None


def test_what_the_meter_cannot_show_is_refused(house, now):
    make_meter(house.session, house.piece, "Load", kind="gauge", unit="%", most=100)
    with pytest.raises(InvalidInput, match="Above 100"):
        answer(house, 4, "120", now)
    assert house.order.state == "ready"


def test_a_photo_is_a_file_of_the_order(house, now):
    file = File(sha256="x", name="display.jpg", media_type="image/jpeg", size=1, created_at=now)
    house.session.add(file)
    house.session.flush()
    with pytest.raises(InvalidInput, match="not attached"):
        answer(house, 6, None, now, file_id=file.id)
    house.session.add(WorkOrderFile(order_id=house.order.id, file_id=file.id))
    house.session.flush()
    assert answer(house, 6, None, now, file_id=file.id).file_id == file.id
    file.media_type = "text/plain"
    house.session.flush()
    with pytest.raises(InvalidInput, match="by a photo"):
        answer(house, 6, None, now, file_id=file.id)


def test_the_last_three_answers_on_earlier_orders_of_the_item_stand_beside(house, now):
    for n, value in enumerate(("16", "15", "14", "13")):
        order = house.new_order(title=f"Check {n}")
        answer(house, 3, value, now + timedelta(days=n), order=order)
    answer(house, 3, "12", now + timedelta(days=9))
    runtime = get_thread(house.session, house.order.id, by=house.bob).steps[2]
    assert [row.value for row in runtime.former] == ["13", "14", "15"]
    assert runtime.result.value == "12"


def test_an_order_that_has_ended_takes_no_answer(house, now):
    house.order.state = "completed"
    house.session.flush()
    with pytest.raises(Conflict, match="ended"):
        answer(house, 1, "passed", now)


def test_who_may_not_work_on_it_does_not_answer(house, now):
    reader = Actor("Chloe", Role.REQUESTER)
    eve = Actor("Eve", Role.TECHNICIAN, site_ids=frozenset({999}))
    with pytest.raises(NotAllowed):
        answer(house, 1, "passed", now, by=reader)
    with pytest.raises(NotFound):
        answer(house, 1, "passed", now, by=eve)


def test_a_step_of_another_order_is_not_found(house, now):
    with pytest.raises(NotFound):
        answer_step(house.session, house.order.id, 999, AnswerInput(value="passed"), by=house.bob, now=now)
