"""An intervention is reported: the order is done, or it was not done; what follows from it is opened."""

from datetime import date, datetime, timedelta
from pathlib import Path

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session

from app.core.db import table_of
from app.core.errors import InvalidInput
from app.core.i18n import N_, gettext, in_language
from app.core.security import Actor
from app.equipment.queries import codes_for
from app.interventions.actions.availability import follow_report
from app.interventions.actions.following import open_follow_ups, refuse_unanswered, with_work
from app.interventions.actions.signing import sign
from app.interventions.models import ReportedPiece
from app.interventions.queries.steps import thread_of
from app.interventions.schemas import CompletionInput
from app.ledger.actions import outcomes as ledger
from app.workorders.actions.life import open_for_change, pass_to, site_today, tell_ledger_of_ending
from app.workorders.actions.suggesting import suggest_alternative
from app.workorders.actions.telling import tell
from app.workorders.models import Resolution, WorkOrder, WorkOrderEvent
from app.workorders.rules.resolution import USUAL_KIND, Method, ResolutionKind, Restoration, contradictions
from app.workorders.rules.states import State, order_number, way_to

BACKDATE_MOST = timedelta(days=31)


def complete_work_order(
    session: Session,
    order_id: int,
    data: CompletionInput,
    *,
    version: int | None = None,
    files_dir: Path | None = None,
    by: Actor,
    now: datetime,
) -> WorkOrder:
    """The report ends the order: completed, or missed where it says that the work was not done (S12).

    An order that was not begun, or is on hold, is begun on the way. `files_dir` is where a drawn signature is kept.
    """
    order = open_for_change(session, order_id, version=version, by=by)
    report(session, order, data, files_dir=files_dir, by=by, now=now)
    return order


def report(
    session: Session, order: WorkOrder, data: CompletionInput, *, files_dir: Path | None, by: Actor, now: datetime
) -> Resolution:
    kind = data.kind or USUAL_KIND.get(order.kind, ResolutionKind.INSPECTED_OK)
    done_on = day_done(data, site_today(session, order, now))
    thread = thread_of(session, order, with_former=False)
    data = with_work(session, order, thread, data, by=by, now=now)
    if errors := contradictions(kind, data):
        raise InvalidInput("contradiction", N_("Some of the report does not go together."), fields=errors)
    check_codes(session, order, data)
    is_done = kind is not ResolutionKind.NOT_DONE
    if is_done:
        refuse_unanswered(thread)
        for step in way_to(State(order.state), "complete"):
            pass_to(session, order, step, has_resolution=True, is_signed=data.signature is not None, by=by, now=now)
    else:
        pass_to(session, order, "miss", reason=data.not_done_reason, by=by, now=now)
        order.ended_reason = data.not_done_reason
    resolution = _keep(session, order, kind, data, done_on, by=by, now=now)
    if data.signature is not None:
        sign(session, resolution, data.signature, files_dir=files_dir, by=by, now=now)
    if data.method is Method.ALTERNATIVE:
        suggest_alternative(session, order, data.method_note, by=by, now=now)
    if is_done:
        order.done_on, order.recorded_at = done_on, now
        order.completed_at, order.completed_by = now, by.user_id
        if order.occurrence_id is not None:
            moved = ledger.record_completion(session, order.occurrence_id, done_on=done_on, now=now)
            if moved is not None:
                move_order(session, moved, by=by, now=now)
    else:
        tell_ledger_of_ending(session, order, now=now)
    follow_report(session, order, data, kind.value, done_on, by=by, now=now)
    if is_done:
        open_follow_ups(session, order, thread, data.follow_ups, by=by, now=now)
    _leave_word(session, order, data, is_done=is_done, by=by, now=now)
    return resolution


def _leave_word(
    session: Session, order: WorkOrder, data: CompletionInput, *, is_done: bool, by: Actor, now: datetime
) -> None:
    """What others do about it: the lasting fix, and a look at the piece's ladder."""
    if is_done and data.restoration is Restoration.PALLIATIVE and data.curative_due_on is not None:
        open_curative(session, order, data.curative_due_on, by=by, now=now)
    if order.equipment_id is not None:
        session.add(ReportedPiece(equipment_id=order.equipment_id, reported_at=now))
    session.flush()


