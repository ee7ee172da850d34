"""Orders that wait for a person, and those whose person is away."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Select, and_, or_, select, true
from sqlalchemy.orm import Session

from app.assignments.models import Assignment, AssignmentRule
from app.assignments.rules.deciding import Job
from app.assignments.schemas import AwayOrderView
from app.core.clock import today
from app.core.security import Actor, Permission, require
from app.equipment.models import Equipment, EquipmentCategory
from app.people.models import Absence, Person
from app.people.queries.on_call import rotas
from app.people.rules.on_call import is_out_of_hours
from app.places.models import Site
from app.plans.queries.calendars import work_calendars
from app.workorders.models import WorkOrder, WorkOrderEvent
from app.workorders.rules.states import order_number

HORIZON = timedelta(days=7)
NOT_BEGUN = ("planned", "ready")
SATURDAY = 5


def waiting(now: datetime, since: datetime | None = None) -> Select[Any]:
    """Orders without a person that nobody has begun, due in the coming week, or urgent; new `since` then, or urgent.

    Left alone: what a rule has decided before, and orders whose person somebody chose, or took away.
    """
    chosen = select(WorkOrderEvent.id).where(
        WorkOrderEvent.order_id == WorkOrder.id,
        WorkOrderEvent.user_id.is_not(None),
        WorkOrderEvent.kind != "assigned",
        or_(
            WorkOrderEvent.kind == "handed_over",
            WorkOrderEvent.changes["assignee_id"].as_string().is_not(None),
        ),
    )
    decided = select(Assignment.order_id).where(Assignment.order_id == WorkOrder.id)
    is_urgent = WorkOrder.priority == "urgent"
    soon = or_(WorkOrder.due_on <= today(now, "UTC") + HORIZON, is_urgent)
    is_new = or_(is_urgent, WorkOrder.created_at >= since, WorkOrder.released_at >= since) if since else true()
    return select(WorkOrder).where(
        WorkOrder.is_open,
        WorkOrder.state.in_(NOT_BEGUN),
        WorkOrder.assignee_id.is_(None),
        WorkOrder.supplier_id.is_(None),
        soon,
        is_new,
        ~decided.exists(),
        ~chosen.exists(),
    )


def jobs_of(session: Session, orders: Sequence[WorkOrder], now: datetime) -> list[Job]:
    """As rules ask about them; a bounded number of statements."""
    pieces = {order.equipment_id for order in orders if order.equipment_id is not None}
    category_of = {
        row.id: row.category_id
        for row in session.execute(select(Equipment.id, Equipment.category_id).where(Equipment.id.in_(pieces)))
    }
    chains = _category_chains(session) if category_of else {}
    sites = {
        row.id: row
        for row in session.execute(
            select(Site.id, Site.time_zone, Site.calendar_id).where(Site.id.in_({order.site_id for order in orders}))
        )
    }
    off = _out_of_hours(session, list(sites.values()), now)
    return [
        Job(
            order.id,
            order.kind,
            chains.get(category_of.get(order.equipment_id or 0, 0), frozenset()),
            order.site_id,
            order.priority,
            order.origin,
            max(order.due_on, today(now, sites[order.site_id].time_zone)),
            order.estimate_minutes,
            order.team_id,
            off[order.site_id],
        )
        for order in orders
    ]


def _category_chains(session: Session) -> dict[int, frozenset[int]]:
    """Category -> itself and those above it."""
    columns = select(EquipmentCategory.id, EquipmentCategory.parent_id)
    above = {row.id: row.parent_id for row in session.execute(columns)}
    chains = {}
    for category_id in above:
        chain: set[int] = set()
        at: int | None = category_id
        while at is not None and at not in chain:
            chain.add(at)
            at = above.get(at)
        chains[category_id] = frozenset(chain)
    return chains


def _out_of_hours(session: Session, sites: Sequence[Any], now: datetime) -> dict[int, frozenset[int]]:
    """Site -> teams with a rota whose own hours these are not, on that site's calendar."""
    calendars = work_calendars(session, {site.calendar_id for site in sites})
    known = rotas(session)
    found = {}
    for site in sites:
        teams = set()
        for team_id, (row, _) in known.items():
            day, calendar = today(now, row.time_zone), calendars.get(site.calendar_id)
            is_worked = calendar.is_working(day) if calendar else day.weekday() < SATURDAY
            hours = {"opens": row.opens_minutes, "closes": row.closes_minutes}
            if is_out_of_hours(now, row.time_zone, **hours, is_worked=is_worked):
                teams.add(team_id)
        found[site.id] = frozenset(teams)
    return found


def _away(on: date) -> Any:
    """The person of an order is away on its day; what is late is work of today."""
    ahead = and_(Absence.first_on <= WorkOrder.due_on, Absence.last_on >= WorkOrder.due_on, WorkOrder.due_on >= on)
    late = and_(WorkOrder.due_on < on, Absence.first_on <= on, Absence.last_on >= on)
    return and_(Absence.person_id == WorkOrder.assignee_id, or_(ahead, late))


def to_be_reassigned(now: datetime) -> Select[Any]:
    """Orders that a rule gave to somebody who is away, where that rule says so; a person's choice stays."""
    on = today(now, "UTC")
    return (
        select(WorkOrder)
        .join(Assignment, Assignment.order_id == WorkOrder.id)
        .join(AssignmentRule, AssignmentRule.id == Assignment.rule_id)
        .where(
            WorkOrder.is_open,
            WorkOrder.state.in_(NOT_BEGUN),
            WorkOrder.assignee_id == Assignment.person_id,
            WorkOrder.due_on <= on + HORIZON,
            AssignmentRule.reassigns_absent,
            select(Absence.id).where(_away(on)).exists(),
        )
    )


def orders_of_absent(session: Session, *, by: Actor, now: datetime, limit: int = 100) -> list[AwayOrderView]:
    """Open orders whose person is away on the day of the work, by day: to be given to somebody else."""
    require(by, Permission.PLAN)
    statement = (
        select(
            WorkOrder.id,
            WorkOrder.title,
            WorkOrder.site_id,
            WorkOrder.due_on,
            Person.id.label("person_id"),
            Person.name.label("person"),
            Absence.last_on.label("away_until"),
            AssignmentRule.reassigns_absent,
            Assignment.person_id.label("given_to"),
        )
        .join(Absence, _away(today(now, by.time_zone)))
        .join(Person, Person.id == WorkOrder.assignee_id)
        .outerjoin(Assignment, Assignment.order_id == WorkOrder.id)
        .outerjoin(AssignmentRule, AssignmentRule.id == Assignment.rule_id)
        .where(WorkOrder.is_open)
        .order_by(WorkOrder.due_on, WorkOrder.id)
        .limit(limit)
    )
    if by.site_ids is not None:
        statement = statement.where(WorkOrder.site_id.in_(by.site_ids))
    return [
        AwayOrderView(
            order_id=row.id,
            number=order_number(row.id),
            title=row.title,
            site_id=row.site_id,
            due_on=row.due_on,
            person_id=row.person_id,
            person=row.person,
            away_until=row.away_until,
            is_reassigned=bool(row.reassigns_absent) and row.given_to == row.person_id,
        )
        for row in session.execute(statement)
    ]
