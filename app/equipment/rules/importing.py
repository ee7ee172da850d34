"""A row of a file as what it says about one piece, or as what is wrong with it."""

import re
from collections.abc import Callable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from app.core.errors import FieldError
from app.core.i18n import N_
from app.core.i18n.folding import fold
from app.equipment.rules.registry import Criticality, Status
from app.equipment.rules.tables import Table, plain
from app.places.rules import BETWEEN, DEEPEST

LENGTHS = {"notes": 5_000, "remote_url": 500}
LENGTH = 200
COST_MAX = 10**14
YEARS = range(1970, 2201)
# What an empty cell may clear, where that is asked for: nothing by which a piece is recognised.
CLEARED = frozenset({
    "commissioned_on", "warranty_until", "purchase_cost", "currency", "person", "remote_host", "remote_url", "notes",
})  # fmt: skip
CONTROL = re.compile(r"[\x00-\x1f\x7f]")
CONTROL_IN_NOTES = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
# What makers and inventory tools write where there is none.
NO_SERIAL = {
    "0", "-", "?", "n/a", "na", "none", "null", "unknown", "inconnu", "sans", "not specified", "default string",
    "system serial number", "to be filled by o.e.m.", "to be filled by oem",
}  # fmt: skip

# NetBox's device statuses, and both our languages.
STATUSES: dict[str, Status] = {
    **{fold(status.value.replace("_", " ")): status for status in Status},
    "active": Status.IN_SERVICE,
    "en service": Status.IN_SERVICE,
    "actif": Status.IN_SERVICE,
    "planned": Status.IN_STOCK,
    "staged": Status.IN_STOCK,
    "inventory": Status.IN_STOCK,
    "en stock": Status.IN_STOCK,
    "en maintenance": Status.IN_MAINTENANCE,
    "offline": Status.OUT_OF_ORDER,
    "failed": Status.OUT_OF_ORDER,
    "en panne": Status.OUT_OF_ORDER,
    "hors service": Status.OUT_OF_ORDER,
    "decommissioning": Status.RETIRED,
    "reforme": Status.RETIRED,
}


Reader = Callable[[str, str], Any]
Column = tuple[str, int, Reader, dict[str, Any]]  # a field, where it stands, how it is read, what was read already


@dataclass(frozen=True, slots=True)
class ImportRow:
    """One line: `values` holds the cells that say something, by field; `errors` what is wrong with the others.

    `empty`: fields that its empty cells clear.
    """

    line: int
    values: Mapping[str, Any]
    errors: tuple[FieldError, ...] = field(default=())
    empty: tuple[str, ...] = field(default=())


class Unreadable(ValueError):
    """A cell that can't be understood; `message` is an English gettext id."""

    def __init__(self, code: str, message: str, **params: Any) -> None:
        super().__init__(message)
        self.code, self.message, self.params = code, message, params


def read_rows(table: Table, columns: Mapping[str, int], cleared: AbstractSet[str] = frozenset()) -> list[ImportRow]:
    """All rows below the header that say something; line numbers count from the header as 1.

    `cleared`: the fields of which an empty cell says that there is nothing; of the others it says nothing.
    """
    width = len(table[0])
    readers: list[Column] = [(name, position, READERS.get(name, _text), {}) for name, position in columns.items()]
    return [
        _read_row(number, cells, readers, width, cleared) for number, cells in enumerate(table[1:], start=2) if cells
    ]


def _read_row(
    number: int, cells: Sequence[str], columns: Sequence[Column], width: int, cleared: AbstractSet[str]
) -> ImportRow:
    """Columns repeat themselves: a cell that was read is not read again."""
    if len(cells) > width:  # a delimiter inside a cell without quotes: nothing is where it should be
        shifted = N_("This line has more cells than the first one names. A cell that holds the separator needs quotes.")
        return ImportRow(number, {}, (FieldError("", "too_many_cells", shifted),))
    values: dict[str, Any] = {}
    errors: list[FieldError] = []
    empty = []
    for name, position, read, known in columns:
        if position >= len(cells) or not (cell := cells[position]):
            if name in cleared:
                empty.append(name)
            continue
        if cell not in known:
            known[cell] = _read(plain(cell), name, read)
        value = known[cell]
        if isinstance(value, FieldError):
            errors.append(value)
        elif value is not None:
            values[name] = value
    if "tag" not in values and "site" not in values:
        errors.append(FieldError("site", "required", N_("A site is needed.")))
    if "manufacturer" in values and "model" not in values:
        del values["manufacturer"]
    return ImportRow(number, values, tuple(errors), tuple(empty))


