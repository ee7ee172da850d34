"""What plans cover, item by item."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import RowMapping, Select, func, select
from sqlalchemy.orm import Session, aliased

from app.core.db import beyond
from app.core.errors import InvalidInput, NotFound
from app.core.i18n import N_
from app.core.security import Actor, Permission, require
from app.equipment.models import Equipment
from app.places.models import Location, Site
from app.plans.models import MaintenancePlan, PlanTarget, PlanVersion
from app.plans.schemas import TargetFilter, TargetView

_stands = aliased(Location)  # where a piece stands; PlanTarget.location_id is an item of its own
_OWN = (
    "id", "plan_id", "equipment_id", "location_id", "site_id", "state", "reason", "pause_reason", "paused_until",
    "paused_by", "enrolled_on", "anchor_on", "last_done_on", "counter", "settled_through", "next_due_on",
)  # fmt: skip


def _targets(by: Actor) -> Select[Any]:
    require(by, Permission.READ)
    statement: Any = (
        select(
            *(getattr(PlanTarget, name) for name in _OWN),
            MaintenancePlan.code.label("plan_code"),
            MaintenancePlan.title.label("plan_title"),
            PlanVersion.schedule,
            Equipment.tag,
            Equipment.name,
            func.coalesce(Location.path, _stands.path).label("place"),
            Site.name.label("site_name"),
        )
        .join(MaintenancePlan, MaintenancePlan.id == PlanTarget.plan_id)
        .join(
            PlanVersion,
            (PlanVersion.plan_id == MaintenancePlan.id) & (PlanVersion.number == MaintenancePlan.current_number),
        )
        .outerjoin(Site, Site.id == PlanTarget.site_id)  # each has one; SQLite would begin with the reader's sites
        .outerjoin(Equipment, Equipment.id == PlanTarget.equipment_id)
        .outerjoin(Location, Location.id == PlanTarget.location_id)
        .outerjoin(_stands, _stands.id == Equipment.location_id)
    )
    if by.site_ids is not None:
        statement = statement.where(PlanTarget.site_id.in_(by.site_ids))
    targets: Select[Any] = statement
    return targets


def _view(row: RowMapping) -> TargetView:
    trigger = row["schedule"].get("trigger") or {}
    told = {"mode": row["schedule"].get("mode", "fixed"), "meter": trigger.get("meter")}
    return TargetView.model_validate({**row, **told})


def get_target(session: Session, target_id: int, *, by: Actor) -> TargetView:
    row = session.execute(_targets(by).where(PlanTarget.id == target_id)).mappings().one_or_none()
    if row is None:
        raise NotFound("not_found", N_("This does not exist, or you have no access to it."))
    return _view(row)


def find_target_of(session: Session, plan_id: int, *, equipment_id: int | None, location_id: int | None) -> int | None:
    """The target of an item of a plan: of a piece, or of a place."""
    if (equipment_id is None) == (location_id is None):
        raise InvalidInput.at("equipment_id", "which_item", N_("Name one item: a piece of equipment, or a place."))
    return session.scalar(
        select(PlanTarget.id).where(
            PlanTarget.plan_id == plan_id,
            PlanTarget.location_id == location_id if equipment_id is None else PlanTarget.equipment_id == equipment_id,
        )
    )


def list_targets(
    session: Session, wanted: TargetFilter, *, by: Actor, limit: int = 50, after: Sequence[Any] | None = None
) -> list[TargetView]:
    """By id; `limit + 1` rows."""
    statement = _targets(by).where(beyond(after, PlanTarget.id)).order_by(PlanTarget.id).limit(limit + 1)
    for name, value in wanted:
        if value is not None:
            statement = statement.where(getattr(PlanTarget, name) == value)
    return [_view(row) for row in session.execute(statement).mappings()]
