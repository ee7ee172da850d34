"""Spare parts and consumables: what lies on the shelf, and what came and went."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Base, Key, Named


class Part(Named, Base):
    """`stock` repeats the sum of its movements: who changes it holds the row's lock, so it never falls below 0.

    At `threshold` and below it is to be ordered; null: nobody watches it. One stock for the whole house.
    """

    __tablename__ = "parts"
    FOUND_BY = ("reference", "name")

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    reference: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    unit: Mapped[str]
    stock: Mapped[int] = mapped_column(default=0)
    threshold: Mapped[int | None]
    unit_cost_minor: Mapped[int | None] = mapped_column(Key)
    currency: Mapped[str]
    shelf: Mapped[str | None]
    notes: Mapped[str | None]
    created_at: Mapped[datetime]
    archived_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)

    __table_args__ = (
        CheckConstraint("stock >= 0", name="stock"),
        Index(None, "sort_name", "id"),
    )


class StockMovement(Base):
    """`quantity` is signed, `stock` what lay there afterwards. `order_id` points up, to the order that it was for."""

    __tablename__ = "stock_movements"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    part_id: Mapped[int] = mapped_column(ForeignKey("parts.id"))
    kind: Mapped[str]
    quantity: Mapped[int]
    stock: Mapped[int]
    order_id: Mapped[int | None] = mapped_column(Key)
    note: Mapped[str | None]
    at: Mapped[datetime]
    user_id: Mapped[int | None] = mapped_column(Key)
    user_name: Mapped[str]

    __table_args__ = (
        CheckConstraint("kind IN ('receipt', 'use', 'return', 'count')", name="kind"),
        CheckConstraint("stock >= 0", name="stock"),
        Index(None, "part_id", "id"),
        Index(
            "ix_stock_movements_order_id",
            "order_id",
            sqlite_where=text("order_id IS NOT NULL"),
            postgresql_where=text("order_id IS NOT NULL"),
        ),
    )
