"""The registry: pieces of equipment, found, registered, changed, archived."""

from functools import partial
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import Field
from sqlalchemy.orm import Session
from starlette.datastructures import UploadFile

from app.changes.actions import commissioning, pieces
from app.changes.actions.replacing import replace_equipment as replace
from app.changes.schemas import RetirementInput, SuccessorInput
from app.core.errors import InvalidInput
from app.core.i18n import N_
from app.core.security import Permission, require
from app.equipment import queries
from app.equipment.rules.columns import FIELDS
from app.equipment.rules.registry import Status
from app.equipment.schemas import EquipmentInput, EquipmentPatch, EquipmentRow, EquipmentView
from app.http import (
    CurrentActor,
    IfMatch,
    ListFilter,
    Now,
    Page,
    PageQuery,
    RondeRoute,
    cursor_after,
    page_of,
    slow,
)
from app.http.downloads import FILES, FileKind, table_file
from app.operations.actions.exports import equipment_rows
from app.operations.actions.imports import import_equipment
from app.operations.schemas import ImportReport
from app.people.schemas import Id

router = APIRouter(route_class=RondeRoute, prefix="/equipment", tags=["equipment"])


class EquipmentListFilter(ListFilter):
    q: Annotated[
        str | None,
        Field(max_length=200, description="Words found in tag, serial, name, model, category, person or place."),
    ] = None
    status: Status | None = None
    category_id: Annotated[Id | None, Field(description="With the categories below it.")] = None
    model_id: Id | None = None
    site_id: Id | None = None
    location_id: Annotated[Id | None, Field(description="With the places in it.")] = None
    person_id: Id | None = None
    external_id: Annotated[str | None, Field(max_length=200, description="Its name in another system.")] = None
    archived: Annotated[bool, Field(description="Only archived ones.")] = False

    def wanted(self) -> queries.EquipmentFilter:
        asked = self.model_dump(exclude={"limit", "cursor", "archived", "sort"})
        return queries.EquipmentFilter(**asked, is_archived=self.archived)


class EquipmentQuery(PageQuery, EquipmentListFilter):
    sort: queries.Sort = "tag"


@router.get("")
def list_equipment(query: Annotated[EquipmentQuery, Query()], session: Session, by: CurrentActor) -> Page[EquipmentRow]:
    after = cursor_after(query.cursor)
    rows = queries.equipment_rows(session, query.wanted(), by=by, limit=query.limit, sort=query.sort, after=after)
    views = [EquipmentRow.model_validate(row) for row in rows]
    return page_of(views, query.limit, lambda row: queries.place_of(row, query.sort))


@router.post("", status_code=201)
def register_equipment(data: EquipmentInput, session: Session, by: CurrentActor, now: Now) -> EquipmentView:
    """Without a tag, Ronde gives one that starts with the category's prefix.

    A piece in service gets the orders of its category's commissioning defaults.
    """
    return queries.equipment_view(session, commissioning.register_equipment(session, data, by=by, now=now))


@router.get("/export.{kind}", response_class=Response, responses=FILES)
@slow
def export_equipment(
    request: Request, kind: FileKind, query: Annotated[EquipmentListFilter, Query()], by: CurrentActor
) -> Response:
    """The pieces of the list by tag, as a file; the CSV goes back in unchanged."""
    require(by, Permission.READ)
    return table_file(request, "equipment", kind, FIELDS, partial(equipment_rows, wanted=query.wanted(), by=by))


async def read_csv(request: Request) -> bytes:
    """The file of a form's field `file`, or the whole body."""
    if not request.headers.get("content-type", "").startswith("multipart/"):
        return await request.body()
    async with request.form(max_files=1, max_fields=10) as form:
        upload = form.get("file")
        if not isinstance(upload, UploadFile):
            raise InvalidInput.at("file", "required", N_("This is needed."))
        return await upload.read()


CSV_BODY = {
    "requestBody": {
        "required": True,
        "content": {
            "text/csv": {
                "schema": {"type": "string"},
                "example": "name;site;category\nCore switch;Lyon;Switch\n",
            },
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["file"],
                    "properties": {"file": {"type": "string", "format": "binary"}},
                }
            },
        },
    }
}


@router.post("/import", openapi_extra=CSV_BODY)
@slow
def import_equipment_file(
    data: Annotated[bytes, Depends(read_csv)],
    session: Session,
    by: CurrentActor,
    now: Now,
    dry_run: Annotated[bool, Query(description="Say what would happen, change nothing.")] = False,
    clear: Annotated[bool, Query(description="Empty cells clear days, cost, person, remote access and notes.")] = False,
    commission: Annotated[bool, Query(description="Make the commissioning orders of new pieces in service.")] = False,
) -> ImportReport:
    """CSV in Ronde's own format or NetBox's: created, changed, unchanged or refused, row by row, and why.

    A refused row stops no other. The same file twice changes nothing.
    """
    wanted = {"is_dry_run": dry_run, "clears": clear, "is_commissioned": commission}
    return import_equipment(session, data, **wanted, by=by, now=now)


@router.get("/{equipment_id}")
def get_equipment(equipment_id: int, session: Session, by: CurrentActor) -> EquipmentView:
    return queries.equipment_view(session, queries.get_equipment(session, equipment_id, by=by))


@router.patch("/{equipment_id}")
def edit_equipment(
    equipment_id: int, data: EquipmentPatch, session: Session, by: CurrentActor, now: Now, version: IfMatch
) -> EquipmentView:
    values = data.model_dump(exclude_unset=True)
    piece = pieces.edit_equipment(session, equipment_id, values, version=version, by=by, now=now)
    return queries.equipment_view(session, piece)


@router.post("/{equipment_id}/archive")
def archive_equipment(
    equipment_id: int, session: Session, by: CurrentActor, now: Now, version: IfMatch
) -> EquipmentView:
    """Registered by mistake: hidden from lists and left by its plans. What is worn out is retired instead."""
    piece = pieces.archive_equipment(session, equipment_id, version=version, by=by, now=now)
    return queries.equipment_view(session, piece)


@router.post("/{equipment_id}/restore")
def restore_equipment(
    equipment_id: int, session: Session, by: CurrentActor, now: Now, version: IfMatch
) -> EquipmentView:
    piece = pieces.archive_equipment(session, equipment_id, is_archived=False, version=version, by=by, now=now)
    return queries.equipment_view(session, piece)


@router.post("/{equipment_id}/retire")
def retire_equipment(
    equipment_id: int, data: RetirementInput, session: Session, by: CurrentActor, now: Now, version: IfMatch
) -> EquipmentView:
    """No plan makes an order for it from now on. Its open orders (`GET /work-orders?equipment_id=`) stay, but for those
    that are to be cancelled; asked again later, others may be.
    """
    piece = pieces.retire_equipment(session, equipment_id, data, version=version, by=by, now=now)
    return queries.equipment_view(session, piece)


@router.post("/{equipment_id}/replace", status_code=201)
def replace_equipment(
    equipment_id: int, data: SuccessorInput, session: Session, by: CurrentActor, now: Now, version: IfMatch
) -> EquipmentView:
    """Answers with the piece that takes its place: one that is named, or a new one like the old but for what is said.

    The old one is retired. Plans that cover the new one go on with it; corrective orders move to it, preventive ones
    that nobody has begun are cancelled, and one that is begun is finished on the old piece.
    """
    piece = replace(session, equipment_id, data, version=version, by=by, now=now)
    return queries.equipment_view(session, piece)
