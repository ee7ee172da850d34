"""Procedures: the list, one with its steps and versions, what differs between two of them."""

from typing import Annotated, Any, ClassVar, get_args

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, Field
from sqlalchemy.orm import Session

from app.changes.actions.procedures import archive_procedure as archive
from app.core.errors import AppError, Conflict, InvalidInput
from app.core.i18n import N_
from app.core.security import Actor, Permission
from app.http import CurrentActor, Listing, Now, RondeRoute, slow
from app.http.downloads import FileKind, list_file
from app.operations.rules import columns
from app.places.rules import require_whole_house
from app.plans.queries.plans import plans_with_procedure
from app.procedures import actions
from app.procedures.queries import procedures as queries
from app.procedures.queries import versions
from app.procedures.queries.suggestions import count_open, list_suggestions
from app.procedures.schemas import Kind, ProcedureInput, ProcedurePatch, ProcedureRow, SuggestionInput
from app.web.forms import Form, messages, parse, parse_edit, wrongs
from app.web.lists import ListQuery
from app.web.pages import page, see_other, words_of
from app.web.sites import may_plan_everywhere
from app.web.stale import REFUSED, refused, status_of
from app.workorders.queries.procedures import count_not_begun

router = APIRouter(route_class=RondeRoute, prefix="/procedures")
TOLD = 20  # suggestions on a procedure's page
NAMED = ("title", "code", "kind")


class ProceduresQuery(ListQuery):
    PATH: ClassVar = "/procedures"
    kind: Kind | None = None
    sort: queries.Sort = "title"

    def listing(self, by: Actor) -> Listing[ProcedureRow]:
        asked: dict[str, Any] = {"by": by, "q": self.q, "kind": self.kind, "is_archived": self.archived}
        return Listing.sorted_by(self.sort, queries.ORDERS, queries.list_procedures, **asked)


Asked = Annotated[ProceduresQuery, Query()]
Number = Annotated[int, Field(ge=1, le=1_000_000)]


class ShownVersion(BaseModel):
    version: Number | None = None


class Compared(BaseModel):
    """The newest with the one before it, where nothing else is asked for."""

    before: Number | None = None
    after: Number | None = None


@router.get("")
def procedures_page(request: Request, asked: Asked, session: Session, by: CurrentActor) -> Response:
    return page(
        request,
        "procedures/index.html",
        by=by,
        may_edit=may_plan_everywhere(by),
        kinds=get_args(Kind),
        open_suggestions=count_open(session, by=by),
        **asked.shown(session, asked.listing(by)),
    )


@router.get("/export.{kind}")
@slow
def export_procedures(request: Request, kind: FileKind, asked: Asked, session: Session, by: CurrentActor) -> Response:
    kind_words = words_of("workorders/_words.html", "kind_words")
    words = {"kind": lambda value: kind_words(value) if value else ""}
    return list_file(request, session, "procedures", kind, asked.listing(by), columns.PROCEDURES, words)


@router.get("/new")
def new_procedure(request: Request, by: CurrentActor) -> Response:
    return name_page(request, {}, by=by)


@router.post("/new")
def create_procedure(request: Request, session: Session, form: Form, by: CurrentActor, now: Now) -> Response:
    try:
        procedure = actions.create_procedure(session, parse(ProcedureInput, form), by=by, now=now)
    except InvalidInput as error:
        return name_page(request, dict(form), by=by, errors=messages(error))
    return see_other(f"/procedures/{procedure.id}/draft", message=N_("Now say what is done, step by step."))


def name_page(
    request: Request, values: dict[str, Any], *, by: Actor, procedure: Any = None, errors: Any = None
) -> Response:
    require_whole_house(by, Permission.PLAN)
    shown = {"values": values, "errors": errors or {}, "procedure": procedure, "kinds": get_args(Kind)}
    return page(request, "procedures/name.html", by=by, status=status_of(errors), **shown)


@router.get("/{procedure_id:int}/edit")
def edit_procedure_page(request: Request, procedure_id: int, session: Session, by: CurrentActor) -> Response:
    procedure = queries.get_procedure(session, procedure_id, by=by)
    values = {name: getattr(procedure, name) for name in (*NAMED, "version")}
    return name_page(request, values, by=by, procedure=procedure)


