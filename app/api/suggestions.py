"""What technicians would do better in a procedure, and what became of it."""

from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import Field
from sqlalchemy.orm import Session

from app.http import CurrentActor, IfMatch, Now, Page, PageQuery, RondeRoute, cursor_after, page_of
from app.people.schemas import Id
from app.procedures import actions
from app.procedures.queries import suggestions as queries
from app.procedures.schemas import Answer, SuggestionInput, SuggestionState, SuggestionView
from app.workorders.actions.suggesting import suggest_on_order

router = APIRouter(tags=["procedures"], route_class=RondeRoute)


class SuggestionQuery(PageQuery):
    state: SuggestionState | None = None
    procedure_id: Id | None = None
    mine: Annotated[bool, Field(description="Only one's own.")] = False


@router.get("/step-suggestions")
def list_step_suggestions(
    query: Annotated[SuggestionQuery, Query()], session: Session, by: CurrentActor
) -> Page[SuggestionView]:
    """The newest first."""
    found = queries.list_suggestions(
        session,
        by=by,
        state=query.state,
        procedure_id=query.procedure_id,
        is_mine=query.mine,
        limit=query.limit,
        after=cursor_after(query.cursor),
    )
    return page_of(found, query.limit, lambda row: (row.id,))


@router.post("/procedures/{procedure_id}/suggestions", status_code=201)
def suggest_on_procedure(
    procedure_id: int, data: SuggestionInput, session: Session, by: CurrentActor, now: Now
) -> SuggestionView:
    """About the version in force, or one of its steps."""
    made = actions.suggest_on_procedure(session, procedure_id, data, by=by, now=now)
    return queries.suggestion_view(session, made)


@router.post("/work-orders/{order_id}/suggestions", status_code=201)
def suggest_on_work_order(
    order_id: int, data: SuggestionInput, session: Session, by: CurrentActor, now: Now
) -> SuggestionView:
    """About a step of the procedure that the order was made with, or about that procedure as a whole."""
    return queries.suggestion_view(session, suggest_on_order(session, order_id, data, by=by, now=now))


@router.get("/step-suggestions/{suggestion_id}")
def get_step_suggestion(suggestion_id: int, session: Session, by: CurrentActor) -> SuggestionView:
    return queries.suggestion_view(session, queries.get_suggestion(session, suggestion_id, by=by))


@router.post("/step-suggestions/{suggestion_id}/take")
def take_step_suggestion(
    suggestion_id: int, data: Answer, version: IfMatch, session: Session, by: CurrentActor, now: Now
) -> SuggestionView:
    """It is noted on the draft of the next version, which begins now where there is none."""
    taken = actions.take_suggestion(session, suggestion_id, data.answer, version=version, by=by, now=now)
    return queries.suggestion_view(session, taken)


@router.post("/step-suggestions/{suggestion_id}/refuse")
def refuse_step_suggestion(
    suggestion_id: int, data: Answer, version: IfMatch, session: Session, by: CurrentActor, now: Now
) -> SuggestionView:
    """With a word for whoever suggested it."""
    refused = actions.refuse_suggestion(session, suggestion_id, data.answer, version=version, by=by, now=now)
    return queries.suggestion_view(session, refused)
