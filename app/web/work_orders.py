"""Orders: the list, and one order with its report."""

from functools import partial
from typing import Annotated, Any, ClassVar, Literal

from fastapi import APIRouter, Query, Request, Response
from pydantic import Field
from sqlalchemy.orm import Session

from app.core.clock import today
from app.core.errors import AppError
from app.core.security import Actor, Permission
from app.http import CurrentActor, Listing, Now, RondeRoute, slow
from app.http.downloads import FileKind, list_file
from app.ledger.queries.explaining import explain_occurrence
from app.operations.rules import columns
from app.people.schemas import Id
from app.places.queries import sites as places
from app.requests.queries import requests_of_order
from app.web.lists import ListQuery
from app.web.order_thread import thread_shown
from app.web.pages import page, words_of
from app.web.report_form import report_parts
from app.web.stale import Refusal, refused
from app.web.work_order_words import report_choices
from app.workorders import queries
from app.workorders.models import WorkOrder
from app.workorders.rules.resolution import USUAL_KIND, ResolutionKind
from app.workorders.rules.states import DONE, State, allowed_transitions, order_number, timing

router = APIRouter(route_class=RondeRoute)
CHOICES = 200


class OrdersQuery(ListQuery):
    PATH: ClassVar = "/work-orders"
    status: State | None = None
    site_id: Id | None = None
    equipment_id: Id | None = None
    plan_id: Id | None = None
    escalation_level: Annotated[int | None, Field(ge=1, le=3)] = None
    all: bool = False
    sort: Literal["due_on", "-due_on", "id", "-id"] = "due_on"

    def listing(self, by: Actor) -> Listing[Any]:
        """Open orders, unless a state or all are asked for; a word looks everywhere."""
        is_open = None if self.all or self.status or self.q else True
        said = self.model_dump(include={"q", "site_id", "equipment_id", "plan_id", "escalation_level"})
        wanted = queries.OrderFilter(status=self.status.value if self.status else None, is_open=is_open, **said)
        fetch = partial(queries.order_rows, wanted=wanted, by=by, sort=self.sort)
        return Listing(fetch, lambda row: queries.place_of(row, self.sort))


Asked = Annotated[OrdersQuery, Query()]


@router.get("/work-orders")
def work_orders_page(request: Request, asked: Asked, session: Session, by: CurrentActor, now: Now) -> Response:
    return page(
        request,
        "workorders/index.html",
        by=by,
        sites=places.site_choices(session, by=by),
        today=today(now, by.time_zone),
        **asked.shown(session, asked.listing(by)),
    )


@router.get("/work-orders/export.{kind}")
@slow
def export_work_orders(request: Request, kind: FileKind, asked: Asked, session: Session, by: CurrentActor) -> Response:
    words = {
        "id": order_number,
        "state": words_of("macros/status.html", "order_state_words"),
        "priority": words_of("macros/status.html", "priority_words"),
        "type": words_of("workorders/_words.html", "type_words"),
        "kind": words_of("workorders/_words.html", "kind_words"),
    }
    return list_file(request, session, "work-orders", kind, asked.listing(by), columns.ORDERS, words)


@router.get("/work-orders/{order_id:int}")
def show_work_order(request: Request, order_id: int, session: Session, by: CurrentActor, now: Now) -> Response:
    finding = request.query_params.get("finding")  # "Problem" leads to the report with its finding chosen
    return order_page(request, session, order_id, by=by, now=now, said={"finding": finding} if finding else None)


def order_page(
    request: Request,
    session: Session,
    order_id: int,
    *,
    by: Actor,
    now: Now,
    said: dict[str, Any] | None = None,
    error: AppError | None = None,
) -> Response:
    """The order, with the report as it was being written where that was refused."""
    order = queries.get_order(session, order_id, by=by)
    state = State(order.state)
    day = today(now, order.site.time_zone)
    return page(
        request,
        "workorders/show.html",
        by=by,
        status=error.status if error else 200,
        order=order,
        today=day,
        timing=timing(order.state, order.due_on, order.window_last_on, day).value,
        planned_on=today(order.scheduled_start_at, order.site.time_zone) if order.scheduled_start_at else None,
        allowed=allowed_transitions(state),
        is_done=state in DONE,
        resolution=queries.current_resolution(session, order_id),
        offered_due_on=queries.offered_due_on(session, order),
        why=why_of(session, order, by=by),
        previous=queries.previous_orders(session, order, by=by),
        events=queries.events_of(session, order_id),
        comments=queries.comments_of(session, order_id),
        files=queries.files_of(session, order_id),
        usual_kind=USUAL_KIND.get(order.kind, ResolutionKind.INSPECTED_OK).value,
        choices=report_choices(),
        requests=requests_of_order(session, order_id, by=by),
        **report_parts(session, order.equipment_id, day),
        colleagues=queries.colleagues(session, by=by),
        **thread_shown(session, order, by=by),
        said=said or {},
        errors=refusal_of(order, said or {}, error) if error else {},
        may_plan=by.has(Permission.PLAN),
    )


def refusal_of(order: WorkOrder, said: dict[str, Any], error: AppError) -> Refusal:
    saved = {name: getattr(order, name) for name in ("assignee_id", "priority", "version")}
    return refused(error, said, saved, saved, f"/work-orders/{order.id}")


def why_of(session: Session, order: WorkOrder, *, by: Actor) -> list[str]:
    """S44: why it exists, in words."""
    if order.occurrence_id is None or order.target_id is None:
        return []
    orders = queries.cycle_orders(session, order.target_id)
    return explain_occurrence(session, order.occurrence_id, orders, by=by).sentences
