"""A file of readings: tag, meter, value, time. What is wrong with a line stops no other."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy.orm import Session

from app.core.errors import FieldError, InvalidInput
from app.core.i18n import N_, gettext
from app.core.i18n.folding import fold
from app.core.security import Actor, Permission, require
from app.enrolment.actions.readings import record_readings
from app.equipment.rules.tables import plain, read_table
from app.meters.actions import Recorded
from app.meters.schemas import ReadingInput, ReadingsReport, RowError

BATCH = 5_000
ERRORS_SHOWN = 1_000
# What a column may be called, in both languages.
COLUMNS = {
    "tag": ("tag", "equipment", "etiquette", "equipement", "repere"),
    "meter": ("meter", "compteur", "mesure"),
    "value": ("value", "reading", "valeur", "releve"),
    "read_at": ("read_at", "read at", "at", "date", "releve le", "lu le"),
}
NEEDED = ("tag", "meter", "value")
LONGEST = 200


@dataclass(slots=True)
class Line:
    number: int
    row: ReadingInput


@dataclass(slots=True)
class _Total:
    recorded: int = 0
    unchanged: int = 0
    refused: int = 0
    errors: list[RowError] = field(default_factory=list)

    def refuse(self, pointer: str, error: FieldError) -> None:
        self.refused += 1
        if len(self.errors) < ERRORS_SHOWN:
            self.errors.append(row_error(pointer, error))


def import_readings(session: Session, data: bytes, *, by: Actor, now: datetime) -> ReadingsReport:
    """In batches of 5,000 lines. Raises InvalidInput, TooLarge for what is no such file at all."""
    require(by, Permission.WORK)
    table = read_table(data)
    columns = _columns(table[0])
    total, lines = _Total(), list[Line]()
    for number, cells in enumerate(table[1:], start=2):
        if not cells:
            continue
        try:
            lines.append(Line(number, _row(cells, columns)))
        except InvalidInput as error:
            total.refuse(f"/lines/{number}/{error.fields[0].pointer}", error.fields[0])
        if len(lines) == BATCH:
            _record(session, lines, total, by=by, now=now)
            lines = []
    _record(session, lines, total, by=by, now=now)
    return ReadingsReport(
        recorded=total.recorded, unchanged=total.unchanged, refused=total.refused, errors=total.errors
    )


def report_of(recorded: Recorded, pointer: Callable[[int, str], str]) -> ReadingsReport:
    """What came of a batch, in the reader's words."""
    refused = sorted(recorded.errors.items())
    return ReadingsReport(
        recorded=recorded.recorded,
        unchanged=recorded.unchanged,
        refused=len(refused),
        errors=[row_error(pointer(place, error.pointer), error) for place, error in refused],
    )


def row_error(pointer: str, error: FieldError) -> RowError:
    text = gettext(error.message)
    return RowError(pointer=pointer, code=error.code, detail=text % error.params if error.params else text)


def _record(session: Session, lines: Sequence[Line], total: _Total, *, by: Actor, now: datetime) -> None:
    if not lines:
        return
    report = record_readings(session, [line.row for line in lines], source="file", by=by, now=now)
    total.recorded += report.recorded
    total.unchanged += report.unchanged
    for place, error in sorted(report.errors.items()):
        total.refuse(f"/lines/{lines[place].number}/{error.pointer}", error)


def _columns(header: Sequence[str]) -> dict[str, int]:
    said = [fold(cell) for cell in header]
    found = {
        name: next((place for place, cell in enumerate(said) if cell in names), -1) for name, names in COLUMNS.items()
    }
    missing = [name for name in NEEDED if found[name] < 0]
    if missing:
        raise InvalidInput(
            "columns_missing", N_("The first line must name these columns: %(names)s."), names=", ".join(missing)
        )
    return {name: place for name, place in found.items() if place >= 0}


def _row(cells: Sequence[str], columns: dict[str, int]) -> ReadingInput:
    said = {name: plain(cells[place]) for name, place in columns.items() if place < len(cells) and cells[place]}
    for name in NEEDED:
        if name not in said:
            raise InvalidInput.at(name, "required", N_("This is needed."))
        if len(said[name]) > LONGEST:
            raise InvalidInput.at(
                name, "too_long", N_("At most %(max_length)s characters are allowed."), max_length=LONGEST
            )
    read_at = _instant(said["read_at"]) if "read_at" in said else None
    return ReadingInput.model_construct(
        meter_id=None, tag=said["tag"], meter=said["meter"], value=said["value"], read_at=read_at
    )


def _instant(cell: str) -> datetime:
    """ISO, or day/month/year with or without a time; without an offset it is the site's own (S5)."""
    try:
        if found := re.fullmatch(r"(\d{1,2})[/.](\d{1,2})[/.](\d{4})(?:[ T](.+))?", cell):
            day, month, year, clock = found.groups()
            cell = f"{year}-{int(month):02}-{int(day):02}T{clock or '00:00'}"
        return datetime.fromisoformat(cell)
    except ValueError:
        raise InvalidInput.at(
            "read_at", "not_an_instant", N_("Enter a date and time, like 2026-11-23T08:30:00Z.")
        ) from None
