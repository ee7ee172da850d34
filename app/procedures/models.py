"""Procedures (gammes), their versions and steps, and what technicians would do better."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core.db import Base, Json, Key, Named
from app.parts.models import Part

KINDS = ("check", "pass_fail", "number", "text", "choice", "reading", "photo")


class Procedure(Named, Base):
    """What stays the same through all versions. `current_number` is the version in force, null before the first one."""

    __tablename__ = "procedures"
    NAME = "title"
    FOUND_BY = ("title", "code")

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    code: Mapped[str] = mapped_column(unique=True)
    title: Mapped[str]
    kind: Mapped[str | None]
    current_number: Mapped[int | None]
    created_at: Mapped[datetime]
    created_by: Mapped[int | None] = mapped_column(Key)
    archived_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)

    __table_args__ = (Index(None, "sort_name", "id"),)


class ProcedureVersion(Base):
    """A draft is written, then published and never changed again; the next one retires it. One draft at a time.

    Never deleted, so that no order is looked through: a draft that was given up is retired without `published_at`.
    """

    __tablename__ = "procedure_versions"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    procedure_id: Mapped[int] = mapped_column(ForeignKey("procedures.id"))
    number: Mapped[int]
    state: Mapped[str]
    safety_notes: Mapped[str | None]
    tools: Mapped[str | None]
    estimate_minutes: Mapped[int | None]
    note: Mapped[str | None]
    created_at: Mapped[datetime]
    created_by: Mapped[int | None] = mapped_column(Key)
    created_by_name: Mapped[str]
    published_at: Mapped[datetime | None]
    published_by: Mapped[int | None] = mapped_column(Key)
    published_by_name: Mapped[str | None]

    procedure: Mapped[Procedure] = relationship(lazy="raise_on_sql")
    steps: Mapped[list["ProcedureStep"]] = relationship(lazy="raise_on_sql", order_by="ProcedureStep.position")
    parts: Mapped[list["ProcedurePart"]] = relationship(lazy="raise_on_sql", order_by="ProcedurePart.id")

    __table_args__ = (
        UniqueConstraint("procedure_id", "number"),
        CheckConstraint("state IN ('draft', 'published', 'retired')", name="state"),
        *(
            Index(
                f"uq_procedure_versions_{state}",
                "procedure_id",
                unique=True,
                sqlite_where=text(f"state = '{state}'"),
                postgresql_where=text(f"state = '{state}'"),
            )
            for state in ("draft", "published")
        ),
    )


class ProcedureStep(Base):
    """One thing to do, and what is written down of it. Limits are decimal numbers as text, exact on both databases.

    `only_if_position` names an earlier step: this one applies where that one was answered `only_if_answer`.
    """

    __tablename__ = "procedure_steps"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    procedure_version_id: Mapped[int] = mapped_column(ForeignKey("procedure_versions.id"))
    position: Mapped[int]
    section: Mapped[str | None]
    title: Mapped[str]
    text: Mapped[str | None]
    kind: Mapped[str]
    is_mandatory: Mapped[bool] = mapped_column(default=True)
    minimum: Mapped[str | None]
    maximum: Mapped[str | None]
    unit: Mapped[str | None]
    choices: Mapped[list[str]] = mapped_column(Json, default=list)
    meter: Mapped[str | None]
    on_failure: Mapped[str] = mapped_column(default="none")
    only_if_position: Mapped[int | None]
    only_if_answer: Mapped[str | None]

    __table_args__ = (
        UniqueConstraint("procedure_version_id", "position"),
        CheckConstraint("kind IN (" + ", ".join(f"'{kind}'" for kind in KINDS) + ")", name="kind"),
        CheckConstraint("on_failure IN ('none', 'flag', 'follow_up')", name="on_failure"),
        CheckConstraint("(only_if_position IS NULL) = (only_if_answer IS NULL)", name="only_if"),
    )


class ProcedurePart(Base):
    """A part to take along, and how many."""

    __tablename__ = "procedure_parts"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    procedure_version_id: Mapped[int] = mapped_column(ForeignKey("procedure_versions.id"))
    part_id: Mapped[int] = mapped_column(ForeignKey("parts.id"), index=True)
    quantity: Mapped[int]

    part: Mapped[Part] = relationship(lazy="raise_on_sql")

    __table_args__ = (
        UniqueConstraint("procedure_version_id", "part_id"),
        CheckConstraint("quantity >= 1", name="quantity"),
    )


class StepSuggestion(Base):
    """What a technician would do better: on one step, or on the whole version where `step_id` is null."""

    __tablename__ = "step_suggestions"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    procedure_id: Mapped[int] = mapped_column(ForeignKey("procedures.id"), index=True)
    procedure_version_id: Mapped[int] = mapped_column(ForeignKey("procedure_versions.id"), index=True)
    step_id: Mapped[int | None] = mapped_column(ForeignKey("procedure_steps.id"), index=True)
    order_id: Mapped[int | None] = mapped_column(Key)
    text: Mapped[str]
    user_id: Mapped[int | None] = mapped_column(Key)
    user_name: Mapped[str]
    created_at: Mapped[datetime]
    state: Mapped[str]
    answer: Mapped[str | None]
    decided_by_name: Mapped[str | None]
    decided_at: Mapped[datetime | None]
    taken_in_id: Mapped[int | None] = mapped_column(ForeignKey("procedure_versions.id"), index=True)
    version: Mapped[int] = mapped_column(default=1)

    procedure: Mapped[Procedure] = relationship(lazy="raise_on_sql")
    procedure_version: Mapped[ProcedureVersion] = relationship(lazy="raise_on_sql", foreign_keys=[procedure_version_id])
    step: Mapped[ProcedureStep | None] = relationship(lazy="raise_on_sql")
    taken_in: Mapped[ProcedureVersion | None] = relationship(lazy="raise_on_sql", foreign_keys=[taken_in_id])

    __table_args__ = (
        CheckConstraint("state IN ('open', 'taken', 'refused')", name="state"),
        Index(None, "user_id", "id"),
        Index(None, "state", "id"),
    )