@router.post("/{procedure_id:int}/edit")
def edit_procedure(
    request: Request, procedure_id: int, session: Session, form: Form, by: CurrentActor, now: Now
) -> Response:
    """A kind that is chosen no more is none."""
    try:
        patch, version = parse_edit(ProcedurePatch, form)
        patch = ProcedurePatch(**patch.model_dump() | {"kind": patch.kind})
        actions.edit_procedure(session, procedure_id, patch, version=version, by=by, now=now)
    except REFUSED as error:
        procedure = queries.get_procedure(session, procedure_id, by=by)
        saved = {name: getattr(procedure, name) for name in (*NAMED, "version")}
        errors = refused(error, dict(form), saved, NAMED, f"/procedures/{procedure_id}/edit")
        return name_page(request, errors.typed, by=by, procedure=procedure, errors=errors)
    return see_other(f"/procedures/{procedure_id}", message=N_("Saved."))


@router.get("/{procedure_id:int}")
def show_procedure(
    request: Request, procedure_id: int, query: Annotated[ShownVersion, Query()], session: Session, by: CurrentActor
) -> Response:
    return procedure_page(request, session, procedure_id, by=by, number=query.version)


def procedure_page(
    request: Request,
    session: Session,
    procedure_id: int,
    *,
    by: Actor,
    number: int | None = None,
    error: AppError | None = None,
    said: dict[str, Any] | None = None,
) -> Response:
    """The version asked for; else the one in force, else the draft, else the last that was given up."""
    row = queries.get_procedure(session, procedure_id, by=by)
    procedure = queries.procedure_view(session, row)
    every = versions.list_versions(session, row)
    shown = procedure.current or procedure.draft
    wanted = number or (shown or every[0]).number
    if shown is None or wanted != shown.number:
        shown = versions.get_version(session, row, wanted)
    return page(
        request,
        "procedures/show.html",
        by=by,
        status=error.status if error else 200,
        procedure=procedure,
        shown=shown,
        versions=every,
        suggestions=list_suggestions(session, by=by, procedure_id=procedure_id, limit=TOLD)[:TOLD],
        plans=plans_with_procedure(session, procedure_id, by=by),
        may_edit=may_plan_everywhere(by),
        not_begun=count_not_begun(session, procedure_id, by=by) if procedure.draft else 0,
        said=said or {},
        errors=wrongs(error),
    )


@router.get("/{procedure_id:int}/compare")
def compare_page(
    request: Request, procedure_id: int, query: Annotated[Compared, Query()], session: Session, by: CurrentActor
) -> Response:
    procedure = queries.get_procedure(session, procedure_id, by=by)
    all_versions = versions.list_versions(session, procedure)
    after = query.after or all_versions[0].number
    told = versions.compare_versions(session, procedure, query.before or max(after - 1, 1), after)
    return page(request, "procedures/compare.html", by=by, procedure=procedure, told=told, versions=all_versions)


@router.post("/{procedure_id:int}/suggestions")
def suggest(request: Request, procedure_id: int, session: Session, form: Form, by: CurrentActor, now: Now) -> Response:
    try:
        said = parse(SuggestionInput, form)
        actions.suggest_on_procedure(session, procedure_id, said, by=by, now=now)
    except InvalidInput as error:
        return procedure_page(request, session, procedure_id, by=by, error=error, said=dict(form))
    return see_other(f"/procedures/{procedure_id}", message=N_("Thank you. Whoever writes this procedure reads it."))


@router.post("/{procedure_id:int}/archive")
def archive_procedure(request: Request, procedure_id: int, session: Session, by: CurrentActor, now: Now) -> Response:
    try:
        archive(session, procedure_id, by=by, now=now)
    except Conflict as error:
        return procedure_page(request, session, procedure_id, by=by, error=error)
    return see_other("/procedures", message=N_("Archived."))


@router.post("/{procedure_id:int}/restore")
def restore_procedure(procedure_id: int, session: Session, by: CurrentActor, now: Now) -> Response:
    archive(session, procedure_id, is_archived=False, by=by, now=now)
    return see_other(f"/procedures/{procedure_id}", message=N_("Restored."))
