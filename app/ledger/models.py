"""The ledger: what became of each due cycle, the runs that wrote it, and what people decided about cycles ahead."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core.db import Base, Json, Key
from app.plans.models import PlanTarget, PlanVersion

FATES = ("generated", "waiting", "suppressed", "merged", "skipped", "missed", "cancelled")


class GenerationRun(Base):
    """One tick that did something: which instance, when, and what came of it; the rows of a withdrawn one (S23)."""

    __tablename__ = "generation_runs"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    instance: Mapped[str]
    as_of: Mapped[datetime]
    started_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    counts: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    errors: Mapped[list[Any]] = mapped_column(Json, default=list)
    withdrawn_at: Mapped[datetime | None]
    taken_back: Mapped[list[Any] | None] = mapped_column(Json)


class Occurrence(Base):
    """The ledger. A row is one cycle, or a run of consecutive cycles with one fate (S21b: first, last, count).

    `because_key` is the cycle whose order is the reason: what it waits for, is suppressed or merged by. It is a cycle
    of this target or, where a plan of higher rank took it in (S24), of `because_target_id`.
    `scheduled_on` is the day to which a person moved it (S30): lateness and KPIs go on counting from `due_on`.
    """

    __tablename__ = "occurrences"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    target_id: Mapped[int] = mapped_column(ForeignKey("plan_targets.id"))
    plan_version_id: Mapped[int] = mapped_column(ForeignKey("plan_versions.id"))
    run_id: Mapped[int | None] = mapped_column(ForeignKey("generation_runs.id"))
    batch: Mapped[str | None] = mapped_column(index=True)
    cycle_key: Mapped[str]
    raw_due_on: Mapped[date]
    due_on: Mapped[date]
    scheduled_on: Mapped[date | None]
    last_raw_due_on: Mapped[date]
    last_due_on: Mapped[date]
    count: Mapped[int] = mapped_column(Key, default=1)
    counts: Mapped[dict[str, Any] | None] = mapped_column(Json)
    window_first_on: Mapped[date]
    window_last_on: Mapped[date]
    interval_days: Mapped[int]
    fate: Mapped[str]
    reason: Mapped[str | None]
    because_key: Mapped[str | None]
    because_target_id: Mapped[int | None] = mapped_column(Key)
    is_flagged: Mapped[bool] = mapped_column(default=False)
    trace: Mapped[list[Any]] = mapped_column(Json)
    created_at: Mapped[datetime]
    decided_at: Mapped[datetime]

    target: Mapped[PlanTarget] = relationship(lazy="raise_on_sql")
    plan_version: Mapped[PlanVersion] = relationship(lazy="raise_on_sql")

    __table_args__ = (
        UniqueConstraint("target_id", "cycle_key"),
        CheckConstraint("fate IN (" + ", ".join(f"'{fate}'" for fate in FATES) + ")", name="fate"),
        CheckConstraint("count >= 1", name="count"),
        Index(None, "target_id", "raw_due_on"),
        Index(
            "ix_occurrences_waiting",
            "target_id",
            sqlite_where=text("fate = 'waiting'"),
            postgresql_where=text("fate = 'waiting'"),
        ),
        Index(
            "ix_occurrences_flagged",
            "id",
            sqlite_where=text("is_flagged = 1"),
            postgresql_where=text("is_flagged"),
        ),
        Index(
            "ix_occurrences_because",
            "because_target_id",
            "because_key",
            sqlite_where=text("because_target_id IS NOT NULL"),
            postgresql_where=text("because_target_id IS NOT NULL"),
        ),
    )


class PlanException(Base):
    """S35: a person skips or moves one cycle ahead. It holds for the slot that the cycle had then.

    A fixed cycle's key is its slot. A floating one keeps its number when its clock starts anew, or the interval
    changes: then the slot is another one, and what was said about the old one is void. Kept when its cycle has come.
    """

    __tablename__ = "plan_exceptions"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    target_id: Mapped[int] = mapped_column(ForeignKey("plan_targets.id"))
    cycle_key: Mapped[str]
    raw_due_on: Mapped[date]
    due_on: Mapped[date]
    kind: Mapped[str]
    moved_on: Mapped[date | None]
    reason: Mapped[str]
    user_id: Mapped[int | None] = mapped_column(Key)
    user_name: Mapped[str]
    created_at: Mapped[datetime]

    __table_args__ = (
        UniqueConstraint("target_id", "cycle_key"),
        CheckConstraint("kind IN ('skip', 'move')", name="kind"),
        CheckConstraint("(kind = 'move') = (moved_on IS NOT NULL)", name="moved_on"),
    )


class TargetWatch(Base):
    """How far a plan with a condition has looked at an item's meter (S29); fields as in rules/watching.py."""

    __tablename__ = "target_watches"

    target_id: Mapped[int] = mapped_column(Key, ForeignKey("plan_targets.id"), primary_key=True, autoincrement=False)
    meter_id: Mapped[int] = mapped_column(ForeignKey("meters.id"))
    is_open: Mapped[bool]
    streak: Mapped[int]
    cool_until: Mapped[datetime | None]
    through_at: Mapped[datetime | None]
    opened_at: Mapped[datetime | None]
    covered_until: Mapped[datetime | None]
