"""What was done on an order, and what is to be looked at since."""

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Base, Key


class ReportedPiece(Base):
    """A piece of which something was just told: the tick looks whether its ladder moves, and removes the row."""

    __tablename__ = "reported_pieces"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    equipment_id: Mapped[int] = mapped_column(ForeignKey("equipment.id", ondelete="CASCADE"), index=True)
    reported_at: Mapped[datetime]
