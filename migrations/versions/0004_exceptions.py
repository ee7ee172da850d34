"""What people decide about one cycle, and the pause of one item."""

from typing import Any

import sqlalchemy as sa
from alembic import op

import app.core.db
from migrations.schedules import forget

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

PAUSE: dict[str, sa.types.TypeEngine[Any]] = {
    "pause_reason": sa.String(),
    "paused_until": sa.Date(),
    "paused_by": sa.String(),
}


def upgrade() -> None:
    op.create_table(
        "plan_exceptions",
        sa.Column("id", app.core.db.Key, nullable=False),
        sa.Column("target_id", app.core.db.Key, nullable=False),
        sa.Column("cycle_key", sa.String(), nullable=False),
        sa.Column("raw_due_on", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("moved_on", sa.Date(), nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("user_id", app.core.db.Key, nullable=True),
        sa.Column("user_name", sa.String(), nullable=False),
        sa.Column("created_at", app.core.db.Instant(), nullable=False),
        sa.CheckConstraint("kind IN ('skip', 'move')", name=op.f("ck_plan_exceptions_kind")),
        sa.CheckConstraint("(kind = 'move') = (moved_on IS NOT NULL)", name=op.f("ck_plan_exceptions_moved_on")),
        sa.ForeignKeyConstraint(
            ["target_id"], ["plan_targets.id"], name=op.f("fk_plan_exceptions_target_id_plan_targets")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan_exceptions")),
        sa.UniqueConstraint("target_id", "cycle_key", name=op.f("uq_plan_exceptions_target_id_cycle_key")),
    )
    op.add_column("occurrences", sa.Column("scheduled_on", sa.Date(), nullable=True))
    for name, kind in PAUSE.items():
        op.add_column("plan_targets", sa.Column(name, kind, nullable=True))


def downgrade() -> None:
    """Items that are paused by themselves stay paused until their plan is resumed."""
    forget("spread_days")
    for name in PAUSE:
        op.drop_column("plan_targets", name)
    op.drop_column("occurrences", "scheduled_on")
    op.drop_table("plan_exceptions")
