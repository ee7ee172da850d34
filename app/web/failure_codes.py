"""Failure codes of a category, or of the whole house: which known ones apply, and a site's own."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, BeforeValidator
from sqlalchemy.orm import Session
from starlette.datastructures import FormData

from app.core.errors import InvalidInput
from app.core.i18n import N_, gettext
from app.core.security import Actor
from app.equipment import actions, queries
from app.equipment.models import FailureCode
from app.equipment.rules.failures import KINDS, KNOWN, LABELS, STANDARD
from app.equipment.schemas import FailureCodeInput, FailureCodePatch
from app.http import CurrentActor, Now, RondeRoute
from app.people.schemas import Id
from app.web.equipment_catalogue import may_change
from app.web.forms import Form, key_of, parse, values_of, version_of
from app.web.pages import page, see_other
from app.web.stale import REFUSED, Refusal, refused, status_of, wrong

routes = APIRouter(route_class=RondeRoute, prefix="/equipment/failure-codes")


class CodesQuery(BaseModel):
    category_id: Annotated[Id | None, BeforeValidator(lambda said: said or None)] = None


def shown(
    request: Request,
    session: Session,
    category_id: int | None,
    *,
    by: Actor,
    edited_id: int | None = None,
    errors: Refusal | None = None,
) -> Response:
    """`errors` are of the code `edited_id`, or of a new one."""
    if category_id is not None:
        queries.get_category(session, category_id, by=by)
    rows = queries.failure_codes(session, category_id, by=by, archived=True)
    return page(
        request,
        "equipment/failure_codes.html",
        by=by,
        status=status_of(errors),
        rows=rows,
        kinds=KINDS,
        known={kind: [(w.code, gettext(LABELS[w.code])) for w in STANDARD if w.kind == kind] for kind in KINDS},
        before={"mode": [], "mechanism": words_before("mode", rows), "cause": words_before("mechanism", rows)},
        is_known=lambda row: (row.kind, row.code) in KNOWN,
        label=label,
        category_id=category_id,
        categories=queries.category_choices(session, by=by),
        v=errors.typed if errors is not None else {},
        edited_id=edited_id,
        errors=errors or {},
        may_edit=may_change(by),
    )


def label(code: str) -> str:
    return gettext(LABELS.get(code, code))


def words_before(kind: str, rows: Any) -> list[tuple[str, str]]:
    """What a code of the next list may go with: the known ones, and those of this page."""
    own = [(row.code, row.name) for row in rows if row.kind == kind and (kind, row.code) not in KNOWN]
    return [*own, *((word.code, gettext(LABELS[word.code])) for word in STANDARD if word.kind == kind)]


@routes.get("")
def failure_codes_page(
    request: Request, query: Annotated[CodesQuery, Query()], session: Session, by: CurrentActor
) -> Response:
    return shown(request, session, query.category_id, by=by)


@routes.post("")
def create_failure_code(request: Request, form: Form, session: Session, by: CurrentActor, now: Now) -> Response:
    try:
        code = actions.add_failure_code(session, parse(FailureCodeInput, form), by=by, now=now)
    except InvalidInput as error:
        errors = wrong(error, values_of(form))
        return shown(request, session, key_of(form.get("category_id")), by=by, errors=errors)
    return back_to(code, N_("Saved."))


@routes.post("/{code_id:int}")
def edit_failure_code(
    request: Request, code_id: int, form: Form, session: Session, by: CurrentActor, now: Now
) -> Response:
    code = queries.get_failure_code(session, code_id, by=by)
    rest = FormData([(name, value) for name, value in form.multi_items() if name != "version"])
    try:
        values = parse(FailureCodePatch, rest).model_dump()
        actions.edit_failure_code(session, code_id, values, version=version_of(form), by=by, now=now)
    except REFUSED as error:
        session.rollback()
        saved = {name: getattr(code, name) for name in (*FailureCodePatch.model_fields, "version")}
        typed = dict(form) | {"follows": [code for code in form.getlist("follows[]") if code]}
        back = f"/equipment/failure-codes{query_of(code)}"
        errors = refused(error, typed, saved, FailureCodePatch.model_fields, back)
        return shown(request, session, code.category_id, by=by, edited_id=code_id, errors=errors)
    return back_to(code, N_("Saved."))


@routes.post("/{code_id:int}/archive")
def archive_failure_code(code_id: int, session: Session, by: CurrentActor, now: Now) -> Response:
    return back_to(actions.archive_failure_code(session, code_id, by=by, now=now), N_("Archived."))


@routes.post("/{code_id:int}/restore")
def restore_failure_code(code_id: int, session: Session, by: CurrentActor, now: Now) -> Response:
    code = actions.archive_failure_code(session, code_id, is_archived=False, by=by, now=now)
    return back_to(code, N_("Restored."))


def back_to(code: FailureCode, message: str) -> Response:
    return see_other(f"/equipment/failure-codes{query_of(code)}", message=message)


def query_of(code: FailureCode) -> str:
    return f"?category_id={code.category_id}" if code.category_id else ""
