"""Families of plans on one page: each with its plans by rank, made and changed in place (S24)."""

from typing import Any

from fastapi import APIRouter, Request, Response
from sqlalchemy.orm import Session

from app.changes.actions import edits
from app.core.errors import AppError, Conflict, InvalidInput, PreconditionFailed
from app.core.i18n import N_
from app.core.security import Actor, Permission
from app.http import CurrentActor, Now, RondeRoute
from app.plans.actions import families as actions
from app.plans.queries import families as queries
from app.plans.schemas.families import FamilyInput, FamilyPatch
from app.web.forms import Form, messages, parse, parse_edit, values_of
from app.web.pages import page, see_other

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
    said: dict[str, Any] | None = None,
    edited_id: int | None = None,
    error: AppError | None = None,
) -> Response:
    """`said` was refused: of the family `edited_id`, or of a new one."""
    may_edit = by.has(Permission.PLAN) and by.site_ids is None
    archived = queries.list_families(session, by=by, is_archived=True, limit=SHOWN)[:SHOWN] if may_edit else []
    return page(
        request,
        "plans/families.html",
        by=by,
        status=error.status if error else 200,
        families=queries.list_families(session, by=by, limit=SHOWN)[:SHOWN],
        v=said or {},
        edited_id=edited_id,
        errors=messages(error) if error else {},
        trouble=error.message if error and not error.fields else None,
        may_add=by.has(Permission.PLAN),
        may_edit=may_edit,
        archived=archived,
    )


@router.post("")
def create_family(request: Request, form: Form, session: Session, by: CurrentActor, now: Now) -> Response:
    try:
        actions.create_family(session, parse(FamilyInput, form), by=by, now=now)
    except (InvalidInput, Conflict) as error:
        return shown(request, session, by=by, said=values_of(form), error=error)
    return see_other(PAGE, message=N_("The family is made. Choose it in the forms of its plans."))


@router.post("/{family_id:int}")
def edit_family(request: Request, family_id: int, form: Form, session: Session, by: CurrentActor, now: Now) -> Response:
    try:
        data, version = parse_edit(FamilyPatch, form)
        edits.edit_family(session, family_id, data, version=version, by=by, now=now)
    except (InvalidInput, Conflict, PreconditionFailed) as error:
        return shown(request, session, by=by, said=values_of(form), edited_id=family_id, error=error)
    return see_other(PAGE, message=N_("Saved."))


@router.post("/{family_id:int}/archive")
def archive_family(request: Request, family_id: int, session: Session, by: CurrentActor, now: Now) -> Response:
    try:
        actions.archive_family(session, family_id, by=by, now=now)
    except Conflict as error:
        return shown(request, session, by=by, edited_id=family_id, error=error)
    return see_other(PAGE, message=N_("The family is archived."))


@router.post("/{family_id:int}/restore")
def restore_family(family_id: int, session: Session, by: CurrentActor, now: Now) -> Response:
    actions.archive_family(session, family_id, is_archived=False, by=by, now=now)
    return see_other(PAGE, message=N_("The family can be chosen again."))
