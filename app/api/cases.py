"""Past cases: resolved orders that help with the one at hand."""

from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import Field
from sqlalchemy.orm import Session

from app.cases import queries
from app.cases.queries.cases import NEAREST
from app.cases.schemas import CaseView
from app.core.clock import today
from app.core.security import Permission, require
from app.http import CurrentActor, ListFilter, Now, RondeRoute
from app.people.schemas import Id
from app.requests.queries import get_request

router = APIRouter(tags=["cases"], route_class=RondeRoute)
Most = Annotated[int, Field(ge=1, le=NEAREST)]


class CaseQuery(ListFilter):
    q: Annotated[str, Field(max_length=200, description="Each word has to be there; plurals and accents aside.")] = ""
    equipment_id: Annotated[Id | None, Field(description="Cases of its model come first, then of its category.")] = None
    failure_mode: Annotated[str | None, Field(max_length=60, description="This failure alone.")] = None
    limit: Most = 20


class SimilarQuery(ListFilter):
    limit: Most = 5


@router.get("/cases")
def list_cases(query: Annotated[CaseQuery, Query()], session: Session, by: CurrentActor, now: Now) -> list[CaseView]:
    """The nearest first, then the latest; with what cured each and how often that held."""
    on = today(now, by.time_zone)
    asked = query.model_dump(exclude={"q"})
    return queries.cases_with(session, query.q, **asked, by=by, on=on)


@router.get("/work-orders/{order_id}/similar-cases")
def list_similar_cases(
    order_id: int, query: Annotated[SimilarQuery, Query()], session: Session, by: CurrentActor, now: Now
) -> list[CaseView]:
    """Same model and failure mode first, then same category and mode, then by their words."""
    on = today(now, by.time_zone)
    return queries.similar_to_order(session, order_id, by=by, on=on, limit=query.limit)


@router.get("/requests/{request_id}/similar-cases")
def list_cases_similar_to_request(
    request_id: int, query: Annotated[SimilarQuery, Query()], session: Session, by: CurrentActor, now: Now
) -> list[CaseView]:
    """For triage: by the words of who asks, and the piece that they name."""
    require(by, Permission.READ)
    asked = get_request(session, request_id, by=by)
    on = today(now, by.time_zone)
    return queries.similar_cases(
        session, equipment_id=asked.equipment_id, words=[asked.text], by=by, on=on, limit=query.limit
    )
