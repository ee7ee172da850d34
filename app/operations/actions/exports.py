"""The registry as a file that goes back in unchanged."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.security import Actor, Permission, require
from app.equipment.models import EquipmentIdentity
from app.equipment.rules.columns import FIELDS
from app.equipment.rules.tables import write_table
from app.operations.queries.registry import EXTERNAL, known_sites, pieces_statement
from app.operations.rules.import_sites import labels

BATCH = 1_000
MARK = "\ufeff"  # French Excel takes UTF-8 for what it is only behind a byte order mark


def equipment_csv(session: Session, *, by: Actor) -> Iterator[str]:
    """All pieces that the actor sees, in the order of tags, a few hundred lines at a time."""
    require(by, Permission.READ)
    identities = select(EquipmentIdentity.equipment_id, EquipmentIdentity.value).where(
        EquipmentIdentity.source == EXTERNAL
    )
    external = {row.equipment_id: row.value for row in session.execute(identities)}
    names = labels(known_sites(session, by=by))
    yield MARK + write_table([FIELDS])
    rows = session.execute(pieces_statement(by).execution_options(yield_per=BATCH))
    for batch in rows.partitions(BATCH):
        said = (row._asdict() | {"site": names[row.site_id], "external_id": external.get(row.id)} for row in batch)
        yield write_table([[cell(values[name], name) for name in FIELDS] for values in said])


def cell(value: Any, name: str) -> str:
    if value is None:
        return ""
    if name == "purchase_cost":
        return f"{value // 100}.{value % 100:02d}"
    return value.isoformat() if isinstance(value, date) else str(value)
