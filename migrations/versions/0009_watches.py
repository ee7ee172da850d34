"""How far conditions have looked."""

import sqlalchemy as sa
from alembic import op

import app.core.db

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "target_watches",
        sa.Column("target_id", app.core.db.Key, autoincrement=False, nullable=False),
        sa.Column("meter_id", app.core.db.Key, nullable=False),
        sa.Column("is_open", sa.Boolean(), nullable=False),
        sa.Column("streak", sa.Integer(), nullable=False),
        sa.Column("cool_until", app.core.db.Instant(), nullable=True),
        sa.Column("through_at", app.core.db.Instant(), nullable=True),
        sa.Column("opened_at", app.core.db.Instant(), nullable=True),
        sa.Column("covered_until", app.core.db.Instant(), nullable=True),
        sa.ForeignKeyConstraint(["meter_id"], ["meters.id"], name=op.f("fk_target_watches_meter_id_meters")),
        sa.ForeignKeyConstraint(
            ["target_id"], ["plan_targets.id"], name=op.f("fk_target_watches_target_id_plan_targets")
        ),
        sa.PrimaryKeyConstraint("target_id", name=op.f("pk_target_watches")),
    )


def downgrade() -> None:
    op.drop_table("target_watches")
