"""Orders that a person planned for a day are found by it."""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(
        "ix_work_orders_planned",
        "work_orders",
        ["scheduled_start_at"],
        sqlite_where=sa.text("is_open = 1 AND scheduled_start_at IS NOT NULL"),
        postgresql_where=sa.text("is_open AND scheduled_start_at IS NOT NULL"),
    )


def downgrade() -> None:
    op.drop_index("ix_work_orders_planned", table_name="work_orders")
