"""Triage: what people ask for, until each has its answer; and what is taken down on the phone."""

from functools import partial
from typing import Annotated, Any, ClassVar, Literal
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Query, Request, Response
from sqlalchemy.orm import Session
from starlette.datastructures import FormData

from app.core.clock import today
from app.core.errors import AppError, InvalidInput
from app.core.i18n import N_
from app.core.security import Actor, Permission, new_secret, require
from app.forecasts.queries.choices import team_choices
from app.http import CurrentActor, Listing, Now, RondeRoute, slow
from app.http.downloads import FileKind, list_file
from app.operations.rules import columns
from app.people import queries as people
from app.people.schemas import Id
from app.places.queries import sites as places
from app.requests import actions, queries
from app.requests.models import WorkRequest
from app.requests.queries.lists import Sort
from app.requests.rules import Status, offer_for, request_number, title_of
from app.web.forms import Form, messages
from app.web.lists import ListQuery
from app.web.pages import page, see_other, words_of
from app.web.portal import AskQuery, keep_photos, own_fields, parse_item, place_choices, said_at_site
from app.web.stale import Refusal, refused
from app.web.work_order_new import item_in
from app.workorders import queries as work
from app.workorders.rules.states import order_number

router = APIRouter(route_class=RondeRoute, prefix="/requests")
COUNTED = 100
COUNT_SECONDS = 60
Show = Literal["new", "open", "done", "not_solved", "rejected", "duplicate", "all"]
SHOWN: dict[Show, dict[str, str]] = {
    "new": {"state": "new"},
    "open": {"status": "open"},
    "done": {"status": Status.DONE.value},
    "not_solved": {"feedback": "not_solved"},
    "rejected": {"state": "rejected"},
    "duplicate": {"state": "duplicate"},
    "all": {},
}


class RequestsQuery(ListQuery):
    PATH: ClassVar = "/requests"
    show: Show = "new"
    site_id: Id | None = None
    equipment_id: Id | None = None
    sort: Sort | Literal[""] = ""

    @property
    def order(self) -> Sort:
        """What waits: the most urgent first. What does not: the newest."""
        return self.sort or ("urgency" if self.show == "new" else "-id")

    def listing(self, by: Actor) -> Listing[Any]:
        """What waits for an answer, unless something else is asked for; a word looks everywhere."""
        require(by, Permission.READ)
        said: dict[str, Any] = self.model_dump(include={"q", "site_id", "equipment_id"})
        said |= {} if self.q and self.show == "new" else SHOWN[self.show]
        wanted = queries.RequestFilter(**said)
        fetch = partial(queries.request_rows, wanted=wanted, by=by, sort=self.order)
        return Listing(fetch, queries.REQUEST_ORDERS[self.order.lstrip("-")].place)


Asked = Annotated[RequestsQuery, Query()]


@router.get("")
def requests_page(request: Request, asked: Asked, session: Session, by: CurrentActor) -> Response:
    shown = asked.shown(session, asked.listing(by))
    return page(
        request,
        "requests/index.html",
        by=by,
        sites=places.site_choices(session, by=by),
        waiting=queries.count_new(session, by=by),
        **shown,
    )


@router.get("/export.{kind}")
@slow
def export_requests(request: Request, kind: FileKind, asked: Asked, session: Session, by: CurrentActor) -> Response:
    words = {
        "id": request_number,
        "order_id": lambda order_id: order_number(order_id) if order_id else "",
        "status": words_of("requests/_words.html", "status_words"),
        "urgency": words_of("requests/_words.html", "urgency_words"),
        "feedback": words_of("requests/_words.html", "feedback_words"),
    }
    return list_file(request, session, "requests", kind, asked.listing(by), columns.REQUESTS, words)


