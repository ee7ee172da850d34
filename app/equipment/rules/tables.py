"""A CSV file as somebody's program wrote it: its encoding, its delimiter, its cells."""

import csv
from collections.abc import Sequence
from io import BytesIO, StringIO, TextIOWrapper

from app.core.errors import InvalidInput, TooLarge
from app.core.i18n import N_

BYTES_MAX = 32 * 1024 * 1024
ROWS_MAX = 200_000
CELLS_MAX = 4_000_000
COLUMNS_MAX = 200
CELL_MAX = 10_000
DELIMITERS = (",", ";", "\t")
DANGEROUS = ("=", "+", "-", "@", "\t", "\r")

Table = list[list[str]]


def read_table(data: bytes) -> Table:
    """The rows of a CSV file, header first; an empty row keeps its place, so that rows count as a spreadsheet counts.

    UTF-8 with or without mark, else Windows' Western code page. Raises InvalidInput, TooLarge.
    """
    if len(data) > BYTES_MAX:
        raise TooLarge("file_too_large", N_("The file is larger than %(mib)s MiB."), mib=BYTES_MAX >> 20)
    text = TextIOWrapper(BytesIO(data), _encoding(data), newline="")
    header = next((line for line in text if line.strip()), "")
    if not header:
        raise InvalidInput("empty_file", N_("The file is empty."))
    text.seek(0)
    delimiter = max(DELIMITERS, key=header.count)
    csv.field_size_limit(CELL_MAX)
    table: Table = []
    cells_left = CELLS_MAX
    try:
        for row in csv.reader(text, delimiter=delimiter):
            if len(row) > COLUMNS_MAX:
                raise InvalidInput("too_many_columns", N_("Line %(line)s has too many columns."), line=len(table) + 1)
            cells = _without_empty_end(row)
            if table or cells:
                table.append(cells)
            cells_left -= len(cells)
            if len(table) > ROWS_MAX or cells_left < 0:
                raise TooLarge("too_many_rows", N_("The file has more than %(rows)s rows. Split it."), rows=ROWS_MAX)
    except csv.Error:
        raise InvalidInput(
            "not_csv", N_("The file cannot be read as CSV near line %(line)s."), line=len(table) + 1
        ) from None
    return table


def _encoding(data: bytes) -> str:
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            if b"\0" not in data:
                data.decode(encoding)
                return encoding
        except UnicodeDecodeError:
            continue
    raise InvalidInput(
        "not_text", N_("This is not a text file. Save the sheet as CSV (UTF-8 or Windows) and try again.")
    )


def _without_empty_end(row: list[str]) -> list[str]:
    cells = [cell.strip() for cell in row]
    while cells and not cells[-1]:
        cells.pop()
    return cells


def write_table(rows: Sequence[Sequence[str]]) -> str:
    """Rows as French and English spreadsheets open them: `;`, CRLF; the mark is added where bytes are made."""
    out = StringIO(newline="")
    csv.writer(out, delimiter=";", lineterminator="\r\n").writerows([[neutral(cell) for cell in row] for row in rows])
    return out.getvalue()


def neutral(cell: str) -> str:
    """A cell that a spreadsheet would run as a formula gets an apostrophe before it (OWASP, CSV injection).

    So does one that has such an apostrophe already, or `plain` would take it for ours.
    """
    return f"'{cell}" if cell.lstrip("'").startswith(DANGEROUS) else cell


def plain(cell: str) -> str:
    """The reverse of `neutral`, so that an export goes back in unchanged."""
    return cell[1:] if cell.startswith("'") and cell.lstrip("'").startswith(DANGEROUS) else cell
