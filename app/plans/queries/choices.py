"""What a plan's form offers to choose from."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.security import Actor, Permission, require
from app.equipment.models import Equipment
from app.places.models import Location, Site

MOST = 2_000


def place_choices(session: Session, *, by: Actor) -> list[tuple[str, list[tuple[int, str]]]]:
    """Locations by site: (site, [(id, path)])."""
    require(by, Permission.READ)
    statement = (
        select(Site.name, Location.id, Location.path)
        .join(Site, Site.id == Location.site_id)
        .where(Location.archived_at.is_(None), Site.archived_at.is_(None))
        .order_by(Site.name, Location.path)
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
