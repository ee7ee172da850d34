"""One step is answered: kept at once and by itself, so that nothing is lost when a browser dies."""

from datetime import datetime
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.errors import InvalidInput
from app.core.i18n import N_
from app.core.i18n.folding import fold
from app.core.security import Actor, Permission, require
from app.enrolment.actions import readings
from app.interventions.models import StepResult
from app.interventions.queries.steps import Doing, thread_of
from app.interventions.rules.answers import Answer, judged, read_answer, series_of, written
from app.interventions.schemas import AnswerInput
from app.journal import actions as journal
from app.journal.models import File
from app.meters.models import Meter, MeterReading
from app.meters.rules.values import number_of, shown
from app.meters.schemas import CorrectionInput, OneReadingInput
from app.procedures.rules.steps import StepKind
from app.resources.actions.opening import lock_for_work
from app.workorders.actions.telling import ENTITY
from app.workorders.models import WorkOrder, WorkOrderFile
from app.workorders.queries.orders import get_plain_order


def answer_step(
    session: Session, order_id: int, step_id: int, data: AnswerInput, *, by: Actor, now: datetime
) -> StepResult | None:
    """The newest answer counts; a former one stays. Said twice it is one. None where an answer was taken back.

    1. The answer is read, and judged by the step's limits: out of them is flagged, never refused. 2. A reading is taken
    by the item's meter first, in the order in which everybody locks: meter, targets, order. 3. The order is locked; who
    answers the first step begins it. 4. The answer is kept.
    """
    order = get_plain_order(session, order_id, by=by)
    require(by, Permission.WORK, site_id=order.site_id)
    doing = thread_of(session, order, with_former=False).step(step_id)
    if not data.value and data.file_id is None:
        return _take_back(session, order_id, doing, data, by=by, now=now)
    _check_photo(session, order_id, doing, data)
    answer = read_answer(doing.asked.step, data.value)
    reading = None
    if doing.asked.step.kind is StepKind.READING and (meter := meter_of(session, order, doing)) is not None:
        reading = _take_reading(session, meter, doing, str(answer.value), by=by, now=now)
        answer = _as_shown(doing, reading, meter)
    order = lock_for_work(session, order_id, by=by, now=now)
    return _keep(session, order, doing, answer, data, reading.id if reading else None, by=by, now=now)


def meter_of(session: Session, order: WorkOrder, doing: Doing) -> Meter | None:
    """The item's meter of that name; without one the value is kept on the order alone."""
    if order.equipment_id is None:
        return None
    wanted = fold(doing.asked.step.meter or "")
    own = select(Meter).where(Meter.equipment_id == order.equipment_id, Meter.archived_at.is_(None))
    return next((meter for meter in session.scalars(own.order_by(Meter.id)) if fold(meter.name) == wanted), None)


def _check_photo(session: Session, order_id: int, doing: Doing, data: AnswerInput) -> None:
    is_photo = doing.asked.step.kind is StepKind.PHOTO
    kind = None
    if data.file_id is not None:
        attached = select(File.media_type).join(WorkOrderFile)
        own = (WorkOrderFile.order_id == order_id, WorkOrderFile.file_id == data.file_id)
        kind = session.scalar(attached.where(*own))
        if kind is None:
            raise InvalidInput.at("file_id", "unknown_file", N_("This file is not attached to the order."))
    if is_photo and not (kind or "").startswith("image/"):
        raise InvalidInput.at("file_id", "required", N_("This step is answered by a photo."))


def _take_reading(
    session: Session, meter: Meter, doing: Doing, value: str, *, by: Actor, now: datetime
) -> MeterReading:
    """A reading of this step that was wrong is corrected: it keeps its instant, and what it had woken is looked at."""
    number = number_of(value)
    said = value if number is None else number
    before = doing.result
    if before is not None and before.reading_id is not None:
        former = session.get_one(MeterReading, before.reading_id)
        if former.superseded_at is None and former.meter_id == meter.id:
            if before.value == value:
                return former
            correction = CorrectionInput(value=said, reason=doing.asked.step.title[:200])
            right = readings.correct_reading(session, former.id, correction, by=by, now=now)
            return right or former
    one = OneReadingInput(value=said, read_at=now)
    return readings.record_reading(session, meter.id, one, source="person", by=by, now=now)


def _as_shown(doing: Doing, reading: MeterReading, meter: Meter) -> Answer:
    """As the meter keeps it: rounded to its decimals."""
    value = shown(reading.value, meter.scale)
    return judged(doing.asked.step, Decimal(written(value)) if isinstance(value, Decimal) else value)


def _take_back(
    session: Session, order_id: int, doing: Doing, data: AnswerInput, *, by: Actor, now: datetime
) -> StepResult | None:
    """Emptied: the step is open again. Its reading is no reading of the meter then."""
    before = doing.result
    if before is None:
        raise InvalidInput.at("value", "required", N_("This is needed."))
    if before.reading_id is not None:
        former = session.get_one(MeterReading, before.reading_id)
        if former.superseded_at is None:
            gone = CorrectionInput(value=None, reason=data.note or doing.asked.step.title[:200])
            readings.correct_reading(session, former.id, gone, by=by, now=now)
    order = lock_for_work(session, order_id, by=by, now=now)
    _supersede(session, order.id, doing.asked.id)
    _record(session, order, doing, "step_cleared", [before.value, None], by=by, now=now)
    return None


def _keep(
    session: Session,
    order: WorkOrder,
    doing: Doing,
    answer: Answer,
    data: AnswerInput,
    reading_id: int | None,
    *,
    by: Actor,
    now: datetime,
) -> StepResult:
    before = _newest(session, order.id, doing.asked.id)
    file_id = data.file_id or (before.file_id if before is not None else None)
    if before is not None and (before.value, before.note, before.file_id) == (answer.value, data.note, file_id):
        return before
    _supersede(session, order.id, doing.asked.id)
    result = StepResult(
        order_id=order.id,
        step_id=doing.asked.id,
        equipment_id=order.equipment_id,
        location_id=order.location_id,
        series=series_of(doing.asked.step),
        is_current=True,
        value=answer.value,
        outcome=answer.outcome,
        is_failed=answer.is_failed,
        note=data.note,
        file_id=file_id,
        reading_id=reading_id,
        answered_at=now,
        user_id=by.user_id,
        user_name=by.name,
    )
    session.add(result)
    session.flush()
    said = [before.value if before is not None else None, answer.value]
    _record(session, order, doing, "step_corrected" if before is not None else "step_answered", said, by=by, now=now)
    return result


def _newest(session: Session, order_id: int, step_id: int) -> StepResult | None:
    """As it stands now that the order is locked."""
    found = select(StepResult).where(
        StepResult.order_id == order_id, StepResult.step_id == step_id, StepResult.is_current
    )
    return session.scalar(found.execution_options(populate_existing=True))


def _supersede(session: Session, order_id: int, step_id: int) -> None:
    if (before := _newest(session, order_id, step_id)) is not None:
        before.is_current = False
        session.flush()


def _record(
    session: Session, order: WorkOrder, doing: Doing, action: str, said: list[str | None], *, by: Actor, now: datetime
) -> None:
    """The answers are their own history; the audit says who gave them."""
    changes = {f"step {doing.asked.number}": said}
    journal.record_change(session, action, ENTITY, order.id, changes, by=by, now=now, site_id=order.site_id)
