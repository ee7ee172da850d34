"""Rules of the ladder, and what they propose."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core.db import Base, Json, Key
from app.equipment.models import Equipment
from app.plans.models import MaintenancePlan


class LadderRule(Base):
    """A category's own rule for one test; without a category, the house's for all. What is not here is a default.

    `threshold` counts in the test's own unit (orders, percent); `again_after`: orders of new evidence after a decision.
    """

    __tablename__ = "ladder_rules"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    category_id: Mapped[int | None] = mapped_column(ForeignKey("equipment_categories.id"))
    test: Mapped[str]
    threshold: Mapped[int]
    window_days: Mapped[int | None]
    again_after: Mapped[int]
    cool_down_days: Mapped[int]
    is_automatic: Mapped[bool] = mapped_column(default=False)
    is_active: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=1)

    __table_args__ = (
        CheckConstraint("test IN ('findings', 'failures', 'repairs', 'cost', 'age', 'support')", name="test"),
        Index(
            "uq_ladder_rules_category",
            "category_id",
            "test",
            unique=True,
            sqlite_where=text("category_id IS NOT NULL"),
            postgresql_where=text("category_id IS NOT NULL"),
        ),
        Index(
            "uq_ladder_rules_house",
            "test",
            unique=True,
            sqlite_where=text("category_id IS NULL"),
            postgresql_where=text("category_id IS NULL"),
        ),
    )


class Proposal(Base):
    """One suggestion with its evidence. A piece, or a plan, has at most one open proposal of a kind.

    `rule`: what it rests on, a key such as `failures:overheats`. `is_rearmed`: after the decision the rule has once
    been below its threshold, so that it may propose again.
    """

    __tablename__ = "proposals"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    kind: Mapped[str]
    equipment_id: Mapped[int | None] = mapped_column(ForeignKey("equipment.id"))
    plan_id: Mapped[int | None] = mapped_column(ForeignKey("maintenance_plans.id"))
    site_id: Mapped[int | None] = mapped_column(ForeignKey("sites.id"))
    rule: Mapped[str]
    evidence: Mapped[dict[str, Any]] = mapped_column(Json)
    state: Mapped[str]
    is_automatic: Mapped[bool] = mapped_column(default=False)
    is_rearmed: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[int | None] = mapped_column(Key)
    decided_by_name: Mapped[str | None]
    reason: Mapped[str | None]
    order_id: Mapped[int | None] = mapped_column(ForeignKey("work_orders.id"))
    plan_version_id: Mapped[int | None] = mapped_column(ForeignKey("plan_versions.id"))
    version: Mapped[int] = mapped_column(default=1)

    equipment: Mapped[Equipment | None] = relationship(lazy="raise_on_sql")
    plan: Mapped[MaintenancePlan | None] = relationship(lazy="raise_on_sql")

    __table_args__ = (
        CheckConstraint("kind IN ('inspect', 'repair', 'replace', 'retune')", name="kind"),
        CheckConstraint("state IN ('open', 'accepted', 'refused', 'expired')", name="state"),
        CheckConstraint("equipment_id IS NOT NULL OR plan_id IS NOT NULL", name="about"),
        CheckConstraint("(state = 'open') = (decided_at IS NULL)", name="decided"),
        Index(
            "uq_proposals_open_piece",
            "equipment_id",
            "kind",
            unique=True,
            sqlite_where=text("state = 'open' AND plan_id IS NULL"),
            postgresql_where=text("state = 'open' AND plan_id IS NULL"),
        ),
        Index(
            "uq_proposals_open_plan",
            "plan_id",
            "kind",
            unique=True,
            sqlite_where=text("state = 'open' AND plan_id IS NOT NULL"),
            postgresql_where=text("state = 'open' AND plan_id IS NOT NULL"),
        ),
        Index(None, "state", "id"),
        Index(None, "equipment_id", "id"),
        Index(None, "plan_id", "id"),
        Index(
            "ix_proposals_order_id",
            "order_id",
            sqlite_where=text("order_id IS NOT NULL"),
            postgresql_where=text("order_id IS NOT NULL"),
        ),
    )
