"""Requests: what people ask for, its triage, and its way until it is solved."""

from functools import partial
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Request, Response, UploadFile
from pydantic import Field
from sqlalchemy.orm import Session

from app.core.security import Actor
from app.http import CurrentActor, IfMatch, ListFilter, Listing, Now, Page, PageQuery, RondeRoute, slow
from app.http.asking import house_of
from app.http.downloads import FILES, FileKind, downloadable, list_file
from app.interventions.schemas import LogInput
from app.operations.rules import columns
from app.people.schemas import Id
from app.requests import actions, queries
from app.requests.queries.lists import Sort
from app.requests.rules import Feedback, State, Status, Urgency
from app.requests.schemas import (
    AcceptInput,
    Channel,
    DuplicateInput,
    FeedbackInput,
    FeedbackView,
    MessageInput,
    MessageView,
    RejectInput,
    RequestInput,
    RequestPatch,
    RequestRow,
    RequestView,
    StopView,
)
from app.workorders.schemas import FileView

router = APIRouter(route_class=RondeRoute, prefix="/requests", tags=["requests"])
MIB = 1 << 20


class RequestsFilter(ListFilter):
    q: Annotated[str | None, Field(max_length=200, description="A number, words of the text, a name, the item.")] = None
    state: Annotated[State | None, Field(description="What was decided.")] = None
    status: Annotated[
        Status | Literal["open"] | None, Field(description="How far it is; `open`: accepted, and not done yet.")
    ] = None
    feedback: Feedback | None = None
    urgency: Urgency | None = None
    channel: Channel | None = None
    site_id: Id | None = None
    equipment_id: Id | None = None
    location_id: Id | None = None
    order_id: Id | None = None
    sort: Sort = "urgency"

    def listing(self, by: Actor) -> Listing[Any]:
        wanted = queries.RequestFilter(**self.model_dump(mode="json", exclude={"limit", "cursor", "sort"}))
        fetch = partial(queries.request_rows, wanted=wanted, by=by, sort=self.sort)
        return Listing(fetch, queries.REQUEST_ORDERS[self.sort.lstrip("-")].place)


class RequestsQuery(PageQuery, RequestsFilter):
    pass


def base_of(request: Request) -> str | None:
    return house_of(request).settings.public_url


@router.get("")
def list_requests(query: Annotated[RequestsQuery, Query()], session: Session, by: CurrentActor) -> Page[RequestRow]:
    """Those of the sites that the caller works at; who does not work on orders sees their own."""
    page = query.listing(by).page(session, limit=query.limit, cursor=query.cursor)
    return Page(items=queries.lines_of(page.items), next_cursor=page.next_cursor)


@router.get("/export.{kind}", response_class=Response, responses=FILES)
@slow
def export_requests(
    request: Request, kind: FileKind, query: Annotated[RequestsFilter, Query()], session: Session, by: CurrentActor
) -> Response:
    """The whole list as a file, with the filters of the list."""
    return list_file(request, session, "requests", kind, query.listing(by), columns.REQUESTS)


@router.post("", status_code=201)
def create_request(data: RequestInput, session: Session, by: CurrentActor, now: Now) -> RequestView:
    """A technician takes it down for somebody; anybody else asks for themselves: contact and channel are theirs."""
    return queries.view_of(session, actions.create_request(session, data, by=by, now=now))


@router.get("/{request_id}")
def get_request(request_id: int, session: Session, by: CurrentActor) -> RequestView:
    return queries.view_of(session, queries.get_request(session, request_id, by=by))


@router.patch("/{request_id}")
def edit_request(
    request_id: int, data: RequestPatch, version: IfMatch, session: Session, by: CurrentActor, now: Now
) -> RequestView:
    """Another item, urgency or contact, while nothing is decided."""
    return queries.view_of(session, actions.edit_request(session, request_id, data, version=version, by=by, now=now))


@router.post("/{request_id}/accept")
def accept_request(
    request_id: int,
    data: AcceptInput,
    request: Request,
    version: IfMatch,
    session: Session,
    by: CurrentActor,
    now: Now,
) -> RequestView:
    """A work order is made of it (`order_id`), which shows its photos."""
    base = base_of(request)
    accepted = actions.accept_request(session, request_id, data, version=version, base=base, by=by, now=now)
    return queries.view_of(session, accepted)


