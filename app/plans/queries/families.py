"""Families of plans, each with its plans by rank (S24)."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from app.core.db import beyond
from app.core.errors import NotFound
from app.core.i18n import N_
from app.core.security import Actor, Permission, require
from app.plans.models import MaintenancePlan, PlanFamily, PlanVersion
from app.plans.queries.wording import words_of
from app.plans.rules.schedule import Schedule
from app.plans.schemas.families import FamilyPlan, FamilyView


def get_family(session: Session, family_id: int, *, by: Actor) -> PlanFamily:
    require(by, Permission.READ)
    family = session.get(PlanFamily, family_id)
    if family is None:
        raise NotFound("not_found", N_("This family of plans does not exist."))
    return family


def family_view(session: Session, family: PlanFamily, *, by: Actor) -> FamilyView:
    return _view(family, plans_of(session, [family.id], by=by)[family.id])


def _view(family: PlanFamily, plans: Sequence[FamilyPlan]) -> FamilyView:
    own = {name: getattr(family, name) for name in FamilyView.model_fields if name != "plans"}
    return FamilyView.model_validate(own | {"plans": plans})


def list_families(
    session: Session, *, by: Actor, is_archived: bool = False, limit: int = 50, after: Sequence[Any] | None = None
) -> list[FamilyView]:
    """By title; `limit + 1` rows."""
    require(by, Permission.READ)
    is_shown = PlanFamily.archived_at.is_not(None) if is_archived else PlanFamily.archived_at.is_(None)
    statement = select(PlanFamily).where(is_shown, beyond(after, PlanFamily.title, PlanFamily.id))
    found = session.scalars(statement.order_by(PlanFamily.title, PlanFamily.id).limit(limit + 1)).all()
    plans = plans_of(session, [family.id for family in found], by=by)
    return [_view(family, plans[family.id]) for family in found]


def plans_of(session: Session, family_ids: Collection[int], *, by: Actor) -> dict[int, list[FamilyPlan]]:
    """Plans that the reader sees, the highest rank first."""
    rows = in_families(family_ids)
    if by.site_ids is not None:
        rows = rows.where(MaintenancePlan.site_id.is_(None) | MaintenancePlan.site_id.in_(by.site_ids))
    found: defaultdict[int, list[FamilyPlan]] = defaultdict(list)
    for row in session.execute(rows.order_by(PlanVersion.rank.desc())):
        words = words_of(Schedule.from_dict(row.schedule), row.anchor_on)
        plan = FamilyPlan(id=row.id, code=row.code, title=row.title, rank=row.rank, words=words)
        found[row.family_id].append(plan)
    return found


def in_families(family_ids: Collection[int]) -> Select[Any]:
    """The living plans of these families with their versions in force."""
    statement: Any = (
        select(
            MaintenancePlan.id,
            MaintenancePlan.code,
            MaintenancePlan.title,
            MaintenancePlan.site_id,
            PlanVersion.family_id,
            PlanVersion.rank,
            PlanVersion.schedule,
            PlanVersion.anchor_on,
        )
        .join(
            PlanVersion,
            (PlanVersion.plan_id == MaintenancePlan.id) & (PlanVersion.number == MaintenancePlan.current_number),
        )
        .where(PlanVersion.family_id.in_(family_ids), MaintenancePlan.archived_at.is_(None))
    )
    members: Select[Any] = statement
    return members
