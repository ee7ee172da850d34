"""What a report says of a piece's time: when it did not serve, derived from the record where nobody told it."""

from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.clock import start_of_day, today
from app.core.security import Actor
from app.equipment.actions.availability import end_downtimes, forget_downtimes, open_downtime
from app.equipment.models import Downtime
from app.equipment.rules.availability import TAKES_DOWN, Record, outcome, stretch
from app.interventions.schemas import CompletionInput
from app.places.models import Site
from app.workorders.actions.availability import follow_ended_work
from app.workorders.models import WorkOrder
from app.workorders.rules.resolution import FOLLOWING


def follow_report(
    session: Session, order: WorkOrder, data: CompletionInput, kind: str, done_on: date, *, by: Actor, now: datetime
) -> None:
    """Downtimes first, then the status; a place has neither."""
    if order.equipment_id is None:
        return
    result = outcome(kind, data.finding, data.restoration)
    forget_downtimes(session, order.id)
    before = open_downtime(session, order.equipment_id)
    record = Record(
        told_from=data.down_from,
        told_until=data.down_until,
        asked_at=failed_at(order, now),
        started_at=order.started_at,
        ended_at=ended_at(session, order, done_on, now),
        work=order.kind,
        is_down=before is not None,
    )
    found = stretch(record, result)
    lifts = result.is_restored and (result.has_failed or order.kind in TAKES_DOWN)
    if before is not None and lifts:
        end_downtimes(session, order.equipment_id, data.down_until or record.ended_at, order_id=order.id)
        if data.down_from is not None:
            before.from_at, before.source = min(data.down_from, before.until_at or data.down_from), "told"
    elif found is not None:
        row = Downtime(equipment_id=order.equipment_id, from_at=found[0], until_at=found[1], order_id=order.id)
        is_told = data.down_from is not None
        row.source = "told" if is_told else "derived"
        row.is_planned = data.is_downtime_planned or not (is_told or result.has_failed or order.type == "corrective")
        session.add(row)
        session.flush()
    follow_ended_work(session, order, lifts=lifts, by=by, now=now)


def failed_at(order: WorkOrder, now: datetime) -> datetime:
    """When it was first asked about. A visit of a plan finds it: that the order was made long before says nothing."""
    if order.type == "preventive" or order.origin in FOLLOWING:
        return order.started_at or now
    return order.asked_at or order.created_at


def ended_at(session: Session, order: WorkOrder, done_on: date, now: datetime) -> datetime:
    """Of work that is told on a later day, only the day is known: it had ended when that day had."""
    zone = session.scalars(select(Site.time_zone).where(Site.id == order.site_id)).one()
    return now if done_on >= today(now, zone) else min(now, start_of_day(done_on + timedelta(days=1), zone))
