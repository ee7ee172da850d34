"""The first page: a technician's day as a round of stops, most urgent first."""

from datetime import datetime
from itertools import groupby
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel
from sqlalchemy.orm import Session

from app.core.clock import today
from app.core.security import Actor, Permission
from app.http import CurrentActor, Now, RondeRoute
from app.interventions.queries.progress import progress_on
from app.people.queries.on_call import duties_of
from app.people.schemas import Id
from app.places.queries import sites as places
from app.visits.queries.day import my_day as orders_of_day
from app.visits.queries.visits import visits_of_day
from app.web.pages import page, see_other

router = APIRouter(route_class=RondeRoute)


class DayQuery(BaseModel):
    site_id: Id | None = None


@router.get("/")
def my_day(
    request: Request, query: Annotated[DayQuery, Query()], session: Session, by: CurrentActor, now: Now
) -> Response:
    """Who asks for help and does not work on orders finds where to ask."""
    if not by.has(Permission.WORK):
        return see_other("/portal")
    return page(request, "workorders/my_day.html", by=by, **day_shown(session, query.site_id, by=by, now=now))


def day_shown(session: Session, site_id: int | None, *, by: Actor, now: datetime) -> dict[str, Any]:
    """Orders and visits of the day; who is on call has those of that team, too."""
    on, on_call = today(now, by.time_zone), duties_of(session, by.person_id, at=now)
    team_ids = [duty.team_id for duty in on_call]
    day = orders_of_day(session, by=by, today=on, site_id=site_id, on_call_team_ids=team_ids)
    return {
        "day": day,
        "on_call": on_call,
        "progress": progress_on(session, [row.id for row in (*day.overdue, *day.due, *day.coming)]),
        "visits": visits_of_day(session, by=by, today=on),
        "parts": [("late", by_site(day.overdue)), ("today", by_site(day.due)), ("week", by_site(day.coming))],
        "sites": places.site_choices(session, by=by),
        "site_id": site_id,
    }


def by_site(rows: Any) -> list[tuple[str, list[Any]]]:
    """Rows come sorted by site."""
    return [(site, list(stops)) for site, stops in groupby(rows, key=lambda row: row.site)]
