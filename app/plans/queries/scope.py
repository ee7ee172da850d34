"""Which items a plan covers (S39), as one statement: a million pieces are never loaded."""

from typing import Any

from sqlalchemy import CTE, BigInteger, ColumnElement, Date, Select, cast, false, null, or_, select
from sqlalchemy.orm import Session, aliased

from app.equipment.models import Equipment, EquipmentCategory, EquipmentChange
from app.equipment.rules.registry import AT_REST
from app.places.models import Location, Site
from app.plans.models import PlanScope, PlanTarget
from app.plans.queries.calendars import item_calendar, location_calendars
from app.plans.schemas import Scope

# Fields of the schema and the column of a scope's line that holds one of their ids.
SCOPE_COLUMNS = {
    "equipment_ids": "equipment_id",
    "item_location_ids": "item_location_id",
    "category_ids": "category_id",
    "model_ids": "model_id",
    "site_ids": "site_id",
    "within_location_ids": "within_location_id",
}


def scope_of(session: Session, version_id: int) -> Scope:
    lines = session.scalars(select(PlanScope).where(PlanScope.plan_version_id == version_id)).all()
    return Scope.model_validate(
        {
            field: sorted(value for line in lines if (value := getattr(line, column)) is not None)
            for field, column in SCOPE_COLUMNS.items()
        }
    )


def members(scope: Scope, site_id: int | None, *, only_changed: bool = False) -> CTE:
    """Every item that belongs, with what its first dates depend on.

    `equipment_id`, `location_id` (one of them null), `site_id`, `time_zone`, `calendar_id`, `commissioned_on`,
    `rests` (S41).
    `only_changed`: of the pieces that have a row in `equipment_changes`.
    """
    of_location = location_calendars()
    no_key, no_day = cast(null(), BigInteger), cast(null(), Date)
    statement: Any = (
        select(
            Equipment.id.label("equipment_id"),
            no_key.label("location_id"),
            Equipment.site_id.label("site_id"),
            Site.time_zone.label("time_zone"),
            item_calendar(of_location, Equipment.__table__.c.calendar_id).label("calendar_id"),
            Equipment.commissioned_on.label("commissioned_on"),
            Equipment.status.in_(AT_REST).label("rests"),
        )
        .join(Site, Site.id == Equipment.site_id)
        .outerjoin(of_location, of_location.c.location_id == Equipment.location_id)
        .where(Equipment.status != "retired", Equipment.archived_at.is_(None), _covered(scope))
    )
    if site_id is not None:
        statement = statement.where(Equipment.site_id == site_id)
    if only_changed:
        statement = statement.where(Equipment.id.in_(select(EquipmentChange.equipment_id)))
    if only_changed or not scope.item_location_ids:
        return _named(statement)
    places: Any = (
        select(no_key, Location.id, Location.site_id, Site.time_zone, item_calendar(of_location), no_day, false())
        .join(Site, Site.id == Location.site_id)
        .outerjoin(of_location, of_location.c.location_id == Location.id)
        .where(Location.id.in_(scope.item_location_ids), Location.archived_at.is_(None))
    )
    if site_id is not None:
        places = places.where(Location.site_id == site_id)
    return _named(statement.union_all(places))


def _named(statement: Any) -> CTE:
    found: CTE = statement.cte("members")
    return found


def _covered(scope: Scope) -> ColumnElement[bool]:
    what, where = [], []
    if scope.category_ids:
        what.append(Equipment.category_id.in_(_with_descendants(EquipmentCategory, scope.category_ids)))
    if scope.model_ids:
        what.append(Equipment.model_id.in_(scope.model_ids))
    if scope.site_ids:
        where.append(Equipment.site_id.in_(scope.site_ids))
    if scope.within_location_ids:
        where.append(Equipment.location_id.in_(_with_descendants(Location, scope.within_location_ids)))
    named = Equipment.id.in_(_with_successors(scope.equipment_ids))
    described = [or_(*lines) for lines in (what, where) if lines]
    if not described:
        return named
    whole = described[0] if len(described) == 1 else described[0] & described[1]
    return or_(named, whole) if scope.equipment_ids else whole


def _with_descendants(tree: type[EquipmentCategory] | type[Location], ids: list[int]) -> Select[tuple[int]]:
    below = select(tree.id.label("id")).where(tree.id.in_(ids)).cte(recursive=True)
    child = aliased(tree)
    below = below.union(select(child.id).join(below, child.parent_id == below.c.id))
    return select(below.c.id)


def _with_successors(ids: list[int]) -> Select[tuple[int]]:
    """S42: who names a piece means whatever has taken its place."""
    chain = select(Equipment.id, Equipment.replaced_by_id).where(Equipment.id.in_(ids)).cte(recursive=True)
    successor = aliased(Equipment)
    chain = chain.union(
        select(successor.id, successor.replaced_by_id).join(chain, chain.c.replaced_by_id == successor.id)
    )
    return select(chain.c.id)


def covers(scope: Scope) -> bool:
    """Whether it names anything at all."""
    return any(getattr(scope, field) for field in SCOPE_COLUMNS)


def is_member(found: CTE) -> ColumnElement[bool]:
    """Whether a target's item is among `found`."""
    by_piece = PlanTarget.equipment_id.in_(select(found.c.equipment_id).where(found.c.equipment_id.is_not(None)))
    by_place = PlanTarget.location_id.in_(select(found.c.location_id).where(found.c.location_id.is_not(None)))
    return or_(by_piece, by_place)


def leaving_targets(
    session: Session, plan_id: int, scope: Scope, site_id: int | None, *, only_changed: bool = False
) -> list[int]:
    """Targets whose item no longer belongs to the plan."""
    statement = select(PlanTarget.id).where(
        PlanTarget.plan_id == plan_id,
        PlanTarget.state != "ended",
        ~is_member(members(scope, site_id, only_changed=only_changed)),
    )
    if only_changed:
        statement = statement.where(PlanTarget.equipment_id.in_(select(EquipmentChange.equipment_id)))
    return list(session.scalars(statement.order_by(PlanTarget.id)))
