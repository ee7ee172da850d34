"""All that stopped, or is about to, in one list."""

from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import Field
from sqlalchemy.orm import Session

from app.http import CurrentActor, Now, Page, PageQuery, RondeRoute, cursor_after, page_of, slow
from app.reports.queries.attention import attention, count_attention
from app.reports.schemas import AttentionCount, AttentionEntry, AttentionKind

router = APIRouter(prefix="/attention", tags=["attention"], route_class=RondeRoute)


class AttentionQuery(PageQuery):
    kind: Annotated[AttentionKind | None, Field(description="One kind alone.")] = None


@router.get("")
@slow
def list_attention(
    query: Annotated[AttentionQuery, Query()], session: Session, by: CurrentActor, now: Now
) -> Page[AttentionEntry]:
    """Kind by kind, the most urgent first; each with since when, why in words, and what to do."""
    after = cursor_after(query.cursor)
    rows = attention(session, by=by, now=now, kind=query.kind, limit=query.limit, after=after)
    return page_of(rows, query.limit, lambda entry: (entry.kind, entry.id))


@router.get("/count")
@slow
def get_attention_count(session: Session, by: CurrentActor, now: Now) -> AttentionCount:
    return AttentionCount(count=count_attention(session, by=by, now=now))
