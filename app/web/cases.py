"""Past cases: a search of their own, and those like an order, which its page fetches when it stands."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, Field, model_validator
from sqlalchemy.orm import Session

from app.cases import queries
from app.cases.queries.cases import NEAREST
from app.cases.schemas import CaseView
from app.core.clock import today
from app.core.i18n import gettext
from app.core.i18n.folding import fold
from app.core.security import Actor, Permission, require
from app.equipment.queries import mode_names
from app.http import CurrentActor, Now, RondeRoute
from app.people.schemas import Id
from app.requests import queries as requests
from app.requests.rules import request_number, title_of
from app.web.pages import page
from app.workorders.queries import find_piece, get_order
from app.workorders.rules.resolution import LABELS
from app.workorders.rules.states import order_number

router = APIRouter(route_class=RondeRoute)


class CasesQuery(BaseModel):
    q: Annotated[str, Field(max_length=200)] = ""
    equipment_id: Id | None = None
    failure_mode: Annotated[str | None, Field(max_length=60)] = None

    @model_validator(mode="before")
    @classmethod
    def without_empty_answers(cls, said: Any) -> Any:
        return {name: value for name, value in said.items() if value != ""} if isinstance(said, dict) else said


def words() -> dict[str, str]:
    return {value: gettext(text) for value, text in LABELS.items()}


@router.get("/cases")
def cases_page(
    request: Request, query: Annotated[CasesQuery, Query()], session: Session, by: CurrentActor, now: Now
) -> Response:
    asked = query.model_dump(exclude={"q"})
    return page(
        request,
        "cases/index.html",
        by=by,
        asked=query,
        cases=queries.cases_with(session, query.q, **asked, by=by, on=today(now, by.time_zone)),
        piece=find_piece(session, query.equipment_id, by=by) if query.equipment_id else None,
        words=words(),
        modes=sorted(mode_names(session).items(), key=lambda mode: fold(mode[1])),
        most=NEAREST,
    )


@router.get("/work-orders/{order_id:int}/similar-cases")
def similar_cases_page(request: Request, order_id: int, session: Session, by: CurrentActor, now: Now) -> Response:
    order = get_order(session, order_id, by=by)
    cases = queries.similar_to_order(session, order_id, by=by, on=today(now, by.time_zone))
    back = (order_number(order_id), f"/work-orders/{order_id}")
    return told(request, cases, order.title, back, order.equipment_id, by=by)


@router.get("/requests/{request_id:int}/similar-cases")
def similar_to_request_page(
    request: Request, request_id: int, session: Session, by: CurrentActor, now: Now
) -> Response:
    require(by, Permission.READ)
    asked = requests.get_request(session, request_id, by=by)
    on = today(now, by.time_zone)
    cases = queries.similar_cases(
        session, equipment_id=asked.equipment_id, words=[asked.text], by=by, on=on, but=asked.order_id
    )
    title, back = title_of(asked.text), (request_number(request_id), f"/requests/{request_id}")
    return told(request, cases, title, back, asked.equipment_id, by=by)


def told(
    request: Request,
    cases: list[CaseView],
    title: str,
    back: tuple[str, str],
    equipment_id: int | None,
    *,
    by: Actor,
) -> Response:
    """A card of the page that they help with; a page by itself for who has no script."""
    is_card = request.headers.get("hx-request") == "true"
    template = "cases/_similar.html" if is_card else "cases/similar.html"
    more: dict[str, Any] = {"title": title, "back": back, "equipment_id": equipment_id}
    return page(request, template, by=by, cases=cases, words=words(), **more)
