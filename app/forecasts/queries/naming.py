"""Ids behind the names that people type."""

from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.core.errors import NotFound
from app.core.i18n import N_
from app.core.security import Actor, Permission, require
from app.equipment.models import EquipmentCategory
from app.people.models import Person, Team
from app.places.models import Site


def get_category_id(session: Session, code: str, *, by: Actor) -> int:
    return _id_of(session, EquipmentCategory.id, EquipmentCategory.code, code, by)


def get_site_id(session: Session, code: str, *, by: Actor) -> int:
    site_id = _id_of(session, Site.id, Site.code, code, by)
    require(by, Permission.READ, site_id=site_id)
    return site_id


def get_person_id(session: Session, name: str, *, by: Actor) -> int:
    return _id_of(session, Person.id, Person.name, name, by)


def get_team_id(session: Session, name: str, *, by: Actor) -> int:
    return _id_of(session, Team.id, Team.name, name, by)


def _id_of(session: Session, key: Any, column: Any, said: str, by: Actor) -> int:
    require(by, Permission.READ)
    found = session.scalars(select(key).where(func.lower(column) == said.lower()).limit(2)).all()
    if len(found) != 1:
        message = N_("Several bear the name %(name)s.") if found else N_("Nothing bears the name %(name)s.")
        raise NotFound("no_such_name", message, name=said)
    return int(found[0])
