"""Writes of the registry: one function an intention."""

from app.equipment.actions.catalogue import (
    archive_category,
    archive_model,
    create_category,
    create_model,
    edit_category,
    edit_model,
)
from app.equipment.actions.failure_codes import add_failure_code, archive_failure_code, edit_failure_code
from app.equipment.actions.pieces import archive_equipment, edit_equipment, register_equipment
from app.equipment.actions.suppliers import add_supplier, archive_supplier, edit_supplier
from app.equipment.actions.tags import give_tags, scope_may_change

__all__ = [
    "add_failure_code",
    "add_supplier",
    "archive_category",
    "archive_equipment",
    "archive_failure_code",
    "archive_model",
    "archive_supplier",
    "create_category",
    "create_model",
    "edit_category",
    "edit_equipment",
    "edit_failure_code",
    "edit_model",
    "edit_supplier",
    "give_tags",
    "register_equipment",
    "scope_may_change",
]
