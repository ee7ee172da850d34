"""What an order took: time, parts from stock, and what was paid beside."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core.db import Base, Key
from app.equipment.models import Supplier
from app.parts.models import Part
from app.people.models import Person


class TimeEntry(Base):
    """Time that somebody worked on an order; a timer that runs has no `minutes` yet, one a person and order.

    `rate_minor` is what an hour of theirs cost then, in the organisation's currency; null where nobody has said.
    """

    __tablename__ = "time_entries"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("work_orders.id", ondelete="CASCADE"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id"))
    source: Mapped[str]
    worked_on: Mapped[date]
    started_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    minutes: Mapped[int | None]
    rate_minor: Mapped[int | None] = mapped_column(Key)
    note: Mapped[str | None]
    created_at: Mapped[datetime]
    user_id: Mapped[int | None] = mapped_column(Key)
    version: Mapped[int] = mapped_column(default=1)

    person: Mapped[Person] = relationship(lazy="raise_on_sql")

    __table_args__ = (
        CheckConstraint("source IN ('timer', 'entered')", name="source"),
        CheckConstraint("source = 'timer' OR minutes IS NOT NULL", name="minutes"),
        Index(None, "person_id", "worked_on"),
        Index(
            "uq_time_entries_running",
            "person_id",
            "order_id",
            unique=True,
            sqlite_where=text("minutes IS NULL"),
            postgresql_where=text("minutes IS NULL"),
        ),
    )


class PartUsage(Base):
    """A part taken for an order, at its cost when it was taken; `returned` of them went back to the shelf unused."""

    __tablename__ = "part_usages"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("work_orders.id", ondelete="CASCADE"), index=True)
    part_id: Mapped[int] = mapped_column(ForeignKey("parts.id"), index=True)
    quantity: Mapped[int]
    returned: Mapped[int] = mapped_column(default=0)
    unit_cost_minor: Mapped[int | None] = mapped_column(Key)
    currency: Mapped[str]
    movement_id: Mapped[int] = mapped_column(ForeignKey("stock_movements.id"))
    used_at: Mapped[datetime]
    user_id: Mapped[int | None] = mapped_column(Key)
    user_name: Mapped[str]

    part: Mapped[Part] = relationship(lazy="raise_on_sql")

    __table_args__ = (CheckConstraint("quantity >= 1 AND returned BETWEEN 0 AND quantity", name="quantity"),)


class CostLine(Base):
    """What was paid beside labour and parts from stock: outside work by a supplier, or something else."""

    __tablename__ = "cost_lines"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("work_orders.id", ondelete="CASCADE"), index=True)
    kind: Mapped[str]
    label: Mapped[str]
    supplier_id: Mapped[int | None] = mapped_column(ForeignKey("suppliers.id"))
    amount_minor: Mapped[int] = mapped_column(Key)
    currency: Mapped[str]
    created_at: Mapped[datetime]
    user_id: Mapped[int | None] = mapped_column(Key)
    user_name: Mapped[str]

    supplier: Mapped[Supplier | None] = relationship(lazy="raise_on_sql")

    __table_args__ = (CheckConstraint("kind IN ('outside', 'other')", name="kind"),)
