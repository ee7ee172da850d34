"""Words of the report's form, in the reader's language."""

from enum import StrEnum

from app.core.i18n import gettext
from app.workorders.rules import resolution as r

ENUMS: dict[str, type[StrEnum]] = {
    "kind": r.ResolutionKind,
    "finding": r.Finding,
    "method": r.Method,
    "diagnosis": r.Diagnosis,
    "restoration": r.Restoration,
    "detection": r.Detection,
}


def report_choices() -> dict[str, list[tuple[str, str]]]:
    """(value, text) of each field's answers."""
    return {name: [(member.value, gettext(r.LABELS[member.value])) for member in kind] for name, kind in ENUMS.items()}
