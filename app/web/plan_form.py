"""A plan is made or edited: one form, which shows the next dates while one types."""

from collections.abc import Iterable
from contextlib import suppress
from typing import Any

from fastapi import APIRouter, Request, Response
from sqlalchemy.orm import Session

from app.changes.actions import edits
from app.core.clock import today
from app.core.errors import AppError, InvalidInput, PreconditionFailed
from app.core.i18n import N_
from app.core.i18n.formats import tiny_day
from app.core.security import Actor, Permission, require
from app.enrolment.queries.previews import preview_plan
from app.equipment import queries as registry
from app.equipment.models import EquipmentCategory, EquipmentModel
from app.http import CurrentActor, Now, RondeRoute, reads
from app.ledger.schemas import Preview
from app.meters.queries import meter_names
from app.people import queries as people
from app.people.models import Person, Team
from app.places.models import Site
from app.places.queries import sites as places
from app.plans.actions.plans import require_plan
from app.plans.queries import plans as queries
from app.plans.queries.choices import place_choices, tags_of, with_chosen
from app.plans.queries.families import list_families
from app.plans.schemas import PlanInput
from app.procedures.queries.procedures import procedure_choices
from app.reports.queries.plan_changes import preview_edit
from app.reports.schemas import ChangePreview
from app.web.forms import Form, key_of, messages, trouble, version_of
from app.web.pages import page, see_other
from app.web.plan_fields import CHECKS, LISTS, fields_of, filled, said_in
from app.web.stale import Refusal, refused
from app.workorders.queries.by_cycle import count_not_started

router = APIRouter(route_class=RondeRoute, prefix="/plans")
CHOICES = 2_000
TOLD = 5  # dates that drop, in a message
NEW: dict[str, Any] = {
    "kind": "inspection",
    "mode": "fixed",
    "freq": "month",
    "interval": 1,
    "shift": "next",
    "lead_days": 7,
    "priority": "normal",
    "anchor_policy": "plan",
}
# Fields of a plan that the form shows under another name.
SHOWN_AT = {
    "month_days": "on",
    "nth_weekdays": "on",
    "rule": "on",
    "set_positions": "on",
    "equipment_ids": "equipment_tags",
    "season": "season_first_day",
}


@router.get("/new")
def new_plan(request: Request, session: Session, by: CurrentActor, now: Now) -> Response:
    require(by, Permission.PLAN)
    start_on = today(now, by.time_zone)
    values = NEW | {"start_on": start_on.isoformat(), "site_id": min(by.site_ids) if by.site_ids else None}
    preview = preview_plan(session, PlanInput.model_validate(values | {"title": "…"}), by=by, now=now)
    return form_page(request, session, values, by=by, preview=preview)


@router.post("/new")
def create_plan(request: Request, session: Session, form: Form, by: CurrentActor, now: Now) -> Response:
    try:
        if "preview" in form:
            return previewed(request, session, form, None, by=by, now=now)
        plan = edits.create_plan(session, said_in(session, form, None, by=by), by=by, now=now)
    except InvalidInput as error:
        return form_page(request, session, filled(form), by=by, error=error)
    return see_other(f"/plans/{plan.id}", message=N_("The plan is made. Its items have entered it."))


@router.get("/{plan_id:int}/edit")
def edit_plan_form(request: Request, plan_id: int, session: Session, by: CurrentActor, now: Now) -> Response:
    plan = queries.plan_view(session, queries.get_plan(session, plan_id, by=by), by=by)
    require_plan(by, plan.site_id)
    data = said_by(session, plan_id, by=by)
    values = fields_of(data, plan.rrule, ", ".join(tags_of(session, data.equipment_ids)))
    preview = None
    with suppress(InvalidInput):  # a calendar that has changed may leave no date: the page then says so when saved
        preview = preview_plan(session, data, by=by, now=now, plan_id=plan_id)
    return form_page(request, session, values | {"version": plan.version}, by=by, plan=plan, preview=preview)


@router.post("/{plan_id:int}/edit")
def edit_plan(request: Request, plan_id: int, session: Session, form: Form, by: CurrentActor, now: Now) -> Response:
    plan = queries.plan_view(session, queries.get_plan(session, plan_id, by=by), by=by)
    require_plan(by, plan.site_id)
    base = said_by(session, plan_id, by=by)
    try:
        if "preview" in form:
            return previewed(request, session, form, base, by=by, now=now, plan=plan)
        data = said_in(session, form, base, by=by)
        edited = edits.edit_plan(session, plan_id, data, by=by, now=now, version=version_of(form))
    except InvalidInput as error:
        return form_page(request, session, filled(form), by=by, plan=plan, error=error)
    except PreconditionFailed as error:
        saved = fields_of(base, plan.rrule, ", ".join(tags_of(session, base.equipment_ids)))
        typed: dict[str, Any] = {name: [] for name in LISTS} | filled(form)
        errors = refused(error, typed, saved | {"version": plan.version}, {*typed, *CHECKS}, f"/plans/{plan_id}/edit")
        return form_page(request, session, errors.typed, by=by, plan=plan, errors=errors)
    return _saved(edited)


