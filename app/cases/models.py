"""Resolved orders as they are found by: who they were about, what was wrong, what cured it, in which words."""

from datetime import date

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Base, Folded, Key


class CaseText(Base):
    """One resolved order. `words` are stems (rules/words.py) behind marks of its site, model and category.

    The full-text index follows by itself: triggers keep FTS5's `case_words` on SQLite, and PostgreSQL has an index
    over the words (docs/decisions/0014). `failed_again_on` is the day of the next failure on the same piece, of the
    same mode where both are known.
    """

    __tablename__ = "case_texts"

    order_id: Mapped[int] = mapped_column(
        Key, ForeignKey("work_orders.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    equipment_id: Mapped[int | None] = mapped_column(ForeignKey("equipment.id"))
    model_id: Mapped[int | None] = mapped_column(ForeignKey("equipment_models.id"))
    category_id: Mapped[int | None] = mapped_column(ForeignKey("equipment_categories.id"))
    site_id: Mapped[int] = mapped_column(ForeignKey("sites.id"))
    kind: Mapped[str]
    failure_mode: Mapped[str | None]
    is_failure: Mapped[bool]
    failed_on: Mapped[date]
    done_on: Mapped[date]
    failed_again_on: Mapped[date | None]
    words: Mapped[str] = mapped_column(Folded)

    __table_args__ = (
        Index(None, "equipment_id", "order_id"),
        Index(None, "category_id", "failure_mode", "order_id"),
    )
