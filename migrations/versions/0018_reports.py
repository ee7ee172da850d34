"""Mail that waits to be sent, failure codes of one's own, suppliers, downtimes, and signatures under reports."""

import sqlalchemy as sa
from alembic import op

import app.core.db

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

QUEUED, DEAD = sa.text("state = 'queued'"), sa.text("state = 'dead'")
OF_THE_HOUSE = sa.text("category_id IS NULL")
PALLIATIVE = sa.text("restoration = 'palliative'")


def upgrade() -> None:
    _messages()
    _failure_codes()
    _suppliers()
    _downtimes()
    with op.batch_alter_table("resolutions") as batch:
        batch.add_column(sa.Column("signed_by", sa.String(), nullable=True))
        batch.add_column(sa.Column("signed_at", app.core.db.Instant(), nullable=True))
        batch.add_column(sa.Column("signature_file_id", app.core.db.Key, nullable=True))
        batch.create_foreign_key(op.f("fk_resolutions_signature_file_id_files"), "files", ["signature_file_id"], ["id"])
    op.create_index(
        "ix_resolutions_palliative", "resolutions", ["order_id"], sqlite_where=PALLIATIVE, postgresql_where=PALLIATIVE
    )


def _messages() -> None:
    op.create_table(
        "messages",
        sa.Column("id", app.core.db.Key, nullable=False),
        sa.Column("message_key", sa.String(), nullable=False),
        sa.Column("recipient", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column("file_id", app.core.db.Key, nullable=True),
        sa.Column("entity", sa.String(), nullable=True),
        sa.Column("entity_id", app.core.db.Key, nullable=True),
        sa.Column("site_id", app.core.db.Key, nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_attempt_at", app.core.db.Instant(), nullable=True),
        sa.Column("error", sa.String(), nullable=True),
        sa.Column("created_at", app.core.db.Instant(), nullable=False),
        sa.Column("created_by", app.core.db.Key, nullable=True),
        sa.Column("sent_at", app.core.db.Instant(), nullable=True),
        sa.CheckConstraint("state IN ('queued', 'sent', 'dead')", name=op.f("ck_messages_state")),
        sa.ForeignKeyConstraint(["file_id"], ["files.id"], name=op.f("fk_messages_file_id_files")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_messages")),
        sa.UniqueConstraint("message_key", name=op.f("uq_messages_message_key")),
    )
    op.create_index(op.f("ix_messages_entity_entity_id"), "messages", ["entity", "entity_id"])
    op.create_index(
        "ix_messages_waiting", "messages", ["next_attempt_at"], sqlite_where=QUEUED, postgresql_where=QUEUED
    )
    op.create_index("ix_messages_dead", "messages", ["id"], sqlite_where=DEAD, postgresql_where=DEAD)


def _failure_codes() -> None:
    op.create_table(
        "failure_codes",
        sa.Column("id", app.core.db.Key, nullable=False),
        sa.Column("category_id", app.core.db.Key, nullable=True),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=True),
        sa.Column("name_fr", sa.String(), nullable=True),
        sa.Column("follows", app.core.db.Json, nullable=False),
        sa.Column("created_at", app.core.db.Instant(), nullable=False),
        sa.Column("archived_at", app.core.db.Instant(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("kind IN ('mode', 'mechanism', 'cause')", name=op.f("ck_failure_codes_kind")),
        sa.ForeignKeyConstraint(
            ["category_id"], ["equipment_categories.id"], name=op.f("fk_failure_codes_category_id_equipment_categories")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_failure_codes")),
        sa.UniqueConstraint("category_id", "kind", "code", name=op.f("uq_failure_codes_category_id_kind_code")),
    )
    op.create_index(
        "uq_failure_codes_house",
        "failure_codes",
        ["kind", "code"],
        unique=True,
        sqlite_where=OF_THE_HOUSE,
        postgresql_where=OF_THE_HOUSE,
    )


def _suppliers() -> None:
    op.create_table(
        "suppliers",
        sa.Column("id", app.core.db.Key, nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("email", sa.String(), nullable=True),
        sa.Column("phone", sa.String(), nullable=True),
        sa.Column("created_at", app.core.db.Instant(), nullable=False),
        sa.Column("archived_at", app.core.db.Instant(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("sort_name", app.core.db.Folded, nullable=False),
        sa.Column("search_text", app.core.db.Folded, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_suppliers")),
    )
    op.create_index(op.f("ix_suppliers_sort_name_id"), "suppliers", ["sort_name", "id"])
    with op.batch_alter_table("equipment") as batch:
        batch.add_column(sa.Column("supplier_id", app.core.db.Key, nullable=True))
        batch.create_foreign_key(op.f("fk_equipment_supplier_id_suppliers"), "suppliers", ["supplier_id"], ["id"])
        batch.create_index(op.f("ix_equipment_supplier_id"), ["supplier_id"])


def _downtimes() -> None:
    op.create_table(
        "downtimes",
        sa.Column("id", app.core.db.Key, nullable=False),
        sa.Column("equipment_id", app.core.db.Key, nullable=False),
        sa.Column("from_at", app.core.db.Instant(), nullable=False),
        sa.Column("until_at", app.core.db.Instant(), nullable=True),
        sa.Column("is_planned", sa.Boolean(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("order_id", app.core.db.Key, nullable=True),
        sa.Column("restored_by_order_id", app.core.db.Key, nullable=True),
        sa.CheckConstraint("until_at IS NULL OR until_at >= from_at", name=op.f("ck_downtimes_order")),
        sa.CheckConstraint("source IN ('told', 'derived')", name=op.f("ck_downtimes_source")),
        sa.ForeignKeyConstraint(
            ["equipment_id"], ["equipment.id"], name=op.f("fk_downtimes_equipment_id_equipment"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_downtimes")),
    )
    op.create_index(op.f("ix_downtimes_order_id"), "downtimes", ["order_id"])
    op.create_index(op.f("ix_downtimes_restored_by_order_id"), "downtimes", ["restored_by_order_id"])
    op.create_index(op.f("ix_downtimes_equipment_id_from_at"), "downtimes", ["equipment_id", "from_at"])


def downgrade() -> None:
    op.drop_index("ix_resolutions_palliative", "resolutions")
    with op.batch_alter_table("resolutions") as batch:
        batch.drop_constraint(op.f("fk_resolutions_signature_file_id_files"), type_="foreignkey")
        batch.drop_column("signature_file_id")
        batch.drop_column("signed_at")
        batch.drop_column("signed_by")
    op.drop_table("downtimes")
    with op.batch_alter_table("equipment") as batch:
        batch.drop_index(op.f("ix_equipment_supplier_id"))
        batch.drop_constraint(op.f("fk_equipment_supplier_id_suppliers"), type_="foreignkey")
        batch.drop_column("supplier_id")
    for table in ("suppliers", "failure_codes", "messages"):
        op.drop_table(table)
