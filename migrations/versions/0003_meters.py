"""Meters and their readings."""

import sqlalchemy as sa
from alembic import op

import app.core.db
from migrations.schedules import forget, rest_without_dates

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "meters",
        sa.Column("id", app.core.db.Key, nullable=False),
        sa.Column("equipment_id", app.core.db.Key, nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("unit", sa.String(), nullable=False),
        sa.Column("decimals", sa.Integer(), nullable=False),
        sa.Column("roll_over_at", app.core.db.Key, nullable=True),
        sa.Column("lifetime_offset", app.core.db.Key, nullable=False),
        sa.Column("least", app.core.db.Key, nullable=True),
        sa.Column("most", app.core.db.Key, nullable=True),
        sa.Column("states", app.core.db.Json, nullable=False),
        sa.Column("max_age_hours", sa.Integer(), nullable=True),
        sa.Column("last_read_at", app.core.db.Instant(), nullable=True),
        sa.Column("last_value", app.core.db.Key, nullable=True),
        sa.Column("last_total", app.core.db.Key, nullable=True),
        sa.Column("overdue_at", app.core.db.Instant(), nullable=True),
        sa.Column("created_at", app.core.db.Instant(), nullable=False),
        sa.Column("archived_at", app.core.db.Instant(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("kind IN ('counter', 'gauge', 'state')", name=op.f("ck_meters_kind")),
        sa.ForeignKeyConstraint(["equipment_id"], ["equipment.id"], name=op.f("fk_meters_equipment_id_equipment")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_meters")),
        sa.UniqueConstraint("equipment_id", "name", name=op.f("uq_meters_equipment_id_name")),
    )
    awaited = sa.text("overdue_at IS NOT NULL")
    op.create_index(
        "ix_meters_overdue_at", "meters", ["overdue_at", "id"], sqlite_where=awaited, postgresql_where=awaited
    )
    op.create_table(
        "meter_readings",
        sa.Column("id", app.core.db.Key, nullable=False),
        sa.Column("meter_id", app.core.db.Key, nullable=False),
        sa.Column("read_at", app.core.db.Instant(), nullable=False),
        sa.Column("value", app.core.db.Key, nullable=False),
        sa.Column("total", app.core.db.Key, nullable=True),
        sa.Column("is_restart", sa.Boolean(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("user_id", app.core.db.Key, nullable=True),
        sa.Column("user_name", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("correction_of_id", app.core.db.Key, nullable=True),
        sa.Column("created_at", app.core.db.Instant(), nullable=False),
        sa.Column("superseded_at", app.core.db.Instant(), nullable=True),
        sa.CheckConstraint("source IN ('person', 'program', 'file')", name=op.f("ck_meter_readings_source")),
        sa.ForeignKeyConstraint(
            ["correction_of_id"], ["meter_readings.id"], name=op.f("fk_meter_readings_correction_of_id_meter_readings")
        ),
        sa.ForeignKeyConstraint(["meter_id"], ["meters.id"], name=op.f("fk_meter_readings_meter_id_meters")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_meter_readings")),
    )
    holds = sa.text("superseded_at IS NULL")
    op.create_index(
        "uq_meter_readings_instant",
        "meter_readings",
        ["meter_id", "read_at", "is_restart"],
        unique=True,
        sqlite_where=holds,
        postgresql_where=holds,
    )
    op.create_index(op.f("ix_meter_readings_meter_id_read_at_id"), "meter_readings", ["meter_id", "read_at", "id"])


def downgrade() -> None:
    """Plans that go by a meter alone rest; those of time or meter go on by time."""
    rest_without_dates("It goes by a meter.")
    forget("trigger")
    op.drop_table("meter_readings")
    op.drop_table("meters")
