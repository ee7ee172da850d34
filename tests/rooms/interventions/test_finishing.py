"""An order with steps is completed: what must be answered, what follows from a failure, how long it took."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from app.core.errors import InvalidInput
from app.interventions.actions import complete_work_order
from app.interventions.actions.answering import answer_step
from app.interventions.rules.following import follow_up_due_on
from app.interventions.schemas import AnswerInput, CompletionInput
from app.journal.models import File
from app.resources.actions import moving, times
from app.resources.models import TimeEntry
from app.resources.schemas import TimeInput
from app.workorders.models import Resolution, WorkOrder, WorkOrderFile


def answer(house, now, answers, **more):
    for number, value in answers.items():
        data = AnswerInput(value=value, **more)
        answer_step(house.session, house.order.id, house.ids[number - 1], data, by=house.bob, now=now)


def complete(house, now, **said):
    data = CompletionInput(**said)
    return complete_work_order(house.session, house.order.id, data, by=house.bob, now=now)


GOOD = {1: "passed", 3: "15", 4: "58"}


def report(house):
    return house.session.scalars(select(Resolution).where(Resolution.is_current)).one()


def test_it_refuses_to_end_while_a_mandatory_step_is_open_and_names_the_first(house, now):
    answer(house, now, {1: "passed"})
    with pytest.raises(InvalidInput, match="2 mandatory steps have no answer yet, the first is 3: Runtime"):
        complete(house, now)
    answer(house, now, GOOD)
    complete(house, now)
    assert (house.order.state, report(house).finding) == ("completed", "none")


def test_a_step_that_does_not_apply_is_not_asked_for(house, now):
    answer(house, now, GOOD | {1: "failed"})
    with pytest.raises(InvalidInput, match="Which lamp"):
        complete(house, now)


def test_what_was_not_done_needs_no_answers(house, now):
    complete(house, now, kind="not_done", not_done_reason="Nobody let me in")
    assert house.order.state == "missed"


def test_a_flagged_failure_is_a_finding(house, now):
    answer(house, now, GOOD | {1: "failed", 2: "Battery"})
    complete(house, now)
    assert report(house).finding == "minor"
    assert house.session.scalar(select(WorkOrder.id).where(WorkOrder.parent_id == house.order.id)) is None


def test_work_on_a_piece_that_was_archived_meanwhile_is_reported_and_asks_for_nothing(house, now):
    answer(house, now, GOOD | {3: "11"})
    house.piece.archived_at = now
    complete(house, now)
    assert house.order.state == "completed"
    assert house.session.scalar(select(WorkOrder.id).where(WorkOrder.parent_id == house.order.id)) is None


def test_a_failed_step_and_a_temporary_fix_each_open_an_order(house, now):
    answer(house, now, GOOD | {3: "11"})
    complete(house, now, finding="failed", restoration="palliative", curative_due_on=date(2026, 12, 20))
    made = select(WorkOrder.title, WorkOrder.due_on).where(WorkOrder.parent_id == house.order.id)
    assert house.session.execute(made.order_by(WorkOrder.id)).all() == [
        ("Follow up: Runtime", date(2026, 11, 30)),
        ("Lasting fix: Check the UPS", date(2026, 12, 20)),
    ]


def test_a_day_to_come_is_refused_as_the_day_of_the_work(house, now):
    answer(house, now, GOOD)
    with pytest.raises(InvalidInput) as refused:
        complete(house, now, done_on=date(2026, 11, 25), minutes_spent=20)
    assert refused.value.fields[0].pointer == "done_on"


@pytest.mark.parametrize(("priority", "days"), [("urgent", 1), ("high", 2), ("normal", 7), ("low", 30)])
def test_what_follows_is_due_by_its_priority(priority, days):
    assert follow_up_due_on(priority, date(2026, 11, 23)) == date(2026, 11, 23) + timedelta(days=days)


def test_a_failed_step_opens_its_follow_up_with_the_reading_and_the_photo(house, now):
    file = File(sha256="x", name="display.jpg", media_type="image/jpeg", size=1, created_at=now)
    house.session.add(file)
    house.session.flush()
    house.session.add(WorkOrderFile(order_id=house.order.id, file_id=file.id))
    house.session.flush()
    answer(house, now, GOOD)
    answer(house, now, {3: "11"}, file_id=file.id, note="It fell by two since October")
    complete(house, now)
    follow_up = house.session.scalars(select(WorkOrder).where(WorkOrder.parent_id == house.order.id)).one()
    assert (follow_up.title, follow_up.origin, follow_up.due_on) == (
        "Follow up: Runtime",
        "follow_up",
        date(2026, 11, 30),
    )
    assert follow_up.instructions.splitlines() == [
        "Found on OT-000001, step Runtime.",
        "Read: 11 min; limits: at least 12.",
        "It fell by two since October",
        "Due in 7 days, by its priority: Normal.",
    ]
    assert house.session.get(WorkOrderFile, (follow_up.id, file.id)) is not None


@pytest.mark.parametrize(("wanted", "made"), [([], 0), (None, 1)])
def test_a_proposal_that_was_unticked_is_not_made(house, now, wanted, made):
    answer(house, now, GOOD | {3: "11"})
    complete(house, now, follow_ups=wanted)
    found = house.session.scalars(select(WorkOrder).where(WorkOrder.parent_id == house.order.id)).all()
    assert len(found) == made


def test_a_forgotten_timer_ends_with_the_order_and_is_the_time_spent(house, now):
    moving.start_work_order(house.session, house.order.id, by=house.bob, now=now)
    answer(house, now, GOOD)
    times.start_timer(house.session, house.order.id, by=house.dan, now=now + timedelta(minutes=5))
    complete(house, now + timedelta(minutes=25))
    assert house.session.scalars(select(TimeEntry.minutes).order_by(TimeEntry.id)).all() == [25, 20]
    assert report(house).minutes_spent == 45


def test_time_that_only_the_report_tells_of_is_its_writers(house, now):
    times.enter_time(house.session, house.new_order().id, TimeInput(minutes=9), by=house.bob, now=now)
    house.order.procedure_version_id = None
    house.session.flush()
    complete(house, now, minutes_spent=12)
    rows = house.session.scalars(select(TimeEntry).where(TimeEntry.order_id == house.order.id)).all()
    assert [(row.minutes, row.person_id, row.source) for row in rows] == [(12, house.bob.person_id, "entered")]
