"""Persons, whether or not they sign in."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.security import Actor, Permission, require
from app.journal import actions as journal
from app.people.models import Person, User
from app.people.queries import person_row
from app.people.rules.roles import refuse_takeover
from app.people.schemas import PersonInput


def create_person(session: Session, data: PersonInput, *, by: Actor, now: datetime) -> Person:
    require(by, Permission.PLAN)
    return add_person(session, data, by=by, now=now)


def add_person(session: Session, data: PersonInput, *, by: Actor, now: datetime) -> Person:
    """The row alone, for actions that asked for their own permission (a user, an import)."""
    person = Person(**data.model_dump(), created_at=now)
    session.add(person)
    session.flush()
    journal.record_change(session, "created", "person", person.id, {"name": [None, person.name]}, by=by, now=now)
    return person


def edit_person(
    session: Session, person_id: int, data: PersonInput, *, version: int | None = None, by: Actor, now: datetime
) -> Person:
    require(by, Permission.PLAN)
    person = own_or_lower(session, person_id, by=by)
    journal.edit_row(session, person, data.model_dump(), entity="person", by=by, now=now, version=version)
    return person


def archive_person(
    session: Session, person_id: int, *, is_archived: bool = True, version: int | None = None, by: Actor, now: datetime
) -> Person:
    """Hidden from pickers; whatever history says about them stays."""
    require(by, Permission.PLAN)
    person = own_or_lower(session, person_id, by=by)
    if is_archived == (person.archived_at is None):
        journal.edit_row(
            session,
            person,
            {"archived_at": now if is_archived else None},
            entity="person",
            by=by,
            now=now,
            version=version,
        )
    return person


def own_or_lower(session: Session, person_id: int, *, by: Actor) -> Person:
    """What stands under a person may one day open their account: a lower role leaves it alone."""
    person = person_row(session, person_id)
    role = session.scalar(select(User.role).where(User.person_id == person_id))
    if role is not None:
        refuse_takeover(by, role, role)
    return person
