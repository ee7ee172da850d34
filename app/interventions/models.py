"""What was done on an order, and what is to be looked at since."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Base, Folded, Key


class ReportedPiece(Base):
    """A piece of which something was just told: the tick looks whether its ladder moves, and removes the row."""

    __tablename__ = "reported_pieces"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    equipment_id: Mapped[int] = mapped_column(ForeignKey("equipment.id", ondelete="CASCADE"), index=True)
    reported_at: Mapped[datetime]


class StepResult(Base):
    """One answer to one step; a later one to the same step replaces it as the current one, and it stays.

    `value` is a decimal number where one is measured, `passed` or `failed`, a choice, or a text; null for a photo.
    `outcome` is what conditions look at. `series` is the meter's or the step's name, folded: by it the same thing is
    found on the item's earlier orders, whichever version of the procedure asked.
    """

    __tablename__ = "step_results"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("work_orders.id", ondelete="CASCADE"))
    step_id: Mapped[int] = mapped_column(ForeignKey("procedure_steps.id"), index=True)
    equipment_id: Mapped[int | None] = mapped_column(ForeignKey("equipment.id"))
    location_id: Mapped[int | None] = mapped_column(ForeignKey("locations.id"))
    series: Mapped[str] = mapped_column(Folded)
    is_current: Mapped[bool] = mapped_column(default=True)
    value: Mapped[str | None]
    outcome: Mapped[str]
    is_failed: Mapped[bool]
    note: Mapped[str | None]
    file_id: Mapped[int | None] = mapped_column(ForeignKey("files.id"), index=True)
    reading_id: Mapped[int | None] = mapped_column(ForeignKey("meter_readings.id"))
    answered_at: Mapped[datetime]
    user_id: Mapped[int | None] = mapped_column(Key)
    user_name: Mapped[str]

    __table_args__ = (
        Index(None, "order_id", "step_id"),
        Index(
            "uq_step_results_current",
            "order_id",
            "step_id",
            unique=True,
            sqlite_where=text("is_current = 1"),
            postgresql_where=text("is_current"),
        ),
        *(
            Index(
                f"ix_step_results_{item}_series",
                item,
                "series",
                "id",
                sqlite_where=text(f"{item} IS NOT NULL AND is_current = 1"),
                postgresql_where=text(f"{item} IS NOT NULL AND is_current"),
            )
            for item in ("equipment_id", "location_id")
        ),
    )
