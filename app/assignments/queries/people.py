"""Who can be given an order, and what they have to do already."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.assignments.rules.deciding import UNESTIMATED_MINUTES, House, Worker
from app.core.clock import today
from app.core.security import Role
from app.people.models import Person, PersonSkill, Skill, TeamMember, User
from app.people.queries.away import away_between
from app.people.queries.on_call import on_call_at
from app.places.models import Site, SiteScope
from app.plans.queries.calendars import house_calendar
from app.workorders.models import WorkOrder

WEEKLY_MINUTES = 35 * 60
WEEK = 7
AHEAD = timedelta(days=60)  # absences that begin later concern no order that is looked at
SATURDAY = 5


def house_at(session: Session, now: datetime) -> House:
    """A handful of statements, however many people there are."""
    calendar, zone = house_calendar(session)
    on = today(now, zone)
    days = [on + timedelta(days=n) for n in range(WEEK)]
    week = [day for day in days if (calendar.is_working(day) if calendar else day.weekday() < SATURDAY)]
    return House(
        workers=_workers(session, on),
        load=_load(session, days[-1]),
        on_call=on_call_at(session, now),
        skills={row.id: row.name for row in session.execute(select(Skill.id, Skill.name))},
        week=week,
    )


def _workers(session: Session, on: date) -> dict[int, Worker]:
    """Those who sign in and work on orders; who is away long ago or far ahead is there."""
    rows = session.execute(
        select(Person.id, Person.name, Person.weekly_minutes, User.id.label("user_id"), User.has_all_sites)
        .join(User, User.person_id == Person.id)
        .where(User.is_active, User.role != Role.REQUESTER.value, Person.archived_at.is_(None))
        .order_by(Person.id)
    ).all()
    teams = _grouped(session.execute(select(TeamMember.person_id, TeamMember.team_id)))
    skills = _grouped(session.execute(select(PersonSkill.person_id, PersonSkill.skill_id)))
    sites = _grouped(session.execute(_sites_of_users()))
    away = away_between(session, on, on + AHEAD)
    return {
        row.id: Worker(
            row.id,
            row.name,
            frozenset(teams[row.id]),
            frozenset(skills[row.id]),
            None if row.has_all_sites else frozenset(sites[row.user_id]),
            WEEKLY_MINUTES if row.weekly_minutes is None else row.weekly_minutes,
            tuple((each.first_on, each.last_on) for each in away.get(row.id, ())),
        )
        for row in rows
    }


def _sites_of_users() -> Any:
    """A scope names a site, or all sites of a customer."""
    is_seen = (Site.id == SiteScope.site_id) | (Site.customer_id == SiteScope.customer_id)
    return select(SiteScope.user_id, Site.id).join(Site, is_seen)


def _grouped(pairs: Iterable[Any]) -> defaultdict[int, set[int]]:
    found: defaultdict[int, set[int]] = defaultdict(set)
    for key, value in pairs:
        found[key].add(value)
    return found


def _load(session: Session, last_on: date) -> dict[int, int]:
    """Minutes of open orders due by then, by person; what is late is still to be done."""
    minutes = func.sum(func.coalesce(WorkOrder.estimate_minutes, UNESTIMATED_MINUTES))
    rows = session.execute(
        select(WorkOrder.assignee_id, minutes)
        .where(WorkOrder.is_open, WorkOrder.assignee_id.is_not(None), WorkOrder.due_on <= last_on)
        .group_by(WorkOrder.assignee_id)
    )
    return {person_id: int(total) for person_id, total in rows if person_id is not None}
