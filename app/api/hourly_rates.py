"""What an hour of work costs."""

from fastapi import APIRouter
from sqlalchemy.orm import Session

from app.http import CurrentActor, Now, RondeRoute
from app.resources import queries
from app.resources.actions import rates
from app.resources.schemas import RateInput, RatesView, RateView

router = APIRouter(route_class=RondeRoute, prefix="/hourly-rates", tags=["interventions"])


@router.get("")
def list_hourly_rates(session: Session, by: CurrentActor) -> RatesView:
    """Of sites, and of the people who work on orders. For managers of the whole house alone."""
    return queries.hourly_rates(session, by=by)


@router.put("/sites/{site_id}")
def set_site_rate(site_id: int, data: RateInput, session: Session, by: CurrentActor, now: Now) -> RateView:
    return RateView.model_validate(rates.set_site_rate(session, site_id, data, by=by, now=now))


@router.put("/persons/{person_id}")
def set_person_rate(person_id: int, data: RateInput, session: Session, by: CurrentActor, now: Now) -> RateView:
    """Time that was recorded before keeps the rate it had."""
    return RateView.model_validate(rates.set_person_rate(session, person_id, data, by=by, now=now))
