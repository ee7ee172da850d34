"""Families of plans (S24), pieces that rest (S41), and why a piece was retired (S42)."""

import sqlalchemy as sa
from alembic import op

import app.core.db
from migrations.schedules import forget

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

WITH_FAMILY, NAMED = sa.text("family_id IS NOT NULL"), sa.text("because_target_id IS NOT NULL")


def upgrade() -> None:
    op.create_table(
        "plan_families",
        sa.Column("id", app.core.db.Key, nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("tolerance_days", sa.Integer(), nullable=False),
        sa.Column("created_at", app.core.db.Instant(), nullable=False),
        sa.Column("archived_at", app.core.db.Instant(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan_families")),
        sa.UniqueConstraint("code", name=op.f("uq_plan_families_code")),
    )
    with op.batch_alter_table("plan_versions") as batch:
        batch.add_column(sa.Column("family_id", app.core.db.Key, nullable=True))
        batch.add_column(sa.Column("rank", sa.Integer(), nullable=True))
        batch.create_foreign_key(
            op.f("fk_plan_versions_family_id_plan_families"), "plan_families", ["family_id"], ["id"]
        )
        batch.create_check_constraint(op.f("ck_plan_versions_family_rank"), "(family_id IS NULL) = (rank IS NULL)")
    op.add_column("plan_targets", sa.Column("idle_since", sa.Date(), nullable=True))
    op.add_column("plan_targets", sa.Column("family_id", app.core.db.Key, nullable=True))
    op.create_index(
        "ix_plan_targets_family_wake_at",
        "plan_targets",
        ["wake_at"],
        sqlite_where=WITH_FAMILY,
        postgresql_where=WITH_FAMILY,
    )
    op.add_column("occurrences", sa.Column("because_target_id", app.core.db.Key, nullable=True))
    op.create_index(
        "ix_occurrences_because",
        "occurrences",
        ["because_target_id", "because_key"],
        sqlite_where=NAMED,
        postgresql_where=NAMED,
    )
    op.add_column("equipment", sa.Column("retired_note", sa.String(), nullable=True))


def downgrade() -> None:
    """What a family had merged stays merged; its plans go on each for itself."""
    forget("when_idle")
    op.drop_column("equipment", "retired_note")
    op.drop_index("ix_occurrences_because", "occurrences")
    op.drop_column("occurrences", "because_target_id")
    op.drop_index("ix_plan_targets_family_wake_at", "plan_targets")
    op.drop_column("plan_targets", "family_id")
    op.drop_column("plan_targets", "idle_since")
    with op.batch_alter_table("plan_versions") as batch:
        batch.drop_constraint(op.f("ck_plan_versions_family_rank"), type_="check")
        batch.drop_constraint(op.f("fk_plan_versions_family_id_plan_families"), type_="foreignkey")
        batch.drop_column("rank")
        batch.drop_column("family_id")
    op.drop_table("plan_families")
