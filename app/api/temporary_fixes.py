"""Temporary fixes that wait for a lasting one."""

from functools import partial
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query
from sqlalchemy.orm import Session

from app.core.security import Actor
from app.http import CurrentActor, ListFilter, Listing, Page, PageQuery, RondeRoute
from app.interventions.queries import temporary as queries
from app.people.schemas import Id
from app.workorders.schemas import TemporaryFixRow

router = APIRouter(route_class=RondeRoute, prefix="/temporary-fixes", tags=["work-orders"])


class FixQuery(PageQuery, ListFilter):
    site_id: Id | None = None
    equipment_id: Id | None = None
    sort: Literal["due_on", "-due_on", "done_on", "-done_on"] = "due_on"

    def listing(self, by: Actor) -> Listing[Any]:
        wanted = queries.FixFilter(self.site_id, self.equipment_id)
        fetch = partial(queries.temporary_fixes, wanted=wanted, by=by)
        return Listing.sorted_by(self.sort, queries.FIX_ORDERS, fetch)


@router.get("")
def list_temporary_fixes(
    query: Annotated[FixQuery, Query()], session: Session, by: CurrentActor
) -> Page[TemporaryFixRow]:
    """The one that should have been mended first comes first. A curative follow-up, or retiring the piece, ends it."""
    page = query.listing(by).page(session, limit=query.limit, cursor=query.cursor)
    return Page(items=queries.fix_lines(page.items), next_cursor=page.next_cursor)
