"""Suppliers: who answers for a warranty, and does outside work. Shared by all sites."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from app.core.security import Actor, Permission, require
from app.equipment import queries
from app.equipment.actions.catalogue import refuse_empty
from app.equipment.models import Supplier
from app.equipment.schemas import SupplierInput
from app.journal import actions as journal
from app.places.rules import require_whole_house

ENTITY = "supplier"


def add_supplier(session: Session, data: SupplierInput, *, by: Actor, now: datetime) -> Supplier:
    require(by, Permission.PLAN)
    supplier = Supplier(**data.model_dump(), created_at=now)
    session.add(supplier)
    session.flush()
    journal.record_change(session, "created", ENTITY, supplier.id, {"name": [None, data.name]}, by=by, now=now)
    return supplier


def edit_supplier(
    session: Session, supplier_id: int, values: dict[str, Any], *, version: int | None = None, by: Actor, now: datetime
) -> Supplier:
    """Set the given fields."""
    require_whole_house(by, Permission.PLAN)
    supplier = queries.get_supplier(session, supplier_id, by=by)
    refuse_empty(values, "name")
    journal.edit_row(session, supplier, values, entity=ENTITY, by=by, now=now, version=version)
    return supplier


def archive_supplier(
    session: Session,
    supplier_id: int,
    *,
    is_archived: bool = True,
    version: int | None = None,
    by: Actor,
    now: datetime,
) -> Supplier:
    """Hidden from pickers; pieces keep it."""
    require_whole_house(by, Permission.PLAN)
    supplier = queries.get_supplier(session, supplier_id, by=by)
    if is_archived == (supplier.archived_at is None):
        values = {"archived_at": now if is_archived else None}
        journal.edit_row(session, supplier, values, entity=ENTITY, by=by, now=now, version=version)
    return supplier
