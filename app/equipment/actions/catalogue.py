"""Categories and models: shared by all sites, kept by managers."""

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.errors import Conflict, InvalidInput
from app.core.i18n import N_
from app.core.security import Actor, Permission, require
from app.equipment import queries
from app.equipment.models import EquipmentCategory, EquipmentModel
from app.equipment.rules.registry import tag_prefix
from app.equipment.schemas import CategoryInput, ModelInput
from app.journal import actions as journal


def create_category(session: Session, data: CategoryInput, *, by: Actor, now: datetime) -> EquipmentCategory:
    require(by, Permission.PLAN)
    _refuse_used_code(session, data.code)
    if data.parent_id is not None:
        queries.get_category(session, data.parent_id)
    category = EquipmentCategory(**_category_values(data), created_at=now)
    session.add(category)
    session.flush()
    journal.record_change(
        session, "created", "equipment_category", category.id, {"code": [None, data.code]}, by=by, now=now
    )
    return category


def edit_category(
    session: Session, category_id: int, data: CategoryInput, *, version: int | None = None, by: Actor, now: datetime
) -> EquipmentCategory:
    """A change of parent changes what plans cover; their nightly pass takes it in (S39)."""
    require(by, Permission.PLAN)
    category = queries.get_category(session, category_id)
    if data.code != category.code:
        _refuse_used_code(session, data.code)
    if data.parent_id is not None and data.parent_id in session.scalars(queries.category_and_below(category_id)).all():
        raise InvalidInput.at("parent_id", "circle", N_("A category cannot stand under itself."))
    journal.edit_row(
        session, category, _category_values(data), entity="equipment_category", by=by, now=now, version=version
    )
    return category


def _category_values(data: CategoryInput) -> dict[str, Any]:
    return data.model_dump() | {"tag_prefix": data.tag_prefix or tag_prefix(data.name_fr or data.name)}


def _refuse_used_code(session: Session, code: str) -> None:
    if session.scalar(select(EquipmentCategory.id).where(EquipmentCategory.code == code)):
        raise Conflict("code_used", N_("The code “%(used)s” is already used."), used=code)


def create_model(session: Session, data: ModelInput, *, by: Actor, now: datetime) -> EquipmentModel:
    require(by, Permission.PLAN)
    _refuse_known_model(session, data)
    if data.category_id is not None:
        queries.get_category(session, data.category_id)
    model = EquipmentModel(**data.model_dump(), created_at=now)
    session.add(model)
    session.flush()
    journal.record_change(
        session, "created", "equipment_model", model.id, {"reference": [None, data.reference]}, by=by, now=now
    )
    return model


def edit_model(
    session: Session, model_id: int, data: ModelInput, *, version: int | None = None, by: Actor, now: datetime
) -> EquipmentModel:
    require(by, Permission.PLAN)
    model = queries.get_model(session, model_id)
    if (data.manufacturer, data.reference) != (model.manufacturer, model.reference):
        _refuse_known_model(session, data)
    if data.category_id is not None:
        queries.get_category(session, data.category_id)
    journal.edit_row(session, model, data.model_dump(), entity="equipment_model", by=by, now=now, version=version)
    return model


def _refuse_known_model(session: Session, data: ModelInput) -> None:
    known = select(EquipmentModel.id).where(
        EquipmentModel.manufacturer == data.manufacturer, EquipmentModel.reference == data.reference
    )
    if session.scalar(known):
        raise Conflict("model_known", N_("This model is already in the catalogue."))
