"""What an hour of work costs: at a site, or of one person. Time that was recorded keeps the rate it had."""

from datetime import datetime

from sqlalchemy.orm import Session

from app.core.security import Actor, Permission
from app.journal import actions as journal
from app.people.models import Person
from app.people.queries import not_found
from app.places.models import Site
from app.places.rules import require_whole_house
from app.resources.schemas import RateInput


def set_site_rate(session: Session, site_id: int, data: RateInput, *, by: Actor, now: datetime) -> Site:
    require_whole_house(by, Permission.PLAN)
    site = session.get(Site, site_id)
    if site is None:
        raise not_found()
    journal.edit_row(session, site, data.model_dump(), entity="site", by=by, now=now, site_id=site_id)
    return site


def set_person_rate(session: Session, person_id: int, data: RateInput, *, by: Actor, now: datetime) -> Person:
    require_whole_house(by, Permission.PLAN)
    person = session.get(Person, person_id)
    if person is None:
        raise not_found()
    journal.edit_row(session, person, data.model_dump(), entity="person", by=by, now=now)
    return person
