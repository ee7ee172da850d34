"""Work orders, what happened to them, and how each intervention was resolved."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, Computed, ForeignKey, Index, UniqueConstraint, false, text
from sqlalchemy.orm import Mapped, mapped_column, relationship, validates

from app.core.db import Base, Folded, Json, Key
from app.core.i18n.folding import fold
from app.equipment.models import Equipment, Supplier
from app.journal.models import File
from app.ledger.models import Occurrence
from app.people.models import Person, Team
from app.places.models import Location, Site
from app.plans.models import MaintenancePlan
from app.procedures.models import ProcedureVersion

STATES = ("planned", "ready", "in_progress", "on_hold", "completed", "closed", "cancelled", "skipped", "missed")


class WorkOrder(Base):
    """One job on one item. Its number is `OT-` and its id: rising, unique, with gaps, and no lock to reserve it.

    An order that a plan made has no `search_text`: it is found by its plan version's, until its title is changed.
    `asked_at`: since when it is so, or when the first request for it came in, where that is before the order was made.
    """

    __tablename__ = "work_orders"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    type: Mapped[str]
    kind: Mapped[str]
    title: Mapped[str]
    search_text: Mapped[str | None] = mapped_column(
        Folded, default=lambda row: fold(row.get_current_parameters()["title"])
    )
    instructions: Mapped[str | None]
    equipment_id: Mapped[int | None] = mapped_column(ForeignKey("equipment.id"))
    location_id: Mapped[int | None] = mapped_column(ForeignKey("locations.id"))
    site_id: Mapped[int] = mapped_column(ForeignKey("sites.id"))
    origin: Mapped[str]
    plan_id: Mapped[int | None] = mapped_column(ForeignKey("maintenance_plans.id"))
    plan_version_id: Mapped[int | None] = mapped_column(ForeignKey("plan_versions.id"))
    target_id: Mapped[int | None] = mapped_column(ForeignKey("plan_targets.id"))
    occurrence_id: Mapped[int | None] = mapped_column(ForeignKey("occurrences.id"), index=True)
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("work_orders.id"))
    procedure_version_id: Mapped[int | None] = mapped_column(ForeignKey("procedure_versions.id"))
    priority: Mapped[str]
    state: Mapped[str]
    is_open: Mapped[bool] = mapped_column(
        Computed("state IN ('planned', 'ready', 'in_progress', 'on_hold')", persisted=True)
    )
    due_on: Mapped[date]
    window_first_on: Mapped[date | None]
    window_last_on: Mapped[date | None]
    scheduled_start_at: Mapped[datetime | None]
    team_id: Mapped[int | None] = mapped_column(ForeignKey("teams.id"))
    assignee_id: Mapped[int | None] = mapped_column(ForeignKey("persons.id"))
    supplier_id: Mapped[int | None] = mapped_column(ForeignKey("suppliers.id"))
    estimate_minutes: Mapped[int | None]
    requires_photo: Mapped[bool] = mapped_column(default=False)
    requires_signature: Mapped[bool] = mapped_column(default=False)
    hold_reason: Mapped[str | None]
    hold_until: Mapped[date | None]
    ended_reason: Mapped[str | None]
    reopen_count: Mapped[int] = mapped_column(default=0)
    escalation_level: Mapped[int] = mapped_column(default=0, server_default="0")
    asked_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    created_by: Mapped[int | None] = mapped_column(Key)
    released_at: Mapped[datetime | None]
    started_at: Mapped[datetime | None]
    started_by: Mapped[int | None] = mapped_column(Key)
    done_on: Mapped[date | None]
    completed_at: Mapped[datetime | None]
    completed_by: Mapped[int | None] = mapped_column(Key)
    recorded_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)

    equipment: Mapped[Equipment | None] = relationship(lazy="raise_on_sql")
    location: Mapped[Location | None] = relationship(lazy="raise_on_sql")
    site: Mapped[Site] = relationship(lazy="raise_on_sql")
    plan: Mapped[MaintenancePlan | None] = relationship(lazy="raise_on_sql")
    occurrence: Mapped[Occurrence | None] = relationship(lazy="raise_on_sql")
    team: Mapped[Team | None] = relationship(lazy="raise_on_sql")
    assignee: Mapped[Person | None] = relationship(lazy="raise_on_sql")
    supplier: Mapped[Supplier | None] = relationship(lazy="raise_on_sql")

    @validates("title")
    def is_found_by(self, _name: str, value: str) -> str:
        self.search_text = fold(value)
        return value

    __table_args__ = (
        CheckConstraint("(equipment_id IS NULL) <> (location_id IS NULL)", name="one_item"),
        CheckConstraint("state IN (" + ", ".join(f"'{state}'" for state in STATES) + ")", name="state"),
        CheckConstraint("type IN ('preventive', 'corrective', 'improvement')", name="type"),
        CheckConstraint("priority IN ('low', 'normal', 'high', 'urgent')", name="priority"),
        Index(None, "state", "due_on", "id"),
        Index(None, "site_id", "due_on", "id"),
        Index(None, "equipment_id", "id"),
        Index(None, "due_on", "id"),
        # Most orders of a plan have no person, place or parent of their own: what is empty is not indexed.
        *(
            Index(
                f"ix_work_orders_{column}",
                column,
                "due_on",
                sqlite_where=text(f"{column} IS NOT NULL"),
                postgresql_where=text(f"{column} IS NOT NULL"),
            )
            for column in ("assignee_id", "location_id", "parent_id")
        ),
        # What is open is little and asked for most: it is found without walking through years of what is done.
        Index(
            "ix_work_orders_open", "due_on", "id", sqlite_where=text("is_open = 1"), postgresql_where=text("is_open")
        ),
        Index(
            "ix_work_orders_open_of",
            "assignee_id",
            "due_on",
            "id",
            sqlite_where=text("is_open = 1"),
            postgresql_where=text("is_open"),
        ),
        Index(
            "ix_work_orders_done_by",
            "completed_by",
            "done_on",
            sqlite_where=text("done_on IS NOT NULL"),
            postgresql_where=text("done_on IS NOT NULL"),
        ),
        Index(
            "ix_work_orders_open_target",
            "target_id",
            sqlite_where=text("is_open = 1"),
            postgresql_where=text("is_open"),
        ),
        # Those that a person planned for another day than their due date.
        Index(
            "ix_work_orders_planned",
            "scheduled_start_at",
            sqlite_where=text("is_open = 1 AND scheduled_start_at IS NOT NULL"),
            postgresql_where=text("is_open AND scheduled_start_at IS NOT NULL"),
        ),
        Index(None, "plan_id", "id"),
        # Few orders ever go up a level.
        Index(
            "ix_work_orders_escalated",
            "escalation_level",
            "due_on",
            "id",
            sqlite_where=text("escalation_level > 0"),
            postgresql_where=text("escalation_level > 0"),
        ),
        # Titles of people's own are looked through in here; those of plans are few.
        Index(
            "ix_work_orders_search_text",
            "search_text",
            "id",
            sqlite_where=text("search_text IS NOT NULL"),
            postgresql_where=text("search_text IS NOT NULL"),
        ),
        {"sqlite_autoincrement": True},
    )


class WorkOrderProcedure(Base):
    """A further procedure of an order: that of a plan of its family which was merged into it (S24), in that order."""

    __tablename__ = "work_order_procedures"

    order_id: Mapped[int] = mapped_column(ForeignKey("work_orders.id", ondelete="CASCADE"), primary_key=True)
    procedure_version_id: Mapped[int] = mapped_column(
        ForeignKey("procedure_versions.id", name="fk_work_order_procedures_version"), primary_key=True
    )
    position: Mapped[int]

    procedure_version: Mapped[ProcedureVersion] = relationship(lazy="raise_on_sql")


class WorkOrderPerson(Base):
    """Who works on an order beside its assignee."""

    __tablename__ = "work_order_people"

    order_id: Mapped[int] = mapped_column(ForeignKey("work_orders.id", ondelete="CASCADE"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id"), primary_key=True, index=True)
    added_at: Mapped[datetime]

    person: Mapped[Person] = relationship(lazy="raise_on_sql")


class OrderText(Base):
    """All words that an order is found by, with a mark of its site, for the full-text index over them (decision 0012).

    The clock enters each order, and again when it `is_stale`: triggers say so where its title, its piece or a name
    changed, and until then it is looked at itself.
    """

    __tablename__ = "order_texts"

    order_id: Mapped[int] = mapped_column(
        Key, ForeignKey("work_orders.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    words: Mapped[str] = mapped_column(Folded)
    is_stale: Mapped[bool]

    __table_args__ = (
        Index(
            "ix_order_texts_stale",
            "order_id",
            sqlite_where=text("is_stale = 1"),
            postgresql_where=text("is_stale"),
        ),
    )


class OrderTerm(Base):
    """Each word that stands in an order's words, so that parts of words are found by whole ones."""

    __tablename__ = "order_terms"

    term: Mapped[str] = mapped_column(Folded, primary_key=True)


