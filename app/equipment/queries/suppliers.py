"""Suppliers: shared by all sites."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.db import Order, one_page
from app.core.errors import NotFound
from app.core.i18n import N_
from app.core.i18n.folding import like_patterns
from app.core.security import Actor, Permission, require
from app.equipment.models import Equipment, Supplier

SUPPLIER_ORDERS = {"name": Order((Supplier.sort_name, Supplier.id), lambda row: (row.sort_name, row.id))}


def get_supplier(session: Session, supplier_id: int, *, by: Actor) -> Supplier:
    require(by, Permission.READ)
    supplier = session.get(Supplier, supplier_id)
    if supplier is None:
        raise NotFound("not_found", N_("This supplier does not exist."))
    return supplier


def suppliers(
    session: Session,
    *,
    by: Actor,
    q: str | None = None,
    archived: bool = False,
    sort: str = "name",
    limit: int,
    after: Sequence[Any] | None = None,
) -> Sequence[Supplier]:
    require(by, Permission.READ)
    statement = select(Supplier)
    if not archived:
        statement = statement.where(Supplier.archived_at.is_(None))
    for pattern in like_patterns(q or ""):
        statement = statement.where(Supplier.search_text.like(pattern, escape="\\"))
    return session.scalars(one_page(statement, SUPPLIER_ORDERS, sort, after=after, limit=limit)).all()


def supplier_choices(session: Session, *, by: Actor) -> list[tuple[int, str]]:
    """For pickers, by name."""
    require(by, Permission.READ)
    offered = select(Supplier.id, Supplier.name).where(Supplier.archived_at.is_(None)).order_by(Supplier.sort_name)
    return [(row_id, name) for row_id, name in session.execute(offered)]


def warranty_of(session: Session, equipment_id: int | None, today: date) -> Any:
    """Until when the warranty runs, and who answers for it; None where it has ended or nobody knows of one."""
    if equipment_id is None:
        return None
    return session.execute(
        select(Equipment.warranty_until, Supplier.name, Supplier.email, Supplier.phone)
        .outerjoin(Supplier, Supplier.id == Equipment.supplier_id)
        .where(Equipment.id == equipment_id, Equipment.warranty_until >= today)
    ).first()
