"""Visits: orders of one place, done one after the other; each order keeps its own record."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from sqlalchemy.orm import Session

from app.core.security import Actor
from app.http import CurrentActor, IfMatch, ListFilter, Listing, Now, Page, PageQuery, RondeRoute, slow
from app.http.downloads import FILES, FileKind, list_file
from app.operations.rules import columns
from app.people.schemas import Id
from app.visits.actions import bundling, making, walking
from app.visits.queries import visits as queries
from app.visits.schemas import (
    BundledView,
    DoneView,
    NothingFound,
    OrdersInput,
    StopMove,
    VisitEdit,
    VisitInput,
    VisitRow,
    VisitView,
)

router = APIRouter(prefix="/visits", tags=["visits"], route_class=RondeRoute)


class VisitFilter(ListFilter):
    site_id: Id | None = None
    person_id: Id | None = None
    is_open: bool | None = None
    day_on: date | None = None
    sort: queries.Sort = "day_on"

    def listing(self, by: Actor) -> Listing[VisitRow]:
        asked = self.model_dump(exclude={"sort", "limit", "cursor"})
        return Listing.sorted_by(self.sort, queries.VISIT_ORDERS, queries.visits, by=by, **asked)


class VisitQuery(PageQuery, VisitFilter):
    pass


@router.get("")
def list_visits(query: Annotated[VisitQuery, Query()], session: Session, by: CurrentActor) -> Page[VisitRow]:
    """By day."""
    return query.listing(by).page(session, limit=query.limit, cursor=query.cursor)


@router.get("/export.{kind}", response_class=Response, responses=FILES)
@slow
def export_visits(
    request: Request, kind: FileKind, query: Annotated[VisitFilter, Query()], session: Session, by: CurrentActor
) -> Response:
    """The whole list as a file, with the filters of the list."""
    return list_file(request, session, "visits", kind, query.listing(by), columns.VISITS)


@router.post("", status_code=201)
def make_visit(data: VisitInput, session: Session, by: CurrentActor, now: Now) -> VisitView:
    """From orders that are named, or all of a site or place that are due by that day."""
    visit = making.make_visit(session, data, by=by, now=now)
    return queries.get_visit(session, visit.id, by=by)


@router.get("/bundled-teams")
def list_bundled_teams(session: Session, by: CurrentActor) -> BundledView:
    """Teams whose planned orders of one site and day become a visit by themselves."""
    return BundledView(team_ids=queries.bundled_teams(session, by=by))


@router.put("/bundled-teams/{team_id}")
def bundle_team(team_id: int, session: Session, by: CurrentActor, now: Now) -> BundledView:
    bundling.set_bundling(session, team_id, is_bundled=True, by=by, now=now)
    return BundledView(team_ids=queries.bundled_teams(session, by=by))


@router.delete("/bundled-teams/{team_id}")
def unbundle_team(team_id: int, session: Session, by: CurrentActor, now: Now) -> BundledView:
    bundling.set_bundling(session, team_id, is_bundled=False, by=by, now=now)
    return BundledView(team_ids=queries.bundled_teams(session, by=by))


@router.get("/{visit_id}")
def get_visit(visit_id: int, session: Session, by: CurrentActor) -> VisitView:
    return queries.get_visit(session, visit_id, by=by)


@router.put("/{visit_id}")
def edit_visit(
    visit_id: int, data: VisitEdit, version: IfMatch, session: Session, by: CurrentActor, now: Now
) -> VisitView:
    making.edit_visit(session, visit_id, data, version=version, by=by, now=now)
    return queries.get_visit(session, visit_id, by=by)


@router.post("/{visit_id}/orders")
def add_visit_orders(
    visit_id: int, data: OrdersInput, version: IfMatch, session: Session, by: CurrentActor, now: Now
) -> VisitView:
    """Behind the others."""
    making.add_orders(session, visit_id, data, version=version, by=by, now=now)
    return queries.get_visit(session, visit_id, by=by)


@router.post("/{visit_id}/orders/remove")
def remove_visit_orders(
    visit_id: int, data: OrdersInput, version: IfMatch, session: Session, by: CurrentActor, now: Now
) -> VisitView:
    """They stay open, for another day."""
    making.remove_orders(session, visit_id, data, version=version, by=by, now=now)
    return queries.get_visit(session, visit_id, by=by)


@router.post("/{visit_id}/orders/move")
def move_visit_order(
    visit_id: int, data: StopMove, version: IfMatch, session: Session, by: CurrentActor, now: Now
) -> VisitView:
    """One place up or down."""
    making.move_stop(session, visit_id, data, version=version, by=by, now=now)
    return queries.get_visit(session, visit_id, by=by)


@router.post("/{visit_id}/orders/sort")
def sort_visit_orders(visit_id: int, version: IfMatch, session: Session, by: CurrentActor, now: Now) -> VisitView:
    """By place again: building, floor, room, rack."""
    making.sort_stops(session, visit_id, version=version, by=by, now=now)
    return queries.get_visit(session, visit_id, by=by)


@router.post("/{visit_id}/start")
def start_visit(visit_id: int, version: IfMatch, session: Session, by: CurrentActor, now: Now) -> VisitView:
    """Whoever starts a visit that nobody has takes it."""
    walking.start_visit(session, visit_id, version=version, by=by, now=now)
    return queries.get_visit(session, visit_id, by=by)


@router.post("/{visit_id}/stop")
def stop_visit(visit_id: int, version: IfMatch, session: Session, by: CurrentActor, now: Now) -> VisitView:
    """Broken off; starting takes it up again."""
    walking.stop_visit(session, visit_id, version=version, by=by, now=now)
    return queries.get_visit(session, visit_id, by=by)


@router.post("/{visit_id}/end")
def end_visit(visit_id: int, version: IfMatch, session: Session, by: CurrentActor, now: Now) -> VisitView:
    """Over: what is still open may go into another visit."""
    walking.end_visit(session, visit_id, version=version, by=by, now=now)
    return queries.get_visit(session, visit_id, by=by)


@router.post("/{visit_id}/complete")
def complete_visit_orders(
    visit_id: int, data: NothingFound, session: Session, by: CurrentActor, now: Now
) -> list[DoneView]:
    """Done for these, nothing found: each keeps its own report; what cannot be done so is named and left open."""
    return walking.complete_orders(session, visit_id, data, by=by, now=now)
