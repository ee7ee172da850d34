"""The work of the coming weeks against the hours that people have."""

from typing import Annotated, Any, get_args
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request, Response
from pydantic import model_validator
from sqlalchemy.orm import Session

from app.forecasts.queries import choices
from app.forecasts.queries.forecast import forecast
from app.forecasts.schemas import ForecastQuery, ForecastView
from app.http import CurrentActor, Now, RondeRoute
from app.http.route import slow
from app.plans.schemas.inputs import Kind
from app.web.pages import page
from app.web.workload_chart import beyond, chart, conclusion

router = APIRouter(route_class=RondeRoute, prefix="/workload")
WIDE = {"width": 1040, "height": 260, "labels": 13}
MIDDLE = {"width": 560, "height": 240, "labels": 7}  # beside a form
NARROW = {"width": 360, "height": 200, "labels": 4}


class WorkloadQuery(ForecastQuery):
    """What stands in the page's address; an empty answer of its form is none."""

    @model_validator(mode="before")
    @classmethod
    def without_empty_answers(cls, said: Any) -> Any:
        return {name: value for name, value in said.items() if value != ""} if isinstance(said, dict) else said

    def address(self, below: str = "", **changes: Any) -> str:
        kept = self.model_dump(mode="json", exclude_defaults=True, by_alias=True) | changes
        said = {name: value for name, value in kept.items() if value}
        return f"/workload{below}?{urlencode(said)}" if said else f"/workload{below}"


@router.get("")
@slow
def show_workload(
    request: Request, query: Annotated[WorkloadQuery, Query()], session: Session, by: CurrentActor, now: Now
) -> Response:
    told = forecast(session, query, by=by, now=now)
    return page(request, "reports/workload.html", by=by, asked=query, **pictured(told), **offered(session, by))


def pictured(told: ForecastView, before: ForecastView | None = None) -> dict[str, Any]:
    return {
        "told": told,
        "before": before,
        "charts": [
            ("d-lg-none", chart(told, before, **NARROW)),
            ("d-none d-lg-block", chart(told, before, **(MIDDLE if before else WIDE))),
        ],
        "conclusion": conclusion(told),
        "beyond": beyond(told),
        "minutes": sum(week.minutes for week in told.weeks),
        "capacity": sum(week.capacity_minutes for week in told.weeks),
        "orders": sum(week.orders for week in told.weeks),
        "unestimated": sum(week.unestimated for week in told.weeks),
    }


def offered(session: Session, by: CurrentActor) -> dict[str, Any]:
    return {
        "sites": choices.site_choices(session, by=by),
        "teams": choices.team_choices(session, by=by),
        "kinds": get_args(Kind),
    }