def check_codes(session: Session, order: WorkOrder, data: CompletionInput) -> None:
    """Failure codes are of the lists that the piece's category has."""
    said = {"mode": data.failure_mode, "mechanism": data.failure_mechanism, "cause": data.failure_cause}
    if not any(said.values()):
        return
    codes = codes_for(session, order.equipment_id)
    for kind, code in said.items():
        if code is not None and not codes.has(kind, code):
            raise InvalidInput.at(f"failure_{kind}", "unknown_code", N_("This code is not on the list of this item."))


def day_done(data: CompletionInput, today: date) -> date:
    done_on = data.done_on or today
    if done_on > today:
        raise InvalidInput.at("done_on", "in_future", N_("Work cannot be done in the future."))
    if done_on < today - BACKDATE_MOST:
        raise InvalidInput.at(
            "done_on", "too_old", N_("At most %(days)s days can be back-dated."), days=BACKDATE_MOST.days
        )
    return done_on


def _keep(
    session: Session,
    order: WorkOrder,
    kind: ResolutionKind,
    data: CompletionInput,
    done_on: date,
    *,
    by: Actor,
    now: datetime,
) -> Resolution:
    former = session.scalar(select(func.max(Resolution.number)).where(Resolution.order_id == order.id)) or 0
    said = {name: value for name, value in data if name in table_of(Resolution).c}
    values = {name: getattr(value, "value", value) for name, value in said.items()}
    resolution = Resolution(
        **values | {"kind": kind.value, "done_on": done_on},
        order_id=order.id,
        number=former + 1,
        is_current=True,
        recorded_at=now,
        recorded_by=by.user_id,
    )
    session.add(resolution)
    session.flush()
    return resolution


def move_order(session: Session, moved: ledger.MovedCycle, *, by: Actor, now: datetime) -> None:
    """S11b: the next cycle's order takes the new dates, unless somebody has started it."""
    order = session.scalar(
        select(WorkOrder)
        .where(WorkOrder.occurrence_id == moved.occurrence_id, WorkOrder.state.in_(("planned", "ready")))
        .with_for_update()
    )
    if order is None:
        return
    ledger.move_cycle(session, moved, now=now)
    before = order.due_on
    order.due_on = moved.cycle.due_on
    order.window_first_on, order.window_last_on = moved.cycle.window_first_on, moved.cycle.window_last_on
    order.version += 1
    tell(session, order, "moved", by=by, now=now, changes={"due_on": [str(before), str(order.due_on)]})


def open_curative(session: Session, order: WorkOrder, due_on: date, *, by: Actor, now: datetime) -> None:
    """A temporary fix opens the lasting one: it stays on the list until that is done.

    A report that replaces a former one has its follow-up already; one that nobody has begun takes the new date. What
    follows from a failed step is another order, and its history names no order that it fixes for good.
    """
    if due_on < site_today(session, order, now):
        raise InvalidInput.at("curative_due_on", "in_past", N_("The lasting fix lies ahead: choose a later date."))
    number = order_number(order.id)
    made_for_it = exists().where(
        WorkOrderEvent.order_id == WorkOrder.id, WorkOrderEvent.kind == "created", WorkOrderEvent.reason == number
    )
    opened = select(WorkOrder).where(WorkOrder.parent_id == order.id, WorkOrder.is_open, made_for_it)
    if (before := session.scalars(opened.limit(1)).first()) is not None:
        if before.state == "ready" and before.due_on != due_on:
            changes = {"due_on": [str(before.due_on), str(due_on)]}
            before.due_on, before.version = due_on, before.version + 1
            tell(session, before, "moved", by=by, now=now, changes=changes)
        return
    with in_language(by.language):
        title = gettext("Lasting fix: %(title)s") % {"title": order.title}
        instructions = gettext("Follows the temporary fix of %(number)s.") % {"number": number}
    follow_up = WorkOrder(
        type="corrective",
        kind="repair",
        title=title[:200],
        instructions=instructions,
        equipment_id=order.equipment_id,
        location_id=order.location_id,
        site_id=order.site_id,
        origin="follow_up",
        parent_id=order.id,
        priority=order.priority,
        state="ready",
        due_on=due_on,
        team_id=order.team_id,
        assignee_id=order.assignee_id,
        created_at=now,
        created_by=by.user_id,
        released_at=now,
    )
    session.add(follow_up)
    session.flush()
    tell(session, follow_up, "created", by=by, now=now, to_state="ready", reason=number)
