"""The piece whose place another one took is found by an index."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

REPLACED = sa.text("replaced_by_id IS NOT NULL")


def upgrade() -> None:
    op.create_index(
        "ix_equipment_replaced_by_id",
        "equipment",
        ["replaced_by_id"],
        sqlite_where=REPLACED,
        postgresql_where=REPLACED,
    )


def downgrade() -> None:
    op.drop_index("ix_equipment_replaced_by_id", "equipment")
