"""What a version changed, in the reader's words."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from app.core.i18n import N_, gettext
from app.core.i18n.formats import duration, number, tiny_day
from app.interventions.rules.following import PRIORITY_WORDS

FIELD_WORDS = {
    "title": N_("Name"),
    "code": N_("Code"),
    "kind": N_("Kind"),
    "site_id": N_("Site"),
    "instructions": N_("Instructions"),
    "procedure_id": N_("Procedure"),
    "estimate_minutes": N_("Estimated time"),
    "priority": N_("Priority"),
    "team_id": N_("Team"),
    "assignee_id": N_("Person"),
    "requires_photo": N_("A photo is needed"),
    "requires_signature": N_("A signature is needed"),
    "start_on": N_("Start date"),
    "anchor_policy": N_("Where the dates of a new piece count from"),
    "mode": N_("Fixed or floating"),
    "freq": N_("Unit"),
    "interval": N_("Interval"),
    "lead_days": N_("Days ahead"),
    "shift": N_("If nobody works that day"),
    "season": N_("Season"),
    "trigger": N_("By a meter"),
    "family_id": N_("Family"),
    "rank": N_("Rank"),
    "overlap": N_("If the order before is still open"),
    "spread_days": N_("Spread over, in days"),
    "until": N_("Last day of the plan"),
    "tolerance_before_days": N_("Tolerance before, in days"),
    "tolerance_after_days": N_("Tolerance after, in days"),
    "catch_up": N_("Dates that passed while nothing ran"),
    "late": N_("When work was done late"),
    "when_idle": N_("When the piece is in stock or out of order"),
    "equipment_ids": N_("Pieces covered"),
    "category_ids": N_("Categories covered"),
    "model_ids": N_("Models covered"),
    "site_ids": N_("Sites covered"),
    "within_location_ids": N_("Places covered"),
    "item_location_ids": N_("Places looked after"),
}
# Of the others the sentence of the version says enough: their values are words of the program.
SHOWN = {"title", "interval", "rank", "lead_days", "spread_days", "tolerance_before_days", "tolerance_after_days"}
DAYS = {"start_on", "until"}
WORDS = {
    "priority": PRIORITY_WORDS,
    "kind": {
        "cleaning": N_("Cleaning"),
        "inspection": N_("Inspection"),
        "repair": N_("Repair"),
        "replacement": N_("Replacement"),
        "upgrade": N_("Upgrade"),
        "installation": N_("Installation"),
        "calibration": N_("Calibration"),
        "training": N_("Training"),
    },
}


def differences(changes: Mapping[str, Sequence[Any]]) -> list[tuple[str, str, str]]:
    """(name, before, after), without the values where they would not be understood."""
    found = []
    for name, (before, after) in changes.items():
        label = gettext(FIELD_WORDS.get(name, N_("The rule")))
        found.append((label, _text(name, before), _text(name, after)))
    return list(dict.fromkeys(found))


def _text(name: str, value: Any) -> str:
    if value is None:
        return "—" if name in SHOWN | DAYS | {"estimate_minutes"} else ""
    if name == "estimate_minutes":
        return duration(value)
    if name in DAYS:
        return tiny_day(date.fromisoformat(value), year=True)
    if name in WORDS:
        return gettext(WORDS[name].get(value, value))
    if name not in SHOWN:
        return ""
    return number(value) if isinstance(value, int) else str(value)
