"""What time does to orders: their window begins, their review ends."""

from datetime import date, datetime, timedelta
from itertools import islice

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from app.core.clock import start_of_day, today
from app.core.security import Actor
from app.places.models import Site
from app.workorders.actions.life import pass_to
from app.workorders.models import WorkOrder

BATCH = 500
REVIEW_WORKING_DAYS = 5


def release_due_orders(session: Session, *, now: datetime) -> int:
    """Planned orders whose window has begun at their site become ready; answers how many, at most `BATCH`."""
    released = 0
    for zone, is_there in _zones_with(session, "planned"):
        begun = or_(
            WorkOrder.window_first_on.is_(None),
            WorkOrder.window_first_on <= today(now, zone),
            WorkOrder.scheduled_start_at <= now,
        )
        for order in _orders(session, "planned", is_there, begun, most=BATCH - released):
            pass_to(session, order, "release", by=Actor.system(), now=now)
            released += 1
    return released


def close_reviewed_orders(session: Session, *, now: datetime) -> int:
    """Completed orders that nobody has objected to for some working days are closed, and immutable from then on."""
    closed = 0
    for zone, is_there in _zones_with(session, "completed"):
        first = first_of_last_working_days(today(now, zone), REVIEW_WORKING_DAYS)
        reviewed = WorkOrder.completed_at < start_of_day(first, zone)
        for order in _orders(session, "completed", is_there, reviewed, most=BATCH - closed):
            pass_to(session, order, "close", by=Actor.system(), now=now)
            closed += 1
    return closed


def first_of_last_working_days(day: date, count: int) -> date:
    """The first of the last `count` days from Monday to Friday, today included: a review knows no public holiday."""
    back = (day - timedelta(days=n) for n in range(count * 2 + 8))
    return next(islice((d for d in back if d.weekday() < 5), count - 1, None))


def _zones_with(session: Session, state: str) -> list[tuple[str, ColumnElement[bool]]]:
    """Time zones in which there are such orders, each with what says that an order is there: sites may be many."""
    sites = select(WorkOrder.site_id).where(WorkOrder.state == state)
    zones = session.scalars(select(Site.time_zone).where(Site.id.in_(sites)).distinct().order_by(Site.time_zone))
    return [(zone, WorkOrder.site_id.in_(select(Site.id).where(Site.time_zone == zone))) for zone in zones]


def _orders(session: Session, state: str, *conditions: ColumnElement[bool], most: int) -> list[WorkOrder]:
    if most <= 0:
        return []
    statement = select(WorkOrder).where(WorkOrder.state == state, *conditions).order_by(WorkOrder.id).limit(most)
    return list(session.scalars(statement.with_for_update(skip_locked=True)))
