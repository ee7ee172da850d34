"""Persons, those of them who may sign in, teams, and what proves who they are."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core.db import Base, Key, Named


class Person(Named, Base):
    """Somebody: uses equipment, asks for help, repairs. Only a user may sign in.

    `weekly_minutes` is the time at work, as a forecast counts it; null: the usual 35 hours.
    """

    __tablename__ = "persons"
    FOUND_BY = ("name", "email")

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    name: Mapped[str]
    email: Mapped[str | None] = mapped_column(index=True)
    phone: Mapped[str | None]
    language: Mapped[str | None]
    weekly_minutes: Mapped[int | None]
    created_at: Mapped[datetime]
    archived_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)

    __table_args__ = (Index(None, "sort_name", "id"),)


class User(Base):
    """A person who may sign in. `has_all_sites` false limits them to the rows of `site_scopes` (places)."""

    __tablename__ = "users"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id"), unique=True)
    login: Mapped[str] = mapped_column(unique=True)
    password_hash: Mapped[str]
    role: Mapped[str]
    language: Mapped[str | None]
    theme: Mapped[str | None]
    is_active: Mapped[bool] = mapped_column(default=True)
    has_all_sites: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=1)

    person: Mapped[Person] = relationship(lazy="raise_on_sql")


class Team(Named, Base):
    __tablename__ = "teams"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    archived_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)


class TeamMember(Base):
    __tablename__ = "team_members"

    team_id: Mapped[int] = mapped_column(ForeignKey("teams.id", ondelete="CASCADE"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id", ondelete="CASCADE"), primary_key=True, index=True)


class SignIn(Base):
    """A browser's session. Only the token's digest is kept; a change of password ends all of a user's."""

    __tablename__ = "sign_ins"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    token_hash: Mapped[str] = mapped_column(unique=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    user_agent: Mapped[str | None]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)


class ApiToken(Base):
    """`ronde_pat_…`: acts as its user, within its scopes, until it expires or is revoked."""

    __tablename__ = "api_tokens"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    name: Mapped[str]
    token_hash: Mapped[str] = mapped_column(unique=True)
    prefix: Mapped[str]
    scopes: Mapped[str]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime | None]
    last_used_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]
