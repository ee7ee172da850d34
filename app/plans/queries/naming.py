"""What a plan covers and who does it, by name."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.security import Actor, Permission, require
from app.equipment.models import EquipmentCategory, EquipmentModel
from app.people.models import Person, Team
from app.places.models import Location, Site
from app.plans.models import PlanFamily
from app.plans.queries.choices import with_chosen
from app.plans.schemas import PlanView

LISTS = (("category_ids", EquipmentCategory), ("model_ids", EquipmentModel), ("site_ids", Site))
SINGLE = (("site_id", Site), ("team_id", Team), ("assignee_id", Person), ("family_id", PlanFamily))
PLACES = ("within_location_ids", "item_location_ids")


def names_of(session: Session, plan: PlanView, *, by: Actor) -> dict[str, list[str]]:
    """By field of the plan, without what stands at sites that the reader does not see."""
    require(by, Permission.READ)
    asked: list[tuple[str, type[Any], list[int]]] = [(name, table, getattr(plan, name)) for name, table in LISTS]
    asked += [(name, table, [getattr(plan, name)]) for name, table in SINGLE if getattr(plan, name) is not None]
    found = {
        name: sorted(text for _, text in with_chosen(session, table, (), ids, by=by))
        for name, table, ids in asked
        if ids
    }
    return found | {name: _places(session, getattr(plan, name), by=by) for name in PLACES if getattr(plan, name)}


def _places(session: Session, ids: Collection[int], *, by: Actor) -> list[str]:
    named = Site.name + " > " + Location.path
    statement = select(named).where(Site.id == Location.site_id, Location.id.in_(ids)).order_by(named)
    if by.site_ids is not None:
        statement = statement.where(Location.site_id.in_(by.site_ids))
    return list(session.scalars(statement))
