"""Plans and their versions, and the items they cover."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core.db import Base, Folded, Json, Key, Named
from app.core.i18n.folding import fold
from app.equipment.models import Equipment, EquipmentCategory, EquipmentModel
from app.people.models import Person, Team
from app.places.models import Location, Site
from app.procedures.models import Procedure


class MaintenancePlan(Named, Base):
    """What stays the same through all versions. `state`: active, paused, ended, or error with its reason (S15, S18)."""

    __tablename__ = "maintenance_plans"
    NAME = "title"
    FOUND_BY = ("title", "code")

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    code: Mapped[str] = mapped_column(unique=True)
    title: Mapped[str]
    kind: Mapped[str]
    state: Mapped[str]
    reason: Mapped[str | None]
    paused_until: Mapped[date | None]
    current_number: Mapped[int]
    site_id: Mapped[int | None] = mapped_column(ForeignKey("sites.id"), index=True)
    created_at: Mapped[datetime]
    created_by: Mapped[int | None] = mapped_column(Key)
    archived_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)

    current: Mapped["PlanVersion"] = relationship(
        lazy="raise_on_sql",
        primaryjoin="and_(foreign(PlanVersion.plan_id) == MaintenancePlan.id,"
        " PlanVersion.number == MaintenancePlan.current_number)",
        viewonly=True,
        uselist=False,
    )

    __table_args__ = (
        CheckConstraint("state IN ('active', 'paused', 'ended', 'error')", name="state"),
        Index(None, "sort_name", "id"),
    )


class PlanFamily(Base):
    """S24: plans that meet on one item, by rank: a cycle within `tolerance_days` of a higher one is merged into it."""

    __tablename__ = "plan_families"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    code: Mapped[str] = mapped_column(unique=True)
    title: Mapped[str]
    tolerance_days: Mapped[int]
    created_at: Mapped[datetime]
    archived_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)


class PlanVersion(Base):
    """All that an edit may change; never changed itself. `schedule` is plans/rules/schedule.py's own form.

    Orders that bear its title are found by its `search_text`.
    """

    __tablename__ = "plan_versions"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    plan_id: Mapped[int] = mapped_column(ForeignKey("maintenance_plans.id"))
    number: Mapped[int]
    title: Mapped[str]
    search_text: Mapped[str] = mapped_column(Folded, default=lambda row: fold(row.get_current_parameters()["title"]))
    kind: Mapped[str]
    instructions: Mapped[str | None]
    procedure_id: Mapped[int | None] = mapped_column(ForeignKey("procedures.id"), index=True)
    estimate_minutes: Mapped[int | None]
    priority: Mapped[str]
    team_id: Mapped[int | None] = mapped_column(ForeignKey("teams.id"))
    assignee_id: Mapped[int | None] = mapped_column(ForeignKey("persons.id"))
    requires_photo: Mapped[bool] = mapped_column(default=False)
    requires_signature: Mapped[bool] = mapped_column(default=False)
    anchor_on: Mapped[date]
    anchor_policy: Mapped[str]
    schedule: Mapped[dict[str, Any]] = mapped_column(Json)
    family_id: Mapped[int | None] = mapped_column(ForeignKey("plan_families.id"))
    rank: Mapped[int | None]
    created_at: Mapped[datetime]
    created_by: Mapped[int | None] = mapped_column(Key)

    procedure: Mapped[Procedure | None] = relationship(lazy="raise_on_sql")
    team: Mapped[Team | None] = relationship(lazy="raise_on_sql")
    assignee: Mapped[Person | None] = relationship(lazy="raise_on_sql")
    scope: Mapped[list["PlanScope"]] = relationship(lazy="raise_on_sql", cascade="all, delete-orphan")

    __table_args__ = (
        UniqueConstraint("plan_id", "number"),
        CheckConstraint("anchor_policy IN ('plan', 'commissioning', 'entry')", name="anchor_policy"),
        CheckConstraint("priority IN ('low', 'normal', 'high', 'urgent')", name="priority"),
        CheckConstraint("(family_id IS NULL) = (rank IS NULL)", name="family_rank"),
    )


class PlanScope(Base):
    """One line of what a version covers (S39).

    Equipment and `item_location` (the place itself) are covered by name. Categories and models say *what*, sites and
    `within_location` say *where*: of these a piece must satisfy one of each that is given.
    """

    __tablename__ = "plan_scopes"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    plan_version_id: Mapped[int] = mapped_column(ForeignKey("plan_versions.id", ondelete="CASCADE"), index=True)
    equipment_id: Mapped[int | None] = mapped_column(ForeignKey("equipment.id"), index=True)
    item_location_id: Mapped[int | None] = mapped_column(ForeignKey("locations.id"))
    category_id: Mapped[int | None] = mapped_column(ForeignKey("equipment_categories.id"))
    model_id: Mapped[int | None] = mapped_column(ForeignKey("equipment_models.id"))
    site_id: Mapped[int | None] = mapped_column(ForeignKey("sites.id"))
    within_location_id: Mapped[int | None] = mapped_column(ForeignKey("locations.id"))

    equipment: Mapped[Equipment | None] = relationship(lazy="raise_on_sql")
    category: Mapped[EquipmentCategory | None] = relationship(lazy="raise_on_sql")
    model: Mapped[EquipmentModel | None] = relationship(lazy="raise_on_sql")
    site: Mapped[Site | None] = relationship(lazy="raise_on_sql")


class PlanTarget(Base):
    """Plan x item: a stable row, re-used when the item comes back.

    `settled_through` is the raw date up to which every cycle has a row (S14b); `wake_at` says when to look next and is
    null where there is nothing to wait for (paused, ended), so that a tick's index holds live targets only (S13).
    A floating target counts from `anchor_on` and, where its last cycle was not done, past `counted_after_on` (S12).
    `edited_through` is what a new version found in `settled_through` (S14b). A target paused by itself has a
    `pause_reason`, and stays paused when its plan is resumed (S38); `paused_until` is the day on which a pause ends.
    `idle_since` is the day from which its piece is in stock or out of order (S41); `family_id` repeats the version's in
    force, so that a claim finds what is decided together (S24).
    """

    __tablename__ = "plan_targets"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    plan_id: Mapped[int] = mapped_column(ForeignKey("maintenance_plans.id"))
    equipment_id: Mapped[int | None] = mapped_column(ForeignKey("equipment.id"), index=True)
    location_id: Mapped[int | None] = mapped_column(ForeignKey("locations.id"), index=True)
    site_id: Mapped[int] = mapped_column(ForeignKey("sites.id"), index=True)
    state: Mapped[str]
    reason: Mapped[str | None]
    enrolled_on: Mapped[date]
    anchor_on: Mapped[date]
    is_anchor_due: Mapped[bool]
    counted_after_on: Mapped[date | None]
    last_done_on: Mapped[date | None]
    last_done_due_on: Mapped[date | None]
    counter: Mapped[int] = mapped_column(Key, default=0)
    settled_through: Mapped[date | None]
    edited_through: Mapped[date | None]
    pause_reason: Mapped[str | None]
    paused_until: Mapped[date | None]
    paused_by: Mapped[str | None]
    next_due_on: Mapped[date | None]
    wake_at: Mapped[datetime | None]
    idle_since: Mapped[date | None]
    family_id: Mapped[int | None] = mapped_column(Key)
    failure_count: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]

    plan: Mapped[MaintenancePlan] = relationship(lazy="raise_on_sql")
    equipment: Mapped[Equipment | None] = relationship(lazy="raise_on_sql")
    location: Mapped[Location | None] = relationship(lazy="raise_on_sql")
    site: Mapped[Site] = relationship(lazy="raise_on_sql")

    __table_args__ = (
        UniqueConstraint("plan_id", "equipment_id"),
        UniqueConstraint("plan_id", "location_id"),
        CheckConstraint("(equipment_id IS NULL) <> (location_id IS NULL)", name="one_item"),
        CheckConstraint("state IN ('active', 'paused', 'ended', 'error')", name="state"),
        Index(
            "ix_plan_targets_wake_at",
            "wake_at",
            sqlite_where=text("wake_at IS NOT NULL"),
            postgresql_where=text("wake_at IS NOT NULL"),
        ),
        Index(
            "ix_plan_targets_family_wake_at",
            "wake_at",
            sqlite_where=text("family_id IS NOT NULL"),
            postgresql_where=text("family_id IS NOT NULL"),
        ),
        # What stopped is little, and asked for all together.
        Index(
            "ix_plan_targets_error",
            "plan_id",
            sqlite_where=text("state = 'error'"),
            postgresql_where=text("state = 'error'"),
        ),
        Index(
            "ix_plan_targets_resting",
            "id",
            sqlite_where=text("pause_reason IS NOT NULL"),
            postgresql_where=text("pause_reason IS NOT NULL"),
        ),
        # A list of plans counts their items in here, those of the reader's sites too, without looking at one.
        Index(None, "plan_id", "state", "next_due_on", "site_id"),
        Index(None, "plan_id", "id"),
    )
