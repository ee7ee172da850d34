"""Orders: the list, and one order with its report."""

from typing import Annotated, Any, Literal
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, Field, model_validator
from sqlalchemy.orm import Session

from app.core.clock import today
from app.core.errors import AppError
from app.core.security import Actor, Permission
from app.http import CurrentActor, Now, RondeRoute, cursor_after, page_of
from app.ledger.queries.explaining import explain_occurrence
from app.people.schemas import Id
from app.places.queries import sites as places
from app.web.forms import messages
from app.web.pages import page
from app.web.work_order_words import report_choices
from app.workorders import queries
from app.workorders.models import WorkOrder
from app.workorders.rules.resolution import USUAL_KIND, ResolutionKind
from app.workorders.rules.states import DONE, State, allowed_transitions, timing

router = APIRouter(route_class=RondeRoute)
ON_A_PAGE = 50
CHOICES = 200


class ListQuery(BaseModel):
    """What stands in the list's address; an empty answer of its form is none."""

    q: Annotated[str | None, Field(max_length=200)] = None
    status: State | None = None
    site_id: Id | None = None
    equipment_id: Id | None = None
    plan_id: Id | None = None
    all: bool = False
    sort: Literal["due_on", "-due_on"] = "due_on"
    cursor: Annotated[str | None, Field(max_length=2000)] = None

    @model_validator(mode="before")
    @classmethod
    def without_empty(cls, said: Any) -> Any:
        return {name: value for name, value in said.items() if value != ""} if isinstance(said, dict) else said

    def wanted(self) -> queries.OrderFilter:
        """Open orders, unless a state or all are asked for; a word looks everywhere."""
        is_open = None if self.all or self.status or self.q else True
        said = self.model_dump(include={"q", "site_id", "equipment_id", "plan_id"})
        return queries.OrderFilter(status=self.status.value if self.status else None, is_open=is_open, **said)

    def address(self, **changes: Any) -> str:
        """This list with something changed, from its first page."""
        kept = self.model_dump(mode="json", exclude={"cursor"}, exclude_defaults=True) | changes
        said = {name: "1" if value is True else value for name, value in kept.items() if value}
        return f"/work-orders?{urlencode(said)}" if said else "/work-orders"


@router.get("/work-orders")
def work_orders_page(
    request: Request, query: Annotated[ListQuery, Query()], session: Session, by: CurrentActor, now: Now
) -> Response:
    after = cursor_after(query.cursor)
    rows = queries.order_rows(session, query.wanted(), by=by, limit=ON_A_PAGE, sort=query.sort, after=after)
    shown = page_of(rows, ON_A_PAGE, lambda row: (row.due_on, row.id))
    return page(
        request,
        "workorders/index.html",
        by=by,
        orders=shown.items,
        next_url=query.address(cursor=shown.next_cursor) if shown.next_cursor else None,
        asked=query,
        is_filtered=query.address(sort=None) != "/work-orders",
        sites=[(site.id, site.name) for site in places.sites(session, by=by, limit=CHOICES)],
        today=today(now, by.time_zone),
    )


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
        allowed=allowed_transitions(state),
        is_done=state in DONE,
        resolution=queries.current_resolution(session, order_id),
        offered_due_on=queries.offered_due_on(session, order),
        why=why_of(session, order, by=by),
        previous=queries.previous_orders(session, order),
        events=queries.events_of(session, order_id),
        comments=queries.comments_of(session, order_id),
        files=queries.files_of(session, order_id),
        usual_kind=USUAL_KIND.get(order.kind, ResolutionKind.INSPECTED_OK).value,
        choices=report_choices(),
        colleagues=queries.colleagues(session, by=by),
        said=said or {},
        errors=messages(error) if error else {},
        may_plan=by.has(Permission.PLAN),
    )


def why_of(session: Session, order: WorkOrder, *, by: Actor) -> list[str]:
    """S44: why it exists, in words."""
    if order.occurrence_id is None or order.target_id is None:
        return []
    orders = queries.cycle_orders(session, order.target_id)
    return explain_occurrence(session, order.occurrence_id, orders, by=by).sentences
