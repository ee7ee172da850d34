"""The items of a plan are counted in an index, for a reader of some sites too."""

from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

COUNTED = ["plan_id", "state", "next_due_on"]


def upgrade() -> None:
    op.drop_index("ix_plan_targets_plan_id_state_next_due_on", "plan_targets")
    op.create_index("ix_plan_targets_plan_id_state_next_due_on_site_id", "plan_targets", [*COUNTED, "site_id"])


def downgrade() -> None:
    op.drop_index("ix_plan_targets_plan_id_state_next_due_on_site_id", "plan_targets")
    op.create_index("ix_plan_targets_plan_id_state_next_due_on", "plan_targets", COUNTED)
