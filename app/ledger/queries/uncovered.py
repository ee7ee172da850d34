"""Why a plan has nothing to do with an item (S39, S41, S44)."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.errors import NotFound
from app.core.i18n import N_, gettext
from app.core.security import Actor, Permission, require
from app.equipment.models import Equipment
from app.places.models import Location
from app.plans.models import MaintenancePlan
from app.plans.queries.scope import covers, members, scope_of

LEFT = {
    "archived": N_("The plan is archived."),
    "retired": N_("The piece is retired."),
    "replaced": N_("Another piece took its place."),
}


def why_left(reason: str | None) -> str:
    return gettext(LEFT.get(reason or "", N_("The plan no longer covers this item.")))


def why_not_covered(
    session: Session, plan: MaintenancePlan, *, equipment_id: int | None, location_id: int | None, by: Actor
) -> list[str]:
    """Raises NotFound where there is no such item, or none that the reader sees."""
    item: Any = session.get(Equipment, equipment_id) if equipment_id else session.get(Location, location_id or 0)
    if item is None:
        raise NotFound("no_target", N_("This plan does not cover this item."))
    require(by, Permission.READ, site_id=item.site_id)
    return [gettext("This plan does not cover this item."), gettext(_reason(session, plan, item))]


def _reason(session: Session, plan: MaintenancePlan, item: Equipment | Location) -> str:
    if plan.archived_at is not None:
        return LEFT["archived"]
    if isinstance(item, Equipment) and item.status == "retired":
        return LEFT["retired"]
    if item.archived_at is not None:
        return N_("The item is archived.")
    if plan.site_id is not None and plan.site_id != item.site_id:
        return N_("The plan is one of another site.")
    return _by_scope(session, plan, item)


def _by_scope(session: Session, plan: MaintenancePlan, item: Equipment | Location) -> str:
    scope = scope_of(session, plan.current.id)
    if not covers(scope):
        return N_("The plan covers no item yet.")
    found = members(scope, plan.site_id)
    own = found.c.equipment_id if isinstance(item, Equipment) else found.c.location_id
    if session.scalar(select(own).where(own == item.id)) is not None:
        return N_("It belongs to it, and enters it with the next run.")
    return N_("It is none of the pieces, categories, models, sites and places that the plan names.")
