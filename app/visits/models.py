"""Visits (tournées): orders of one place, done one after the other."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Base, Key

STATES = ("planned", "started", "stopped", "ended")


class Visit(Base):
    """A tour at one site on one day. `stopped`: broken off, to be taken up again; `ended`: over."""

    __tablename__ = "visits"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    title: Mapped[str]
    site_id: Mapped[int] = mapped_column(ForeignKey("sites.id"))
    day_on: Mapped[date]
    team_id: Mapped[int | None] = mapped_column(ForeignKey("teams.id"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("persons.id"))
    state: Mapped[str] = mapped_column(default="planned")
    origin: Mapped[str] = mapped_column(default="manual")
    started_at: Mapped[datetime | None]
    stopped_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    created_by: Mapped[int | None] = mapped_column(Key)
    version: Mapped[int] = mapped_column(default=1)

    __table_args__ = (
        CheckConstraint("state IN (" + ", ".join(f"'{state}'" for state in STATES) + ")", name="state"),
        CheckConstraint("origin IN ('manual', 'bundled')", name="origin"),
        Index(None, "site_id", "day_on", "id"),
        Index(None, "person_id", "day_on"),
        Index(None, "day_on", "id"),
    )


class VisitOrder(Base):
    """An order's place in a visit. An order that stays open when its visit ends may go into another."""

    __tablename__ = "visit_orders"

    visit_id: Mapped[int] = mapped_column(ForeignKey("visits.id", ondelete="CASCADE"), primary_key=True)
    order_id: Mapped[int] = mapped_column(
        ForeignKey("work_orders.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    position: Mapped[int]


class BundledTeam(Base):
    """A team whose planned orders of one site and day become a visit by themselves."""

    __tablename__ = "bundled_teams"

    team_id: Mapped[int] = mapped_column(
        ForeignKey("teams.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
