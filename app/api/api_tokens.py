"""One's own API tokens."""

from typing import Annotated

from fastapi import APIRouter, Query
from sqlalchemy.orm import Session

from app.http import CurrentActor, Now, Page, PageQuery, RondeRoute, cursor_after, page_of, secret
from app.people import queries
from app.people.actions import tokens as actions
from app.people.schemas import ApiTokenInput, ApiTokenView, NewApiTokenView

router = APIRouter(prefix="/api-tokens", tags=["api tokens"], route_class=RondeRoute)


@router.get("")
def list_api_tokens(query: Annotated[PageQuery, Query()], session: Session, by: CurrentActor) -> Page[ApiTokenView]:
    """The newest first, revoked ones included."""
    rows = queries.api_tokens(session, by.user_id or 0, after=cursor_after(query.cursor), limit=query.limit)
    return page_of(rows, query.limit, lambda row: (row.id,))


@router.post("", status_code=201)
@secret
def create_api_token(data: ApiTokenInput, session: Session, by: CurrentActor, now: Now) -> NewApiTokenView:
    """The secret is in this answer and nowhere else. A token makes none that may do more than itself."""
    return actions.create_api_token(session, data, by=by, now=now)


@router.get("/{token_id}")
def get_api_token(token_id: int, session: Session, by: CurrentActor) -> ApiTokenView:
    return ApiTokenView.model_validate(queries.token_row(session, token_id, by=by))


@router.post("/{token_id}/revoke")
def revoke_api_token(token_id: int, session: Session, by: CurrentActor, now: Now) -> ApiTokenView:
    return actions.revoke_api_token(session, token_id, by=by, now=now)
