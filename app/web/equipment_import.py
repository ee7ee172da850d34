"""A file into the registry: it is uploaded, looked at row by row, then taken; and the registry as a file."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, Field
from sqlalchemy.orm import Session
from starlette.datastructures import UploadFile

from app.core.errors import InvalidInput, NotFound, TooLarge
from app.core.i18n import N_
from app.core.security import Actor, Permission, require
from app.equipment.rules.columns import columns_of
from app.equipment.rules.identity import Outcome
from app.equipment.rules.tables import read_table
from app.http import CurrentActor, House, Now, RondeRoute, slow
from app.http.asking import house_of
from app.journal import queries as journal
from app.journal.actions import file_path, keep_file
from app.operations.actions.imports import import_equipment
from app.web.equipment_form import FIELD_WORDS
from app.web.forms import Form, told
from app.web.pages import page, see_other

routes = APIRouter(route_class=RondeRoute, prefix="/equipment")
ON_A_PAGE = 200


class PreviewQuery(BaseModel):
    outcome: Outcome | None = None
    clears: bool = False
    after: Annotated[int, Field(ge=0, description="Number of the last line shown.")] = 0


@routes.get("/import")
def import_page(request: Request, by: CurrentActor) -> Response:
    require(by, Permission.PLAN)
    return page(request, "equipment/import.html", by=by, trouble=None)


@routes.post("/import")
@slow
def upload_equipment(request: Request, form: Form, session: Session, by: CurrentActor, now: Now) -> Response:
    """The file is kept, so that what is confirmed is what was looked at; one that can't be read is not."""
    require(by, Permission.PLAN)
    settings = house_of(request).settings
    most = settings.max_upload_mib << 20
    try:
        name, data = uploaded(form, most)
        columns_of(read_table(data)[0])
        file = keep_file(session, f"{name}.csv", data, files_dir=settings.files_dir, most=most, by=by, now=now)
    except (InvalidInput, TooLarge) as error:
        return page(request, "equipment/import.html", by=by, status=error.status, trouble=told(error))
    return see_other(f"/equipment/import/{file.id}")


def uploaded(form: Any, most: int) -> tuple[str, bytes]:
    upload = form.get("file")
    if not isinstance(upload, UploadFile) or not upload.filename:
        raise InvalidInput("no_file", N_("Choose a file first."))
    return upload.filename.removesuffix(".csv"), upload.file.read(most + 1)


@routes.get("/import/{file_id}")
@slow
def preview_import(
    request: Request,
    file_id: int,
    query: Annotated[PreviewQuery, Query()],
    session: Session,
    by: CurrentActor,
    now: Now,
) -> Response:
    """Computed anew each time: it says what would happen now."""
    name, data = kept(session, file_id, house_of(request), by=by)
    report = import_equipment(session, data, is_dry_run=True, clears=query.clears, by=by, now=now)
    wanted = [line for line in report.lines if query.outcome in (None, line.outcome) and line.line > query.after]
    return page(
        request,
        "equipment/preview.html",
        by=by,
        file_id=file_id,
        name=name,
        report=report,
        lines=wanted[:ON_A_PAGE],
        next_line=wanted[ON_A_PAGE - 1].line if len(wanted) > ON_A_PAGE else None,
        asked=query,
        guesses=sum(line.is_guess and line.outcome != "refuse" for line in report.lines),
        field_words=FIELD_WORDS,
    )


@routes.post("/import/{file_id}")
@slow
def confirm_import(
    request: Request, file_id: int, form: Form, session: Session, by: CurrentActor, now: Now
) -> Response:
    _, data = kept(session, file_id, house_of(request), by=by)
    wanted = {name: name in form for name in ("clears", "is_commissioned")}
    done = import_equipment(session, data, is_dry_run=False, **wanted, by=by, now=now)
    counts = done.counts
    return see_other(
        f"/equipment/import/{file_id}?outcome=refuse" if counts["refuse"] else "/equipment?sort=-updated_at",
        message=N_("%(create)s created, %(change)s changed, %(unchanged)s unchanged, %(refuse)s refused"),
        tone="warn" if counts["refuse"] else "done",
        **counts,
    )


def kept(session: Session, file_id: int, house: House, *, by: Actor) -> tuple[str, bytes]:
    """One's own upload: what somebody else has brought is nobody's business."""
    require(by, Permission.PLAN)
    file = journal.get_file(session, file_id)
    path = file_path(file, house.settings.files_dir)
    if file.created_by != by.user_id or not file.media_type.startswith("text/") or not path.is_file():
        raise NotFound("not_found", N_("This file does not exist."))
    return file.name, path.read_bytes()
