"""Procedures, their versions and steps, suggestions; plans name a procedure, orders keep its version."""

import sqlalchemy as sa
from alembic import op

from app.core.db import Folded, Instant, Json, Key

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

KINDS = "kind IN ('check', 'pass_fail', 'number', 'text', 'choice', 'reading', 'photo')"
# The columns of large tables: SQLite adds and drops them without a copy of the table, when it is asked in plain words.
LINKS = (
    ("plan_versions", "procedure_id", "procedures", "fk_plan_versions_procedure_id_procedures"),
    (
        "work_orders",
        "procedure_version_id",
        "procedure_versions",
        "fk_work_orders_procedure_version_id_procedure_versions",
    ),
)


def upgrade() -> None:
    procedures()
    parts_and_steps()
    suggestions()
    for table, column, referred, name in LINKS:
        if op.get_bind().dialect.name == "sqlite":
            op.execute(f"ALTER TABLE {table} ADD COLUMN {column} INTEGER CONSTRAINT {name} REFERENCES {referred} (id)")
        else:
            op.add_column(table, sa.Column(column, Key, nullable=True))
            op.create_foreign_key(op.f(name), table, referred, [column], ["id"])
    op.create_index(op.f("ix_plan_versions_procedure_id"), "plan_versions", ["procedure_id"])
    op.create_table(
        "work_order_procedures",
        sa.Column("order_id", Key, nullable=False),
        sa.Column("procedure_version_id", Key, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["order_id"],
            ["work_orders.id"],
            name=op.f("fk_work_order_procedures_order_id_work_orders"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["procedure_version_id"], ["procedure_versions.id"], name=op.f("fk_work_order_procedures_version")
        ),
        sa.PrimaryKeyConstraint("order_id", "procedure_version_id", name=op.f("pk_work_order_procedures")),
    )


def procedures() -> None:
    op.create_table(
        "procedures",
        sa.Column("id", Key, nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=True),
        sa.Column("current_number", sa.Integer(), nullable=True),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("created_by", Key, nullable=True),
        sa.Column("archived_at", Instant(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("sort_name", Folded, nullable=False),
        sa.Column("search_text", Folded, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_procedures")),
        sa.UniqueConstraint("code", name=op.f("uq_procedures_code")),
    )
    op.create_index(op.f("ix_procedures_sort_name_id"), "procedures", ["sort_name", "id"])
    op.create_table(
        "procedure_versions",
        sa.Column("id", Key, nullable=False),
        sa.Column("procedure_id", Key, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("safety_notes", sa.String(), nullable=True),
        sa.Column("tools", sa.String(), nullable=True),
        sa.Column("estimate_minutes", sa.Integer(), nullable=True),
        sa.Column("note", sa.String(), nullable=True),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("created_by", Key, nullable=True),
        sa.Column("created_by_name", sa.String(), nullable=False),
        sa.Column("published_at", Instant(), nullable=True),
        sa.Column("published_by", Key, nullable=True),
        sa.Column("published_by_name", sa.String(), nullable=True),
        sa.CheckConstraint("state IN ('draft', 'published', 'retired')", name=op.f("ck_procedure_versions_state")),
        sa.ForeignKeyConstraint(
            ["procedure_id"], ["procedures.id"], name=op.f("fk_procedure_versions_procedure_id_procedures")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_procedure_versions")),
        sa.UniqueConstraint("procedure_id", "number", name=op.f("uq_procedure_versions_procedure_id_number")),
    )
    for state in ("draft", "published"):
        only = sa.text(f"state = '{state}'")
        op.create_index(
            f"uq_procedure_versions_{state}",
            "procedure_versions",
            ["procedure_id"],
            unique=True,
            sqlite_where=only,
            postgresql_where=only,
        )


def parts_and_steps() -> None:
    op.create_table(
        "procedure_parts",
        sa.Column("id", Key, nullable=False),
        sa.Column("procedure_version_id", Key, nullable=False),
        sa.Column("part_id", Key, nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.CheckConstraint("quantity >= 1", name=op.f("ck_procedure_parts_quantity")),
        sa.ForeignKeyConstraint(["part_id"], ["parts.id"], name=op.f("fk_procedure_parts_part_id_parts")),
        sa.ForeignKeyConstraint(
            ["procedure_version_id"],
            ["procedure_versions.id"],
            name=op.f("fk_procedure_parts_procedure_version_id_procedure_versions"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_procedure_parts")),
        sa.UniqueConstraint(
            "procedure_version_id", "part_id", name=op.f("uq_procedure_parts_procedure_version_id_part_id")
        ),
    )
    op.create_index(op.f("ix_procedure_parts_part_id"), "procedure_parts", ["part_id"])
    op.create_table(
        "procedure_steps",
        sa.Column("id", Key, nullable=False),
        sa.Column("procedure_version_id", Key, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("section", sa.String(), nullable=True),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=True),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("is_mandatory", sa.Boolean(), nullable=False),
        sa.Column("minimum", sa.String(), nullable=True),
        sa.Column("maximum", sa.String(), nullable=True),
        sa.Column("unit", sa.String(), nullable=True),
        sa.Column("choices", Json, nullable=False),
        sa.Column("meter", sa.String(), nullable=True),
        sa.Column("on_failure", sa.String(), nullable=False),
        sa.Column("only_if_position", sa.Integer(), nullable=True),
        sa.Column("only_if_answer", sa.String(), nullable=True),
        sa.CheckConstraint(KINDS, name=op.f("ck_procedure_steps_kind")),
        sa.CheckConstraint("on_failure IN ('none', 'flag', 'follow_up')", name=op.f("ck_procedure_steps_on_failure")),
        sa.CheckConstraint(
            "(only_if_position IS NULL) = (only_if_answer IS NULL)", name=op.f("ck_procedure_steps_only_if")
        ),
        sa.ForeignKeyConstraint(
            ["procedure_version_id"],
            ["procedure_versions.id"],
            name=op.f("fk_procedure_steps_procedure_version_id_procedure_versions"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_procedure_steps")),
        sa.UniqueConstraint(
            "procedure_version_id", "position", name=op.f("uq_procedure_steps_procedure_version_id_position")
        ),
    )


def suggestions() -> None:
    op.create_table(
        "step_suggestions",
        sa.Column("id", Key, nullable=False),
        sa.Column("procedure_id", Key, nullable=False),
        sa.Column("procedure_version_id", Key, nullable=False),
        sa.Column("step_id", Key, nullable=True),
        sa.Column("order_id", Key, nullable=True),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("user_id", Key, nullable=True),
        sa.Column("user_name", sa.String(), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("answer", sa.String(), nullable=True),
        sa.Column("decided_by_name", sa.String(), nullable=True),
        sa.Column("decided_at", Instant(), nullable=True),
        sa.Column("taken_in_id", Key, nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("state IN ('open', 'taken', 'refused')", name=op.f("ck_step_suggestions_state")),
        sa.ForeignKeyConstraint(
            ["procedure_id"], ["procedures.id"], name=op.f("fk_step_suggestions_procedure_id_procedures")
        ),
        sa.ForeignKeyConstraint(
            ["procedure_version_id"],
            ["procedure_versions.id"],
            name=op.f("fk_step_suggestions_procedure_version_id_procedure_versions"),
        ),
        sa.ForeignKeyConstraint(
            ["step_id"], ["procedure_steps.id"], name=op.f("fk_step_suggestions_step_id_procedure_steps")
        ),
        sa.ForeignKeyConstraint(
            ["taken_in_id"], ["procedure_versions.id"], name=op.f("fk_step_suggestions_taken_in_id_procedure_versions")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_step_suggestions")),
    )
    for columns in (
        ["procedure_id"],
        ["procedure_version_id"],
        ["step_id"],
        ["taken_in_id"],
        ["state", "id"],
        ["user_id", "id"],
    ):
        op.create_index(op.f(f"ix_step_suggestions_{'_'.join(columns)}"), "step_suggestions", columns)


def downgrade() -> None:
    """Plans and orders forget their procedure; what it said goes with it."""
    op.drop_table("work_order_procedures")
    op.drop_index(op.f("ix_plan_versions_procedure_id"), "plan_versions")
    for table, column, _referred, name in LINKS:
        if op.get_bind().dialect.name == "postgresql":
            op.drop_constraint(op.f(name), table, type_="foreignkey")
        op.drop_column(table, column)
    for table in ("step_suggestions", "procedure_steps", "procedure_parts", "procedure_versions", "procedures"):
        op.drop_table(table)
