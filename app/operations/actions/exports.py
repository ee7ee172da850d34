"""Lists as files: any list as CSV or a workbook, and the registry as CSV that goes back in unchanged."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from enum import Enum
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.security import Actor, Permission, require
from app.equipment.models import EquipmentIdentity
from app.equipment.queries import EquipmentFilter, conditions
from app.equipment.rules.columns import FIELDS
from app.equipment.rules.tables import write_table
from app.operations.queries.registry import EXTERNAL, known_sites, pieces_statement
from app.operations.rules.import_sites import labels

BATCH = 1_000
MARK = "\ufeff"  # French Excel takes UTF-8 for what it is only behind a byte order mark
SHEET_ROWS = 1_048_575  # below the head; what a workbook's sheet can hold
BLOCK = 1 << 16
Rows = Iterator[Sequence[Any]]


def equipment_rows(session: Session, *, wanted: EquipmentFilter, by: Actor) -> Rows:
    """The pieces of a list in the order of tags, with the fields that an import reads."""
    require(by, Permission.READ)
    identities = select(EquipmentIdentity.equipment_id, EquipmentIdentity.value).where(
        EquipmentIdentity.source == EXTERNAL
    )
    external = {row.equipment_id: row.value for row in session.execute(identities)}
    names = labels(known_sites(session, by=by))
    statement = pieces_statement(by).where(*conditions(wanted, by))
    for batch in session.execute(statement.execution_options(yield_per=BATCH)).partitions(BATCH):
        for row in batch:
            said = row._asdict() | {"site": names[row.site_id], "external_id": external.get(row.id)}
            if (cost := said["purchase_cost"]) is not None:
                said["purchase_cost"] = f"{cost // 100}.{cost % 100:02d}"
            yield [said[name] for name in FIELDS]


def table_csv(heads: Sequence[str], rows: Rows) -> Iterator[bytes]:
    """A few hundred lines at a time; a cell that a spreadsheet would run is made harmless."""
    yield (MARK + write_table([heads])).encode()
    while batch := [[text_of(value) for value in row] for row in islice(rows, BATCH)]:
        yield write_table(batch).encode()


def text_of(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, list):
        return ", ".join(map(text_of, value))
    return str(value.value if isinstance(value, Enum) else value)


def table_xlsx(heads: Sequence[str], rows: Rows) -> Iterator[bytes]:
    """Row by row onto the disk, then out: a text stays a text, a number a number, a day a day."""
    from xlsxwriter import Workbook

    with TemporaryDirectory() as folder:
        path = Path(folder) / "table.xlsx"
        book = Workbook(path, {"constant_memory": True, "tmpdir": folder, "default_date_format": "yyyy-mm-dd"})
        while True:
            sheet = book.add_worksheet()
            sheet.freeze_panes(1, 0)
            sheet.write_row(0, 0, heads, book.add_format({"bold": True}))
            count = 0
            for count, row in enumerate(islice(rows, SHEET_ROWS), 1):
                for column, value in enumerate(row):
                    write_cell(sheet, count, column, value)
            if count < SHEET_ROWS:
                break
        book.close()
        with path.open("rb") as file:
            yield from iter(lambda: file.read(BLOCK), b"")


def write_cell(sheet: Any, row: int, column: int, value: Any) -> None:
    if isinstance(value, int | float) and not isinstance(value, bool):
        sheet.write_number(row, column, value)
    elif isinstance(value, date) and not isinstance(value, datetime):
        sheet.write_datetime(row, column, value)
    elif text := text_of(value):
        sheet.write_string(row, column, text)
