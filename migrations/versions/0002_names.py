"""People, teams and places are found and sorted by their folded names."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from app.core.db import Folded
from app.core.i18n.folding import fold, fold_all

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

FOUND_BY = {
    "persons": ("name", "email"),
    "teams": ("name",),
    "customers": ("code", "name"),
    "calendars": ("code", "name"),
    "sites": ("code", "name", "address"),
}
HAD_TEXT = ("persons", "sites", "locations")


def upgrade() -> None:
    for table, columns in FOUND_BY.items():
        names = ("sort_name",) if table in HAD_TEXT else ("sort_name", "search_text")
        with op.batch_alter_table(table) as batch:
            for name in names:
                batch.add_column(sa.Column(name, Folded, nullable=True))
        fill(table, columns)
        with op.batch_alter_table(table) as batch:
            for name in names:
                batch.alter_column(name, existing_type=Folded, nullable=False)
    compare(Folded, sa.String())
    op.create_index("ix_persons_sort_name_id", "persons", ["sort_name", "id"])


def downgrade() -> None:
    op.drop_index("ix_persons_sort_name_id", "persons")
    compare(sa.String(), Folded)
    for table in FOUND_BY:
        with op.batch_alter_table(table) as batch:
            for name in ("sort_name",) if table in HAD_TEXT else ("sort_name", "search_text"):
                batch.drop_column(name)
    for table in ("persons", "sites"):
        rows = table_of(table, ("name",))
        for row_id, name in op.get_bind().execute(sa.select(rows.c.id, rows.c.name)).all():
            op.get_bind().execute(rows.update().where(rows.c.id == row_id).values(search_text=fold(name)))


def compare(new: sa.types.TypeEngine[str], old: sa.types.TypeEngine[str]) -> None:
    """Sign by sign, as SQLite does; a table's text is of one kind there already."""
    if op.get_bind().dialect.name != "sqlite":
        for table in HAD_TEXT:
            op.alter_column(table, "search_text", type_=new, existing_type=old, existing_nullable=False)


def table_of(name: str, columns: Sequence[str]) -> sa.TableClause:
    return sa.table(name, *(sa.column(column) for column in ("id", "sort_name", "search_text", *columns)))


def fill(name: str, columns: Sequence[str]) -> None:
    table, connection = table_of(name, columns), op.get_bind()
    known = connection.execute(sa.select(table.c.id, *(table.c[column] for column in columns))).all()
    filled = [{"row_id": row.id, "folded": fold(row.name), "text": fold_all(*row[1:])} for row in known]
    if filled:
        named: dict[str, sa.BindParameter[str]] = {
            "sort_name": sa.bindparam("folded"),
            "search_text": sa.bindparam("text"),
        }
        connection.execute(table.update().where(table.c.id == sa.bindparam("row_id")).values(named), filled)
