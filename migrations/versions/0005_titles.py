"""Plans and orders are found by their folded titles."""

from collections.abc import Callable, Sequence

import sqlalchemy as sa
from alembic import op

from app.core.db import Folded
from app.core.i18n.folding import fold, fold_all

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

CHUNK = 5_000


def upgrade() -> None:
    add("maintenance_plans", "sort_name", "search_text")
    add("plan_versions", "search_text")
    fill(
        "maintenance_plans", ("title", "code"), lambda row: {"sort_name": fold(row.title), "search_text": text_of(row)}
    )
    fill("plan_versions", ("title",), lambda row: {"search_text": fold(row.title)})
    op.create_index("ix_maintenance_plans_sort_name_id", "maintenance_plans", ["sort_name", "id"])
    op.add_column("work_orders", sa.Column("search_text", Folded, nullable=True))
    fill("work_orders", ("title",), lambda row: {"search_text": fold(row.title)}, own_title)
    op.create_index(
        "ix_work_orders_search_text",
        "work_orders",
        ["search_text", "id"],
        sqlite_where=sa.text("search_text IS NOT NULL"),
        postgresql_where=sa.text("search_text IS NOT NULL"),
    )


def downgrade() -> None:
    op.drop_index("ix_work_orders_search_text", "work_orders")
    op.drop_column("work_orders", "search_text")
    op.drop_index("ix_maintenance_plans_sort_name_id", "maintenance_plans")
    for table, names in (("maintenance_plans", ("sort_name", "search_text")), ("plan_versions", ("search_text",))):
        for name in names:
            op.drop_column(table, name)


def text_of(row: sa.Row[tuple[int, str, str]]) -> str:
    return fold_all(row.title, row.code)


def own_title(orders: sa.TableClause) -> sa.ColumnElement[bool]:
    """Orders that do not bear the title of the plan version that they were made from."""
    versions = table_of("plan_versions")
    same = sa.select(versions.c.id).where(versions.c.id == orders.c.plan_version_id, versions.c.title == orders.c.title)
    return ~same.correlate(orders).exists()


def table_of(name: str) -> sa.TableClause:
    names = ("id", "title", "code", "sort_name", "search_text", "plan_version_id")
    return sa.table(name, *(sa.column(column) for column in names))


def add(name: str, *columns: str) -> None:
    """Filled at once. SQLite keeps the empty default: to drop it would recreate tables that many refer to."""
    for column in columns:
        op.add_column(name, sa.Column(column, Folded, nullable=False, server_default=""))
        if op.get_bind().dialect.name != "sqlite":
            op.alter_column(name, column, server_default=None)


def fill(
    name: str,
    columns: Sequence[str],
    values: Callable[[sa.Row[tuple[int, str, str]]], dict[str, str]],
    which: Callable[[sa.TableClause], sa.ColumnElement[bool]] | None = None,
) -> None:
    """By key, some thousands at a time: a house may have a million orders."""
    table, connection, last_id = table_of(name), op.get_bind(), 0
    wanted = sa.select(table.c.id, *(table.c[column] for column in columns)).order_by(table.c.id).limit(CHUNK)
    if which is not None:
        wanted = wanted.where(which(table))
    while rows := connection.execute(wanted.where(table.c.id > last_id)).all():
        filled = [values(row) | {"row_id": row.id} for row in rows]
        names = [column for column in filled[0] if column != "row_id"]
        change = table.update().where(table.c.id == sa.bindparam("row_id"))
        connection.execute(change.values({column: sa.bindparam(column) for column in names}), filled)
        last_id = rows[-1].id
