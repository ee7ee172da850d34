"""Resolved orders are found by their words. The clock files those that are there, as it files new ones."""

import sqlalchemy as sa
from alembic import op

from app.core.db import Folded, Key

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

# An index beside the table, kept in step by triggers: a table that Alembic recreates would lose them.
WORDS = (
    """CREATE VIRTUAL TABLE case_words USING fts5(words, content='case_texts', content_rowid='order_id', detail=none,
    tokenize="unicode61 remove_diacritics 0 tokenchars '_'")""",
    """CREATE TRIGGER case_words_added AFTER INSERT ON case_texts BEGIN
    INSERT INTO case_words (rowid, words) VALUES (new.order_id, new.words); END""",
    """CREATE TRIGGER case_words_removed AFTER DELETE ON case_texts BEGIN
    INSERT INTO case_words (case_words, rowid, words) VALUES ('delete', old.order_id, old.words); END""",
    """CREATE TRIGGER case_words_changed AFTER UPDATE OF words ON case_texts BEGIN
    INSERT INTO case_words (case_words, rowid, words) VALUES ('delete', old.order_id, old.words);
    INSERT INTO case_words (rowid, words) VALUES (new.order_id, new.words); END""",
)
INDEX = "CREATE INDEX case_words ON case_texts USING gin (array_to_tsvector(string_to_array(words, ' ')))"


def upgrade() -> None:
    op.create_table(
        "case_texts",
        sa.Column("order_id", Key, autoincrement=False, nullable=False),
        sa.Column("equipment_id", Key, nullable=True),
        sa.Column("model_id", Key, nullable=True),
        sa.Column("category_id", Key, nullable=True),
        sa.Column("site_id", Key, nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("failure_mode", sa.String(), nullable=True),
        sa.Column("is_failure", sa.Boolean(), nullable=False),
        sa.Column("failed_on", sa.Date(), nullable=False),
        sa.Column("done_on", sa.Date(), nullable=False),
        sa.Column("failed_again_on", sa.Date(), nullable=True),
        sa.Column("words", Folded, nullable=False),
        sa.ForeignKeyConstraint(
            ["order_id"], ["work_orders.id"], name=op.f("fk_case_texts_order_id_work_orders"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["equipment_id"], ["equipment.id"], name=op.f("fk_case_texts_equipment_id_equipment")),
        sa.ForeignKeyConstraint(
            ["model_id"], ["equipment_models.id"], name=op.f("fk_case_texts_model_id_equipment_models")
        ),
        sa.ForeignKeyConstraint(
            ["category_id"], ["equipment_categories.id"], name=op.f("fk_case_texts_category_id_equipment_categories")
        ),
        sa.ForeignKeyConstraint(["site_id"], ["sites.id"], name=op.f("fk_case_texts_site_id_sites")),
        sa.PrimaryKeyConstraint("order_id", name=op.f("pk_case_texts")),
    )
    op.create_index(op.f("ix_case_texts_equipment_id_order_id"), "case_texts", ["equipment_id", "order_id"])
    of_category = ["category_id", "failure_mode", "order_id"]
    op.create_index(op.f("ix_case_texts_category_id_failure_mode_order_id"), "case_texts", of_category)
    for statement in WORDS if is_sqlite() else (INDEX,):
        op.execute(statement)
    op.add_column("resolutions", sa.Column("is_filed", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.create_index(
        "ix_resolutions_unfiled",
        "resolutions",
        ["id"],
        sqlite_where=sa.text("is_filed = 0"),
        postgresql_where=sa.text("NOT is_filed"),
    )


def downgrade() -> None:
    op.drop_index("ix_resolutions_unfiled", table_name="resolutions")
    op.drop_column("resolutions", "is_filed")
    if is_sqlite():
        op.execute("DROP TABLE case_words")
    op.drop_table("case_texts")


def is_sqlite() -> bool:
    return op.get_bind().dialect.name == "sqlite"
