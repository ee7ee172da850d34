"""Pieces are recognised by their folded names, and found so at their site."""

import sqlalchemy as sa
from alembic import op

from app.core.db import Folded
from app.core.i18n.folding import fold

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

CHUNK = 5_000


def upgrade() -> None:
    op.add_column("equipment", sa.Column("sort_name", Folded, nullable=True))
    pieces, connection = (
        sa.table("equipment", sa.column("id"), sa.column("name"), sa.column("sort_name")),
        op.get_bind(),
    )
    named = sa.select(pieces.c.id, pieces.c.name).where(pieces.c.name.is_not(None)).order_by(pieces.c.id).limit(CHUNK)
    written = pieces.update().where(pieces.c.id == sa.bindparam("row_id")).values(sort_name=sa.bindparam("folded"))
    last = 0
    while rows := connection.execute(named.where(pieces.c.id > last)).all():
        connection.execute(written, [{"row_id": row.id, "folded": fold(row.name)} for row in rows])
        last = rows[-1].id
    op.create_index("ix_equipment_site_id_sort_name", "equipment", ["site_id", "sort_name"])


def downgrade() -> None:
    op.drop_index("ix_equipment_site_id_sort_name", "equipment")
    op.drop_column("equipment", "sort_name")
