"""What technicians suggest: the inbox of whoever writes procedures."""

from collections.abc import Callable
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, Field
from sqlalchemy.orm import Session

from app.core.errors import Conflict, InvalidInput, PreconditionFailed
from app.core.i18n import N_
from app.core.security import Actor
from app.http import CurrentActor, Now, RondeRoute, cursor_after, page_of
from app.procedures import actions
from app.procedures.queries import suggestions as queries
from app.procedures.schemas import Answer, SuggestionInput, SuggestionState
from app.web.forms import Form, messages, parse, parse_edit
from app.web.pages import page, see_other
from app.web.sites import may_plan_everywhere
from app.workorders.actions.suggesting import suggest_on_order

router = APIRouter(route_class=RondeRoute)
ON_A_PAGE = 50


class InboxQuery(BaseModel):
    state: SuggestionState = "open"
    cursor: Annotated[str | None, Field(max_length=2000)] = None


@router.get("/procedures/suggestions")
def suggestions_page(
    request: Request, query: Annotated[InboxQuery, Query()], session: Session, by: CurrentActor
) -> Response:
    return inbox(request, session, query, by=by)


def inbox(
    request: Request,
    session: Session,
    query: InboxQuery,
    *,
    by: Actor,
    status: int = 200,
    refused: dict[str, Any] | None = None,
) -> Response:
    """`refused` says of which suggestion the answer was refused, and why."""
    after = cursor_after(query.cursor)
    found = queries.list_suggestions(session, by=by, state=query.state, limit=ON_A_PAGE, after=after)
    shown = page_of(found, ON_A_PAGE, lambda row: (row.id,))
    return page(
        request,
        "procedures/suggestions.html",
        by=by,
        status=status,
        rows=shown.items,
        next_cursor=shown.next_cursor,
        asked=query,
        may_decide=may_plan_everywhere(by),
        refused=refused or {},
    )


@router.post("/procedures/suggestions/{suggestion_id:int}/take")
def take(request: Request, suggestion_id: int, session: Session, form: Form, by: CurrentActor, now: Now) -> Response:
    return decided(
        request,
        session,
        suggestion_id,
        form,
        lambda data, version: actions.take_suggestion(
            session, suggestion_id, data.answer, version=version, by=by, now=now
        ),
        N_("Noted on the draft of the next version."),
        by=by,
    )


@router.post("/procedures/suggestions/{suggestion_id:int}/refuse")
def refuse(request: Request, suggestion_id: int, session: Session, form: Form, by: CurrentActor, now: Now) -> Response:
    return decided(
        request,
        session,
        suggestion_id,
        form,
        lambda data, version: actions.refuse_suggestion(
            session, suggestion_id, data.answer, version=version, by=by, now=now
        ),
        N_("Refused. Whoever suggested it reads why."),
        by=by,
    )


def decided(
    request: Request,
    session: Session,
    suggestion_id: int,
    form: Any,
    act: Callable[[Answer, int | None], Any],
    message: str,
    *,
    by: Actor,
) -> Response:
    try:
        data, version = parse_edit(Answer, form)
        act(data, version)
    except InvalidInput as error:
        wrong = {"id": suggestion_id, "error": messages(error).get("answer", ""), "answer": form.get("answer")}
        return inbox(request, session, InboxQuery(), by=by, status=error.status, refused=wrong)
    except (Conflict, PreconditionFailed):
        session.rollback()
        return see_other(
            "/procedures/suggestions", message=N_("Somebody else has decided on it meanwhile."), tone="warn"
        )
    return see_other("/procedures/suggestions", message=message)


@router.post("/work-orders/{order_id:int}/suggestions")
def suggest(request: Request, order_id: int, session: Session, form: Form, by: CurrentActor, now: Now) -> Response:
    """From the order's page."""
    try:
        suggest_on_order(session, order_id, parse(SuggestionInput, form), by=by, now=now)
    except (InvalidInput, Conflict) as error:
        session.rollback()
        text = next(iter(messages(error).values()), None) or N_("This order has no procedure to improve.")
        return see_other(f"/work-orders/{order_id}", message=text, tone="late")
    return see_other(f"/work-orders/{order_id}", message=N_("Thank you. Whoever writes this procedure reads it."))
