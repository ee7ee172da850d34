"""Work orders: found, made, moved through their life, reported."""

from datetime import date
from functools import partial
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response, UploadFile
from pydantic import Field
from sqlalchemy.orm import Session

from app.core.security import Actor
from app.http import CurrentActor, IfMatch, ListFilter, Listing, Now, Page, PageQuery, RondeRoute, slow
from app.http.asking import house_of
from app.http.downloads import FILES, FileKind, downloadable, list_file
from app.interventions import actions as interventions
from app.interventions.schemas import CompletionInput, LoggedView, LogInput
from app.operations.rules import columns
from app.people.schemas import Id
from app.resources import actions as resources
from app.workorders import actions, queries
from app.workorders.queries.lists import Sort
from app.workorders.rules.states import State
from app.workorders.schemas import (
    CommentInput,
    CommentView,
    EventView,
    FileView,
    HoldInput,
    Kind,
    Priority,
    ReasonInput,
    Type,
    WorkOrderInput,
    WorkOrderPatch,
    WorkOrderRow,
    WorkOrderView,
)

router = APIRouter(route_class=RondeRoute, prefix="/work-orders", tags=["work-orders"])
MIB = 1 << 20


class WorkOrderFilter(ListFilter):
    q: Annotated[str | None, Field(max_length=200, description="A number, words of the title, or of the item.")] = None
    status: State | None = None
    is_open: bool | None = None
    kind: Kind | None = None
    type: Type | None = None
    priority: Priority | None = None
    equipment_id: Id | None = None
    location_id: Id | None = None
    site_id: Id | None = None
    plan_id: Id | None = None
    assignee_id: Id | None = None
    team_id: Id | None = None
    escalation_level: Annotated[int | None, Field(ge=1, le=3, description="Orders that went up to this level.")] = None
    due_before: date | None = None
    due_after: date | None = None
    sort: Sort = "due_on"

    def listing(self, by: Actor) -> Listing[Any]:
        wanted = queries.OrderFilter(**self.model_dump(exclude={"limit", "cursor", "sort"}))
        fetch = partial(queries.order_rows, wanted=wanted, by=by, sort=self.sort)
        return Listing(fetch, lambda row: queries.place_of(row, self.sort))


class WorkOrderQuery(PageQuery, WorkOrderFilter):
    pass


@router.get("")
def list_work_orders(
    query: Annotated[WorkOrderQuery, Query()], session: Session, by: CurrentActor
) -> Page[WorkOrderRow]:
    """In the order of due dates, or of numbers."""
    page = query.listing(by).page(session, limit=query.limit, cursor=query.cursor)
    return Page(items=queries.lines_of(page.items), next_cursor=page.next_cursor)


@router.get("/export.{kind}", response_class=Response, responses=FILES)
@slow
def export_work_orders(
    request: Request, kind: FileKind, query: Annotated[WorkOrderFilter, Query()], session: Session, by: CurrentActor
) -> Response:
    """The whole list as a file, with the filters of the list."""
    return list_file(request, session, "work-orders", kind, query.listing(by), columns.ORDERS)


@router.post("", status_code=201)
def create_work_order(data: WorkOrderInput, session: Session, by: CurrentActor, now: Now) -> WorkOrderView:
    return actions.create_work_order(session, data, by=by, now=now)


@router.post("/log", status_code=201)
def log_work(data: LogInput, request: Request, session: Session, by: CurrentActor, now: Now) -> LoggedView:
    """Log what I just did: an order created and completed at once, or an open one of the same work completed."""
    files_dir = house_of(request).settings.files_dir
    logged = interventions.log_work(session, data, files_dir=files_dir, by=by, now=now)
    return LoggedView(order=queries.view_of(session, logged.order), offered_due_on=logged.offered_due_on)


@router.get("/{order_id}")
def get_work_order(order_id: int, session: Session, by: CurrentActor) -> WorkOrderView:
    return queries.get_order_view(session, order_id, by=by)


@router.patch("/{order_id}")
def edit_work_order(
    order_id: int, data: WorkOrderPatch, session: Session, by: CurrentActor, now: Now, version: IfMatch
) -> WorkOrderView:
    """Hand over, postpone, re-rank."""
    values = data.model_dump(exclude_unset=True)
    order = actions.edit_work_order(session, order_id, values, version=version, by=by, now=now)
    return queries.view_of(session, order)


@router.post("/{order_id}/release")
def release_work_order(order_id: int, session: Session, by: CurrentActor, now: Now, version: IfMatch) -> WorkOrderView:
    return queries.view_of(session, actions.release_work_order(session, order_id, version=version, by=by, now=now))


@router.post("/{order_id}/start")
def start_work_order(order_id: int, session: Session, by: CurrentActor, now: Now, version: IfMatch) -> WorkOrderView:
    return queries.view_of(session, resources.start_work_order(session, order_id, version=version, by=by, now=now))


