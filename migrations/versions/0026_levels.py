"""An order says to which level it went up, and since when it was asked for; a request since when it is so."""

import sqlalchemy as sa
from alembic import op

from app.core.db import Instant

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

LEVELS = """UPDATE work_orders
SET escalation_level = (SELECT max(level) FROM escalations WHERE escalations.order_id = work_orders.id)
WHERE id IN (SELECT order_id FROM escalations)"""
# What an accepted request's order was asked for: when the first of those that want it came in.
ASKED = """UPDATE work_orders
SET asked_at = (
    SELECT min(r.created_at) FROM requests r
    WHERE r.order_id = work_orders.id
    OR r.duplicate_of_id IN (SELECT o.id FROM requests o WHERE o.order_id = work_orders.id)
)
WHERE id IN (SELECT order_id FROM requests WHERE order_id IS NOT NULL)"""


def upgrade() -> None:
    op.add_column("work_orders", sa.Column("escalation_level", sa.Integer(), server_default="0", nullable=False))
    op.add_column("work_orders", sa.Column("asked_at", Instant(), nullable=True))
    op.add_column("requests", sa.Column("since_at", Instant(), nullable=True))
    op.execute(LEVELS)
    op.execute(ASKED)
    op.execute("UPDATE work_orders SET asked_at = NULL WHERE asked_at >= created_at")
    op.create_index(
        "ix_work_orders_escalated",
        "work_orders",
        ["escalation_level", "due_on", "id"],
        sqlite_where=sa.text("escalation_level > 0"),
        postgresql_where=sa.text("escalation_level > 0"),
    )


def downgrade() -> None:
    op.drop_index("ix_work_orders_escalated", table_name="work_orders")
    op.drop_column("requests", "since_at")
    op.drop_column("work_orders", "asked_at")
    op.drop_column("work_orders", "escalation_level")