class WorkOrderEvent(Base):
    """The history of an order: each change of state and each edit, by whom and when."""

    __tablename__ = "work_order_events"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("work_orders.id", ondelete="CASCADE"), index=True)
    at: Mapped[datetime]
    user_id: Mapped[int | None] = mapped_column(Key)
    user_name: Mapped[str]
    kind: Mapped[str]
    from_state: Mapped[str | None]
    to_state: Mapped[str | None]
    reason: Mapped[str | None]
    changes: Mapped[dict[str, Any] | None] = mapped_column(Json)


class Hold(Base):
    """An interval on hold; `stops_clock` says whether it counts against the response time."""

    __tablename__ = "holds"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("work_orders.id", ondelete="CASCADE"), index=True)
    reason: Mapped[str]
    note: Mapped[str | None]
    stops_clock: Mapped[bool]
    started_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class Comment(Base):
    __tablename__ = "comments"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("work_orders.id", ondelete="CASCADE"), index=True)
    user_id: Mapped[int | None] = mapped_column(Key)
    user_name: Mapped[str]
    text: Mapped[str]
    created_at: Mapped[datetime]


class WorkOrderFile(Base):
    """A photo or document attached to an order."""

    __tablename__ = "work_order_files"

    order_id: Mapped[int] = mapped_column(ForeignKey("work_orders.id", ondelete="CASCADE"), primary_key=True)
    file_id: Mapped[int] = mapped_column(ForeignKey("files.id"), primary_key=True, index=True)

    file: Mapped[File] = relationship(lazy="raise_on_sql")


