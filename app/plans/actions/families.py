"""Families of plans are made and changed; what this does to targets: changes/actions/edits.py (S24)."""

from datetime import datetime
from uuid import uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.errors import Conflict, InvalidInput
from app.core.i18n import N_
from app.core.security import Actor, Permission, require
from app.journal.actions import edit_row, record_change
from app.places.rules import require_whole_house
from app.plans.models import MaintenancePlan, PlanFamily
from app.plans.queries.families import get_family, in_families
from app.plans.schemas import PlanInput
from app.plans.schemas.families import FamilyInput, FamilyPatch

ENTITY = "plan_family"


def create_family(session: Session, data: FamilyInput, *, by: Actor, now: datetime) -> PlanFamily:
    """Shared by all sites, like a category: whoever plans makes one, those of the whole house change it."""
    require(by, Permission.PLAN)
    _refuse_taken(session, data.code, family_id=None)
    family = PlanFamily(
        code=data.code or str(uuid4()), title=data.title, tolerance_days=data.tolerance_days, created_at=now
    )
    session.add(family)
    session.flush()
    family.code = data.code or f"F-{family.id:03}"
    session.flush()
    changes = {"title": [None, data.title], "tolerance_days": [None, data.tolerance_days]}
    record_change(session, "created", ENTITY, family.id, changes, by=by, now=now)
    return family


def edit_family(
    session: Session, family_id: int, data: FamilyPatch, *, version: int | None = None, by: Actor, now: datetime
) -> PlanFamily:
    require_whole_house(by, Permission.PLAN)
    family = get_family(session, family_id, by=by)
    _refuse_taken(session, data.code, family_id=family_id)
    values = data.model_dump(exclude_none=True)
    edit_row(session, family, values, entity=ENTITY, by=by, now=now, version=version)
    return family


def archive_family(
    session: Session,
    family_id: int,
    *,
    is_archived: bool = True,
    version: int | None = None,
    by: Actor,
    now: datetime,
) -> PlanFamily:
    """Hidden from pickers; only one that no plan belongs to any more."""
    require_whole_house(by, Permission.PLAN)
    family = get_family(session, family_id, by=by)
    session.refresh(family, with_for_update=True)  # a plan may be entering it
    if is_archived and session.execute(in_families([family_id]).limit(1)).first() is not None:
        raise Conflict("in_use", N_("Plans belong to this family. Take them out of it first."))
    if is_archived == (family.archived_at is None):
        values = {"archived_at": now if is_archived else None}
        edit_row(session, family, values, entity=ENTITY, by=by, now=now, version=version)
    return family


def check_family(session: Session, data: PlanInput, *, plan_id: int | None, by: Actor) -> None:
    """A plan has one place in its family, and no other plan has the same: no cycle is merged into its equal."""
    if (data.family_id is None) != (data.rank is None):
        field = "rank" if data.rank is None else "family_id"
        raise InvalidInput.at(field, "required", N_("A plan of a family has a rank in it, and the other way round."))
    if data.family_id is None:
        return
    family = session.get(PlanFamily, data.family_id, with_for_update=True)
    if family is None or family.archived_at is not None:
        raise InvalidInput.at("family_id", "unknown", N_("This family of plans does not exist."))
    others = in_families([family.id]).where(MaintenancePlan.id != (plan_id or 0))
    same = next((row for row in session.execute(others) if row.rank == data.rank), None)
    if same is None:
        return
    if not by.sees_site(same.site_id):
        told = N_("A plan of another site has this rank in the family: give each plan its own.")
        raise InvalidInput.at("rank", "taken", told)
    raise InvalidInput.at(
        "rank", "taken", N_("“%(plan)s” has this rank in the family: give each plan its own."), plan=same.title
    )


def _refuse_taken(session: Session, code: str | None, *, family_id: int | None) -> None:
    owner = session.scalar(select(PlanFamily.id).where(PlanFamily.code == code)) if code else None
    if owner is not None and owner != family_id:
        raise InvalidInput.at("code", "taken", N_("Another family has this code."))
