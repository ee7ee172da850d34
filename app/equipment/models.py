"""The registry: what there is, what kind it is, where it stands, what became of it."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship, validates

from app.core.db import Base, Folded, Json, Key, Named
from app.core.i18n.folding import fold, fold_all
from app.people.models import Person
from app.places.models import Location, Site

FOUND_BY = ("tag", "serial", "name", "rack", "remote_host")


def folded(*names: str) -> Callable[[Any], str]:
    """The search text of a new row, from its columns; an ORM object keeps it true when they change."""
    return lambda row: fold_all(*(row.get_current_parameters().get(name) for name in names))


def folded_name(row: Any) -> str | None:
    return fold(name) if (name := row.get_current_parameters().get("name")) else None


class EquipmentCategory(Base):
    """A kind of equipment; `is_immaterial` for a backup job, a mail server, a licence."""

    __tablename__ = "equipment_categories"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    code: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    name_fr: Mapped[str | None]
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("equipment_categories.id"), index=True)
    tag_prefix: Mapped[str]
    expected_life_months: Mapped[int | None]
    is_immaterial: Mapped[bool] = mapped_column(default=False)
    search_text: Mapped[str] = mapped_column(default=folded("name", "name_fr"))
    created_at: Mapped[datetime]
    archived_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)

    @validates("name", "name_fr")
    def is_found_by(self, name: str, value: str) -> str:
        self.search_text = fold_all(*({"name": self.name, "name_fr": self.name_fr} | {name: value}).values())
        return value


class FailureCode(Base):
    """A word for what fails, how or why, beside the ones that Ronde knows; without a category it is everybody's.

    A category that names modes, mechanisms or causes offers these first; a code that Ronde knows has no name here.
    `follows`: the modes that a mechanism goes with, the mechanisms that a cause goes with; empty: all of them.
    """

    __tablename__ = "failure_codes"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    category_id: Mapped[int | None] = mapped_column(ForeignKey("equipment_categories.id"))
    kind: Mapped[str]
    code: Mapped[str]
    name: Mapped[str | None]
    name_fr: Mapped[str | None]
    follows: Mapped[list[str]] = mapped_column(Json, default=list)
    created_at: Mapped[datetime]
    archived_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)

    __table_args__ = (
        UniqueConstraint("category_id", "kind", "code"),
        CheckConstraint("kind IN ('mode', 'mechanism', 'cause')", name="kind"),
        Index(
            "uq_failure_codes_house",
            "kind",
            "code",
            unique=True,
            sqlite_where=text("category_id IS NULL"),
            postgresql_where=text("category_id IS NULL"),
        ),
    )


class Supplier(Named, Base):
    """Who sold a piece and answers for its warranty, or does outside work."""

    __tablename__ = "suppliers"
    FOUND_BY = ("name", "email")

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    name: Mapped[str]
    email: Mapped[str | None]
    phone: Mapped[str | None]
    created_at: Mapped[datetime]
    archived_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)

    __table_args__ = (Index(None, "sort_name", "id"),)


class TagCounter(Base):
    """The last number given to a tag of each prefix; numbers are never given twice."""

    __tablename__ = "tag_counters"

    prefix: Mapped[str] = mapped_column(primary_key=True)
    last_number: Mapped[int]


class EquipmentModel(Base):
    __tablename__ = "equipment_models"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    manufacturer: Mapped[str]
    reference: Mapped[str]
    category_id: Mapped[int | None] = mapped_column(ForeignKey("equipment_categories.id"), index=True)
    end_of_support_on: Mapped[date | None]
    replacement_cost_minor: Mapped[int | None] = mapped_column(Key)
    currency: Mapped[str | None]
    search_text: Mapped[str] = mapped_column(default=folded("manufacturer", "reference"))
    created_at: Mapped[datetime]
    archived_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)

    __table_args__ = (UniqueConstraint("manufacturer", "reference"),)

    @validates("manufacturer", "reference")
    def is_found_by(self, name: str, value: str) -> str:
        self.search_text = fold_all(
            *({"manufacturer": self.manufacturer, "reference": self.reference} | {name: value}).values()
        )
        return value


class Equipment(Base):
    """One piece. `search_text` holds what it is found by itself; its model, place and person are found by theirs.

    `sort_name` is its name as an import recognises it, accents and case aside.
    """

    __tablename__ = "equipment"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    tag: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str | None]
    sort_name: Mapped[str | None] = mapped_column(Folded, default=folded_name)
    serial: Mapped[str | None] = mapped_column(index=True)
    category_id: Mapped[int] = mapped_column(ForeignKey("equipment_categories.id"))
    model_id: Mapped[int | None] = mapped_column(ForeignKey("equipment_models.id"), index=True)
    site_id: Mapped[int] = mapped_column(ForeignKey("sites.id"))
    location_id: Mapped[int | None] = mapped_column(ForeignKey("locations.id"), index=True)
    rack: Mapped[str | None]
    calendar_id: Mapped[int | None] = mapped_column(ForeignKey("calendars.id"))
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("equipment.id"), index=True)
    criticality: Mapped[str]
    status: Mapped[str]
    commissioned_on: Mapped[date | None]
    warranty_until: Mapped[date | None]
    supplier_id: Mapped[int | None] = mapped_column(ForeignKey("suppliers.id"), index=True)
    purchase_cost_minor: Mapped[int | None] = mapped_column(Key)
    currency: Mapped[str | None]
    person_id: Mapped[int | None] = mapped_column(ForeignKey("persons.id"), index=True)
    notes: Mapped[str | None]
    remote_host: Mapped[str | None]
    remote_url: Mapped[str | None]
    replaced_by_id: Mapped[int | None] = mapped_column(ForeignKey("equipment.id"))
    on_loan_for_id: Mapped[int | None] = mapped_column(ForeignKey("equipment.id"))
    qr_token: Mapped[str] = mapped_column(unique=True)
    custom_fields: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    search_text: Mapped[str] = mapped_column(default=folded(*FOUND_BY))
    retired_on: Mapped[date | None]
    retired_note: Mapped[str | None]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    archived_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)

    category: Mapped[EquipmentCategory] = relationship(lazy="raise_on_sql")
    model: Mapped[EquipmentModel | None] = relationship(lazy="raise_on_sql")
    site: Mapped[Site] = relationship(lazy="raise_on_sql")
    location: Mapped[Location | None] = relationship(lazy="raise_on_sql")
    person: Mapped[Person | None] = relationship(lazy="raise_on_sql")
    supplier: Mapped[Supplier | None] = relationship(lazy="raise_on_sql")

    __table_args__ = (
        CheckConstraint(
            "status IN ('in_stock', 'in_service', 'in_maintenance', 'out_of_order', 'retired')", name="status"
        ),
        CheckConstraint("criticality IN ('A', 'B', 'C')", name="criticality"),
        Index(None, "site_id", "tag"),
        Index(None, "site_id", "sort_name"),
        Index(None, "category_id", "id"),
        Index(
            "ix_equipment_replaced_by_id",
            "replaced_by_id",
            sqlite_where=text("replaced_by_id IS NOT NULL"),
            postgresql_where=text("replaced_by_id IS NOT NULL"),
        ),
    )

    @validates(*FOUND_BY)
    def is_found_by(self, name: str, value: str | None) -> str | None:
        if name == "name":
            self.sort_name = fold(value) if value else None
        self.search_text = fold_all(*({part: getattr(self, part) for part in FOUND_BY} | {name: value}).values())
        return value


class EquipmentIdentity(Base):
    """How another source names a piece: `source` is `external:<system>`, or `position` for a guess from an import."""

    __tablename__ = "equipment_identities"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    equipment_id: Mapped[int] = mapped_column(ForeignKey("equipment.id", ondelete="CASCADE"), index=True)
    source: Mapped[str]
    value: Mapped[str]

    __table_args__ = (UniqueConstraint("source", "value"),)


class EquipmentChange(Base):
    """A piece whose scope membership may have changed: the tick reconciles it first and removes the row (S39)."""

    __tablename__ = "equipment_changes"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    equipment_id: Mapped[int] = mapped_column(ForeignKey("equipment.id", ondelete="CASCADE"), index=True)
    changed_at: Mapped[datetime]


class Downtime(Base):
    """A stretch of time in which a piece did not serve; without an end it still does not.

    `source`: `told` in a report, or `derived` from the record. `order_id` is the order that it began with (EN 13306).
    """

    __tablename__ = "downtimes"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    equipment_id: Mapped[int] = mapped_column(ForeignKey("equipment.id", ondelete="CASCADE"))
    from_at: Mapped[datetime]
    until_at: Mapped[datetime | None]
    is_planned: Mapped[bool] = mapped_column(default=False)
    source: Mapped[str]
    order_id: Mapped[int | None] = mapped_column(Key, index=True)
    restored_by_order_id: Mapped[int | None] = mapped_column(Key, index=True)

    __table_args__ = (
        CheckConstraint("until_at IS NULL OR until_at >= from_at", name="order"),
        CheckConstraint("source IN ('told', 'derived')", name="source"),
        Index(None, "equipment_id", "from_at"),
    )
