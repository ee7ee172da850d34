"""Who is on call: a team's weekly rotation, and swaps in it."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import AwareDatetime, Field
from sqlalchemy.orm import Session

from app.http import CurrentActor, IfMatch, Now, RondeRoute
from app.people.actions import on_call as actions
from app.people.queries import on_call as queries
from app.people.schemas import EARLIEST, LATEST, OnCallInput, OnCallView, SwapInput

router = APIRouter(prefix="/teams/{team_id}/on-call", tags=["teams"], route_class=RondeRoute)
At = Annotated[
    AwareDatetime | None, Query(description="The moment that is asked for; null: now."), Field(ge=EARLIEST, le=LATEST)
]


@router.get("")
def get_on_call(team_id: int, session: Session, by: CurrentActor, now: Now, at: At = None) -> OnCallView:
    """Who is on call at a moment, and who follows in the twelve weeks after it."""
    moment: datetime = at or now
    return queries.get_on_call(session, team_id, at=moment, by=by)


@router.put("")
def set_on_call(
    team_id: int, data: OnCallInput, version: IfMatch, session: Session, by: CurrentActor, now: Now
) -> OnCallView:
    """The whole rota as it shall be; swaps stay. Of a team that has none yet, the version is 0."""
    actions.set_on_call(session, team_id, data, version=version, by=by, now=now)
    return queries.get_on_call(session, team_id, at=now, by=by)


@router.delete("", status_code=204)
def end_on_call(team_id: int, version: IfMatch, session: Session, by: CurrentActor, now: Now) -> None:
    """The team has no rota any more."""
    actions.end_on_call(session, team_id, version=version, by=by, now=now)


@router.post("/swaps", status_code=201)
def swap_on_call(team_id: int, data: SwapInput, session: Session, by: CurrentActor, now: Now) -> OnCallView:
    """Somebody stands in on single days of duty, which run from one hand-over to the next."""
    actions.swap_on_call(session, team_id, data, by=by, now=now)
    return queries.get_on_call(session, team_id, at=now, by=by)


@router.delete("/swaps/{swap_id}", status_code=204)
def undo_swap(team_id: int, swap_id: int, session: Session, by: CurrentActor, now: Now) -> None:
    actions.undo_swap(session, team_id, swap_id, by=by, now=now)
