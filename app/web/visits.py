"""Visits: the list, one that is walked, and what is done on the way."""

from typing import Annotated, Any, ClassVar

from fastapi import APIRouter, Query, Request, Response
from sqlalchemy.orm import Session

from app.core.clock import today
from app.core.errors import AppError, InvalidInput
from app.core.i18n import N_
from app.core.security import Actor, Permission
from app.forecasts.queries import choices
from app.http import CurrentActor, Listing, Now, RondeRoute, slow
from app.http.downloads import FileKind, list_file
from app.operations.rules import columns
from app.people.schemas import Id
from app.visits.actions import bundling, making, walking
from app.visits.queries import visits as queries
from app.visits.schemas import NothingFound, OrdersInput, StopMove, VisitRow
from app.web.forms import Form, ids_of, parse, parse_edit, version_of, wrongs
from app.web.lists import ListQuery
from app.web.pages import page, see_other, words_of

router = APIRouter(route_class=RondeRoute, prefix="/visits")


class VisitsQuery(ListQuery):
    PATH: ClassVar = "/visits"
    sort: queries.Sort = "day_on"
    site_id: Id | None = None
    ended: bool = False

    def listing(self, by: Actor) -> Listing[VisitRow]:
        sort: queries.Sort = "-day_on" if self.ended else "day_on"
        asked = {"by": by, "site_id": self.site_id, "is_open": not self.ended}
        return Listing.sorted_by(sort, queries.VISIT_ORDERS, queries.visits, **asked)


@router.get("")
def visits_page(
    request: Request, asked: Annotated[VisitsQuery, Query()], session: Session, by: CurrentActor, now: Now
) -> Response:
    return page(
        request,
        "visits/index.html",
        by=by,
        today=today(now, by.time_zone),
        may_plan=by.has(Permission.PLAN),
        teams=choices.team_choices(session, by=by),
        bundled=queries.bundled_teams(session, by=by),
        **asked.shown(session, asked.listing(by)),
    )


@router.get("/export.{kind}")
@slow
def export_visits(
    request: Request,
    kind: FileKind,
    asked: Annotated[VisitsQuery, Query()],
    session: Session,
    by: CurrentActor,
) -> Response:
    words = {"state": words_of("visits/_words.html", "visit_state_words")}
    return list_file(request, session, "visits", kind, asked.listing(by), columns.VISITS, words)


@router.post("/bundled")
def bundle_teams(form: Form, session: Session, by: CurrentActor, now: Now) -> Response:
    """All teams at once: those that are ticked, and the others."""
    ticked = ids_of(form, "team_ids")
    bundling.set_bundled_teams(session, ticked, by=by, now=now)
    return see_other("/visits", message=N_("Saved."))


@router.get("/{visit_id:int}")
def show_visit(request: Request, visit_id: int, session: Session, by: CurrentActor, now: Now) -> Response:
    return shown(request, session, visit_id, by=by, now=now)


def shown(
    request: Request,
    session: Session,
    visit_id: int,
    *,
    by: Actor,
    now: Now,
    results: Any = None,
    error: AppError | None = None,
) -> Response:
    """`results`: what became of orders that were done at once, where some were not."""
    visit = queries.get_visit(session, visit_id, by=by)
    errors = wrongs(error)
    return page(
        request,
        "visits/show.html",
        by=by,
        status=error.status if error else 200,
        visit=visit,
        today=today(now, by.time_zone),
        results=results or [],
        errors=errors,
        may_work=by.has(Permission.WORK),
        is_arranged=request.query_params.get("arrange") == "1",
    )


@router.post("/{visit_id:int}/complete")
def complete_orders(
    request: Request, visit_id: int, form: Form, session: Session, by: CurrentActor, now: Now
) -> Response:
    """« Done for these 13, nothing found »: where some could not be done so, the page names them."""
    try:
        data = parse(NothingFound, form)
    except InvalidInput as error:
        return shown(request, session, visit_id, by=by, now=now, error=error)
    results = walking.complete_orders(session, visit_id, data, by=by, now=now)
    if any(not row.is_done for row in results):
        return shown(request, session, visit_id, by=by, now=now, results=results)
    return see_other(f"/visits/{visit_id}", message=N_("Done: %(count)s."), count=len(results))


@router.post("/{visit_id:int}/start")
def start_visit(visit_id: int, form: Form, session: Session, by: CurrentActor, now: Now) -> Response:
    walking.start_visit(session, visit_id, version=version_of(form), by=by, now=now)
    return see_other(f"/visits/{visit_id}", message=N_("Off you go: the first stop is open."))


@router.post("/{visit_id:int}/stop")
def stop_visit(visit_id: int, form: Form, session: Session, by: CurrentActor, now: Now) -> Response:
    walking.stop_visit(session, visit_id, version=version_of(form), by=by, now=now)
    return see_other(f"/visits/{visit_id}", message=N_("Broken off. Start takes it up again."))


@router.post("/{visit_id:int}/end")
def end_visit(visit_id: int, form: Form, session: Session, by: CurrentActor, now: Now) -> Response:
    walking.end_visit(session, visit_id, version=version_of(form), by=by, now=now)
    return see_other("/visits", message=N_("The visit is over. What is left open can go into another one."))


@router.post("/{visit_id:int}/move")
def move_stop(visit_id: int, form: Form, session: Session, by: CurrentActor, now: Now) -> Response:
    data, version = parse_edit(StopMove, form)
    making.move_stop(session, visit_id, data, version=version, by=by, now=now)
    return see_other(f"/visits/{visit_id}?arrange=1")


@router.post("/{visit_id:int}/sort")
def sort_stops(visit_id: int, form: Form, session: Session, by: CurrentActor, now: Now) -> Response:
    making.sort_stops(session, visit_id, version=version_of(form), by=by, now=now)
    return see_other(f"/visits/{visit_id}?arrange=1", message=N_("By place again."))


@router.post("/{visit_id:int}/remove")
def remove_orders(visit_id: int, form: Form, session: Session, by: CurrentActor, now: Now) -> Response:
    data, version = parse_edit(OrdersInput, form)
    making.remove_orders(session, visit_id, data, version=version, by=by, now=now)
    return see_other(f"/visits/{visit_id}?arrange=1", message=N_("Taken out; the order stays open."))