def _saved(edited: edits.EditedPlan) -> Response:
    here = f"/plans/{edited.plan.id}"
    if not edited.dropped:
        return see_other(here, message=N_("Saved. Orders already started and the past have not changed."))
    dates = ", ".join(f"{each.item} ({tiny_day(each.due_on, year=True)})" for each in edited.dropped[:TOLD])
    said = N_("Saved. Dates that had been skipped or moved are no longer in the plan: %(dates)s.")
    return see_other(here, message=said, tone="warn", dates=dates)


@router.post("/preview")
@reads
def preview_form(
    request: Request, session: Session, form: Form, by: CurrentActor, now: Now, plan_id: int | None = None
) -> Response:
    """The part of the form's page that changes while one types; writes nothing."""
    require(by, Permission.PLAN)
    base = said_by(session, plan_id, by=by) if plan_id is not None else None
    try:
        data = said_in(session, form, base, by=by, is_draft=True)
        preview, errors = preview_plan(session, data, by=by, now=now, plan_id=plan_id), {}
    except InvalidInput as error:
        preview, errors = None, placed(error)
    return page(request, "plans/_preview.html", by=by, preview=preview, errors=errors)


def previewed(
    request: Request,
    session: Session,
    form: Form,
    base: PlanInput | None,
    *,
    by: Actor,
    now: Any,
    plan: Any = None,
) -> Response:
    """The same without JavaScript: the whole page again, with what was typed."""
    data = said_in(session, form, base, by=by, is_draft=True)
    preview = preview_plan(session, data, by=by, now=now, plan_id=plan.id if plan else None)
    change = preview_edit(session, plan.id, data, by=by, now=now) if plan else None
    return form_page(request, session, filled(form), by=by, plan=plan, preview=preview, change=change)


def said_by(session: Session, plan_id: int, *, by: Actor) -> PlanInput:
    return queries.input_of(session, queries.get_plan(session, plan_id, by=by))


def placed(error: AppError) -> dict[str, str]:
    """Messages by the form's own names."""
    texts = messages(error)
    return {_shown_at(name): text for name, text in texts.items()}


def _shown_at(name: str) -> str:
    first = name.partition(".")[0]
    return name if first == "trigger" else SHOWN_AT.get(first, first)


def form_page(
    request: Request,
    session: Session,
    values: dict[str, Any],
    *,
    by: Actor,
    plan: Any = None,
    preview: Preview | None = None,
    change: ChangePreview | None = None,
    error: AppError | None = None,
    errors: Refusal | None = None,
) -> Response:
    is_field_error = error is not None and bool(error.fields)
    return page(
        request,
        "plans/edit.html",
        by=by,
        status=errors.status if errors else error.status if error else 200,
        plan=plan,
        v=values,
        errors=errors or (placed(error) if error is not None and is_field_error else {}),
        trouble=trouble(error),
        preview=preview,
        change=change,
        **choices(session, values, by=by),
        meter_names=meter_names(session, by=by),
        families=[(family.id, family.title) for family in list_families(session, by=by, limit=CHOICES)],
        procedures=procedure_choices(session, by=by),
        not_started=count_not_started(session, plan.id) if plan else 0,
        sees_all=by.site_ids is None,
        chosen_first=chosen_first,
    )


def choices(session: Session, values: dict[str, Any], *, by: Actor) -> dict[str, Any]:
    """What the plan covers and who does it: to choose from, with what it has already."""
    ids = {name: keys_of(values.get(name)) for name in (*LISTS, "site_id", "team_id", "assignee_id")}
    models = [(m.id, f"{m.manufacturer} {m.reference}".strip()) for m in registry.models(session, by=by, limit=CHOICES)]
    offered: tuple[tuple[str, Any, Any, set[int]], ...] = (
        ("categories", EquipmentCategory, registry.category_choices(session, by=by), ids["category_ids"]),
        ("models", EquipmentModel, models, ids["model_ids"]),
        ("sites", Site, places.site_choices(session, by=by), ids["site_ids"] | ids["site_id"]),
        ("teams", Team, pairs(people.teams(session, by=by, limit=CHOICES)), ids["team_id"]),
        ("persons", Person, pairs(people.persons(session, by=by, limit=CHOICES)), ids["assignee_id"]),
    )
    return {name: with_chosen(session, table, rows, chosen, by=by) for name, table, rows, chosen in offered} | {
        "rooms": place_choices(session, ids["within_location_ids"] | ids["item_location_ids"], by=by)
    }


def pairs(rows: Iterable[Any]) -> list[tuple[int, str]]:
    return [(row.id, row.name) for row in rows]


def keys_of(said: Any) -> set[int]:
    return {key for one in (said if isinstance(said, list) else [said]) if (key := key_of(one)) is not None}


def chosen_first(options: list[tuple[int, str]], chosen: list[str]) -> list[tuple[int, str]]:
    """A list that scrolls begins with what is ticked."""
    return sorted(options, key=lambda option: str(option[0]) not in chosen)
