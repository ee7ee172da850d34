"""What happened to a request, as the person who asked is told."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.clock import today
from app.requests.models import WorkRequest
from app.requests.queries.requests import messages_of, order_of, original_of
from app.requests.rules import Said, Stop, Work, thread_of
from app.workorders.models import Hold, WorkOrder
from app.workorders.queries import current_resolution


def thread(session: Session, request: WorkRequest, zone: str) -> list[Stop]:
    """`zone` is that of the request's site."""
    original, order = original_of(session, request), order_of(session, request)
    said = [
        Said(message.created_at, message.user_name, message.text, message.is_from_person)
        for message in messages_of(session, request.id)
    ]
    work = work_on(session, order, zone) if order else None
    return thread_of(request.created_at, original.state, original.reason, request.decided_at, work, said)


def work_on(session: Session, order: WorkOrder, zone: str) -> Work:
    held_at, resolution = None, None
    if order.state == "on_hold":
        holds = select(Hold.started_at).where(Hold.order_id == order.id, Hold.ended_at.is_(None))
        held_at = session.scalar(holds.order_by(Hold.id.desc()).limit(1)) or order.started_at
    elif not order.is_open:
        resolution = current_resolution(session, order.id)
    return Work(
        state=order.state,
        created_at=order.created_at,
        due_on=order.due_on,
        planned_on=today(order.scheduled_start_at, zone) if order.scheduled_start_at else None,
        started_at=order.started_at,
        hold_reason=order.hold_reason,
        hold_until=order.hold_until,
        held_at=held_at,
        ended_at=resolution.recorded_at if resolution else None,
        explanation=resolution.explanation if resolution else None,
    )
