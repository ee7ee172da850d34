"""Families of plans on one page: each with its plans by rank, made and changed in place (S24)."""

from fastapi import APIRouter, Request, Response
from sqlalchemy.orm import Session

from app.changes.actions import edits
from app.core.errors import Conflict, InvalidInput
from app.core.i18n import N_
from app.core.security import Actor, Permission
from app.http import CurrentActor, Now, RondeRoute
from app.plans.actions import families as actions
from app.plans.queries import families as queries
from app.plans.schemas.families import FamilyInput, FamilyPatch
from app.web.forms import Form, parse, parse_edit, values_of
from app.web.pages import page, see_other
from app.web.stale import REFUSED, Refusal, refused, status_of, wrong

router = APIRouter(route_class=RondeRoute, prefix="/plans/families")
SHOWN = 200
PAGE = "/plans/families"


@router.get("")
def families_page(request: Request, session: Session, by: CurrentActor) -> Response:
    return shown(request, session, by=by)


def shown(
    request: Request,
    session: Session,
    *,
    by: Actor,
    edited_id: int | None = None,
    errors: Refusal | None = None,
) -> Response:
    """`errors` are of the family `edited_id`, or of a new one."""
    may_edit = by.has(Permission.PLAN) and by.site_ids is None
    archived = queries.list_families(session, by=by, is_archived=True, limit=SHOWN)[:SHOWN] if may_edit else []
    return page(
        request,
        "plans/families.html",
        by=by,
        status=status_of(errors),
        families=queries.list_families(session, by=by, limit=SHOWN)[:SHOWN],
        v=errors.typed if errors is not None else {},
        edited_id=edited_id,
        errors=errors or {},
        may_add=by.has(Permission.PLAN),
        may_edit=may_edit,
        archived=archived,
    )


@router.post("")
def create_family(request: Request, form: Form, session: Session, by: CurrentActor, now: Now) -> Response:
    try:
        actions.create_family(session, parse(FamilyInput, form), by=by, now=now)
    except (InvalidInput, Conflict) as error:
        return shown(request, session, by=by, errors=wrong(error, values_of(form)))
    return see_other(PAGE, message=N_("The family is made. Choose it in the forms of its plans."))


@router.post("/{family_id:int}")
def edit_family(request: Request, family_id: int, form: Form, session: Session, by: CurrentActor, now: Now) -> Response:
    try:
        data, version = parse_edit(FamilyPatch, form)
        edits.edit_family(session, family_id, data, version=version, by=by, now=now)
    except (*REFUSED, Conflict) as error:
        family = queries.get_family(session, family_id, by=by)
        saved = {name: getattr(family, name) for name in (*FamilyPatch.model_fields, "version")}
        errors = refused(error, dict(form), saved, FamilyPatch.model_fields, PAGE)
        return shown(request, session, by=by, edited_id=family_id, errors=errors)
    return see_other(PAGE, message=N_("Saved."))


@router.post("/{family_id:int}/archive")
def archive_family(request: Request, family_id: int, session: Session, by: CurrentActor, now: Now) -> Response:
    try:
        actions.archive_family(session, family_id, by=by, now=now)
    except Conflict as error:
        return shown(request, session, by=by, edited_id=family_id, errors=wrong(error, {}))
    return see_other(PAGE, message=N_("The family is archived."))


@router.post("/{family_id:int}/restore")
def restore_family(family_id: int, session: Session, by: CurrentActor, now: Now) -> Response:
    actions.archive_family(session, family_id, is_archived=False, by=by, now=now)
    return see_other(PAGE, message=N_("The family can be chosen again."))
