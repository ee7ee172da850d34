"""The list of temporary fixes: what waits to be mended for good, the most urgent first."""

from functools import partial
from typing import Annotated, Any, ClassVar, Literal

from fastapi import APIRouter, Query, Request, Response
from sqlalchemy.orm import Session

from app.core.clock import today
from app.core.security import Actor
from app.http import CurrentActor, Listing, Now, RondeRoute
from app.interventions.queries import temporary as queries
from app.people.schemas import Id
from app.places.queries import sites as places
from app.web.lists import ListQuery
from app.web.pages import page

router = APIRouter(route_class=RondeRoute)


class FixesQuery(ListQuery):
    PATH: ClassVar = "/temporary-fixes"
    site_id: Id | None = None
    equipment_id: Id | None = None
    sort: Literal["due_on", "-due_on", "done_on", "-done_on"] = "due_on"

    def listing(self, by: Actor) -> Listing[Any]:
        wanted = queries.FixFilter(self.site_id, self.equipment_id)
        return Listing.sorted_by(self.sort, queries.FIX_ORDERS, partial(queries.temporary_fixes, wanted=wanted, by=by))


@router.get("/temporary-fixes")
def temporary_fixes_page(
    request: Request, asked: Annotated[FixesQuery, Query()], session: Session, by: CurrentActor, now: Now
) -> Response:
    return page(
        request,
        "workorders/temporary_fixes.html",
        by=by,
        today=today(now, by.time_zone),
        sites=places.site_choices(session, by=by),
        **asked.shown(session, asked.listing(by)),
    )
