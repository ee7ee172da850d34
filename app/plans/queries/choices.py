"""What a plan's form offers to choose from."""

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from app.core.security import Actor, Permission, require
from app.equipment.models import Equipment, EquipmentCategory, EquipmentModel
from app.equipment.queries import category_name
from app.people.models import Person, Team
from app.places.models import Location, Site
from app.plans.models import PlanFamily

MOST = 2_000
WORDS: dict[type[Any], Any] = {
    EquipmentCategory: category_name,
    EquipmentModel: lambda: EquipmentModel.manufacturer + " " + EquipmentModel.reference,
    Site: lambda: Site.name,
    Team: lambda: Team.name,
    Person: lambda: Person.name,
    PlanFamily: lambda: PlanFamily.title,
}


def with_chosen(
    session: Session, table: type[Any], options: Sequence[Any], chosen: Collection[int], *, by: Actor
) -> list[tuple[int, str]]:
    """And what was chosen though it is offered no more, archived or too far down: or saving would take it away."""
    require(by, Permission.READ)
    missing = {key for key in chosen if table is not Site or by.sees_site(key)} - {option[0] for option in options}
    kept = session.execute(select(table.id, WORDS[table]()).where(table.id.in_(missing))) if missing else ()
    return [(option[0], option[1]) for option in (*options, *kept)]


def place_choices(
    session: Session, chosen: Collection[int] = (), *, by: Actor
) -> list[tuple[str, list[tuple[int, str]]]]:
    """Locations by site: (site, [(id, path)]). What is chosen stays a choice, and comes first."""
    require(by, Permission.READ)
    is_chosen = Location.id.in_(chosen)
    statement = (
        select(Site.name, Location.id, Location.path)
        .join(Site, Site.id == Location.site_id)
        .where(or_(and_(Location.archived_at.is_(None), Site.archived_at.is_(None)), is_chosen))
        .order_by(is_chosen.desc(), Site.name, Location.path)
        .limit(MOST)
    )
    if by.site_ids is not None:
        statement = statement.where(Site.id.in_(by.site_ids))
    choices: dict[str, list[tuple[int, str]]] = {}
    for site, location_id, path in session.execute(statement):
        choices.setdefault(site, []).append((location_id, path))
    return list(choices.items())


def tags_of(session: Session, equipment_ids: Sequence[int]) -> list[str]:
    return list(session.scalars(select(Equipment.tag).where(Equipment.id.in_(equipment_ids)).order_by(Equipment.tag)))


def pieces_by_tag(session: Session, tags: Sequence[str], *, by: Actor) -> dict[str, int]:
    """Of these tags those that a piece bears which the reader may see."""
    require(by, Permission.READ)
    statement = select(Equipment.tag, Equipment.id).where(Equipment.tag.in_(tags))
    if by.site_ids is not None:
        statement = statement.where(Equipment.site_id.in_(by.site_ids))
    return {row[0]: row[1] for row in session.execute(statement)}
