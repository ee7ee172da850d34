"""What people decide about pieces beyond the registry: how one is put into service, lent, and disposed of."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core.db import Base, Key
from app.equipment.models import Equipment
from app.journal.models import File
from app.workorders.models import WorkOrder


class CommissioningTask(Base):
    """What is done when a piece of a category is put into service, so many days after that."""

    __tablename__ = "commissioning_tasks"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    category_id: Mapped[int] = mapped_column(ForeignKey("equipment_categories.id"))
    position: Mapped[int]
    kind: Mapped[str]
    title: Mapped[str]
    title_fr: Mapped[str | None]
    instructions: Mapped[str | None]
    procedure_id: Mapped[int | None] = mapped_column(ForeignKey("procedures.id"))
    days_after: Mapped[int]
    estimate_minutes: Mapped[int | None]
    team_id: Mapped[int | None] = mapped_column(ForeignKey("teams.id"))
    created_at: Mapped[datetime]
    archived_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)

    __table_args__ = (
        CheckConstraint("days_after >= 0", name="days_after"),
        Index(None, "category_id", "position"),
    )


class CommissioningOrder(Base):
    """The order that a task made for a piece: once, whatever is sent twice."""

    __tablename__ = "commissioning_orders"

    equipment_id: Mapped[int] = mapped_column(ForeignKey("equipment.id", ondelete="CASCADE"), primary_key=True)
    task_id: Mapped[int] = mapped_column(ForeignKey("commissioning_tasks.id"), primary_key=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("work_orders.id", ondelete="CASCADE"), unique=True)

    order: Mapped[WorkOrder] = relationship(lazy="raise_on_sql")


class Disposal(Base):
    """What became of a retired piece, with the certificate where there is one."""

    __tablename__ = "disposals"

    equipment_id: Mapped[int] = mapped_column(ForeignKey("equipment.id", ondelete="CASCADE"), primary_key=True)
    how: Mapped[str]
    disposed_on: Mapped[date | None]
    note: Mapped[str | None]
    file_id: Mapped[int | None] = mapped_column(ForeignKey("files.id"), index=True)
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[int | None] = mapped_column(Key)
    version: Mapped[int] = mapped_column(default=1)

    file: Mapped[File | None] = relationship(lazy="raise_on_sql")

    __table_args__ = (
        CheckConstraint("how IN ('recycled', 'sold', 'donated', 'returned', 'destroyed', 'kept')", name="how"),
    )


class Loan(Base):
    """A piece of the stock that stands in for another; `from_...`: where it goes back to."""

    __tablename__ = "loans"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    equipment_id: Mapped[int] = mapped_column(ForeignKey("equipment.id"))
    for_equipment_id: Mapped[int] = mapped_column(ForeignKey("equipment.id"))
    order_id: Mapped[int | None] = mapped_column(ForeignKey("work_orders.id"))
    note: Mapped[str | None]
    lent_at: Mapped[datetime]
    lent_by: Mapped[str]
    from_site_id: Mapped[int] = mapped_column(ForeignKey("sites.id"))
    from_location_id: Mapped[int | None] = mapped_column(ForeignKey("locations.id"))
    from_rack: Mapped[str | None]
    returned_at: Mapped[datetime | None]
    returned_by: Mapped[str | None]

    equipment: Mapped[Equipment] = relationship(foreign_keys=[equipment_id], lazy="raise_on_sql")
    for_equipment: Mapped[Equipment] = relationship(foreign_keys=[for_equipment_id], lazy="raise_on_sql")

    __table_args__ = (
        CheckConstraint("equipment_id <> for_equipment_id", name="another"),
        Index(
            "uq_loans_lent",
            "equipment_id",
            unique=True,
            sqlite_where=text("returned_at IS NULL"),
            postgresql_where=text("returned_at IS NULL"),
        ),
        Index(
            "uq_loans_for",
            "for_equipment_id",
            unique=True,
            sqlite_where=text("returned_at IS NULL"),
            postgresql_where=text("returned_at IS NULL"),
        ),
        Index(None, "for_equipment_id", "id"),
        Index(None, "equipment_id", "id"),
    )
