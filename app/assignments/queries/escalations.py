"""Orders that are late, and the levels to which they went up."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import Session, aliased

from app.assignments.models import Escalation
from app.assignments.rules.escalating import DAY, Late, Step
from app.assignments.schemas import EscalationView
from app.core.clock import start_of_day, today
from app.core.security import Actor
from app.people.models import Person, Team
from app.places.models import Site
from app.workorders.models import WorkOrder
from app.workorders.queries.orders import get_plain_order

FARTHEST_EAST = timedelta(hours=14)


def escalations_of(session: Session, order_id: int, *, by: Actor) -> Sequence[EscalationView]:
    """Of one order, by level."""
    get_plain_order(session, order_id, by=by)
    team, person = aliased(Team), aliased(Person)
    statement = (
        select(Escalation, team.name, person.name)
        .outerjoin(team, team.id == Escalation.to_team_id)
        .outerjoin(person, person.id == Escalation.to_person_id)
        .where(Escalation.order_id == order_id)
        .order_by(Escalation.level)
    )
    own = [name for name in EscalationView.model_fields if name not in ("to_team", "to_person")]
    return [
        EscalationView(**{name: getattr(row, name) for name in own}, to_team=to_team, to_person=to_person)
        for row, to_team, to_person in session.execute(statement)
    ]


def maybe_late(steps: Sequence[Step], now: datetime) -> Select[Any]:
    """Open orders that may have come to a level: in SQL as near as one gets without each site's clock."""
    found = (
        select(WorkOrder, Site.time_zone)
        .join(Site, Site.id == WorkOrder.site_id)
        .where(WorkOrder.is_open, WorkOrder.state != "on_hold", or_(*(_may_reach(step, now) for step in steps)))
    )
    return cast("Select[Any]", found)


def _may_reach(step: Step, now: datetime) -> ColumnElement[bool]:
    about = {WorkOrder.priority: step.priority, WorkOrder.team_id: step.team_id, WorkOrder.site_id: step.site_id}
    asked = [column == value for column, value in about.items() if value is not None]
    if step.cause == "overdue":
        is_time = WorkOrder.due_on < today(now + FARTHEST_EAST - step.after, "UTC")
    else:
        since = func.coalesce(WorkOrder.released_at, WorkOrder.created_at)
        is_time = (WorkOrder.state == "ready") & (since <= now - step.after)
    return and_(WorkOrder.escalation_level < step.level, is_time, *asked)


def late_order(order: WorkOrder, time_zone: str) -> Late:
    return Late(
        order.id,
        order.state,
        order.priority,
        order.team_id,
        order.site_id,
        order.due_on,
        start_of_day(order.due_on + DAY, time_zone),
        order.released_at or order.created_at,
        order.escalation_level,
    )
