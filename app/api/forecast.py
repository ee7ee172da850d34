"""The work of the coming weeks against the hours that people have."""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from sqlalchemy.orm import Session

from app.forecasts.queries.forecast import forecast
from app.forecasts.queries.simulation import simulate
from app.forecasts.schemas import ForecastQuery, ForecastView, Simulation, SimulationView
from app.http import CurrentActor, Now, RondeRoute
from app.http.asking import house_of
from app.http.route import slow

router = APIRouter(prefix="/forecast", tags=["forecast"], route_class=RondeRoute)


@router.get("")
@slow
def get_forecast(
    query: Annotated[ForecastQuery, Query()], session: Session, by: CurrentActor, now: Now
) -> ForecastView:
    """By week: orders and minutes that fall due, open orders included, against the capacity; by team, site or kind."""
    return forecast(session, query, by=by, now=now)


@router.post("/simulate")
@slow
def simulate_forecast(request: Request, data: Simulation, by: CurrentActor, now: Now) -> SimulationView:
    """What if: plans changed or added, equipment that enters, people who are away. Today and then; writes nothing."""
    with house_of(request).database.reading() as session:
        return simulate(session, data, by=by, now=now)
