"""Plans are made, get new versions, rest and end. What this does to targets and orders: changes/actions/edits.py."""

from datetime import datetime
from typing import Any
from uuid import uuid4

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from app.core.clock import today
from app.core.errors import Conflict, InvalidInput, NotAllowed
from app.core.i18n import N_
from app.core.security import Actor, Permission, require
from app.equipment.models import Equipment, EquipmentCategory, EquipmentModel
from app.journal.actions import edit_row, record_change, refuse_stale
from app.people.models import Person, Team
from app.places.models import Location, Site
from app.plans.actions.families import check_family
from app.plans.models import MaintenancePlan, PlanScope, PlanVersion
from app.plans.queries.calendars import house_calendar
from app.plans.queries.plans import changed_fields, get_plan
from app.plans.queries.scope import SCOPE_COLUMNS
from app.plans.rules.policy import anchor_of
from app.plans.schemas import AnchorChoice, Pause, PlanInput
from app.plans.schemas.schedule import refuse_impossible
from app.procedures.models import Procedure

ENTITY = "maintenance_plan"
_COPIED = (
    "title", "kind", "instructions", "estimate_minutes", "priority", "team_id", "assignee_id", "requires_photo",
    "requires_signature", "anchor_policy", "procedure_id", "family_id", "rank",
)  # fmt: skip


def create_plan(session: Session, data: PlanInput, *, by: Actor, now: datetime) -> MaintenancePlan:
    require_plan(by, data.site_id)
    data = data.plain()
    _check(session, data, by=by, now=now)
    check_family(session, data, plan_id=None, by=by)
    _refuse_archived(session, data.procedure_id)
    _refuse_taken(session, data.code, plan_id=None)
    plan = MaintenancePlan(
        code=data.code or str(uuid4()),
        title=data.title,
        kind=data.kind,
        state="active",
        current_number=1,
        site_id=data.site_id,
        created_at=now,
        created_by=by.user_id,
    )
    session.add(plan)
    session.flush()
    plan.code = data.code or f"P-{plan.id:04}"
    _add_version(session, plan, data, by=by, now=now)
    plan = get_plan(session, plan.id, by=by)
    said = data.model_dump(mode="json", exclude_defaults=True)
    changes = {name: [None, value] for name, value in said.items()}
    record_change(session, "created", ENTITY, plan.id, changes, by=by, now=now, site_id=plan.site_id)
    return plan


def require_plan(by: Actor, site_id: int | None) -> None:
    """A plan of the whole house is made and changed by those who see the whole house."""
    require(by, Permission.PLAN, site_id=site_id)
    if site_id is None and by.site_ids is not None:
        raise NotAllowed("whole_house", N_("This plan concerns the whole house: choose one of your sites for yours."))


def lock_plan(session: Session, plan_id: int, *, by: Actor, version: int | None = None) -> MaintenancePlan:
    """For a change; `version` is the one that it was made from."""
    session.execute(select(MaintenancePlan.id).where(MaintenancePlan.id == plan_id).with_for_update())
    plan = get_plan(session, plan_id, by=by)
    require_plan(by, plan.site_id)
    refuse_stale(plan, version)
    if plan.archived_at is not None:
        raise Conflict("archived", N_("This plan is archived."))
    return plan


def edit_plan(
    session: Session, plan: MaintenancePlan, data: PlanInput, anchor: AnchorChoice | None, *, by: Actor, now: datetime
) -> dict[str, Any]:
    """S36: what is edited becomes a new version; whoever calls has locked the plan and settled its targets (S36b).

    Answers with field -> [before, after]; where nothing differs and the anchor is kept, there is no new version.
    """
    require_plan(by, data.site_id)
    data = data.plain().model_copy(update={"code": data.code or plan.code})
    _check(session, data, by=by, now=now)
    check_family(session, data, plan_id=plan.id, by=by)
    _refuse_taken(session, data.code, plan_id=plan.id)
    changes = changed_fields(session, plan, data)
    if not changes and anchor in (None, "keep"):
        return {}
    if "procedure_id" in changes:
        _refuse_archived(session, data.procedure_id)
    plan.code, plan.title, plan.kind, plan.site_id = data.code or plan.code, data.title, data.kind, data.site_id
    plan.current_number += 1
    plan.version += 1
    _add_version(session, plan, data, by=by, now=now)
    plan = get_plan(session, plan.id, by=by)
    record_change(session, "changed", ENTITY, plan.id, changes, by=by, now=now, site_id=plan.site_id)
    return changes