class Resolution(Base):
    """The intervention report (compte rendu). Reopening keeps the former one, no longer current."""

    __tablename__ = "resolutions"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("work_orders.id", ondelete="CASCADE"))
    number: Mapped[int]
    is_current: Mapped[bool] = mapped_column(default=True)
    kind: Mapped[str]
    not_done_reason: Mapped[str | None]
    finding: Mapped[str]
    method: Mapped[str]
    method_note: Mapped[str | None]
    diagnosis: Mapped[str | None]
    observed: Mapped[str | None]
    failure_mode: Mapped[str | None]
    failure_mechanism: Mapped[str | None]
    failure_cause: Mapped[str | None]
    detection: Mapped[str | None]
    restoration: Mapped[str | None]
    curative_due_on: Mapped[date | None]
    down_from: Mapped[datetime | None]
    down_until: Mapped[datetime | None]
    is_downtime_planned: Mapped[bool] = mapped_column(default=False)
    minutes_spent: Mapped[int | None]
    explanation: Mapped[str | None]
    is_warranty_claim: Mapped[bool] = mapped_column(default=False)
    signed_by: Mapped[str | None]
    signed_at: Mapped[datetime | None]
    signature_file_id: Mapped[int | None] = mapped_column(ForeignKey("files.id"))
    done_on: Mapped[date]
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[int | None] = mapped_column(Key)
    is_filed: Mapped[bool] = mapped_column(default=False, server_default=false())

    __table_args__ = (
        UniqueConstraint("order_id", "number"),
        # Temporary fixes are few among all that was ever reported.
        Index(
            "ix_resolutions_palliative",
            "order_id",
            sqlite_where=text("restoration = 'palliative'"),
            postgresql_where=text("restoration = 'palliative'"),
        ),
        # What the clock has still to file among the cases, or to take out again.
        Index("ix_resolutions_unfiled", "id", sqlite_where=text("is_filed = 0"), postgresql_where=text("NOT is_filed")),
    )
