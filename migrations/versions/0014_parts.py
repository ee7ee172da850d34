"""Spare parts and their stock."""

import sqlalchemy as sa
from alembic import op

from app.core.db import Folded, Instant, Key

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "parts",
        sa.Column("id", Key, nullable=False),
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("unit", sa.String(), nullable=False),
        sa.Column("stock", sa.Integer(), nullable=False),
        sa.Column("threshold", sa.Integer(), nullable=True),
        sa.Column("unit_cost_minor", Key, nullable=True),
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column("shelf", sa.String(), nullable=True),
        sa.Column("notes", sa.String(), nullable=True),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("archived_at", Instant(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("sort_name", Folded, nullable=False),
        sa.Column("search_text", Folded, nullable=False),
        sa.CheckConstraint("stock >= 0", name=op.f("ck_parts_stock")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_parts")),
        sa.UniqueConstraint("reference", name=op.f("uq_parts_reference")),
    )
    op.create_index(op.f("ix_parts_sort_name_id"), "parts", ["sort_name", "id"])
    op.create_table(
        "stock_movements",
        sa.Column("id", Key, nullable=False),
        sa.Column("part_id", Key, nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("stock", sa.Integer(), nullable=False),
        sa.Column("order_id", Key, nullable=True),
        sa.Column("note", sa.String(), nullable=True),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("user_id", Key, nullable=True),
        sa.Column("user_name", sa.String(), nullable=False),
        sa.CheckConstraint("kind IN ('receipt', 'use', 'return', 'count')", name=op.f("ck_stock_movements_kind")),
        sa.CheckConstraint("stock >= 0", name=op.f("ck_stock_movements_stock")),
        sa.ForeignKeyConstraint(["part_id"], ["parts.id"], name=op.f("fk_stock_movements_part_id_parts")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stock_movements")),
    )
    op.create_index(op.f("ix_stock_movements_part_id_id"), "stock_movements", ["part_id", "id"])
    op.create_index(
        "ix_stock_movements_order_id",
        "stock_movements",
        ["order_id"],
        sqlite_where=sa.text("order_id IS NOT NULL"),
        postgresql_where=sa.text("order_id IS NOT NULL"),
    )


def downgrade() -> None:
    op.drop_table("stock_movements")
    op.drop_table("parts")
