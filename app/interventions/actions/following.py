"""What failed steps ask for: an order that follows, with the step, its value and its photo."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.errors import InvalidInput
from app.core.i18n import N_, gettext, in_language, ngettext
from app.core.security import Actor
from app.equipment.models import Equipment
from app.interventions.queries.steps import Doing, Thread
from app.interventions.rules.following import FOLLOW_UP_DAYS, PRIORITY_WORDS, follow_up_due_on
from app.interventions.schemas import CompletionInput
from app.places.models import Location
from app.procedures.rules.steps import Step
from app.resources.actions.timing import add_entry, end_timers
from app.resources.queries import minutes_on
from app.workorders.actions.life import site_today
from app.workorders.actions.making import create_work_order
from app.workorders.models import WorkOrder, WorkOrderFile
from app.workorders.rules.resolution import Finding
from app.workorders.rules.states import order_number
from app.workorders.schemas import WorkOrderInput


def refuse_unanswered(thread: Thread) -> None:
    """Raises InvalidInput that names each mandatory step that applies and has no answer."""
    if not thread.missing:
        return
    first = thread.missing[0].asked
    raise InvalidInput.at(
        "steps",
        "steps_missing",
        N_("%(count)s mandatory steps have no answer yet, the first is %(number)s: %(title)s"),
        count=len(thread.missing),
        number=first.number,
        title=first.step.title,
    )


def finding_of(thread: Thread, said: Finding) -> Finding:
    """A failed step that is to be flagged is a finding, whatever else was found."""
    has_flag = any(doing.is_flagged for doing in thread.steps)
    return Finding.MINOR if said is Finding.NONE and has_flag else said


def open_follow_ups(
    session: Session, order: WorkOrder, thread: Thread, wanted: Collection[int] | None, *, by: Actor, now: datetime
) -> list[int]:
    """For the proposed steps that are wanted, all of them where nobody said which; an open one is not made twice."""
    proposed = [doing for doing in thread.steps if doing.is_proposed]
    chosen = [doing for doing in proposed if wanted is None or doing.asked.id in wanted]
    if not chosen or _is_archived(session, order):
        return []  # what is gone asks for nothing, and the report is taken all the same
    made: list[int] = []
    for doing in chosen:
        with in_language(by.language):
            title = (gettext("Follow up: %(step)s") % {"step": doing.asked.step.title})[:200]
            instructions = _told(order, doing)
        twin = select(WorkOrder.id).where(WorkOrder.parent_id == order.id, WorkOrder.is_open, WorkOrder.title == title)
        if session.scalar(twin.limit(1)) is None:
            made.append(_open(session, order, doing, title, instructions, by=by, now=now))
    return made


def _is_archived(session: Session, order: WorkOrder) -> bool:
    of_piece = select(Equipment.archived_at).where(Equipment.id == order.equipment_id)
    of_place = select(Location.archived_at).where(Location.id == order.location_id)
    return session.scalar(of_piece if order.equipment_id is not None else of_place) is not None


def _open(
    session: Session, order: WorkOrder, doing: Doing, title: str, instructions: str, *, by: Actor, now: datetime
) -> int:
    said = WorkOrderInput(
        equipment_id=order.equipment_id,
        location_id=order.location_id,
        title=title,
        instructions=instructions,
        priority=order.priority,
        due_on=follow_up_due_on(order.priority, site_today(session, order, now)),
        team_id=order.team_id,
        assignee_id=order.assignee_id,
        parent_id=order.id,
    )
    made = create_work_order(session, said, by=by, now=now)
    if doing.result is not None and doing.result.file_id is not None:
        session.add(WorkOrderFile(order_id=made.id, file_id=doing.result.file_id))
        session.flush()
    return made.id


def _told(order: WorkOrder, doing: Doing) -> str:
    """What was found, in the words of whoever reports it."""
    step, result = doing.asked.step, doing.result
    lines = [gettext("Found on %(number)s, step %(step)s.") % {"number": order_number(order.id), "step": step.title}]
    if result is not None and step.has_limits:
        value = f"{result.value} {step.unit or ''}".strip()
        lines.append(gettext("Read: %(value)s; limits: %(limits)s.") % {"value": value, "limits": limits_of(step)})
    if result is not None and result.note:
        lines.append(result.note)
    days = FOLLOW_UP_DAYS[order.priority]
    priority = gettext(PRIORITY_WORDS[order.priority])
    due = ngettext(
        "Due in %(num)s day, by its priority: %(priority)s.",
        "Due in %(num)s days, by its priority: %(priority)s.",
        days,
    )
    lines.append(due % {"num": days, "priority": priority})
    return "\n".join(lines)[:5000]


def limits_of(step: Step) -> str:
    """20 to 24, at least 12, at most 80."""
    low, high = (None if edge is None else f"{edge:f}" for edge in (step.minimum, step.maximum))
    if low is not None and high is not None:
        return gettext("%(low)s to %(high)s") % {"low": low, "high": high}
    if low is not None:
        return gettext("at least %(low)s") % {"low": low}
    return gettext("at most %(high)s") % {"high": high}


def with_work(
    session: Session, order: WorkOrder, thread: Thread, data: CompletionInput, *, by: Actor, now: datetime
) -> CompletionInput:
    """The report as the work says it: forgotten timers end and add up to the time spent, failed steps are a finding.

    Time that only the report tells of is kept as its writer's, so that it costs what theirs costs.
    """
    end_timers(session, order, now=now)
    minutes = data.minutes_spent
    spent = minutes_on(session, order.id)
    if minutes is None:
        minutes = spent or None
    elif minutes > 0 and not spent and by.person_id is not None:
        add_entry(session, order, minutes, person_id=None, by=by, now=now, worked_on=data.done_on)
    return data.model_copy(update={"minutes_spent": minutes, "finding": finding_of(thread, data.finding)})
