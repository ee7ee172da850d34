"""Writes of the registry: one function an intention."""

from app.equipment.actions.catalogue import (
    archive_category,
    archive_model,
    create_category,
    create_model,
    edit_category,
    edit_model,
)
from app.equipment.actions.pieces import archive_equipment, edit_equipment, register_equipment
from app.equipment.actions.tags import give_tags, scope_may_change

__all__ = [
    "archive_category",
    "archive_equipment",
    "archive_model",
    "create_category",
    "create_model",
    "edit_category",
    "edit_equipment",
    "edit_model",
    "give_tags",
    "register_equipment",
    "scope_may_change",
]
