"""The work of the coming weeks against the hours that people have."""

from typing import Annotated

from fastapi import APIRouter, Query
from sqlalchemy.orm import Session

from app.http import CurrentActor, Now, RondeRoute
from app.http.route import slow
from app.reports.queries.forecast import forecast
from app.reports.schemas import ForecastQuery, ForecastView

router = APIRouter(prefix="/forecast", tags=["forecast"], route_class=RondeRoute)


@router.get("")
@slow
def get_forecast(
    query: Annotated[ForecastQuery, Query()], session: Session, by: CurrentActor, now: Now
) -> ForecastView:
    """By week: orders and minutes that fall due, open orders included, against the capacity; by team, site or kind."""
    return forecast(session, query, by=by, now=now)
