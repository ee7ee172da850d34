"""The library: what ships, what a choice of it would make, what was loaded."""

from typing import Any

from fastapi import APIRouter, Request, Response
from sqlalchemy.orm import Session

from app.core.errors import AppError, Conflict, InvalidInput
from app.core.i18n import N_, gettext
from app.core.security import Actor
from app.equipment.queries import category_choices
from app.http import CurrentActor, Now, RondeRoute
from app.http.route import reads
from app.library import actions, queries
from app.library.schemas import LoadedPlanView, LoadInput
from app.plans.queries.choices import place_choices
from app.web.forms import Form, messages, parse, trouble, values_of
from app.web.pages import page, see_other
from app.web.plan_differences import differences

router = APIRouter(route_class=RondeRoute, prefix="/library")


@router.get("")
def library_page(request: Request, session: Session, by: CurrentActor) -> Response:
    return page(request, "library/index.html", by=by, entries=queries.list_entries(session, by=by))


@router.get("/{entry_code}")
def show_entry(request: Request, entry_code: str, session: Session, by: CurrentActor) -> Response:
    return entry_page(request, session, entry_code, by=by)


def entry_page(
    request: Request,
    session: Session,
    entry_code: str,
    *,
    by: Actor,
    said: dict[str, Any] | None = None,
    error: AppError | None = None,
) -> Response:
    entry = queries.show_entry(session, entry_code, by=by)
    usual = {"language": by.language, "category_ids": list(map(str, entry.suggested_category_ids)), "location_ids": []}
    usual["plans"] = [plan.key for plan in entry.plans]
    return page(
        request,
        "library/show.html",
        by=by,
        status=error.status if error else 200,
        entry=entry,
        plan_differences={plan.plan_id: newer_plan(plan) for plan in entry.loaded.plans} if entry.loaded else {},
        steps=[dict(step) | {"position": place} for place, step in enumerate(entry.steps, 1)],
        v=said if said is not None else usual,
        errors=messages(error) if error else {},
        trouble=trouble(error),
        categories=category_choices(session, by=by),
        places=place_choices(session, by=by),
        may_load=by.site_ids is None,
    )


def newer_plan(plan: LoadedPlanView) -> list[tuple[str, str, str]]:
    """The dates in a sentence, then field by field."""
    dates = [(gettext("Dates"), plan.dates, plan.newer)] if plan.newer and plan.newer != plan.dates else []
    return [*dates, *differences(plan.changes)]


@router.post("/{entry_code}/preview")
@reads
def preview_entry(
    request: Request, entry_code: str, form: Form, session: Session, by: CurrentActor, now: Now
) -> Response:
    try:
        told = queries.preview_load(session, entry_code, parse(LoadInput, form), by=by, now=now)
    except InvalidInput as error:
        return page(request, "library/_preview.html", by=by, told=None, errors=messages(error))
    return page(request, "library/_preview.html", by=by, told=told, errors={})


@router.post("/{entry_code}/load")
def load_entry(request: Request, entry_code: str, form: Form, session: Session, by: CurrentActor, now: Now) -> Response:
    try:
        made = actions.load_entry(session, entry_code, parse(LoadInput, form), by=by, now=now)
    except InvalidInput as error:
        return entry_page(request, session, entry_code, by=by, said=values_of(form), error=error)
    if len(made.plan_ids) == 1:
        return see_other(f"/plans/{made.plan_ids[0]}", message=N_("Loaded. Look it over; it is yours to change."))
    return see_other(f"/library/{entry_code}", message=N_("Loaded. Look it over; it is yours to change."))


@router.post("/{entry_code}/decide")
def decide_edition(
    request: Request, entry_code: str, form: Form, session: Session, by: CurrentActor, now: Now
) -> Response:
    is_taken = form.get("take") == "1"
    try:
        loaded = actions.decide_edition(session, entry_code, take=is_taken, by=by, now=now)
    except Conflict as error:
        return entry_page(request, session, entry_code, by=by, error=error)
    if not is_taken:
        return see_other(f"/library/{entry_code}", message=N_("Your own text stays."))
    message = N_("The new edition is a draft now: look at it, then publish it.")
    return see_other(f"/procedures/{loaded.procedure_id}", message=message)
