"""What if a plan changed, equipment entered, somebody was away: today and then, side by side; nothing is written."""

from datetime import date, datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Request, Response
from pydantic import Field
from sqlalchemy.orm import Session

from app.core.errors import InvalidInput
from app.core.security import Actor
from app.equipment.queries import category_choices
from app.forecasts.queries import choices
from app.forecasts.queries.simulation import simulate
from app.forecasts.schemas import ForecastQuery, Simulation, SimulationView
from app.http import CurrentActor, Now, RondeRoute
from app.http.route import slow
from app.people.schemas import Id
from app.plans.queries.plans import get_plan, input_of
from app.web.forms import checked, messages
from app.web.pages import page
from app.web.workload import WorkloadQuery, offered, pictured

router = APIRouter(route_class=RondeRoute, prefix="/workload")
HOUR = 60


class WhatIfQuery(WorkloadQuery):
    """What is supposed stands in the address: a page that can be sent to somebody."""

    plan_id: Id | None = None
    interval: Annotated[int | None, Field(ge=1, le=36_500)] = None
    freq: Literal["day", "week", "month", "year"] | None = None
    estimate_minutes: Annotated[int | None, Field(ge=1, le=60_000)] = None
    count: Annotated[int | None, Field(ge=1, le=100_000)] = None
    category_id: Id | None = None
    new_site_id: Id | None = None
    away: Annotated[str | None, Field(pattern=r"^(person|team)-\d{1,15}$")] = None
    away_from: date | None = None
    away_until: date | None = None
    hours_per_day: Annotated[int | None, Field(ge=1, le=24)] = None

    def supposed(self, session: Session, by: Actor) -> dict[str, Any]:
        """As REST takes it."""
        found: dict[str, Any] = {"plans": [], "equipment": [], "absences": []}
        if self.plan_id is not None:
            plan = input_of(session, get_plan(session, self.plan_id, by=by)).model_dump()
            said = self.model_dump(include={"interval", "freq", "estimate_minutes"}, exclude_none=True)
            found["plans"].append({"plan_id": self.plan_id, "plan": plan | said})
        if self.count is not None:
            entry = {"count": self.count, "category_id": self.category_id, "site_id": self.new_site_id}
            found["equipment"].append(_said(entry))
        if self.away is not None:
            kind, _, key = self.away.partition("-")
            minutes = self.hours_per_day * HOUR if self.hours_per_day else None
            days = {"first_on": self.away_from, "last_on": self.away_until, "minutes_per_day": minutes}
            found["absences"].append(_said({f"{kind}_id": int(key), **days}))
        return found


def _said(values: dict[str, Any]) -> dict[str, Any]:
    """What is left empty is missing, rather than no number."""
    return {name: value for name, value in values.items() if value is not None}


# Where in the form stands what the simulation calls otherwise.
FIELDS = {
    "site_id": "new_site_id",
    "first_on": "away_from",
    "last_on": "away_until",
    "minutes_per_day": "hours_per_day",
}


@router.get("/what-if")
@slow
def show_what_if(
    request: Request, query: Annotated[WhatIfQuery, Query()], session: Session, by: CurrentActor, now: Now
) -> Response:
    told, errors = _told(session, query, by=by, now=now)
    return page(
        request,
        "reports/what_if.html",
        by=by,
        status=422 if errors else 200,
        v=query.model_dump(),
        asked=query,
        errors=errors,
        covered=told.covered if told else [],
        **(pictured(told.then, told.today) if told else {"told": None}),
        **offered(session, by),
        plans=choices.plan_choices(session, by=by),
        categories=category_choices(session, by=by),
        workers=choices.worker_choices(session, by=by),
    )


def _told(
    session: Session, query: WhatIfQuery, *, by: Actor, now: datetime
) -> tuple[SimulationView | None, dict[str, str]]:
    """None where nothing is supposed; else with what is wrong, by the fields of the form."""
    try:
        supposed = query.supposed(session, by)
        if not any(supposed.values()):
            return None, {}
        asked = ForecastQuery(**query.model_dump(include=set(ForecastQuery.model_fields)))
        return simulate(session, checked(Simulation, supposed | {"forecast": asked}), by=by, now=now), {}
    except InvalidInput as error:
        found = {name.rpartition("/")[2].rpartition(".")[2]: text for name, text in messages(error).items()}
        return None, {FIELDS.get(name, name): text for name, text in found.items()}
