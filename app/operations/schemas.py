"""What an import says of itself, before and after."""

from typing import Any, Literal

from pydantic import BaseModel, Field

from app.core.errors import FieldError
from app.core.i18n import gettext
from app.equipment.rules.identity import Outcome, Verdict
from app.equipment.rules.known import Basis

Created = Literal["customers", "sites", "categories", "models", "locations", "persons"]


class LineError(BaseModel):
    field: str
    code: str
    detail: str


class Difference(BaseModel):
    field: str
    before: Any
    after: Any


class ImportLine(BaseModel):
    """One line of the file: what becomes of it, and by what its piece was recognised."""

    line: int
    outcome: Outcome
    basis: Basis | None
    is_guess: bool
    equipment_id: int | None
    tag: str | None
    name: str | None
    what: str = Field(description="Maker and model, else the category.")
    place: str = Field(description="Site, place and rack.")
    differences: list[Difference]
    errors: list[LineError]


class ImportReport(BaseModel):
    """`is_dry_run`: this is what would happen. `created` names what the file needs beside its pieces."""

    is_dry_run: bool
    counts: dict[Outcome, int]
    created: dict[Created, list[str]]
    ignored_columns: list[str]
    lines: list[ImportLine]


def line_of(verdict: Verdict) -> ImportLine:
    known = verdict.known
    said = {**known.values, **verdict.row.values} if known else verdict.row.values
    return ImportLine(
        line=verdict.row.line,
        outcome=verdict.outcome,
        basis=verdict.basis,
        is_guess=verdict.is_guess,
        equipment_id=known.id if known else None,
        tag=said.get("tag"),
        name=said.get("name"),
        what=_joined(" ", said.get("manufacturer"), said.get("model")) or said.get("category") or "",
        place=_joined(" · ", said.get("site"), said.get("location"), said.get("rack")),
        differences=[
            Difference(field=name, before=before, after=after) for name, (before, after) in verdict.differences.items()
        ],
        errors=[error_of(error) for error in verdict.errors],
    )


def _joined(between: str, *parts: str | None) -> str:
    return between.join(part for part in parts if part)


def error_of(error: FieldError) -> LineError:
    text = gettext(error.message)
    return LineError(field=error.pointer, code=error.code, detail=text % error.params if error.params else text)
