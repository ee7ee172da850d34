"""What stands in a plan's form, and the plan that it says; what the form has no field for stays as it was."""

from typing import Any

from sqlalchemy.orm import Session
from starlette.datastructures import FormData

from app.core.errors import InvalidInput
from app.core.i18n import N_
from app.core.security import Actor
from app.plans.queries.choices import pieces_by_tag
from app.plans.schemas import PlanEdit, PlanInput
from app.web.forms import checked, values_of

LISTS = ("category_ids", "model_ids", "site_ids", "within_location_ids", "item_location_ids", "weekdays", "months")
CHECKS = ("shift_within_month", "requires_photo", "requires_signature")
# Parts of a rule, and the units for which the form shows them.
PARTS = {
    "weekdays": ("week",),
    "month_days": ("month",),
    "nth_weekdays": ("month",),
    "months": ("month",),
    "dates": ("dates",),
    "set_positions": (),
    "count": ("day", "week", "month", "year", "dates"),
}
# Fields of a meter's part that belong to one of its kinds alone.
COUNTER = ("every", "start_at", "is_estimated")
CONDITION = ("side", "threshold", "back_at", "readings", "cool_down_hours")


def fields_of(plan: PlanInput, rrule: str | None, tags: str) -> dict[str, Any]:
    """The form of a plan. A rule that its fields cannot show stands there as an RRULE."""
    values = plan.model_dump(mode="json") | {"equipment_tags": tags, "dates": "\n".join(map(str, plan.dates))}
    values |= {f"trigger.{name}": _typed(value) for name, value in (values["trigger"] or {}).items()}
    on = _on(plan)
    if on is None and rrule:
        return values | {"freq": "rrule", "rrule": rrule, "on": ""}
    return values | {"on": on or "", **_season_fields(plan)}


def _typed(value: Any) -> Any:
    """A number as people type it: 10000.0 is 10000, and no start is an empty field."""
    return (int(value) or "") if isinstance(value, float) and value.is_integer() else value


def _on(plan: PlanInput) -> str | None:
    """The one day of the month that the form can show; None where the rule has parts that it cannot."""
    parts = {part for part in PARTS if part != "count" and getattr(plan, part)}
    if any(plan.freq not in PARTS[part] for part in parts) or len(plan.month_days) + len(plan.nth_weekdays) > 1:
        return None
    if plan.month_days:
        return f"day:{plan.month_days[0]}" if plan.month_days[0] >= -1 else None
    if plan.nth_weekdays:
        nth = plan.nth_weekdays[0]
        return f"nth:{nth.nth}:{nth.weekday}" if nth.nth in (1, 2, 3, 4, -1) else None
    return ""


def _season_fields(plan: PlanInput) -> dict[str, Any]:
    if plan.season is None or len(plan.season.ranges) != 1:
        return {}
    [days] = plan.season.ranges
    names = ("season_first_month", "season_first_day", "season_last_month", "season_last_day")
    numbers = [int(part) for part in (*days.first.split("-"), *days.last.split("-"))]
    return dict(zip(names, numbers, strict=True)) | {"season_outside": plan.season.outside}


def said_in(session: Session, form: FormData, base: PlanInput | None, *, by: Actor, is_draft: bool = False) -> PlanEdit:
    """The plan that the form says, or InvalidInput that names the fields; a draft needs no title yet."""
    said = plain(values_of(form))
    kept = base.model_dump(mode="json", exclude={"rrule"}) if base else {}
    values = {name: value for name, value in kept.items() if name not in form and f"{name}[]" not in form}
    values |= {name: said.pop(name, "") == "1" for name in CHECKS}
    values |= {name: said.pop(name, []) for name in LISTS}
    values["equipment_ids"] = _pieces(session, said.pop("equipment_tags", ""), by=by)
    values |= _rule(said) | _season(said, base) | _trigger(said)
    for part, units in PARTS.items():
        if values.get("freq") not in units:
            values.pop(part, None)
    if is_draft:
        said.setdefault("title", "…")
    return checked(PlanEdit, values | said)


def plain(said: dict[str, Any]) -> dict[str, Any]:
    """Without what the plan does not say, and without a list or a block where one answer is asked for."""
    kinds = dict.fromkeys(LISTS, list) | {"trigger": dict}
    shown = {name: value for name, value in said.items() if name not in ("version", "preview")}
    return {name: value for name, value in shown.items() if isinstance(value, kinds.get(name, str))}


def _rule(said: dict[str, Any]) -> dict[str, Any]:
    """The unit and the day; of fields that belong to another unit nothing is taken."""
    freq, on, rrule = said.pop("freq", "month"), said.pop("on", ""), said.pop("rrule", None)
    dates = said.pop("dates", "").replace(",", " ").split()
    rule: dict[str, Any] = {"freq": freq, "month_days": [], "nth_weekdays": [], "set_positions": [], "dates": dates}
    if freq in ("dates", "rrule", "none"):
        said.pop("interval", None)
    if freq == "rrule":
        if not rrule:
            raise InvalidInput.at("rrule", "required", N_("This is needed."))
        return {"rrule": rrule, "freq": "month"}
    kind, _, rest = on.partition(":")
    if kind == "day":
        rule["month_days"] = [rest]
    elif kind == "nth":
        nth, _, weekday = rest.partition(":")
        rule["nth_weekdays"] = [{"nth": nth, "weekday": weekday}]
    return rule


def _trigger(said: dict[str, Any]) -> dict[str, Any]:
    """Of the fields of the other kind nothing is taken; without a kind there is no meter."""
    trigger = said.pop("trigger", {})
    kind = trigger.get("kind")
    if not kind:
        return {"trigger": None}
    other = CONDITION if kind == "counter" else COUNTER
    return {"trigger": {name: value for name, value in trigger.items() if name not in other}}


def _season(said: dict[str, Any], base: PlanInput | None) -> dict[str, Any]:
    """All four numbers or none; several ranges have no fields and stay as they are."""
    names = ("season_first_month", "season_first_day", "season_last_month", "season_last_day")
    numbers = [said.pop(name, "") for name in names]
    outside = said.pop("season_outside", "skip")
    if base and base.season and len(base.season.ranges) > 1:
        return {"season": base.season.model_dump(mode="json")}
    if not any(numbers):
        return {"season": None}
    first_month, first_day, last_month, last_day = (number.rjust(2, "0") for number in numbers)
    days = {"first": f"{first_month}-{first_day}", "last": f"{last_month}-{last_day}"}
    return {"season": {"ranges": [days], "outside": outside}}


def _pieces(session: Session, text: str, *, by: Actor) -> list[int]:
    tags = [tag.strip() for line in text.splitlines() for tag in line.replace(";", ",").split(",") if tag.strip()]
    found = pieces_by_tag(session, tags, by=by)
    missing = next((tag for tag in tags if tag not in found), None)
    if missing is not None:
        raise InvalidInput.at("equipment_tags", "unknown_tag", N_("No piece has the tag %(tag)s."), tag=missing)
    return list(found.values())


def filled(form: FormData) -> dict[str, Any]:
    """The form as it was sent, to be shown again."""
    shown: dict[str, Any] = {name.removesuffix("[]"): form.getlist(name) for name in form if name.endswith("[]")}
    return shown | {name: form[name] for name in form if not name.endswith("[]")}
