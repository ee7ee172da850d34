"""What stopped, rests or was flagged is found by an index of its own."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

FAILED, RESTING = sa.text("state = 'error'"), sa.text("pause_reason IS NOT NULL")
PARTS = (
    ("ix_plan_targets_error", "plan_targets", "plan_id", FAILED, FAILED),
    ("ix_plan_targets_resting", "plan_targets", "id", RESTING, RESTING),
    ("ix_occurrences_flagged", "occurrences", "id", sa.text("is_flagged = 1"), sa.text("is_flagged")),
)


def upgrade() -> None:
    for name, table, column, on_sqlite, on_postgresql in PARTS:
        op.create_index(name, table, [column], sqlite_where=on_sqlite, postgresql_where=on_postgresql)


def downgrade() -> None:
    for name, table, *_ in reversed(PARTS):
        op.drop_index(name, table)
