"""Beside a plan's form: the hours that it would add to the coming weeks."""

from fastapi import APIRouter, Request, Response
from sqlalchemy.orm import Session

from app.core.errors import InvalidInput
from app.core.security import Permission, require
from app.forecasts.queries.simulation import simulate
from app.forecasts.schemas import PlanSupposed, Simulation
from app.http import CurrentActor, Now, RondeRoute, reads
from app.web.forms import Form
from app.web.pages import page
from app.web.plan_fields import said_in
from app.web.plan_form import said_by
from app.web.workload import pictured

router = APIRouter(route_class=RondeRoute, prefix="/plans")


@router.post("/workload")
@reads
def show_added_work(
    request: Request, form: Form, session: Session, by: CurrentActor, now: Now, plan_id: int | None = None
) -> Response:
    """The part of the form's page that shows the weeks."""
    require(by, Permission.PLAN)
    told = None
    base = said_by(session, plan_id, by=by) if plan_id is not None else None
    try:
        data = said_in(session, form, base, by=by, is_draft=True)
        told = simulate(session, Simulation(plans=[PlanSupposed(plan_id=plan_id, plan=data)]), by=by, now=now)
    except InvalidInput:
        pass  # the preview of the dates says what is wrong
    shown = pictured(told.then, told.today) if told else {"told": None}
    return page(request, "plans/_workload.html", by=by, estimate=told and data.estimate_minutes, **shown)
