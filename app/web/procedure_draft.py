"""The next version of a procedure: its form, which works without JavaScript, publishing and giving it up."""

from typing import Any

from fastapi import APIRouter, Request, Response
from sqlalchemy.orm import Session
from starlette.datastructures import FormData

from app.changes.actions.procedures import publish_procedure
from app.core.errors import AppError, InvalidInput
from app.core.i18n import N_
from app.core.security import Actor, Permission
from app.http import CurrentActor, Now, RondeRoute
from app.meters.queries import meter_names
from app.parts.queries import part_choices
from app.places.rules import require_whole_house
from app.procedures import actions
from app.procedures.queries import procedures as queries
from app.procedures.queries.suggestions import list_suggestions
from app.procedures.schemas import DraftInput, PublishInput, VersionView
from app.web.forms import Form, checked, key_of, parse_edit, values_of, version_of
from app.web.pages import page, see_other
from app.web.procedure_steps import conditions, rearranged, row_of, rows_in, said_by
from app.web.procedures import procedure_page
from app.web.stale import REFUSED, Refusal, refused

router = APIRouter(route_class=RondeRoute, prefix="/procedures/{procedure_id:int}")
OWN = ("note", "safety_notes", "tools", "estimate_minutes")
SPARE_PARTS = 3  # empty lines for parts
LISTED = 200


@router.post("/draft/start")
def start_draft(procedure_id: int, session: Session, form: Form, by: CurrentActor, now: Now) -> Response:
    actions.start_draft(session, procedure_id, version=version_of(form), by=by, now=now)
    return see_other(f"/procedures/{procedure_id}/draft")


@router.get("/draft")
def draft_page(request: Request, procedure_id: int, session: Session, by: CurrentActor) -> Response:
    procedure = queries.procedure_view(session, queries.get_procedure(session, procedure_id, by=by))
    if procedure.draft is None:
        return see_other(f"/procedures/{procedure_id}")
    return form_page(request, session, procedure, fields_of(procedure.draft, procedure.version), by=by)


@router.post("/draft")
def save_draft(
    request: Request, procedure_id: int, session: Session, form: Form, by: CurrentActor, now: Now
) -> Response:
    """`do` asks for another order of the steps: the form comes back with it, nothing is saved yet."""
    values = typed_in(form)
    try:
        if not form.get("do"):
            said = draft_of(values)
            actions.save_draft(session, procedure_id, said, version=version_of(form), by=by, now=now)
            number = key_of(form.get("number"))
            shown = f"?version={number}" if number is not None else ""
            return see_other(f"/procedures/{procedure_id}{shown}", message=N_("The draft is saved."))
        errors = None
    except REFUSED as error:
        errors = refusal_of(session, procedure_id, values, error, by=by)
    procedure = queries.procedure_view(session, queries.get_procedure(session, procedure_id, by=by))
    return form_page(request, session, procedure, values, by=by, errors=errors)


@router.post("/publish")
def publish_draft(
    request: Request, procedure_id: int, session: Session, form: Form, by: CurrentActor, now: Now
) -> Response:
    try:
        data, version = parse_edit(PublishInput, form)
        publish_procedure(session, procedure_id, data, version=version, by=by, now=now)
    except InvalidInput as error:
        return procedure_page(request, session, procedure_id, by=by, error=error)
    return see_other(f"/procedures/{procedure_id}", message=N_("In force for orders made from now on."))


@router.post("/draft/discard")
def discard_draft(procedure_id: int, session: Session, form: Form, by: CurrentActor, now: Now) -> Response:
    actions.discard_draft(session, procedure_id, version=version_of(form), by=by, now=now)
    return see_other(f"/procedures/{procedure_id}", message=N_("The draft is given up."))


def fields_of(draft: VersionView, version: int) -> dict[str, Any]:
    """The form of a draft as it is saved."""
    parts = [{"part_id": part.part_id, "quantity": part.quantity} for part in draft.parts]
    own = {name: getattr(draft, name) for name in OWN}
    return own | {"version": version, "steps": [row_of(step) for step in draft.steps], "parts": parts}


def typed_in(form: FormData) -> dict[str, Any]:
    """The form as it was sent, its steps in the order that `do` asks for."""
    said = values_of(form)
    steps, parts = rows_in(said, "steps"), rows_in(said, "parts")
    asked = str(said.get("do", ""))
    own = {name: said.get(name) for name in (*OWN, "version")}
    return own | {"steps": rearranged(steps, asked) if asked else steps, "parts": parts}


def draft_of(values: dict[str, Any]) -> DraftInput:
    """Raises InvalidInput that names the fields of the form. A line without a part says nothing."""
    said = {name: values[name] for name in OWN}
    said["steps"] = [said_by(row) for row in values["steps"]]
    said["parts"] = [row for row in values["parts"] if row.get("part_id")]
    return checked(DraftInput, said)


def refusal_of(session: Session, procedure_id: int, values: dict[str, Any], error: AppError, *, by: Actor) -> Refusal:
    """Where somebody else was faster: what they saved, field by field."""
    procedure = queries.procedure_view(session, queries.get_procedure(session, procedure_id, by=by))
    saved = flat(fields_of(procedure.draft, procedure.version)) if procedure.draft else {"version": procedure.version}
    errors = refused(error, flat(values), saved, saved, f"/procedures/{procedure_id}/draft")
    values["version"] = errors.typed.get("version", values["version"])
    for name in [name for name in errors if name.endswith(("only_if_position", "only_if_answer"))]:
        errors[name.rpartition("_")[0].removesuffix("_position")] = errors.pop(name)
    return errors


def flat(values: dict[str, Any]) -> dict[str, Any]:
    """By the names that the fields have in the form."""
    steps = {f"steps.{n}.{name}": value for n, row in enumerate(values["steps"]) for name, value in row.items()}
    return {name: values[name] for name in (*OWN, "version")} | steps


def form_page(
    request: Request,
    session: Session,
    procedure: Any,
    values: dict[str, Any],
    *,
    by: Actor,
    errors: Refusal | None = None,
) -> Response:
    require_whole_house(by, Permission.PLAN)
    rows = values["steps"]
    draft_id = procedure.draft.id if procedure.draft else 0
    return page(
        request,
        "procedures/draft.html",
        by=by,
        status=errors.status if errors else 200,
        procedure=procedure,
        v=values,
        conditions=[conditions(rows, place) for place in range(1, len(rows) + 1)],
        errors=errors or {},
        parts=[(part.id, f"{part.name} ({part.reference})") for part in part_choices(session, by=by)],
        lines=[*values["parts"], *({} for _ in range(SPARE_PARTS))],
        meter_names=meter_names(session, by=by),
        taken=list_suggestions(session, by=by, taken_in_id=draft_id, limit=LISTED),
    )
