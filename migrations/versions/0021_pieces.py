"""What people decide about pieces: commissioning from a category's defaults, disposal, loans."""

import sqlalchemy as sa
from alembic import op

import app.core.db

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

OUT = sa.text("returned_at IS NULL")


def _to(table: str, column: str, target: str, ondelete: str | None = None) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        [column], [f"{target}.id"], name=op.f(f"fk_{table}_{column}_{target}"), ondelete=ondelete
    )


def upgrade() -> None:
    op.create_table(
        "commissioning_tasks",
        sa.Column("id", app.core.db.Key, nullable=False),
        sa.Column("category_id", app.core.db.Key, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("title_fr", sa.String(), nullable=True),
        sa.Column("instructions", sa.String(), nullable=True),
        sa.Column("procedure_id", app.core.db.Key, nullable=True),
        sa.Column("days_after", sa.Integer(), nullable=False),
        sa.Column("estimate_minutes", sa.Integer(), nullable=True),
        sa.Column("team_id", app.core.db.Key, nullable=True),
        sa.Column("created_at", app.core.db.Instant(), nullable=False),
        sa.Column("archived_at", app.core.db.Instant(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("days_after >= 0", name=op.f("ck_commissioning_tasks_days_after")),
        _to("commissioning_tasks", "category_id", "equipment_categories"),
        _to("commissioning_tasks", "procedure_id", "procedures"),
        _to("commissioning_tasks", "team_id", "teams"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_commissioning_tasks")),
    )
    op.create_index(
        op.f("ix_commissioning_tasks_category_id_position"), "commissioning_tasks", ["category_id", "position"]
    )
    op.create_table(
        "commissioning_orders",
        sa.Column("equipment_id", app.core.db.Key, nullable=False),
        sa.Column("task_id", app.core.db.Key, nullable=False),
        sa.Column("order_id", app.core.db.Key, nullable=False),
        _to("commissioning_orders", "equipment_id", "equipment", ondelete="CASCADE"),
        _to("commissioning_orders", "task_id", "commissioning_tasks"),
        _to("commissioning_orders", "order_id", "work_orders", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("equipment_id", "task_id", name=op.f("pk_commissioning_orders")),
        sa.UniqueConstraint("order_id", name=op.f("uq_commissioning_orders_order_id")),
    )
    op.create_table(
        "disposals",
        sa.Column("equipment_id", app.core.db.Key, autoincrement=False, nullable=False),
        sa.Column("how", sa.String(), nullable=False),
        sa.Column("disposed_on", sa.Date(), nullable=True),
        sa.Column("note", sa.String(), nullable=True),
        sa.Column("file_id", app.core.db.Key, nullable=True),
        sa.Column("recorded_at", app.core.db.Instant(), nullable=False),
        sa.Column("recorded_by", app.core.db.Key, nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "how IN ('recycled', 'sold', 'donated', 'returned', 'destroyed', 'kept')", name=op.f("ck_disposals_how")
        ),
        _to("disposals", "equipment_id", "equipment", ondelete="CASCADE"),
        _to("disposals", "file_id", "files"),
        sa.PrimaryKeyConstraint("equipment_id", name=op.f("pk_disposals")),
    )
    op.create_index(op.f("ix_disposals_file_id"), "disposals", ["file_id"])
    op.create_table(
        "loans",
        sa.Column("id", app.core.db.Key, nullable=False),
        sa.Column("equipment_id", app.core.db.Key, nullable=False),
        sa.Column("for_equipment_id", app.core.db.Key, nullable=False),
        sa.Column("order_id", app.core.db.Key, nullable=True),
        sa.Column("note", sa.String(), nullable=True),
        sa.Column("lent_at", app.core.db.Instant(), nullable=False),
        sa.Column("lent_by", sa.String(), nullable=False),
        sa.Column("from_site_id", app.core.db.Key, nullable=False),
        sa.Column("from_location_id", app.core.db.Key, nullable=True),
        sa.Column("from_rack", sa.String(), nullable=True),
        sa.Column("returned_at", app.core.db.Instant(), nullable=True),
        sa.Column("returned_by", sa.String(), nullable=True),
        sa.CheckConstraint("equipment_id <> for_equipment_id", name=op.f("ck_loans_another")),
        _to("loans", "equipment_id", "equipment"),
        _to("loans", "for_equipment_id", "equipment"),
        _to("loans", "order_id", "work_orders"),
        _to("loans", "from_site_id", "sites"),
        _to("loans", "from_location_id", "locations"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_loans")),
    )
    for name, column in (("uq_loans_lent", "equipment_id"), ("uq_loans_for", "for_equipment_id")):
        op.create_index(name, "loans", [column], unique=True, sqlite_where=OUT, postgresql_where=OUT)
    op.create_index(op.f("ix_loans_for_equipment_id_id"), "loans", ["for_equipment_id", "id"])
    op.create_index(op.f("ix_loans_equipment_id_id"), "loans", ["equipment_id", "id"])


def downgrade() -> None:
    for table in ("loans", "disposals", "commissioning_orders", "commissioning_tasks"):
        op.drop_table(table)