def pause_plan(session: Session, plan: MaintenancePlan, data: Pause, *, by: Actor, now: datetime) -> None:
    if plan.state == "paused":
        raise Conflict("already_paused", N_("This plan is paused already."))
    if data.until is not None and data.until <= today(now, house_calendar(session, plan.site_id)[1]):
        raise InvalidInput.at("until", "in_the_past", N_("Choose a day to come."))
    values = {"state": "paused", "reason": data.reason, "paused_until": data.until}
    edit_row(session, plan, values, entity=ENTITY, by=by, now=now, site_id=plan.site_id)


def resume_plan(session: Session, plan: MaintenancePlan, *, by: Actor, now: datetime) -> None:
    if plan.state != "paused":
        raise Conflict("not_paused", N_("This plan is not paused."))
    values = {"state": "active", "reason": None, "paused_until": None}
    edit_row(session, plan, values, entity=ENTITY, by=by, now=now, site_id=plan.site_id)


def archive_plan(session: Session, plan: MaintenancePlan, *, by: Actor, now: datetime) -> None:
    """It ends for good; its ledger and orders stay. Whoever calls has ended its targets."""
    values = {"state": "ended", "reason": None, "paused_until": None, "archived_at": now}
    edit_row(session, plan, values, entity=ENTITY, by=by, now=now, site_id=plan.site_id)


def _add_version(session: Session, plan: MaintenancePlan, data: PlanInput, *, by: Actor, now: datetime) -> None:
    version = PlanVersion(
        plan_id=plan.id,
        number=plan.current_number,
        anchor_on=data.start_on,
        schedule=data.schedule().to_dict(),
        created_at=now,
        created_by=by.user_id,
        **{name: getattr(data, name) for name in _COPIED},
    )
    session.add(version)
    session.flush()
    empty = dict.fromkeys(SCOPE_COLUMNS.values())
    lines = [{**empty, column: key} for field, column in SCOPE_COLUMNS.items() for key in getattr(data, field)]
    if lines:
        session.execute(insert(PlanScope), [line | {"plan_version_id": version.id} for line in lines])


def _check(session: Session, data: PlanInput, *, by: Actor, now: datetime) -> None:
    """A rule that never matches is refused here, and so is what does not exist or lies elsewhere."""
    calendar, time_zone = house_calendar(session, data.site_id)
    on = today(now, time_zone)
    refuse_impossible(data.schedule(), calendar, anchor_of(data.anchor_policy, data.start_on, None, on))
    tables: dict[str, tuple[Any, Any]] = {
        "equipment_ids": (Equipment, Equipment.site_id),
        "item_location_ids": (Location, Location.site_id),
        "category_ids": (EquipmentCategory, None),
        "model_ids": (EquipmentModel, None),
        "site_ids": (Site, Site.id),
        "within_location_ids": (Location, Location.site_id),
    }
    for field, (table, site) in tables.items():
        _refuse_unknown(session, field, set(getattr(data, field)), table, site, by=by)
    for field, table in (("procedure_id", Procedure), ("team_id", Team), ("assignee_id", Person), ("site_id", Site)):
        if (value := getattr(data, field)) is not None:
            _refuse_unknown(session, field, {value}, table, None, by=by)


def _refuse_archived(session: Session, procedure_id: int | None) -> None:
    """Looked at together with whoever archives it (changes/actions/procedures.py): one of both waits."""
    found = select(Procedure.archived_at).where(Procedure.id == procedure_id).with_for_update(read=True, key_share=True)
    if procedure_id is not None and session.scalar(found) is not None:
        raise InvalidInput.at("procedure_id", "archived", N_("This procedure is archived: choose another one."))


def _refuse_unknown(session: Session, field: str, ids: set[int], table: Any, site: Any, *, by: Actor) -> None:
    if not ids:
        return
    statement = select(table.id).where(table.id.in_(ids))
    if site is not None and by.site_ids is not None:
        statement = statement.where(site.in_(by.site_ids))
    missing = ids - set(session.scalars(statement))
    if missing:
        raise InvalidInput.at(field, "unknown", N_("Nothing has the number %(id)d here."), id=min(missing))


def _refuse_taken(session: Session, code: str | None, *, plan_id: int | None) -> None:
    owner = session.scalar(select(MaintenancePlan.id).where(MaintenancePlan.code == code)) if code else None
    if owner is not None and owner != plan_id:
        raise InvalidInput.at("code", "taken", N_("Another plan has this code."))
