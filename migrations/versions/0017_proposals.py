"""The ladder: rules of categories, proposals with their evidence, and the pieces to look at."""

import sqlalchemy as sa
from alembic import op

import app.core.db

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

OWN, HOUSE = sa.text("category_id IS NOT NULL"), sa.text("category_id IS NULL")
OPEN_PIECE = sa.text("state = 'open' AND plan_id IS NULL")
OPEN_PLAN = sa.text("state = 'open' AND plan_id IS NOT NULL")
WITH_ORDER = sa.text("order_id IS NOT NULL")


def upgrade() -> None:
    op.create_table(
        "ladder_rules",
        sa.Column("id", app.core.db.Key, nullable=False),
        sa.Column("category_id", app.core.db.Key, nullable=True),
        sa.Column("test", sa.String(), nullable=False),
        sa.Column("threshold", sa.Integer(), nullable=False),
        sa.Column("window_days", sa.Integer(), nullable=True),
        sa.Column("again_after", sa.Integer(), nullable=False),
        sa.Column("cool_down_days", sa.Integer(), nullable=False),
        sa.Column("is_automatic", sa.Boolean(), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("created_at", app.core.db.Instant(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "test IN ('findings', 'failures', 'repairs', 'cost', 'age', 'support')", name=op.f("ck_ladder_rules_test")
        ),
        sa.ForeignKeyConstraint(
            ["category_id"],
            ["equipment_categories.id"],
            name=op.f("fk_ladder_rules_category_id_equipment_categories"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ladder_rules")),
    )
    op.create_index(
        "uq_ladder_rules_category",
        "ladder_rules",
        ["category_id", "test"],
        unique=True,
        sqlite_where=OWN,
        postgresql_where=OWN,
    )
    op.create_index(
        "uq_ladder_rules_house", "ladder_rules", ["test"], unique=True, sqlite_where=HOUSE, postgresql_where=HOUSE
    )
    op.create_table(
        "proposals",
        sa.Column("id", app.core.db.Key, nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("equipment_id", app.core.db.Key, nullable=True),
        sa.Column("plan_id", app.core.db.Key, nullable=True),
        sa.Column("site_id", app.core.db.Key, nullable=True),
        sa.Column("rule", sa.String(), nullable=False),
        sa.Column("evidence", app.core.db.Json, nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("is_automatic", sa.Boolean(), nullable=False),
        sa.Column("is_rearmed", sa.Boolean(), nullable=False),
        sa.Column("created_at", app.core.db.Instant(), nullable=False),
        sa.Column("updated_at", app.core.db.Instant(), nullable=False),
        sa.Column("decided_at", app.core.db.Instant(), nullable=True),
        sa.Column("decided_by", app.core.db.Key, nullable=True),
        sa.Column("decided_by_name", sa.String(), nullable=True),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("order_id", app.core.db.Key, nullable=True),
        sa.Column("plan_version_id", app.core.db.Key, nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("kind IN ('inspect', 'repair', 'replace', 'retune')", name=op.f("ck_proposals_kind")),
        sa.CheckConstraint("state IN ('open', 'accepted', 'refused', 'expired')", name=op.f("ck_proposals_state")),
        sa.CheckConstraint("equipment_id IS NOT NULL OR plan_id IS NOT NULL", name=op.f("ck_proposals_about")),
        sa.CheckConstraint("(state = 'open') = (decided_at IS NULL)", name=op.f("ck_proposals_decided")),
        sa.ForeignKeyConstraint(["equipment_id"], ["equipment.id"], name=op.f("fk_proposals_equipment_id_equipment")),
        sa.ForeignKeyConstraint(
            ["plan_id"], ["maintenance_plans.id"], name=op.f("fk_proposals_plan_id_maintenance_plans")
        ),
        sa.ForeignKeyConstraint(["site_id"], ["sites.id"], name=op.f("fk_proposals_site_id_sites")),
        sa.ForeignKeyConstraint(["order_id"], ["work_orders.id"], name=op.f("fk_proposals_order_id_work_orders")),
        sa.ForeignKeyConstraint(
            ["plan_version_id"], ["plan_versions.id"], name=op.f("fk_proposals_plan_version_id_plan_versions")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proposals")),
    )
    op.create_index(
        "uq_proposals_open_piece",
        "proposals",
        ["equipment_id", "kind"],
        unique=True,
        sqlite_where=OPEN_PIECE,
        postgresql_where=OPEN_PIECE,
    )
    op.create_index(
        "uq_proposals_open_plan",
        "proposals",
        ["plan_id", "kind"],
        unique=True,
        sqlite_where=OPEN_PLAN,
        postgresql_where=OPEN_PLAN,
    )
    op.create_index(op.f("ix_proposals_state_id"), "proposals", ["state", "id"])
    op.create_index(op.f("ix_proposals_equipment_id_id"), "proposals", ["equipment_id", "id"])
    op.create_index(op.f("ix_proposals_plan_id_id"), "proposals", ["plan_id", "id"])
    op.create_index(
        "ix_proposals_order_id", "proposals", ["order_id"], sqlite_where=WITH_ORDER, postgresql_where=WITH_ORDER
    )
    op.create_table(
        "reported_pieces",
        sa.Column("id", app.core.db.Key, nullable=False),
        sa.Column("equipment_id", app.core.db.Key, nullable=False),
        sa.Column("reported_at", app.core.db.Instant(), nullable=False),
        sa.ForeignKeyConstraint(
            ["equipment_id"],
            ["equipment.id"],
            name=op.f("fk_reported_pieces_equipment_id_equipment"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reported_pieces")),
    )
    op.create_index(op.f("ix_reported_pieces_equipment_id"), "reported_pieces", ["equipment_id"])


def downgrade() -> None:
    op.drop_table("reported_pieces")
    op.drop_table("proposals")
    op.drop_table("ladder_rules")
