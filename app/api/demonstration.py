"""A year of a small firm, made on demand in a house that has its administrator and nothing else yet."""

from datetime import datetime
from typing import Any

from fastapi import APIRouter, Request
from pydantic import BaseModel, ConfigDict
from sqlalchemy.orm import Session

from app.core.clock import today
from app.core.errors import NotFound
from app.core.i18n import N_
from app.demonstration.actions import on_demand
from app.demonstration.rules.firm import TIME_ZONE
from app.http import CurrentActor, Now, RondeRoute
from app.http.asking import house_of
from app.journal.models import Job

router = APIRouter(prefix="/demonstration", tags=["meta"], route_class=RondeRoute)


class DemonstrationView(BaseModel):
    """How far it is. Who can sign in then is shown on the page alone."""

    model_config = ConfigDict(from_attributes=True)

    state: str
    done: int
    total: int | None
    result: dict[str, Any] | None
    created_at: datetime
    finished_at: datetime | None


@router.post("", status_code=202)
def make_demonstration(request: Request, by: CurrentActor, now: Now) -> DemonstrationView:
    """The job is there before its work begins, which nobody waits for."""
    house = house_of(request)
    with house.database.writing() as session:
        job_id = on_demand.begin_demonstration(session, by=by, now=now)
        view = DemonstrationView.model_validate(session.get_one(Job, job_id))
    on, data_dir = today(now, TIME_ZONE), house.settings.data_dir
    house.floor.beside(lambda: on_demand.make_demonstration(house.database, job_id, data_dir, on=on, clock=house.clock))
    return view


@router.get("")
def get_demonstration(session: Session, by: CurrentActor) -> DemonstrationView:
    job = on_demand.find_job(session, by=by)
    if job is None:
        raise NotFound("not_found", N_("No demonstration has been made here."))
    return DemonstrationView.model_validate(job)
