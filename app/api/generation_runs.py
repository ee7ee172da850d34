"""Ticks that found something to do; one on demand, and one taken back."""

from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Query
from sqlalchemy.orm import Session

from app.engine import queries
from app.engine.actions.withdrawing import withdraw_run
from app.engine.schemas import RunView, WithdrawnRun
from app.http import CurrentActor, Now, Page, PageQuery, RondeRoute, cursor_after, page_of
from app.ledger.models import GenerationRun
from app.operations.actions.on_demand import generate_now

router = APIRouter(prefix="/generation-runs", tags=["generation runs"], route_class=RondeRoute)


@router.get("")
def list_generation_runs(query: Annotated[PageQuery, Query()], session: Session, by: CurrentActor) -> Page[RunView]:
    """The latest first. Idle ticks leave no record."""
    rows: Sequence[GenerationRun] = queries.list_runs(
        session, by=by, limit=query.limit, after=cursor_after(query.cursor)
    )
    return page_of([RunView.model_validate(row) for row in rows], query.limit, lambda row: (row.id,))


@router.post("", status_code=201)
def generate_due_work_now(session: Session, by: CurrentActor, now: Now) -> RunView:
    """A tick (S17), as `ronde tick` makes one: plans follow equipment that changed, orders are made, ladders climbed.

    Bounded: the first 5,000 items that are due; the scheduler goes on from there.
    """
    return RunView.model_validate(generate_now(session, by=by, now=now))


@router.get("/{run_id}")
def get_generation_run(run_id: int, session: Session, by: CurrentActor) -> WithdrawnRun:
    return WithdrawnRun.model_validate(queries.get_run(session, run_id, by=by))


@router.post("/{run_id}/withdraw")
def withdraw_generation_run(run_id: int, session: Session, by: CurrentActor, now: Now) -> WithdrawnRun:
    """For a run made while the clock was ahead: its untouched orders are cancelled, and its cycles judged anew."""
    return WithdrawnRun.model_validate(withdraw_run(session, run_id, by=by, now=now))
