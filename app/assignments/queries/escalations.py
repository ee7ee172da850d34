"""Orders that are late, and the levels to which they went up."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import Select, func, or_, select
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
    since = func.coalesce(WorkOrder.released_at, WorkOrder.created_at)
    ways = []
    if after := [step.after for step in steps if step.cause == "overdue"]:
        ways.append(WorkOrder.due_on < today(now + FARTHEST_EAST - min(after), "UTC"))
    if waits := [step for step in steps if step.cause == "not_started"]:
        is_asked = WorkOrder.priority.in_({step.priority for step in waits})
        ways.append((WorkOrder.state == "ready") & is_asked & (since <= now - min(step.after for step in waits)))
    top = max(step.level for step in steps)
    found = (
        select(WorkOrder, Site.time_zone)
        .join(Site, Site.id == WorkOrder.site_id)
        .where(WorkOrder.is_open, WorkOrder.state != "on_hold", or_(*ways), WorkOrder.escalation_level < top)
    )
    return cast("Select[Any]", found)


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
