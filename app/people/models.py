"""Persons, those of them who may sign in, teams, who is away or on call, and what proves who they are."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index
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
    hourly_rate_minor: Mapped[int | None] = mapped_column(Key)
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


class Skill(Named, Base):
    """What somebody is able to do, and an order may ask for: printers, heights, a supplier's certificate."""

    __tablename__ = "skills"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    archived_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)


class PersonSkill(Base):
    """`level` from 1 (learns) to 3 (teaches others); null: nobody has said."""

    __tablename__ = "person_skills"

    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id", ondelete="CASCADE"), primary_key=True)
    skill_id: Mapped[int] = mapped_column(ForeignKey("skills.id", ondelete="CASCADE"), primary_key=True, index=True)
    level: Mapped[int | None]

    __table_args__ = (CheckConstraint("level BETWEEN 1 AND 3", name="level"),)


class Absence(Base):
    """Whole days away, the first and the last included."""

    __tablename__ = "absences"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id", ondelete="CASCADE"))
    kind: Mapped[str]
    first_on: Mapped[date]
    last_on: Mapped[date] = mapped_column(index=True)
    note: Mapped[str | None]
    created_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=1)

    __table_args__ = (
        CheckConstraint("kind IN ('leave', 'sickness', 'training', 'other')", name="kind"),
        CheckConstraint("last_on >= first_on", name="order"),
        Index(None, "person_id", "first_on"),
    )


class OnCallRota(Base):
    """A team’s rota (astreinte). Minutes from midnight; on days worked, from `opens` to `closes`, the team answers."""

    __tablename__ = "on_call_rotas"

    team_id: Mapped[int] = mapped_column(
        ForeignKey("teams.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    time_zone: Mapped[str]
    starts_on: Mapped[date]
    handover_minutes: Mapped[int]
    opens_minutes: Mapped[int]
    closes_minutes: Mapped[int]
    version: Mapped[int] = mapped_column(default=1)


class OnCallTurn(Base):
    """Who has the n-th week."""

    __tablename__ = "on_call_turns"

    team_id: Mapped[int] = mapped_column(
        ForeignKey("on_call_rotas.team_id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id", ondelete="CASCADE"), index=True)


class OnCallSwap(Base):
    """Days on which somebody else stands in; the newest counts."""

    __tablename__ = "on_call_swaps"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    team_id: Mapped[int] = mapped_column(ForeignKey("on_call_rotas.team_id", ondelete="CASCADE"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id", ondelete="CASCADE"), index=True)
    first_on: Mapped[date]
    last_on: Mapped[date]
    note: Mapped[str | None]
    created_at: Mapped[datetime]

    __table_args__ = (CheckConstraint("last_on >= first_on", name="order"),)


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
