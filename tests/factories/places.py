"""The house, its sites and their calendars, straight into the tables."""

from sqlalchemy.orm import Session

from app.places.models import Calendar, Customer, Location, Organisation, Site
from tests.factories.people import BEFORE


def make_calendar(session: Session, code: str = "FR", **more: object) -> Calendar:
    """Monday to Friday, French holidays."""
    calendar = Calendar(code=code, **{"name": "France", "weekdays": "1111100", "country": "FR"} | more)
    session.add(calendar)
    session.flush()
    return calendar


def make_organisation(session: Session, calendar: Calendar | None = None, **more: object) -> Organisation:
    organisation = Organisation(
        id=1,
        calendar_id=(calendar or make_calendar(session)).id,
        created_at=BEFORE,
        **{"name": "Maison Dupont", "language": "fr", "country": "FR", "time_zone": "Europe/Paris", "currency": "EUR"}
        | more,
    )
    session.add(organisation)
    session.flush()
    return organisation


def make_customer(session: Session, code: str = "ACME", **more: object) -> Customer:
    customer = Customer(code=code, created_at=BEFORE, **{"name": code.capitalize()} | more)
    session.add(customer)
    session.flush()
    return customer


def make_site(session: Session, code: str = "LYO", calendar: Calendar | None = None, **more: object) -> Site:
    calendar = calendar or make_calendar(session, f"CAL-{code}")
    site = Site(
        code=code, calendar_id=calendar.id, created_at=BEFORE, **{"name": code, "time_zone": "Europe/Paris"} | more
    )
    session.add(site)
    session.flush()
    return site


def make_location(session: Session, site: Site, name: str = "Server room", parent: Location | None = None) -> Location:
    location = Location(
        site_id=site.id,
        parent_id=parent.id if parent else None,
        name=name,
        path=f"{parent.path} > {name}" if parent else name,
        created_at=BEFORE,
    )
    session.add(location)
    session.flush()
    return location
