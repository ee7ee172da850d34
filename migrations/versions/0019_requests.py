"""What people ask for: requests, their photos and messages; sites where no account is needed to ask."""

import sqlalchemy as sa
from alembic import op

from app.core.db import Folded, Instant, Key

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

KEYS = ("equipment_id", "location_id", "person_id", "order_id", "duplicate_of_id", "follow_up_of_id")


def upgrade() -> None:
    with op.batch_alter_table("sites") as batch:
        batch.add_column(
            sa.Column("allows_anonymous_requests", sa.Boolean(), nullable=False, server_default=sa.false())
        )
    with op.batch_alter_table("sites") as batch:
        batch.alter_column("allows_anonymous_requests", existing_type=sa.Boolean(), server_default=None)
    op.create_table(
        "requests",
        sa.Column("id", Key, nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("equipment_id", Key, nullable=True),
        sa.Column("location_id", Key, nullable=True),
        sa.Column("site_id", Key, nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("urgency", sa.String(), nullable=False),
        sa.Column("person_id", Key, nullable=True),
        sa.Column("contact_name", sa.String(), nullable=True),
        sa.Column("contact_email", sa.String(), nullable=True),
        sa.Column("contact_phone", sa.String(), nullable=True),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("search_text", Folded, nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("duplicate_of_id", Key, nullable=True),
        sa.Column("order_id", Key, nullable=True),
        sa.Column("follow_up_of_id", Key, nullable=True),
        sa.Column("decided_at", Instant(), nullable=True),
        sa.Column("feedback", sa.String(), nullable=True),
        sa.Column("feedback_text", sa.String(), nullable=True),
        sa.Column("feedback_at", Instant(), nullable=True),
        sa.Column("told_done_at", Instant(), nullable=True),
        sa.Column("secret", sa.String(), nullable=False),
        sa.Column("sent_once", sa.String(), nullable=True),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("created_by", Key, nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("(equipment_id IS NULL) <> (location_id IS NULL)", name=op.f("ck_requests_one_item")),
        sa.CheckConstraint("channel IN ('portal', 'phone', 'mail')", name=op.f("ck_requests_channel")),
        sa.CheckConstraint("urgency IN ('can_wait', 'hinders', 'blocks')", name=op.f("ck_requests_urgency")),
        sa.CheckConstraint("state IN ('new', 'accepted', 'rejected', 'duplicate')", name=op.f("ck_requests_state")),
        sa.CheckConstraint("feedback IN ('solved', 'not_solved')", name=op.f("ck_requests_feedback")),
        sa.ForeignKeyConstraint(["equipment_id"], ["equipment.id"], name=op.f("fk_requests_equipment_id_equipment")),
        sa.ForeignKeyConstraint(["location_id"], ["locations.id"], name=op.f("fk_requests_location_id_locations")),
        sa.ForeignKeyConstraint(["site_id"], ["sites.id"], name=op.f("fk_requests_site_id_sites")),
        sa.ForeignKeyConstraint(["person_id"], ["persons.id"], name=op.f("fk_requests_person_id_persons")),
        sa.ForeignKeyConstraint(["order_id"], ["work_orders.id"], name=op.f("fk_requests_order_id_work_orders")),
        sa.ForeignKeyConstraint(
            ["duplicate_of_id"], ["requests.id"], name=op.f("fk_requests_duplicate_of_id_requests")
        ),
        sa.ForeignKeyConstraint(
            ["follow_up_of_id"], ["requests.id"], name=op.f("fk_requests_follow_up_of_id_requests")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_requests")),
        sa.UniqueConstraint("secret", name=op.f("uq_requests_secret")),
        sa.UniqueConstraint("sent_once", name=op.f("uq_requests_sent_once")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_requests_site_id_id"), "requests", ["site_id", "id"])
    is_new = sa.text("state = 'new'")
    op.create_index("ix_requests_new", "requests", ["id"], sqlite_where=is_new, postgresql_where=is_new)
    is_untold = sa.text("contact_email IS NOT NULL AND told_done_at IS NULL")
    op.create_index("ix_requests_untold", "requests", ["id"], sqlite_where=is_untold, postgresql_where=is_untold)
    for name in KEYS:
        is_there = sa.text(f"{name} IS NOT NULL")
        columns = [name, "id"]
        op.create_index(f"ix_requests_{name}", "requests", columns, sqlite_where=is_there, postgresql_where=is_there)
    op.create_table(
        "request_files",
        sa.Column("request_id", Key, nullable=False),
        sa.Column("file_id", Key, nullable=False),
        sa.ForeignKeyConstraint(
            ["request_id"], ["requests.id"], name=op.f("fk_request_files_request_id_requests"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["file_id"], ["files.id"], name=op.f("fk_request_files_file_id_files")),
        sa.PrimaryKeyConstraint("request_id", "file_id", name=op.f("pk_request_files")),
    )
    op.create_index(op.f("ix_request_files_file_id"), "request_files", ["file_id"])
    op.create_table(
        "request_messages",
        sa.Column("id", Key, nullable=False),
        sa.Column("request_id", Key, nullable=False),
        sa.Column("is_from_person", sa.Boolean(), nullable=False),
        sa.Column("user_id", Key, nullable=True),
        sa.Column("user_name", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(
            ["request_id"], ["requests.id"], name=op.f("fk_request_messages_request_id_requests"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_request_messages")),
    )
    op.create_index(op.f("ix_request_messages_request_id"), "request_messages", ["request_id"])


def downgrade() -> None:
    op.drop_table("request_messages")
    op.drop_table("request_files")
    op.drop_table("requests")
    with op.batch_alter_table("sites") as batch:
        batch.drop_column("allows_anonymous_requests")
