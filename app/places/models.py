"""Where equipment stands, whose it is, and which days are worked there."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship, validates

from app.core.db import Base, Folded, Key, Named
from app.core.i18n.folding import fold


class Organisation(Base):
    """The house itself: one row, made by the set-up."""

    __tablename__ = "organisation"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    name: Mapped[str]
    language: Mapped[str]
    country: Mapped[str]
    time_zone: Mapped[str]
    currency: Mapped[str]
    calendar_id: Mapped[int] = mapped_column(ForeignKey("calendars.id"))
    is_demonstration: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]

    __table_args__ = (CheckConstraint("id = 1", name="single"),)


class Customer(Named, Base):
    __tablename__ = "customers"
    FOUND_BY = ("code", "name")

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    code: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    created_at: Mapped[datetime]
    archived_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)


class Calendar(Named, Base):
    """S33. `weekdays` names the days worked, Monday first: "1111100"."""

    __tablename__ = "calendars"
    FOUND_BY = ("code", "name")

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    code: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    weekdays: Mapped[str]
    country: Mapped[str | None]
    region: Mapped[str | None]
    archived_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)

    days: Mapped[list["CalendarDays"]] = relationship(
        lazy="raise_on_sql", cascade="all, delete-orphan", order_by="CalendarDays.first_on"
    )


class CalendarDays(Base):
    """A run of days that differ from the rule: `closure`, `opening`, `blackout` (change freeze) or `allowed` window."""

    __tablename__ = "calendar_days"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    calendar_id: Mapped[int] = mapped_column(ForeignKey("calendars.id", ondelete="CASCADE"), index=True)
    kind: Mapped[str]
    first_on: Mapped[date]
    last_on: Mapped[date]
    name: Mapped[str]

    __table_args__ = (
        CheckConstraint("kind IN ('closure', 'opening', 'blackout', 'allowed')", name="kind"),
        CheckConstraint("last_on >= first_on", name="order"),
    )


class Site(Named, Base):
    """Every row that a person's scope filters carries its site."""

    __tablename__ = "sites"
    FOUND_BY = ("code", "name", "address")

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    code: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    customer_id: Mapped[int | None] = mapped_column(ForeignKey("customers.id"), index=True)
    time_zone: Mapped[str]
    calendar_id: Mapped[int] = mapped_column(ForeignKey("calendars.id"), index=True)
    address: Mapped[str | None]
    hourly_rate_minor: Mapped[int | None] = mapped_column(Key)
    allows_anonymous_requests: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]
    archived_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)

    customer: Mapped[Customer | None] = relationship(lazy="raise_on_sql")
    calendar: Mapped[Calendar] = relationship(lazy="raise_on_sql")


class Location(Base):
    """A building, floor, room or closet, which may override its site's calendar.

    `path` is its names from the top, joined by " > ".
    """

    __tablename__ = "locations"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    site_id: Mapped[int] = mapped_column(ForeignKey("sites.id"))
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("locations.id"), index=True)
    name: Mapped[str]
    path: Mapped[str]
    calendar_id: Mapped[int | None] = mapped_column(ForeignKey("calendars.id"))
    search_text: Mapped[str] = mapped_column(Folded, default=lambda row: fold(row.get_current_parameters()["path"]))
    created_at: Mapped[datetime]
    archived_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)

    site: Mapped[Site] = relationship(lazy="raise_on_sql")

    __table_args__ = (UniqueConstraint("site_id", "path"),)

    @validates("path")
    def is_found_by(self, _name: str, value: str) -> str:
        self.search_text = fold(value)
        return value


class SiteScope(Base):
    """What a limited user may see: a site, or all sites of a customer."""

    __tablename__ = "site_scopes"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    site_id: Mapped[int | None] = mapped_column(ForeignKey("sites.id", ondelete="CASCADE"))
    customer_id: Mapped[int | None] = mapped_column(ForeignKey("customers.id", ondelete="CASCADE"))

    __table_args__ = (
        CheckConstraint("(site_id IS NULL) <> (customer_id IS NULL)", name="one_of"),
        UniqueConstraint("user_id", "site_id"),
        UniqueConstraint("user_id", "customer_id"),
    )
