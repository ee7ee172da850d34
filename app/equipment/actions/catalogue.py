"""Categories and models: shared by all sites. Any manager adds one; those of the whole house change them."""

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.errors import InvalidInput
from app.core.i18n import N_
from app.core.security import Actor, Permission, require
from app.equipment import queries
from app.equipment.models import EquipmentCategory, EquipmentModel
from app.equipment.rules.registry import tag_prefix
from app.equipment.schemas import CategoryInput, ModelInput
from app.journal import actions as journal
from app.places.rules import require_whole_house


def create_category(session: Session, data: CategoryInput, *, by: Actor, now: datetime) -> EquipmentCategory:
    require(by, Permission.PLAN)
    _refuse_used_code(session, data.code)
    if data.parent_id is not None and session.get(EquipmentCategory, data.parent_id) is None:
        raise InvalidInput.at("parent_id", "unknown", N_("This category does not exist."))
    values = data.model_dump() | {"tag_prefix": data.tag_prefix or tag_prefix(data.name_fr or data.name)}
    category = EquipmentCategory(**values, created_at=now)
    session.add(category)
    session.flush()
    journal.record_change(
        session, "created", "equipment_category", category.id, {"code": [None, data.code]}, by=by, now=now
    )
    return category


def edit_category(
    session: Session, category_id: int, values: dict[str, Any], *, version: int | None = None, by: Actor, now: datetime
) -> EquipmentCategory:
    """Set the given fields. A change of parent changes what plans cover; their nightly pass takes it in (S39)."""
    require_whole_house(by, Permission.PLAN)
    category = queries.get_category(session, category_id, by=by)
    refuse_empty(values, "code", "name", "is_immaterial")
    if values.get("code", category.code) != category.code:
        _refuse_used_code(session, values["code"])
    if (parent_id := values.get("parent_id")) is not None:
        _check_parent(session, parent_id, category_id)
    if "tag_prefix" in values and values["tag_prefix"] is None:
        name = values.get("name_fr", category.name_fr) or values.get("name", category.name)
        values = values | {"tag_prefix": tag_prefix(name)}
    journal.edit_row(session, category, values, entity="equipment_category", by=by, now=now, version=version)
    return category


def _check_parent(session: Session, parent_id: int, category_id: int) -> None:
    tree = select(EquipmentCategory.id).order_by(EquipmentCategory.id)
    session.execute(tree.with_for_update(key_share=True))  # two moves at once could put two inside one another
    if session.get(EquipmentCategory, parent_id) is None:
        raise InvalidInput.at("parent_id", "unknown", N_("This category does not exist."))
    if parent_id in session.scalars(queries.category_and_below(category_id)).all():
        raise InvalidInput.at("parent_id", "circle", N_("A category cannot stand under itself."))


def refuse_empty(values: dict[str, Any], *names: str) -> None:
    for name in names:
        if name in values and values[name] is None:
            raise InvalidInput.at(name, "required", N_("This is needed."))


def _refuse_used_code(session: Session, code: str) -> None:
    if session.scalar(select(EquipmentCategory.id).where(EquipmentCategory.code == code)):
        raise InvalidInput.at("code", "taken", N_("This code is taken."))


def create_model(session: Session, data: ModelInput, *, by: Actor, now: datetime) -> EquipmentModel:
    require(by, Permission.PLAN)
    _refuse_known_model(session, data.manufacturer, data.reference)
    _check_category(session, data.category_id)
    model = EquipmentModel(**data.model_dump(), created_at=now)
    session.add(model)
    session.flush()
    journal.record_change(
        session, "created", "equipment_model", model.id, {"reference": [None, data.reference]}, by=by, now=now
    )
    return model


def edit_model(
    session: Session, model_id: int, values: dict[str, Any], *, version: int | None = None, by: Actor, now: datetime
) -> EquipmentModel:
    """Set the given fields."""
    require_whole_house(by, Permission.PLAN)
    model = queries.get_model(session, model_id, by=by)
    refuse_empty(values, "manufacturer", "reference")
    wanted = values.get("manufacturer", model.manufacturer), values.get("reference", model.reference)
    if wanted != (model.manufacturer, model.reference):
        _refuse_known_model(session, *wanted)
    _check_category(session, values.get("category_id"))
    journal.edit_row(session, model, values, entity="equipment_model", by=by, now=now, version=version)
    return model


def _check_category(session: Session, category_id: int | None) -> None:
    if category_id is not None and session.get(EquipmentCategory, category_id) is None:
        raise InvalidInput.at("category_id", "unknown", N_("This category does not exist."))


def _refuse_known_model(session: Session, manufacturer: str, reference: str) -> None:
    known = select(EquipmentModel.id).where(
        EquipmentModel.manufacturer == manufacturer, EquipmentModel.reference == reference
    )
    if session.scalar(known):
        raise InvalidInput.at("reference", "taken", N_("This model is already in the catalogue."))


def archive_category(
    session: Session,
    category_id: int,
    *,
    is_archived: bool = True,
    version: int | None = None,
    by: Actor,
    now: datetime,
) -> EquipmentCategory:
    """Hidden from pickers; its pieces keep it."""
    require_whole_house(by, Permission.PLAN)
    category = queries.get_category(session, category_id, by=by)
    _archive(session, category, "equipment_category", is_archived=is_archived, version=version, by=by, now=now)
    return category


def archive_model(
    session: Session, model_id: int, *, is_archived: bool = True, version: int | None = None, by: Actor, now: datetime
) -> EquipmentModel:
    require_whole_house(by, Permission.PLAN)
    model = queries.get_model(session, model_id, by=by)
    _archive(session, model, "equipment_model", is_archived=is_archived, version=version, by=by, now=now)
    return model


def _archive(
    session: Session,
    row: EquipmentCategory | EquipmentModel,
    entity: str,
    *,
    is_archived: bool,
    version: int | None,
    by: Actor,
    now: datetime,
) -> None:
    if is_archived == (row.archived_at is None):
        values = {"archived_at": now if is_archived else None}
        journal.edit_row(session, row, values, entity=entity, by=by, now=now, version=version)
