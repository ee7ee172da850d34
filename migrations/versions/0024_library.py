"""What was loaded from the library of IT procedures and plans."""

import sqlalchemy as sa
from alembic import op

from app.core.db import Instant, Key

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "library_procedures",
        sa.Column("id", Key, nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("edition", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("procedure_id", Key, nullable=False),
        sa.Column("loaded_at", Instant(), nullable=False),
        sa.Column("loaded_by_name", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["procedure_id"], ["procedures.id"], name=op.f("fk_library_procedures_procedure_id_procedures")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_library_procedures")),
        sa.UniqueConstraint("code", name=op.f("uq_library_procedures_code")),
    )
    op.create_index(op.f("ix_library_procedures_procedure_id"), "library_procedures", ["procedure_id"])
    op.create_table(
        "library_plans",
        sa.Column("id", Key, nullable=False),
        sa.Column("loaded_id", Key, nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("edition", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("plan_id", Key, nullable=False),
        sa.Column("loaded_at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(
            ["loaded_id"], ["library_procedures.id"], name=op.f("fk_library_plans_loaded_id_library_procedures")
        ),
        sa.ForeignKeyConstraint(
            ["plan_id"], ["maintenance_plans.id"], name=op.f("fk_library_plans_plan_id_maintenance_plans")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_library_plans")),
        sa.UniqueConstraint("plan_id", name=op.f("uq_library_plans_plan_id")),
    )
    op.create_index(op.f("ix_library_plans_loaded_id"), "library_plans", ["loaded_id"])


def downgrade() -> None:
    op.drop_table("library_plans")
    op.drop_table("library_procedures")
