"""Meters and what they showed. A reading that was corrected stays, marked; nothing is deleted."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core.db import Base, Json, Key
from app.equipment.models import Equipment
from app.meters.rules.values import Kind, Scale


class Meter(Base):
    """What can be read on a piece. Values are scaled integers: 21.5 with one decimal is 215.

    `last_...` repeat the newest reading that holds; `overdue_at` says from when a reading is missing (S29), and is null
    where none is expected.
    """

    __tablename__ = "meters"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    equipment_id: Mapped[int] = mapped_column(ForeignKey("equipment.id"))
    name: Mapped[str]
    kind: Mapped[str]
    unit: Mapped[str]
    decimals: Mapped[int] = mapped_column(default=0)
    roll_over_at: Mapped[int | None] = mapped_column(Key)
    lifetime_offset: Mapped[int] = mapped_column(Key, default=0)
    least: Mapped[int | None] = mapped_column(Key)
    most: Mapped[int | None] = mapped_column(Key)
    states: Mapped[list[str]] = mapped_column(Json, default=list)
    max_age_hours: Mapped[int | None]
    last_read_at: Mapped[datetime | None]
    last_value: Mapped[int | None] = mapped_column(Key)
    last_total: Mapped[int | None] = mapped_column(Key)
    overdue_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    archived_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)

    equipment: Mapped[Equipment] = relationship(lazy="raise_on_sql")

    __table_args__ = (
        UniqueConstraint("equipment_id", "name"),
        CheckConstraint("kind IN ('counter', 'gauge', 'state')", name="kind"),
        Index(
            "ix_meters_overdue_at",
            "overdue_at",
            "id",
            sqlite_where=text("overdue_at IS NOT NULL"),
            postgresql_where=text("overdue_at IS NOT NULL"),
        ),
    )

    @property
    def scale(self) -> Scale:
        return Scale(Kind(self.kind), self.decimals, self.roll_over_at, self.least, self.most, self.states)


class MeterReading(Base):
    """One value at one instant. `total` is a counter's lifetime total (S28); `is_restart`: a new counter's first value.

    `superseded_at`: it was corrected or withdrawn then, and counts no more.
    """

    __tablename__ = "meter_readings"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    meter_id: Mapped[int] = mapped_column(ForeignKey("meters.id"))
    read_at: Mapped[datetime]
    value: Mapped[int] = mapped_column(Key)
    total: Mapped[int | None] = mapped_column(Key)
    is_restart: Mapped[bool] = mapped_column(default=False)
    source: Mapped[str]
    user_id: Mapped[int | None] = mapped_column(Key)
    user_name: Mapped[str]
    reason: Mapped[str | None]
    correction_of_id: Mapped[int | None] = mapped_column(ForeignKey("meter_readings.id"))
    created_at: Mapped[datetime]
    superseded_at: Mapped[datetime | None]

    meter: Mapped[Meter] = relationship(lazy="raise_on_sql")

    __table_args__ = (
        CheckConstraint("source IN ('person', 'program', 'file')", name="source"),
        Index(
            "uq_meter_readings_instant",
            "meter_id",
            "read_at",
            "is_restart",
            unique=True,
            sqlite_where=text("superseded_at IS NULL"),
            postgresql_where=text("superseded_at IS NULL"),
        ),
        Index(None, "meter_id", "read_at", "id"),
    )
