"""A piece is registered, edited, archived."""

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.clock import today
from app.core.errors import InvalidInput
from app.core.i18n import N_
from app.core.security import Actor, Permission, new_secret, require
from app.equipment import queries
from app.equipment.actions.availability import end_downtimes
from app.equipment.actions.catalogue import refuse_empty
from app.equipment.actions.tags import give_tags, scope_may_change
from app.equipment.models import Equipment, EquipmentCategory, EquipmentModel, Supplier
from app.equipment.rules.registry import DOWN, Status
from app.equipment.schemas import EquipmentInput
from app.journal import actions as journal
from app.people.models import Person
from app.places.models import Calendar, Location, Site

NEVER_EMPTY = ("tag", "category_id", "site_id", "criticality", "status")


def register_equipment(session: Session, data: EquipmentInput, *, by: Actor, now: datetime) -> Equipment:
    require(by, Permission.PLAN, site_id=data.site_id)
    values = data.model_dump()
    _check_references(session, values, by=by)
    if data.tag is None:
        prefix = queries.get_category(session, data.category_id, by=by).tag_prefix
        values["tag"] = give_tags(session, prefix, 1)[0]
    else:
        _refuse_used_tag(session, data.tag)
    equipment = Equipment(**values, qr_token=new_secret(), custom_fields={}, created_at=now, updated_at=now)
    equipment.retired_on = _retired_on(session, equipment, now) if data.status is Status.RETIRED else None
    session.add(equipment)
    session.flush()
    scope_may_change(session, [equipment.id], now=now)
    changes = {"tag": [None, equipment.tag]}
    journal.record_change(
        session, "created", "equipment", equipment.id, changes, by=by, now=now, site_id=equipment.site_id
    )
    return equipment


def edit_equipment(
    session: Session,
    equipment_id: int,
    values: dict[str, Any],
    *,
    version: int | None = None,
    by: Actor,
    now: datetime,
) -> Equipment:
    """Set the given fields (of `EquipmentPatch`); the others stay as they are."""
    equipment = queries.get_equipment(session, equipment_id, by=by)
    require(by, Permission.PLAN, site_id=equipment.site_id)
    if values.get("tag", equipment.tag) is None:  # an emptied tag field of a form: it keeps the one it has
        values = {name: value for name, value in values.items() if name != "tag"}
    refuse_empty(values, *NEVER_EMPTY)
    current = {name: getattr(equipment, name) for name in EquipmentInput.model_fields}
    _check_references(session, current | values, by=by, piece=equipment)
    if values.get("tag", equipment.tag) != equipment.tag:
        _refuse_used_tag(session, values["tag"])
    if "status" in values and values["status"] != equipment.status:
        is_retired = values["status"] == Status.RETIRED
        values = values | {"retired_on": _retired_on(session, equipment, now) if is_retired else None}
        if values["status"] not in DOWN:
            end_downtimes(session, equipment_id, now, order_id=None)
    changes = journal.edit_row(
        session,
        equipment,
        values,
        entity="equipment",
        by=by,
        now=now,
        version=version,
        site_id=equipment.site_id,
    )
    if changes:
        equipment.updated_at = now
        scope_may_change(session, [equipment.id], now=now)
        session.flush()
        session.refresh(equipment, ["category", "model", "site", "location", "person", "supplier"])
    return equipment


def archive_equipment(
    session: Session,
    equipment_id: int,
    *,
    is_archived: bool = True,
    version: int | None = None,
    by: Actor,
    now: datetime,
) -> Equipment:
    """Registered by mistake: hidden from lists and left by its plans; history keeps pointing to it."""
    equipment = queries.get_equipment(session, equipment_id, by=by)
    require(by, Permission.PLAN, site_id=equipment.site_id)
    if is_archived == (equipment.archived_at is None):
        journal.edit_row(
            session,
            equipment,
            {"archived_at": now if is_archived else None},
            entity="equipment",
            by=by,
            now=now,
            version=version,
            site_id=equipment.site_id,
        )
        scope_may_change(session, [equipment.id], now=now)
    return equipment


def _retired_on(session: Session, equipment: Equipment, now: datetime) -> Any:
    zone = session.scalars(select(Site.time_zone).where(Site.id == equipment.site_id)).one()
    return today(now, zone)


def _refuse_used_tag(session: Session, tag: str) -> None:
    if session.scalar(select(Equipment.id).where(Equipment.tag == tag)):
        raise InvalidInput.at("tag", "taken", N_("The tag “%(tag)s” is already used."), tag=tag)


def _check_references(session: Session, values: dict[str, Any], *, by: Actor, piece: Equipment | None = None) -> None:
    """What a piece points to exists, is seen by the actor and fits together; a parent that stays may lie elsewhere."""
    if not by.sees_site(values["site_id"]) or session.get(Site, values["site_id"]) is None:
        raise InvalidInput.at("site_id", "unknown_site", N_("This site does not exist."))
    if session.get(EquipmentCategory, values["category_id"]) is None:
        raise InvalidInput.at("category_id", "unknown", N_("This category does not exist."))
    if values["model_id"] is not None and session.get(EquipmentModel, values["model_id"]) is None:
        raise InvalidInput.at("model_id", "unknown", N_("This model does not exist."))
    if values["location_id"] is not None:
        location = session.get(Location, values["location_id"])
        if location is None or location.site_id != values["site_id"]:
            raise InvalidInput.at("location_id", "other_site", N_("This place is not on the chosen site."))
    if values["calendar_id"] is not None and session.get(Calendar, values["calendar_id"]) is None:
        raise InvalidInput.at("calendar_id", "unknown_calendar", N_("This calendar does not exist."))
    if values["supplier_id"] is not None and session.get(Supplier, values["supplier_id"]) is None:
        raise InvalidInput.at("supplier_id", "unknown_supplier", N_("This supplier does not exist."))
    if values["person_id"] is not None and session.get(Person, values["person_id"]) is None:
        raise InvalidInput.at("person_id", "unknown_person", N_("This person does not exist."))
    own_id, known = (piece.id, piece.parent_id) if piece else (None, None)
    if values["parent_id"] not in (None, known):
        _check_parent(session, values["parent_id"], own_id, by=by)


def _check_parent(session: Session, parent_id: int, equipment_id: int | None, *, by: Actor) -> None:
    """A piece is not inside itself, however long the chain, which nobody changes meanwhile."""
    above: int | None = parent_id
    while above is not None:
        if above == equipment_id:
            raise InvalidInput.at("parent_id", "circle", N_("A piece cannot belong to itself."))
        parent = session.get(Equipment, above, populate_existing=True, with_for_update={"key_share": True})
        if parent is None or (above == parent_id and not by.sees_site(parent.site_id)):
            raise InvalidInput.at("parent_id", "unknown_parent", N_("The piece that it belongs to does not exist."))
        above = parent.parent_id