@router.get("/count")
def requests_count(request: Request, session: Session, by: CurrentActor) -> Response:
    """What the navigation shows. A browser keeps it for a minute, and for the one who is signed in."""
    require(by, Permission.READ)
    answer = page(request, "reports/_count.html", by=by, count=queries.count_new(session, by=by), most=COUNTED)
    answer.headers["cache-control"] = f"private, max-age={COUNT_SECONDS}"
    answer.headers["vary"] = "Cookie, Accept-Language, Accept-Encoding"
    return answer


def form_page(
    request: Request, session: Session, said: dict[str, Any], error: InvalidInput | None = None, *, by: Actor
) -> Response:
    named = {name: said[name] for name in ("equipment_id", "location_id") if said.get(name)}
    return page(
        request,
        "requests/new.html",
        by=by,
        status=error.status if error else 200,
        said={"once": new_secret()} | said,
        errors=messages(error) if error else {},
        item=queries.item_asked_about(session, parse_item(named), by=by) if named else None,
        places=[] if named else place_choices(session, by=by),
        names=[person.name for person in people.persons(session, by=by, limit=200)],
    )


@router.get("/new")
def new_request(request: Request, query: Annotated[AskQuery, Query()], session: Session, by: CurrentActor) -> Response:
    require(by, Permission.WORK)
    return form_page(request, session, query.model_dump(exclude_none=True), by=by)


@router.post("/new")
def take_down_request(request: Request, form: Form, session: Session, by: CurrentActor, now: Now) -> Response:
    """One form on the phone: recorded, or solved at once, which leads on to the log with what was said."""
    require(by, Permission.WORK)
    own = FormData([(name, value) for name, value in own_fields(form).multi_items() if name not in ("tag", "then")])
    try:
        data = said_at_site(session, own, by=by, **item_in(session, form, by=by))
        asked = actions.create_request(session, data, by=by, now=now)
        keep_photos(request, session, asked, form, by=by, now=now)
    except InvalidInput as error:
        session.rollback()
        return form_page(request, session, dict(form), error, by=by)
    if form.get("then") == "log":
        return see_other(f"/requests/{asked.id}/log")
    number = request_number(asked.id)
    return see_other(f"/requests/{asked.id}", message=N_("Recorded as %(number)s."), number=number)


@router.get("/{request_id:int}")
def show_request(request: Request, request_id: int, session: Session, by: CurrentActor, now: Now) -> Response:
    return request_page(request, session, request_id, by=by, now=now)


def request_page(
    request: Request,
    session: Session,
    request_id: int,
    *,
    by: Actor,
    now: Now,
    said: dict[str, Any] | None = None,
    error: AppError | None = None,
) -> Response:
    """With what is open on the same item, and what can be decided; a form that was refused keeps its words."""
    require(by, Permission.READ)
    asked = queries.get_request(session, request_id, by=by)
    view = queries.view_of(session, asked)
    alike, orders = queries.alike(session, asked, by=by)
    return page(
        request,
        "requests/show.html",
        by=by,
        status=error.status if error else 200,
        asked=asked,
        view=view,
        offer=offer_for(asked.urgency, today(now, asked.site.time_zone)),
        title=title_of(asked.text),
        thread=queries.thread(session, asked, asked.site.time_zone),
        files=queries.files_of(session, request_id),
        alike=alike,
        orders=orders,
        colleagues=work.colleagues(session, by=by),
        teams=team_choices(session, by=by),
        since=at_site(asked),
        said=said or {},
        errors=refusal_of(view, said or {}, error) if error else {},
    )


def at_site(asked: WorkRequest) -> str | None:
    """Since when it is so, as its field has it: on the site's clock."""
    if asked.since_at is None:
        return None
    return asked.since_at.astimezone(ZoneInfo(asked.site.time_zone)).strftime("%Y-%m-%dT%H:%M")


def refusal_of(view: Any, said: dict[str, Any], error: AppError) -> Refusal:
    return refused(error, said, {"version": view.version}, ("version",), f"/requests/{view.id}")