@router.post("/{request_id}/log")
def log_request(
    request_id: int,
    data: LogInput,
    request: Request,
    version: IfMatch,
    session: Session,
    by: CurrentActor,
    now: Now,
) -> RequestView:
    """It was solved at once: order and report in one."""
    files_dir = house_of(request).settings.files_dir
    actions.log_request(session, request_id, data, version=version, files_dir=files_dir, by=by, now=now)
    return queries.view_of(session, queries.get_request(session, request_id, by=by))


@router.post("/{request_id}/reject")
def reject_request(
    request_id: int,
    data: RejectInput,
    request: Request,
    version: IfMatch,
    session: Session,
    by: CurrentActor,
    now: Now,
) -> RequestView:
    base = base_of(request)
    rejected = actions.reject_request(session, request_id, data, version=version, base=base, by=by, now=now)
    return queries.view_of(session, rejected)


@router.post("/{request_id}/mark-duplicate")
def mark_request_duplicate(
    request_id: int,
    data: DuplicateInput,
    request: Request,
    version: IfMatch,
    session: Session,
    by: CurrentActor,
    now: Now,
) -> RequestView:
    """Of another request or of an open order, which the person then follows."""
    base = base_of(request)
    marked = actions.mark_duplicate(session, request_id, data, version=version, base=base, by=by, now=now)
    return queries.view_of(session, marked)


@router.post("/{request_id}/reopen")
def reopen_request(request_id: int, version: IfMatch, session: Session, by: CurrentActor, now: Now) -> RequestView:
    """A mistake: it waits for an answer again."""
    return queries.view_of(session, actions.reopen_request(session, request_id, version=version, by=by, now=now))


@router.get("/{request_id}/progress")
def get_request_progress(request_id: int, session: Session, by: CurrentActor) -> list[StopView]:
    """What happened, the oldest first, and last what is to come."""
    request = queries.get_request(session, request_id, by=by)
    return [StopView.model_validate(stop) for stop in queries.thread(session, request, request.site.time_zone)]


@router.get("/{request_id}/messages")
def list_request_messages(request_id: int, session: Session, by: CurrentActor) -> list[MessageView]:
    queries.get_request(session, request_id, by=by)
    return [MessageView.model_validate(message) for message in queries.messages_of(session, request_id)]


@router.post("/{request_id}/messages", status_code=201)
def write_request_message(
    request_id: int, data: MessageInput, request: Request, session: Session, by: CurrentActor, now: Now
) -> MessageView:
    """To the person, by mail too where there is an address; or from them."""
    message = actions.write_message(session, request_id, data, base=base_of(request), by=by, now=now)
    return MessageView.model_validate(message)


@router.get("/{request_id}/files")
def list_request_files(request_id: int, session: Session, by: CurrentActor) -> list[FileView]:
    queries.get_request(session, request_id, by=by)
    return [FileView.model_validate(file) for file in queries.files_of(session, request_id)]


@router.post("/{request_id}/files", status_code=201)
def attach_photo_to_request(
    request_id: int, file: UploadFile, request: Request, session: Session, by: CurrentActor, now: Now
) -> FileView:
    """A photo: encoded anew, without its EXIF data."""
    settings = house_of(request).settings
    most = settings.max_upload_mib * MIB
    name, data = file.filename or "photo", file.file.read(most + 1)
    kept = actions.attach_photo(
        session, request_id, name, data, files_dir=settings.files_dir, most=most, by=by, now=now
    )
    return FileView.model_validate(kept)


@router.get("/{request_id}/files/{file_id}")
def download_request_file(
    request_id: int, file_id: int, request: Request, session: Session, by: CurrentActor
) -> Response:
    queries.get_request(session, request_id, by=by)
    file = queries.get_request_file(session, request_id, file_id)
    return downloadable(file, house_of(request).settings.files_dir)


@router.post("/{request_id}/feedback")
def judge_request(request_id: int, data: FeedbackInput, session: Session, by: CurrentActor, now: Now) -> FeedbackView:
    """Solved or not, when the work is done; `asks_again` sends it in anew (`follow_up_id`)."""
    judged, follow_up_id = actions.judge_request(session, request_id, data, by=by, now=now)
    return FeedbackView(request=queries.view_of(session, judged), follow_up_id=follow_up_id)
