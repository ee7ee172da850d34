"""What a forecast's form offers to choose from."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.security import Actor, Permission, require
from app.forecasts.queries.work import workers
from app.people.models import Person, Team
from app.places.models import Site
from app.plans.models import MaintenancePlan

MOST = 500

Choices = list[tuple[int, str]]


def site_choices(session: Session, *, by: Actor) -> Choices:
    require(by, Permission.READ)
    statement: Any = select(Site.id, Site.name).where(Site.archived_at.is_(None))
    if by.site_ids is not None:
        statement = statement.where(Site.id.in_(by.site_ids))
    return _pairs(session, statement.order_by(Site.name).limit(MOST))


def team_choices(session: Session, *, by: Actor) -> Choices:
    require(by, Permission.READ)
    return _pairs(session, select(Team.id, Team.name).where(Team.archived_at.is_(None)).order_by(Team.name).limit(MOST))


def worker_choices(session: Session, *, by: Actor) -> Choices:
    """Those whose hours are counted."""
    require(by, Permission.READ)
    ids = [worker.person_id for worker in workers(session)]
    return _pairs(session, select(Person.id, Person.name).where(Person.id.in_(ids)).order_by(Person.name).limit(MOST))


def plan_choices(session: Session, *, by: Actor) -> Choices:
    require(by, Permission.READ)
    statement: Any = select(MaintenancePlan.id, MaintenancePlan.title).where(MaintenancePlan.state == "active")
    if by.site_ids is not None:
        statement = statement.where(MaintenancePlan.site_id.in_(by.site_ids))
    return _pairs(session, statement.order_by(MaintenancePlan.title).limit(MOST))


def _pairs(session: Session, statement: Any) -> Choices:
    return [(row[0], row[1]) for row in session.execute(statement)]
