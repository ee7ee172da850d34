"""Orders that are open, what people have decided about dates to come, and who does the work."""

from collections import defaultdict
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.core.clock import today
from app.core.security import Actor
from app.forecasts.rules.loads import WEEKLY_MINUTES, Absence, Horizon, OpenWork, Work, Worker
from app.ledger.models import Occurrence, PlanException
from app.people.models import Person, TeamMember, User
from app.people.queries.away import away_between
from app.places.models import Site
from app.plans.models import MaintenancePlan, PlanTarget, PlanVersion
from app.procedures.queries.versions import estimate_in_force
from app.workorders.models import WorkOrder


def open_work(session: Session, *, by: Actor) -> list[OpenWork]:
    """Open orders by the day for which somebody planned them, else by their due date; alike ones counted."""
    keys = (
        WorkOrder.plan_id, WorkOrder.team_id, WorkOrder.kind, WorkOrder.site_id,
        WorkOrder.due_on, WorkOrder.scheduled_start_at, Site.time_zone,
    )  # fmt: skip
    statement = (
        select(
            *keys,
            func.count().label("orders"),
            func.coalesce(func.sum(WorkOrder.estimate_minutes), 0).label("minutes"),
            func.count().filter(WorkOrder.estimate_minutes.is_(None)).label("unestimated"),
        )
        .join(Site, Site.id == WorkOrder.site_id)
        .where(WorkOrder.is_open)
        .group_by(*keys)
    )
    if by.site_ids is not None:
        statement = statement.where(WorkOrder.site_id.in_(by.site_ids))
    found = []
    for row in session.execute(statement):
        on = row.due_on if row.scheduled_start_at is None else today(row.scheduled_start_at, row.time_zone)
        work = Work(row.plan_id, row.team_id, row.kind, None)
        found.append(OpenWork(work, row.site_id, on, row.orders, int(row.minutes), row.unestimated))
    return found


def decided(session: Session, first_on: date, *, by: Actor) -> list[OpenWork]:
    """S35: dates ahead that a person skipped (one order less) or moved (from one day to another)."""
    made = select(Occurrence.id).where(
        Occurrence.target_id == PlanException.target_id, Occurrence.cycle_key == PlanException.cycle_key
    )
    statement = (
        select(
            PlanVersion.plan_id, PlanVersion.team_id, PlanVersion.kind,
            func.coalesce(PlanVersion.estimate_minutes, estimate_in_force(PlanVersion.procedure_id)).label("minutes"),
            PlanTarget.site_id, PlanException.due_on, PlanException.moved_on,
        )
        .join(PlanTarget, PlanTarget.id == PlanException.target_id)
        .join(MaintenancePlan, MaintenancePlan.id == PlanTarget.plan_id)
        .join(
            PlanVersion,
            (PlanVersion.plan_id == MaintenancePlan.id) & (PlanVersion.number == MaintenancePlan.current_number),
        )
        .where(PlanTarget.state == "active", PlanException.due_on >= first_on, ~made.exists())
    )  # fmt: skip
    if by.site_ids is not None:
        statement = statement.where(PlanTarget.site_id.in_(by.site_ids))
    found = []
    for row in session.execute(statement):
        work, minutes = Work(*row[:4]), row.minutes or 0
        found.append(OpenWork(work, row.site_id, row.due_on, -1, -minutes, -(not minutes)))
        if row.moved_on is not None:
            found.append(OpenWork(work, row.site_id, row.moved_on, 1, minutes, int(not minutes)))
    return found


def workers(session: Session) -> list[Worker]:
    """Who does the work: technicians who may sign in, and whoever is in a team."""
    teams: defaultdict[int, set[int]] = defaultdict(set)
    for team_id, person_id in session.execute(select(TeamMember.team_id, TeamMember.person_id)):
        teams[person_id].add(team_id)
    is_technician = select(User.person_id).where(User.role == "technician", User.is_active)
    statement = select(Person.id, Person.weekly_minutes).where(
        Person.archived_at.is_(None), Person.id.in_(is_technician) | Person.id.in_(select(TeamMember.person_id))
    )
    people = session.execute(statement.order_by(Person.id)).all()
    return [
        Worker(row.id, frozenset(teams[row.id]), WEEKLY_MINUTES if row.weekly_minutes is None else row.weekly_minutes)
        for row in people
    ]


def absences(session: Session, horizon: Horizon) -> list[Absence]:
    """Who has said that they will be away."""
    known = away_between(session, horizon.first_on, horizon.last_on)
    return [Absence(away.first_on, away.last_on, person_id) for person_id, days in known.items() for away in days]
