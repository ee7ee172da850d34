"""Procedures (gammes): versions that are drafted, published and compared."""

from typing import Annotated

from fastapi import APIRouter, Body, Query, Request, Response
from pydantic import Field
from sqlalchemy.orm import Session

from app.changes.actions.procedures import archive_procedure as archive
from app.changes.actions.procedures import publish_procedure
from app.core.security import Actor
from app.http import CurrentActor, IfMatch, ListFilter, Listing, Now, Page, PageQuery, RondeRoute, slow
from app.http.downloads import FILES, FileKind, list_file
from app.operations.rules import columns
from app.procedures import actions
from app.procedures.models import Procedure
from app.procedures.queries import procedures as queries
from app.procedures.queries import versions
from app.procedures.schemas import (
    Comparison,
    DraftInput,
    Kind,
    ProcedureInput,
    ProcedurePatch,
    ProcedureRow,
    ProcedureView,
    PublishInput,
    VersionRow,
    VersionView,
)

router = APIRouter(prefix="/procedures", tags=["procedures"], route_class=RondeRoute)


class ProcedureFilter(ListFilter):
    q: Annotated[str, Field(max_length=200, description="Words in title or code.")] = ""
    kind: Kind | None = None
    archived: bool = False
    sort: queries.Sort = "title"

    def listing(self, by: Actor) -> Listing[ProcedureRow]:
        asked = {"q": self.q, "kind": self.kind, "is_archived": self.archived}
        return Listing.sorted_by(self.sort, queries.ORDERS, queries.list_procedures, by=by, **asked)


class ProcedureQuery(PageQuery, ProcedureFilter):
    pass


class CompareQuery(ListFilter):
    before: Annotated[int, Field(ge=1, le=1_000_000)]
    after: Annotated[int, Field(ge=1, le=1_000_000)]


def shown(session: Session, procedure: Procedure) -> ProcedureView:
    return queries.procedure_view(session, procedure)


@router.get("")
def list_procedures(
    query: Annotated[ProcedureQuery, Query()], session: Session, by: CurrentActor
) -> Page[ProcedureRow]:
    """By title, or by code. Archived ones only where asked for."""
    return query.listing(by).page(session, limit=query.limit, cursor=query.cursor)


@router.get("/export.{kind}", response_class=Response, responses=FILES)
@slow
def export_procedures(
    request: Request, kind: FileKind, query: Annotated[ProcedureFilter, Query()], session: Session, by: CurrentActor
) -> Response:
    """The whole list as a file, with the filters of the list."""
    return list_file(request, session, "procedures", kind, query.listing(by), columns.PROCEDURES)


@router.post("", status_code=201)
def create_procedure(data: ProcedureInput, session: Session, by: CurrentActor, now: Now) -> ProcedureView:
    """With the draft of its first version: it is in force once that is published."""
    return shown(session, actions.create_procedure(session, data, by=by, now=now))


@router.get("/{procedure_id}")
def get_procedure(procedure_id: int, session: Session, by: CurrentActor) -> ProcedureView:
    return shown(session, queries.get_procedure(session, procedure_id, by=by))


@router.patch("/{procedure_id}")
def edit_procedure(
    procedure_id: int, patch: ProcedurePatch, version: IfMatch, session: Session, by: CurrentActor, now: Now
) -> ProcedureView:
    """What is the same in all versions; what a version says is edited in its draft."""
    return shown(session, actions.edit_procedure(session, procedure_id, patch, version=version, by=by, now=now))


@router.post("/{procedure_id}/draft")
def start_draft(procedure_id: int, version: IfMatch, session: Session, by: CurrentActor, now: Now) -> ProcedureView:
    """The next version begins as what the one in force says."""
    return shown(session, actions.start_draft(session, procedure_id, version=version, by=by, now=now))


@router.put("/{procedure_id}/draft")
def save_draft(
    procedure_id: int, data: DraftInput, version: IfMatch, session: Session, by: CurrentActor, now: Now
) -> ProcedureView:
    """All that the draft says, steps and parts included; what is left out is empty."""
    return shown(session, actions.save_draft(session, procedure_id, data, version=version, by=by, now=now))


@router.delete("/{procedure_id}/draft")
def discard_draft(procedure_id: int, version: IfMatch, session: Session, by: CurrentActor, now: Now) -> ProcedureView:
    """Given up: it stays among the versions, never in force. Suggestions that it had taken in are open again."""
    return shown(session, actions.discard_draft(session, procedure_id, version=version, by=by, now=now))


@router.post("/{procedure_id}/publish")
def publish_draft(
    procedure_id: int,
    version: IfMatch,
    session: Session,
    by: CurrentActor,
    now: Now,
    data: Annotated[PublishInput | None, Body()] = None,
) -> ProcedureView:
    """In force for orders made from now on, and never changed again."""
    wanted = data or PublishInput()
    return shown(session, publish_procedure(session, procedure_id, wanted, version=version, by=by, now=now))


@router.post("/{procedure_id}/archive")
def archive_procedure(
    procedure_id: int, version: IfMatch, session: Session, by: CurrentActor, now: Now
) -> ProcedureView:
    """Hidden from pickers. A 409 names the plans and commissioning orders that follow it, where there are some."""
    return shown(session, archive(session, procedure_id, version=version, by=by, now=now))


@router.post("/{procedure_id}/restore")
def restore_procedure(
    procedure_id: int, version: IfMatch, session: Session, by: CurrentActor, now: Now
) -> ProcedureView:
    procedure = archive(session, procedure_id, is_archived=False, version=version, by=by, now=now)
    return shown(session, procedure)


@router.get("/{procedure_id}/versions")
def list_procedure_versions(procedure_id: int, session: Session, by: CurrentActor) -> list[VersionRow]:
    """The newest first."""
    return versions.list_versions(session, queries.get_procedure(session, procedure_id, by=by))


@router.get("/{procedure_id}/versions/{number}")
def get_procedure_version(procedure_id: int, number: int, session: Session, by: CurrentActor) -> VersionView:
    return versions.get_version(session, queries.get_procedure(session, procedure_id, by=by), number)


@router.get("/{procedure_id}/compare")
def compare_procedure_versions(
    procedure_id: int, query: Annotated[CompareQuery, Query()], session: Session, by: CurrentActor
) -> Comparison:
    """What the second version says otherwise than the first: steps added, removed, changed or moved."""
    procedure = queries.get_procedure(session, procedure_id, by=by)
    return versions.compare_versions(session, procedure, query.before, query.after)
