"""The ledger: what became of each cycle, and why."""

from functools import partial
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from sqlalchemy.orm import Session

from app.core.security import Actor
from app.decisions.actions.answers import answer_catch_up
from app.http import CurrentActor, ListFilter, Listing, Now, Page, PageQuery, RondeRoute, slow
from app.http.downloads import FILES, FileKind, list_file
from app.ledger.queries import occurrences as queries
from app.ledger.schemas import CatchUpAnswer, Explanation, OccurrenceFilter, OccurrenceView
from app.operations.rules import columns
from app.workorders.queries.by_cycle import explain_cycle

router = APIRouter(prefix="/occurrences", tags=["occurrences"], route_class=RondeRoute)


class OccurrenceListFilter(ListFilter, OccurrenceFilter):
    def listing(self, by: Actor) -> Listing[OccurrenceView]:
        wanted = OccurrenceFilter.model_validate(self.model_dump(include=set(OccurrenceFilter.model_fields)))
        return Listing(partial(queries.list_occurrences, wanted=wanted, by=by), lambda row: (row.id,))


class OccurrenceQuery(PageQuery, OccurrenceListFilter):
    pass


@router.get("")
def list_occurrences(
    query: Annotated[OccurrenceQuery, Query()], session: Session, by: CurrentActor
) -> Page[OccurrenceView]:
    """The newest first. One row may stand for `count` consecutive cycles with one fate."""
    return query.listing(by).page(session, limit=query.limit, cursor=query.cursor)


@router.get("/export.{kind}", response_class=Response, responses=FILES)
@slow
def export_occurrences(
    request: Request,
    kind: FileKind,
    query: Annotated[OccurrenceListFilter, Query()],
    session: Session,
    by: CurrentActor,
) -> Response:
    """The whole list as a file, with the filters of the list."""
    return list_file(request, session, "occurrences", kind, query.listing(by), columns.OCCURRENCES)


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