def _read(cell: str, name: str, read: Reader) -> Any:
    """What a cell says; None where it says nothing, a FieldError where it can't be understood."""
    try:
        return read(cell, name) if cell else None
    except Unreadable as error:
        return FieldError(name, error.code, error.message, error.params)


def _text(cell: str, name: str) -> str:
    most = LENGTHS.get(name, LENGTH)
    if len(cell) > most:
        raise Unreadable("too_long", N_("At most %(max_length)s characters are allowed."), max_length=most)
    if not cell.isprintable() and (CONTROL_IN_NOTES if name == "notes" else CONTROL).search(cell):
        raise Unreadable("bad_text", N_("The text contains characters that cannot be stored."))
    return cell


def _serial(cell: str, name: str) -> str | None:
    return None if fold(cell) in NO_SERIAL else _text(cell, name)


def _status(cell: str, _name: str) -> str:
    status = STATUSES.get(fold(cell.replace("_", " ")))
    if status is None:
        raise Unreadable("unknown_status", N_("“%(value)s” is no known status."), value=cell[:50])
    return status.value


def _criticality(cell: str, _name: str) -> str:
    if cell.upper() not in list(Criticality):
        raise Unreadable("unknown_criticality", N_("Criticality is A, B or C, not “%(value)s”."), value=cell[:50])
    return cell.upper()


def _day(cell: str, _name: str) -> date:
    """ISO, or day/month/year as in France and Britain."""
    try:
        if found := re.fullmatch(r"(\d{1,2})[/.](\d{1,2})[/.](\d{4})", cell):
            day, month, year = map(int, found.groups())
            read = date(year, month, day)
        else:
            read = date.fromisoformat(cell)
    except ValueError:
        raise Unreadable(
            "not_a_date", N_("“%(value)s” is no date; write 2026-11-23 or 23/11/2026."), value=cell[:50]
        ) from None
    if read.year not in YEARS:
        raise Unreadable("implausible_date", N_("This date is too far away."))
    return read


# Two decimals at most, so three digits behind a sign are thousands: "1,840" is 1840.
AMOUNT = re.compile(
    r"(?P<whole>[0-9]{1,15}|[1-9][0-9]{0,2}(?:(?P<sign>[.,])[0-9]{3})(?:(?P=sign)[0-9]{3}){0,4})(?:[.,](?P<cents>[0-9]{1,2}))?"
)


def minor_units(cell: str, _name: str = "") -> int:
    """An amount in minor units: "1 840,50 €", "1,840.50", "1'840.50 CHF" and "1840.5" are 184050."""
    found = AMOUNT.fullmatch(re.sub(r"[\s'’€$£]|\b[A-Z]{3}$", "", cell))
    amount = int(re.sub("[.,]", "", found["whole"]) + (found["cents"] or "").ljust(2, "0")) if found else COST_MAX
    if amount >= COST_MAX:
        raise Unreadable("not_an_amount", N_("“%(value)s” is no amount."), value=cell[:50])
    return amount


def _place(cell: str, name: str) -> str:
    """A place, or the way to it: "Building A > Server room"."""
    steps = [step.strip() for step in _text(cell, name).split(">")]
    if not all(steps) or len(steps) > DEEPEST:
        raise Unreadable("not_a_place", N_("Write a place like this: Building A > Server room."))
    return BETWEEN.join(steps)


def _currency(cell: str, _name: str) -> str:
    if not re.fullmatch(r"[A-Za-z]{3}", cell):
        raise Unreadable("not_a_currency", N_("A currency has three letters, like EUR."))
    return cell.upper()


def _link(cell: str, name: str) -> str:
    if not re.match(r"https?://[^\s]+$", cell):
        raise Unreadable("not_a_link", N_("Enter a link that starts with https:// or http://."))
    return _text(cell, name)


READERS: dict[str, Reader] = {
    "serial": _serial,
    "location": _place,
    "status": _status,
    "criticality": _criticality,
    "commissioned_on": _day,
    "warranty_until": _day,
    "purchase_cost": minor_units,
    "currency": _currency,
    "remote_url": _link,
}
