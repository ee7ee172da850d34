"""A technician's day: what is late, due today and due this week, by place; and how much of today is done."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Select, bindparam, func, or_, select, union_all
from sqlalchemy.orm import Session

from app.core import clock
from app.core.clock import start_of_day
from app.core.security import Actor, Permission, require
from app.people.models import TeamMember
from app.places.models import Site
from app.workorders.models import WorkOrder, WorkOrderPerson
from app.workorders.queries.lists import NARROWED, OrderFilter, narrowing, rows_statement

WEEK = timedelta(days=6)
A_ZONE = timedelta(days=2)  # a site's day ends no later
# As the index of planned orders says it: they are few.
PLANNED = WorkOrder.scheduled_start_at.is_not(None) & (WorkOrder.scheduled_start_at < bindparam("planned_until"))
MOST = 200


@dataclass(frozen=True, slots=True)
class Day:
    """Rows in the order in which they are walked: site, then place. `is_cut`: there is more than a day's work."""

    today: date
    overdue: Sequence[Any]
    due: Sequence[Any]
    coming: Sequence[Any]
    planned: dict[int, date]  # by order, the day for which a person planned it (S30)
    done_today: int
    is_cut: bool

    @property
    def minutes(self) -> int:
        """Estimated, of what is late or due today."""
        return sum(row.estimate_minutes or 0 for row in (*self.overdue, *self.due))


def my_day(
    session: Session,
    *,
    by: Actor,
    today: date,
    site_id: int | None = None,
    on_call_team_ids: Collection[int] = (),
) -> Day:
    """Orders of this person, those that they help with, of their teams, and those that nobody has been given.

    Each stands on the day for which a person planned it, else on its due date; late is what is past that date and not
    planned for a day to come. Whoever is on call for a team is one of it for that time.
    """
    require(by, Permission.READ)
    seen = narrowing(OrderFilter(is_open=True, site_id=site_id), by)
    until = today + WEEK
    person = {"user_id": by.user_id, "person_id": by.person_id, "today": today, "until": until}
    teams = {"on_call_team_ids": list(on_call_team_ids), "planned_until": start_of_day(until + A_ZONE, "UTC")}
    rows = session.execute(_due_until(frozenset(seen)), seen | person | teams).all()
    planned = {
        row.id: clock.today(row.scheduled_start_at, row.time_zone) for row in rows if row.scheduled_start_at is not None
    }
    days = {row.id: planned.get(row.id, row.due_on) for row in rows}
    wanted = [row for row in rows[:MOST] if days[row.id] <= until or row.due_on < today]
    shown = sorted(wanted, key=lambda row: (row.site, days[row.id], row.place or "", row.id))
    return Day(
        today,
        [row for row in shown if days[row.id] <= today and row.due_on < today],
        [row for row in shown if days[row.id] <= today and row.due_on >= today],
        [row for row in shown if days[row.id] > today],
        planned,
        session.scalar(_DONE_ON, person) or 0,
        len(rows) > MOST,
    )


_DONE_ON = select(func.count()).where(
    WorkOrder.completed_by == bindparam("user_id"),
    WorkOrder.done_on.is_not(None),  # as the index says it
    WorkOrder.done_on == bindparam("today"),
    WorkOrder.state.in_(("completed", "closed")),
)


@cache
def _due_until(seen: frozenset[str]) -> Any:
    """What is open and due, or planned, by then, of what `seen` names; put together once, like `page_statement`."""
    narrowed = [NARROWED[name] for name in sorted(seen)]
    which = [*narrowed, WorkOrder.due_on <= bindparam("until")]
    planned = [*narrowed, WorkOrder.due_on > bindparam("until"), PLANNED]
    mine = WorkOrder.assignee_id == bindparam("person_id")
    my_teams = select(TeamMember.team_id).where(TeamMember.person_id == bindparam("person_id"))
    on_call = WorkOrder.team_id.in_(bindparam("on_call_team_ids", expanding=True))
    free = or_(WorkOrder.team_id.is_(None), WorkOrder.team_id.in_(my_teams), on_call)
    helped = select(WorkOrderPerson.order_id).where(WorkOrderPerson.person_id == bindparam("person_id"))
    helps = WorkOrder.id.in_(helped)
    unassigned = WorkOrder.assignee_id.is_(None) & free
    found = union_all(
        *(_soonest(whose, *which) for whose in (mine, unassigned, helps)),
        _soonest(or_(mine, unassigned, helps), *planned),
    )
    return (
        rows_statement()
        .add_columns(WorkOrder.hold_reason, WorkOrder.hold_until, WorkOrder.started_at)
        .add_columns(WorkOrder.scheduled_start_at, Site.time_zone)
        .where(WorkOrder.id.in_(found))
        .order_by(WorkOrder.due_on, WorkOrder.id)
        .limit(MOST + 1)
    )


def _soonest(*which: ColumnElement[bool]) -> Select[tuple[int]]:
    """Ids of the first orders by due date. One equality on the assignee at a time: then an index has them in order."""
    found = select(WorkOrder.id).where(*which).order_by(WorkOrder.due_on, WorkOrder.id).limit(MOST + 1).subquery()
    return select(found.c.id)
