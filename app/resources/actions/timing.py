"""Time that was worked: by a timer, which a pause ends and a forgotten one's order too, or entered."""

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.errors import InvalidInput
from app.core.i18n import N_
from app.core.security import Actor
from app.people.models import Person
from app.places.models import Site
from app.resources.models import TimeEntry
from app.resources.queries import running_on
from app.resources.rules import minutes_between
from app.workorders.actions.life import site_today
from app.workorders.models import WorkOrder


def start_own_timer(session: Session, order: WorkOrder, *, by: Actor, now: datetime) -> TimeEntry | None:
    """Nobody works at two places: what runs on another order ends. A program has no time of its own."""
    if by.person_id is None:
        return None
    running = select(TimeEntry).where(TimeEntry.person_id == by.person_id, TimeEntry.minutes.is_(None))
    for entry in session.scalars(running).all():
        if entry.order_id == order.id:
            return entry
        _end(session, entry, now)
    entry = TimeEntry(
        order_id=order.id,
        person_id=by.person_id,
        source="timer",
        worked_on=site_today(session, order, now),
        started_at=now,
        rate_minor=rate_of(session, order, by.person_id),
        created_at=now,
        user_id=by.user_id,
    )
    session.add(entry)
    session.flush()
    return entry


def end_timers(session: Session, order: WorkOrder, *, now: datetime, person_id: int | None = None) -> int:
    """Those that run on the order, or one person's; answers how many."""
    entries = running_on(session, order.id, person_id=person_id)
    for entry in entries:
        _end(session, entry, now)
    return len(entries)


def _end(session: Session, entry: TimeEntry, now: datetime) -> None:
    entry.ended_at = now
    entry.minutes = minutes_between(entry.started_at or now, now)
    entry.version += 1
    session.flush()


def rate_of(session: Session, order: WorkOrder, person_id: int) -> int | None:
    """What an hour of this person costs; where nobody has said, an hour at the site."""
    own = session.scalar(select(Person.hourly_rate_minor).where(Person.id == person_id))
    return own if own is not None else session.scalar(select(Site.hourly_rate_minor).where(Site.id == order.site_id))


def add_entry(
    session: Session, order: WorkOrder, minutes: int, *, person_id: int | None, by: Actor, now: datetime, **more: Any
) -> TimeEntry:
    """Time that somebody tells of."""
    person_id = person_id or by.person_id
    if person_id is None or session.get(Person, person_id) is None:
        raise InvalidInput.at("person_id", "unknown_person", N_("This person does not exist."))
    day = site_today(session, order, now)
    worked_on = more.pop("worked_on", None) or day
    if worked_on > day:
        raise InvalidInput.at("worked_on", "in_future", N_("Work cannot be done in the future."))
    entry = TimeEntry(
        order_id=order.id,
        person_id=person_id,
        source="entered",
        worked_on=worked_on,
        minutes=minutes,
        rate_minor=rate_of(session, order, person_id),
        created_at=now,
        user_id=by.user_id,
        **more,
    )
    session.add(entry)
    session.flush()
    return entry
