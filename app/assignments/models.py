"""Who gets an order by rule, and who is told when it is late."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Base, Json, Key


class AssignmentRule(Base):
    """Asked in the order of `position`; what is null matches everything, a category its sub-categories too."""

    __tablename__ = "assignment_rules"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    position: Mapped[int]
    name: Mapped[str]
    kind: Mapped[str | None]
    category_id: Mapped[int | None] = mapped_column(ForeignKey("equipment_categories.id"))
    site_id: Mapped[int | None] = mapped_column(ForeignKey("sites.id"))
    priority: Mapped[str | None]
    origin: Mapped[str | None]
    strategy: Mapped[str]
    team_id: Mapped[int | None] = mapped_column(ForeignKey("teams.id"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("persons.id"))
    skill_id: Mapped[int | None] = mapped_column(ForeignKey("skills.id"))
    reassigns_absent: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]
    archived_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)

    __table_args__ = (
        CheckConstraint("strategy IN ('person', 'team', 'least_loaded', 'site_round', 'on_call')", name="strategy"),
    )


class Assignment(Base):
    """The last decision about an order; it holds as long as the order still has that person.

    `explanation` is a list of sentences, each an English msgid and what is put into it.
    """

    __tablename__ = "assignments"

    order_id: Mapped[int] = mapped_column(
        ForeignKey("work_orders.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    rule_id: Mapped[int] = mapped_column(ForeignKey("assignment_rules.id"), index=True)
    team_id: Mapped[int | None] = mapped_column(ForeignKey("teams.id"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("persons.id"))
    explanation: Mapped[list[Any]] = mapped_column(Json)
    at: Mapped[datetime]


class EscalationRule(Base):
    """An order that is `after_minutes` overdue, or was made so long ago and nobody has begun it, goes up to `level`."""

    __tablename__ = "escalation_rules"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    level: Mapped[int]
    cause: Mapped[str]
    after_minutes: Mapped[int]
    priority: Mapped[str | None]
    team_id: Mapped[int | None] = mapped_column(ForeignKey("teams.id"))
    site_id: Mapped[int | None] = mapped_column(ForeignKey("sites.id"))
    to_team_id: Mapped[int | None] = mapped_column(ForeignKey("teams.id"))
    to_person_id: Mapped[int | None] = mapped_column(ForeignKey("persons.id"))
    assigns: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]
    archived_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)

    __table_args__ = (
        CheckConstraint("level BETWEEN 1 AND 3", name="level"),
        CheckConstraint("cause IN ('overdue', 'not_started')", name="cause"),
    )


class Escalation(Base):
    """An order went up to a level: once each. `rule_id` null: a person sent it there, and says why in `note`."""

    __tablename__ = "escalations"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("work_orders.id", ondelete="CASCADE"))
    level: Mapped[int]
    cause: Mapped[str]
    rule_id: Mapped[int | None] = mapped_column(ForeignKey("escalation_rules.id"), index=True)
    to_team_id: Mapped[int | None] = mapped_column(ForeignKey("teams.id"))
    to_person_id: Mapped[int | None] = mapped_column(ForeignKey("persons.id"))
    note: Mapped[str | None]
    at: Mapped[datetime]
    by_name: Mapped[str]
    acknowledged_at: Mapped[datetime | None]
    acknowledged_by: Mapped[str | None]

    __table_args__ = (
        CheckConstraint("level BETWEEN 1 AND 3", name="level"),
        CheckConstraint("cause IN ('overdue', 'not_started', 'by_hand')", name="cause"),
        UniqueConstraint("order_id", "level"),
        Index(
            "ix_escalations_open",
            "id",
            sqlite_where=text("acknowledged_at IS NULL"),
            postgresql_where=text("acknowledged_at IS NULL"),
        ),
    )
