"""How many hours a person works a week."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("persons", sa.Column("weekly_minutes", sa.Integer(), nullable=True))


def downgrade() -> None:
    op.drop_column("persons", "weekly_minutes")
