"""The ledger as it is shown: what became of each cycle."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, aliased

from app.core.db import beyond
from app.core.errors import NotFound
from app.core.i18n import N_
from app.core.security import Actor, Permission, require
from app.equipment.models import Equipment
from app.ledger.models import Occurrence
from app.ledger.schemas import OccurrenceFilter, OccurrenceView
from app.places.models import Location, Site
from app.plans.models import MaintenancePlan, PlanTarget, PlanVersion

_higher, _higher_plan = aliased(PlanTarget), aliased(MaintenancePlan)  # of the order that took it in (S24)
_OWN = (
    "id", "target_id", "cycle_key", "raw_due_on", "due_on", "scheduled_on", "last_due_on", "count", "counts",
    "window_first_on", "window_last_on", "fate", "reason", "because_key", "because_target_id", "is_flagged",
    "decided_at",
)  # fmt: skip


def _occurrences(by: Actor) -> Select[Any]:
    require(by, Permission.READ)
    statement: Any = (
        select(
            *(getattr(Occurrence, name) for name in _OWN),
            PlanTarget.plan_id,
            PlanTarget.equipment_id,
            PlanTarget.location_id,
            PlanTarget.site_id,
            Site.name.label("site_name"),
            PlanVersion.number,
            MaintenancePlan.code.label("plan_code"),
            MaintenancePlan.title.label("plan_title"),
            Equipment.tag,
            Equipment.name,
            Location.path.label("place"),
            _higher_plan.title.label("because_plan_title"),
        )
        .join(PlanTarget, PlanTarget.id == Occurrence.target_id)
        .outerjoin(Site, Site.id == PlanTarget.site_id)
        .join(MaintenancePlan, MaintenancePlan.id == PlanTarget.plan_id)
        .join(PlanVersion, PlanVersion.id == Occurrence.plan_version_id)
        .outerjoin(Equipment, Equipment.id == PlanTarget.equipment_id)
        .outerjoin(Location, Location.id == PlanTarget.location_id)
        .outerjoin(_higher, _higher.id == Occurrence.because_target_id)
        .outerjoin(_higher_plan, _higher_plan.id == _higher.plan_id)
    )
    if by.site_ids is not None:
        statement = statement.where(PlanTarget.site_id.in_(by.site_ids))
    occurrences: Select[Any] = statement
    return occurrences


def get_occurrence_view(session: Session, occurrence_id: int, *, by: Actor) -> OccurrenceView:
    row = session.execute(_occurrences(by).where(Occurrence.id == occurrence_id)).mappings().one_or_none()
    if row is None:
        raise NotFound("not_found", N_("This does not exist, or you have no access to it."))
    return OccurrenceView.model_validate(row)


def list_occurrences(
    session: Session, wanted: OccurrenceFilter, *, by: Actor, limit: int = 50, after: Sequence[Any] | None = None
) -> list[OccurrenceView]:
    """The newest row first; `limit + 1` rows."""
    statement = _occurrences(by).order_by(Occurrence.id.desc()).limit(limit + 1)
    statement = statement.where(beyond(after, Occurrence.id, descending=True))
    exactly = {
        PlanTarget.plan_id: wanted.plan_id,
        Occurrence.target_id: wanted.target_id,
        PlanTarget.equipment_id: wanted.equipment_id,
        Occurrence.fate: wanted.fate,
    }
    for column, value in exactly.items():
        if value is not None:
            statement = statement.where(column == value)
    if wanted.due_from is not None:
        statement = statement.where(Occurrence.last_due_on >= wanted.due_from)
    if wanted.due_before is not None:
        statement = statement.where(Occurrence.due_on < wanted.due_before)
    return [OccurrenceView.model_validate(row) for row in session.execute(statement).mappings()]