@router.post("/{order_id}/hold")
def hold_work_order(
    order_id: int, data: HoldInput, session: Session, by: CurrentActor, now: Now, version: IfMatch
) -> WorkOrderView:
    return queries.view_of(session, resources.hold_work_order(session, order_id, data, version=version, by=by, now=now))


@router.post("/{order_id}/resume")
def resume_work_order(order_id: int, session: Session, by: CurrentActor, now: Now, version: IfMatch) -> WorkOrderView:
    return queries.view_of(session, resources.resume_work_order(session, order_id, version=version, by=by, now=now))


@router.post("/{order_id}/complete")
def complete_work_order(
    order_id: int,
    data: CompletionInput,
    request: Request,
    session: Session,
    by: CurrentActor,
    now: Now,
    version: IfMatch,
) -> WorkOrderView:
    """The intervention report. An empty one means: done as usual, nothing found."""
    files_dir = house_of(request).settings.files_dir
    order = interventions.complete_work_order(
        session, order_id, data, version=version, files_dir=files_dir, by=by, now=now
    )
    return queries.view_of(session, order)


@router.post("/{order_id}/close")
def close_work_order(order_id: int, session: Session, by: CurrentActor, now: Now, version: IfMatch) -> WorkOrderView:
    return queries.view_of(session, actions.close_work_order(session, order_id, version=version, by=by, now=now))


@router.post("/{order_id}/reopen")
def reopen_work_order(
    order_id: int, data: ReasonInput, session: Session, by: CurrentActor, now: Now, version: IfMatch
) -> WorkOrderView:
    order = actions.reopen_work_order(session, order_id, data.reason, version=version, by=by, now=now)
    return queries.view_of(session, order)


@router.post("/{order_id}/cancel")
def cancel_work_order(
    order_id: int, data: ReasonInput, session: Session, by: CurrentActor, now: Now, version: IfMatch
) -> WorkOrderView:
    order = actions.cancel_work_order(session, order_id, data.reason, version=version, by=by, now=now)
    return queries.view_of(session, order)


@router.post("/{order_id}/skip")
def skip_work_order(
    order_id: int, data: ReasonInput, session: Session, by: CurrentActor, now: Now, version: IfMatch
) -> WorkOrderView:
    order = actions.skip_work_order(session, order_id, data.reason, version=version, by=by, now=now)
    return queries.view_of(session, order)


@router.post("/{order_id}/count")
def count_work_order(order_id: int, session: Session, by: CurrentActor, now: Now, version: IfMatch) -> WorkOrderView:
    """Work logged beside its plan settles the plan's next due date after all (`offered_due_on` of the log)."""
    return queries.view_of(session, interventions.count_work_order(session, order_id, version=version, by=by, now=now))


@router.get("/{order_id}/history")
def list_work_order_history(order_id: int, session: Session, by: CurrentActor) -> list[EventView]:
    """Each change, the newest first."""
    queries.get_plain_order(session, order_id, by=by)
    return [EventView.model_validate(event) for event in queries.events_of(session, order_id)]


@router.get("/{order_id}/comments")
def list_work_order_comments(order_id: int, session: Session, by: CurrentActor) -> list[CommentView]:
    queries.get_plain_order(session, order_id, by=by)
    return [CommentView.model_validate(comment) for comment in queries.comments_of(session, order_id)]


@router.post("/{order_id}/comments", status_code=201)
def comment_on_work_order(
    order_id: int, data: CommentInput, session: Session, by: CurrentActor, now: Now
) -> CommentView:
    return CommentView.model_validate(actions.comment_on(session, order_id, data, by=by, now=now))


@router.get("/{order_id}/files")
def list_work_order_files(order_id: int, session: Session, by: CurrentActor) -> list[FileView]:
    queries.get_plain_order(session, order_id, by=by)
    return [FileView.model_validate(file) for file in queries.files_of(session, order_id)]


@router.post("/{order_id}/files", status_code=201)
def attach_file_to_work_order(
    order_id: int, file: UploadFile, request: Request, session: Session, by: CurrentActor, now: Now
) -> FileView:
    """A photo (re-encoded, without its EXIF data), a PDF or a text file."""
    settings = house_of(request).settings
    most = settings.max_upload_mib * MIB
    kept = actions.attach_file(
        session,
        order_id,
        file.filename or "file",
        file.file.read(most + 1),
        files_dir=settings.files_dir,
        most=most,
        by=by,
        now=now,
    )
    return FileView.model_validate(kept)


@router.get("/{order_id}/files/{file_id}")
def download_work_order_file(
    order_id: int, file_id: int, request: Request, session: Session, by: CurrentActor
) -> Response:
    file = queries.get_order_file(session, order_id, file_id, by=by)
    return downloadable(file, house_of(request).settings.files_dir)
