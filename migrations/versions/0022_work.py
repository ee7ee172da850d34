"""What was done on an order: answers, time, parts, costs; who helps, and which supplier has it."""

import sqlalchemy as sa
from alembic import op

from app.core.db import Folded, Instant, Key

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

SUPPLIER = "fk_work_orders_supplier_id_suppliers"


def upgrade() -> None:
    for table in ("persons", "sites"):
        op.add_column(table, sa.Column("hourly_rate_minor", Key, nullable=True))
    if op.get_bind().dialect.name == "sqlite":  # a table with a computed column is not copied for this
        added = f"supplier_id INTEGER CONSTRAINT {SUPPLIER} REFERENCES suppliers (id)"
        op.execute(f"ALTER TABLE work_orders ADD COLUMN {added}")
    else:
        op.add_column("work_orders", sa.Column("supplier_id", Key, nullable=True))
        op.create_foreign_key(op.f(SUPPLIER), "work_orders", "suppliers", ["supplier_id"], ["id"])
    people()
    answers()
    time()
    costs()


def people() -> None:
    op.create_table(
        "work_order_people",
        sa.Column("order_id", Key, nullable=False),
        sa.Column("person_id", Key, nullable=False),
        sa.Column("added_at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(
            ["order_id"], ["work_orders.id"], name=op.f("fk_work_order_people_order_id_work_orders"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["person_id"], ["persons.id"], name=op.f("fk_work_order_people_person_id_persons")),
        sa.PrimaryKeyConstraint("order_id", "person_id", name=op.f("pk_work_order_people")),
    )
    op.create_index(op.f("ix_work_order_people_person_id"), "work_order_people", ["person_id"])


def answers() -> None:
    op.create_table(
        "step_results",
        sa.Column("id", Key, nullable=False),
        sa.Column("order_id", Key, nullable=False),
        sa.Column("step_id", Key, nullable=False),
        sa.Column("equipment_id", Key, nullable=True),
        sa.Column("location_id", Key, nullable=True),
        sa.Column("series", Folded, nullable=False),
        sa.Column("is_current", sa.Boolean(), nullable=False),
        sa.Column("value", sa.String(), nullable=True),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("is_failed", sa.Boolean(), nullable=False),
        sa.Column("note", sa.String(), nullable=True),
        sa.Column("file_id", Key, nullable=True),
        sa.Column("reading_id", Key, nullable=True),
        sa.Column("answered_at", Instant(), nullable=False),
        sa.Column("user_id", Key, nullable=True),
        sa.Column("user_name", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["equipment_id"], ["equipment.id"], name=op.f("fk_step_results_equipment_id_equipment")
        ),
        sa.ForeignKeyConstraint(["file_id"], ["files.id"], name=op.f("fk_step_results_file_id_files")),
        sa.ForeignKeyConstraint(["location_id"], ["locations.id"], name=op.f("fk_step_results_location_id_locations")),
        sa.ForeignKeyConstraint(
            ["order_id"], ["work_orders.id"], name=op.f("fk_step_results_order_id_work_orders"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["reading_id"], ["meter_readings.id"], name=op.f("fk_step_results_reading_id_meter_readings")
        ),
        sa.ForeignKeyConstraint(
            ["step_id"], ["procedure_steps.id"], name=op.f("fk_step_results_step_id_procedure_steps")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_step_results")),
    )
    op.create_index(
        "ix_step_results_equipment_id_series",
        "step_results",
        ["equipment_id", "series", "id"],
        sqlite_where=sa.text("equipment_id IS NOT NULL AND is_current = 1"),
        postgresql_where=sa.text("equipment_id IS NOT NULL AND is_current"),
    )
    op.create_index(op.f("ix_step_results_file_id"), "step_results", ["file_id"])
    op.create_index(
        "ix_step_results_location_id_series",
        "step_results",
        ["location_id", "series", "id"],
        sqlite_where=sa.text("location_id IS NOT NULL AND is_current = 1"),
        postgresql_where=sa.text("location_id IS NOT NULL AND is_current"),
    )
    op.create_index(op.f("ix_step_results_order_id_step_id"), "step_results", ["order_id", "step_id"])
    op.create_index(op.f("ix_step_results_step_id"), "step_results", ["step_id"])
    op.create_index(
        "uq_step_results_current",
        "step_results",
        ["order_id", "step_id"],
        unique=True,
        sqlite_where=sa.text("is_current = 1"),
        postgresql_where=sa.text("is_current"),
    )


def time() -> None:
    op.create_table(
        "time_entries",
        sa.Column("id", Key, nullable=False),
        sa.Column("order_id", Key, nullable=False),
        sa.Column("person_id", Key, nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("worked_on", sa.Date(), nullable=False),
        sa.Column("started_at", Instant(), nullable=True),
        sa.Column("ended_at", Instant(), nullable=True),
        sa.Column("minutes", sa.Integer(), nullable=True),
        sa.Column("rate_minor", Key, nullable=True),
        sa.Column("note", sa.String(), nullable=True),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("user_id", Key, nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("source = 'timer' OR minutes IS NOT NULL", name=op.f("ck_time_entries_minutes")),
        sa.CheckConstraint("source IN ('timer', 'entered')", name=op.f("ck_time_entries_source")),
        sa.ForeignKeyConstraint(
            ["order_id"], ["work_orders.id"], name=op.f("fk_time_entries_order_id_work_orders"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["person_id"], ["persons.id"], name=op.f("fk_time_entries_person_id_persons")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_time_entries")),
    )
    op.create_index(op.f("ix_time_entries_order_id"), "time_entries", ["order_id"])
    op.create_index(op.f("ix_time_entries_person_id_worked_on"), "time_entries", ["person_id", "worked_on"])
    op.create_index(
        "uq_time_entries_running",
        "time_entries",
        ["person_id", "order_id"],
        unique=True,
        sqlite_where=sa.text("minutes IS NULL"),
        postgresql_where=sa.text("minutes IS NULL"),
    )


def costs() -> None:
    op.create_table(
        "part_usages",
        sa.Column("id", Key, nullable=False),
        sa.Column("order_id", Key, nullable=False),
        sa.Column("part_id", Key, nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("returned", sa.Integer(), nullable=False),
        sa.Column("unit_cost_minor", Key, nullable=True),
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column("movement_id", Key, nullable=False),
        sa.Column("used_at", Instant(), nullable=False),
        sa.Column("user_id", Key, nullable=True),
        sa.Column("user_name", sa.String(), nullable=False),
        sa.CheckConstraint("quantity >= 1 AND returned BETWEEN 0 AND quantity", name=op.f("ck_part_usages_quantity")),
        sa.ForeignKeyConstraint(
            ["movement_id"], ["stock_movements.id"], name=op.f("fk_part_usages_movement_id_stock_movements")
        ),
        sa.ForeignKeyConstraint(
            ["order_id"], ["work_orders.id"], name=op.f("fk_part_usages_order_id_work_orders"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["part_id"], ["parts.id"], name=op.f("fk_part_usages_part_id_parts")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_part_usages")),
    )
    op.create_index(op.f("ix_part_usages_order_id"), "part_usages", ["order_id"])
    op.create_index(op.f("ix_part_usages_part_id"), "part_usages", ["part_id"])
    op.create_table(
        "cost_lines",
        sa.Column("id", Key, nullable=False),
        sa.Column("order_id", Key, nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("label", sa.String(), nullable=False),
        sa.Column("supplier_id", Key, nullable=True),
        sa.Column("amount_minor", Key, nullable=False),
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("user_id", Key, nullable=True),
        sa.Column("user_name", sa.String(), nullable=False),
        sa.CheckConstraint("kind IN ('outside', 'other')", name=op.f("ck_cost_lines_kind")),
        sa.ForeignKeyConstraint(
            ["order_id"], ["work_orders.id"], name=op.f("fk_cost_lines_order_id_work_orders"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["supplier_id"], ["suppliers.id"], name=op.f("fk_cost_lines_supplier_id_suppliers")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cost_lines")),
    )
    op.create_index(op.f("ix_cost_lines_order_id"), "cost_lines", ["order_id"])


def downgrade() -> None:
    for table in ("cost_lines", "part_usages", "time_entries", "step_results", "work_order_people"):
        op.drop_table(table)
    if op.get_bind().dialect.name == "postgresql":
        op.drop_constraint(op.f(SUPPLIER), "work_orders", type_="foreignkey")
    op.drop_column("work_orders", "supplier_id")
    for table in ("sites", "persons"):
        op.drop_column(table, "hourly_rate_minor")
