"""The ledger: what became of each cycle, and why."""

from typing import Annotated

from fastapi import APIRouter, Query
from sqlalchemy.orm import Session

from app.http import CurrentActor, Now, Page, PageQuery, RondeRoute, cursor_after, page_of
from app.ledger.actions.answers import answer_catch_up
from app.ledger.queries import occurrences as queries
from app.ledger.schemas import CatchUpAnswer, Explanation, OccurrenceFilter, OccurrenceView
from app.workorders.queries.by_cycle import explain_cycle

router = APIRouter(prefix="/occurrences", tags=["occurrences"], route_class=RondeRoute)


class OccurrenceQuery(PageQuery, OccurrenceFilter):
    pass


@router.get("")
def list_occurrences(
    query: Annotated[OccurrenceQuery, Query()], session: Session, by: CurrentActor
) -> Page[OccurrenceView]:
    """The newest first. One row may stand for `count` consecutive cycles with one fate."""
    rows = queries.list_occurrences(session, query, by=by, limit=query.limit, after=cursor_after(query.cursor))
    return page_of(rows, query.limit, lambda row: (row.id,))


@router.get("/{occurrence_id}")
def get_occurrence(occurrence_id: int, session: Session, by: CurrentActor) -> OccurrenceView:
    return queries.get_occurrence_view(session, occurrence_id, by=by)


@router.get("/{occurrence_id}/explain")
def explain_occurrence(occurrence_id: int, session: Session, by: CurrentActor) -> Explanation:
    """How its date came about and what became of it: machine-readable, and as sentences in your language."""
    return explain_cycle(session, occurrence_id, by=by)


@router.post("/{occurrence_id}/answer")
def answer_occurrence(
    occurrence_id: int, data: CatchUpAnswer, session: Session, by: CurrentActor, now: Now
) -> OccurrenceView:
    """For a plan that asks: whether a date that passed while nothing ran is to be made up for."""
    answer_catch_up(session, occurrence_id, is_wanted=data.is_wanted, by=by, now=now)
    return queries.get_occurrence_view(session, occurrence_id, by=by)
