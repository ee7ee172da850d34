"""Orders are found by their words. The clock enters those that are there, as it enters new ones."""

import sqlalchemy as sa
from alembic import op

from app.core.db import Folded, Key

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

# An index beside the table, kept in step by triggers: a table that Alembic recreates would lose them.
WORDS = (
    """CREATE VIRTUAL TABLE order_words USING fts5(words, content='order_texts', content_rowid='order_id', detail=none,
    tokenize="ascii tokenchars '_'")""",
    """CREATE TRIGGER order_words_added AFTER INSERT ON order_texts BEGIN
    INSERT INTO order_words (rowid, words) VALUES (new.order_id, new.words); END""",
    """CREATE TRIGGER order_words_removed AFTER DELETE ON order_texts BEGIN
    INSERT INTO order_words (order_words, rowid, words) VALUES ('delete', old.order_id, old.words); END""",
    """CREATE TRIGGER order_words_changed AFTER UPDATE OF words ON order_texts BEGIN
    INSERT INTO order_words (order_words, rowid, words) VALUES ('delete', old.order_id, old.words);
    INSERT INTO order_words (rowid, words) VALUES (new.order_id, new.words); END""",
)
INDEX = "CREATE INDEX order_words ON order_texts USING gin (array_to_tsvector(string_to_array(words, ' ')))"

# By table: the columns whose change makes words stale, and whose they are.
PIECES = "SELECT o.id FROM work_orders o JOIN equipment e ON e.id = o.equipment_id WHERE"
STALE = {
    "work_orders": (("search_text", "plan_version_id", "equipment_id", "location_id", "site_id"), "SELECT NEW.id"),
    "equipment": (
        ("search_text", "model_id", "category_id", "site_id", "location_id", "person_id"),
        "SELECT id FROM work_orders WHERE equipment_id = NEW.id",
    ),
    "equipment_models": (("search_text",), f"{PIECES} e.model_id = NEW.id"),
    "equipment_categories": (("search_text",), f"{PIECES} e.category_id = NEW.id"),
    "locations": (
        ("search_text",),
        PIECES + " e.location_id = NEW.id UNION ALL SELECT id FROM work_orders WHERE location_id = NEW.id",  # noqa: S608
    ),
    "persons": (("sort_name",), f"{PIECES} e.person_id = NEW.id"),
    "sites": (
        ("sort_name",),
        PIECES + " e.site_id = NEW.id UNION ALL SELECT id FROM work_orders WHERE site_id = NEW.id",  # noqa: S608
    ),
}


def upgrade() -> None:
    op.create_table(
        "order_texts",
        sa.Column("order_id", Key, autoincrement=False, nullable=False),
        sa.Column("words", Folded, nullable=False),
        sa.Column("is_stale", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["order_id"], ["work_orders.id"], name=op.f("fk_order_texts_order_id_work_orders"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("order_id", name=op.f("pk_order_texts")),
    )
    op.create_index(
        "ix_order_texts_stale",
        "order_texts",
        ["order_id"],
        sqlite_where=sa.text("is_stale = 1"),
        postgresql_where=sa.text("is_stale"),
    )
    op.create_table(
        "order_terms",
        sa.Column("term", Folded, nullable=False),
        sa.PrimaryKeyConstraint("term", name=op.f("pk_order_terms")),
    )
    for statement in WORDS if is_sqlite() else (INDEX,):
        op.execute(statement)
    for table, (columns, whose) in STALE.items():
        watch(table, columns, f"UPDATE order_texts SET is_stale = true WHERE order_id IN ({whose})")  # noqa: S608


def watch(table: str, columns: tuple[str, ...], then: str) -> None:
    name = f"order_texts_of_{table}"
    changed = " OR ".join(f"OLD.{column} IS DISTINCT FROM NEW.{column}" for column in columns)
    when = f"AFTER UPDATE OF {', '.join(columns)} ON {table} FOR EACH ROW WHEN ({changed})"
    if is_sqlite():
        op.execute(f"CREATE TRIGGER {name} {when} BEGIN {then}; END")
        return
    op.execute(f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {then}; RETURN NULL; END $$")
    op.execute(f"CREATE TRIGGER {name} {when} EXECUTE FUNCTION {name}()")


def downgrade() -> None:
    for table in STALE:
        op.execute(f"DROP TRIGGER order_texts_of_{table}" + ("" if is_sqlite() else f" ON {table}"))
        if not is_sqlite():
            op.execute(f"DROP FUNCTION order_texts_of_{table}()")
    if is_sqlite():
        op.execute("DROP TABLE order_words")
    op.drop_table("order_terms")
    op.drop_table("order_texts")


def is_sqlite() -> bool:
    return op.get_bind().dialect.name == "sqlite"
