"""What was loaded from the library, and as what."""

from datetime import datetime

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core.db import Base, Key
from app.plans.models import MaintenancePlan
from app.procedures.models import Procedure


class LibraryProcedure(Base):
    """An entry that became a procedure. `digest` is of its text as the library had it in that edition: a version in
    force that differs from it was edited since.
    """

    __tablename__ = "library_procedures"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    code: Mapped[str] = mapped_column(unique=True)
    language: Mapped[str]
    edition: Mapped[int]
    digest: Mapped[str]
    procedure_id: Mapped[int] = mapped_column(ForeignKey("procedures.id"), index=True)
    loaded_at: Mapped[datetime]
    loaded_by_name: Mapped[str]

    procedure: Mapped[Procedure] = relationship(lazy="raise_on_sql")
    plans: Mapped[list["LibraryPlan"]] = relationship(lazy="raise_on_sql", order_by="LibraryPlan.id")


class LibraryPlan(Base):
    """One of its plans, made as often as somebody asked for it: for other categories, say."""

    __tablename__ = "library_plans"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    loaded_id: Mapped[int] = mapped_column(ForeignKey("library_procedures.id"), index=True)
    key: Mapped[str]
    edition: Mapped[int]
    digest: Mapped[str]
    plan_id: Mapped[int] = mapped_column(ForeignKey("maintenance_plans.id"))
    loaded_at: Mapped[datetime]

    plan: Mapped[MaintenancePlan] = relationship(lazy="raise_on_sql")

    __table_args__ = (UniqueConstraint("plan_id"),)
