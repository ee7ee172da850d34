"""All that stopped, or is about to; and a run that a wrong clock made, to be taken back."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, Field
from sqlalchemy.orm import Session

from app.core.i18n import N_
from app.core.security import Permission, require
from app.engine import queries as engine
from app.engine.actions.withdrawing import withdraw_run
from app.engine.schemas import RunView
from app.http import CurrentActor, Now, RondeRoute, cursor_after, page_of, slow
from app.reports.queries.attention import COUNTED, attention, count_attention
from app.reports.schemas import AttentionKind
from app.web.pages import page, see_other

router = APIRouter(route_class=RondeRoute, prefix="/attention")
ON_A_PAGE = 50
COUNT_SECONDS = 60


class AttentionQuery(BaseModel):
    kind: AttentionKind | None = None
    cursor: Annotated[str | None, Field(max_length=2000)] = None


@router.get("")
@slow
def attention_page(
    request: Request, query: Annotated[AttentionQuery, Query()], session: Session, by: CurrentActor, now: Now
) -> Response:
    after = cursor_after(query.cursor)
    rows = attention(session, by=by, now=now, kind=query.kind, limit=ON_A_PAGE, after=after)
    found = page_of(rows, ON_A_PAGE, lambda entry: (entry.kind, entry.id))
    here = f"/attention?kind={query.kind}" if query.kind else "/attention"
    joint = "&" if query.kind else "?"
    return page(
        request,
        "reports/attention.html",
        by=by,
        entries=found.items,
        kind=query.kind,
        here=here,
        is_first=query.cursor is None,
        next_url=f"{here}{joint}cursor={found.next_cursor}" if found.next_cursor else None,
    )


@router.get("/count")
@slow
def attention_count(request: Request, session: Session, by: CurrentActor, now: Now) -> Response:
    """What the navigation shows. A browser keeps it for a minute, and for the one who is signed in."""
    require(by, Permission.PLAN)
    count = count_attention(session, by=by, now=now)
    answer = page(request, "reports/_count.html", by=by, count=count, most=COUNTED)
    answer.headers["cache-control"] = f"private, max-age={COUNT_SECONDS}"
    answer.headers["vary"] = "Cookie, Accept-Language, Accept-Encoding"
    return answer


@router.get("/runs/{run_id:int}")
def show_run(request: Request, run_id: int, session: Session, by: CurrentActor) -> Response:
    run = RunView.model_validate(engine.get_run(session, run_id, by=by))
    return page(request, "reports/run.html", by=by, run=run)


@router.post("/runs/{run_id:int}/withdraw")
@slow
def withdraw(run_id: int, session: Session, by: CurrentActor, now: Now) -> Response:
    run = withdraw_run(session, run_id, by=by, now=now)
    taken = len(run.taken_back or [])
    return see_other("/attention", message=N_("Withdrawn: %(count)s dates are judged anew."), count=taken)
