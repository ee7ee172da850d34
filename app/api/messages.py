"""Mail that Ronde sends: how it fares."""

from functools import partial
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query
from sqlalchemy.orm import Session

from app.core.security import Actor
from app.http import CurrentActor, ListFilter, Listing, Now, Page, PageQuery, RondeRoute
from app.notifications import actions, queries
from app.notifications.schemas import MessageState, MessageView

router = APIRouter(route_class=RondeRoute, prefix="/messages", tags=["messages"])


class MessageQuery(PageQuery, ListFilter):
    state: MessageState | None = None
    sort: Literal["id", "-id"] = "-id"

    def listing(self, by: Actor) -> Listing[Any]:
        return Listing(partial(queries.message_rows, by=by, state=self.state, sort=self.sort), lambda row: (row.id,))


@router.get("")
def list_messages(query: Annotated[MessageQuery, Query()], session: Session, by: CurrentActor) -> Page[MessageView]:
    """The newest first; for managers."""
    page = query.listing(by).page(session, limit=query.limit, cursor=query.cursor)
    items = [MessageView.model_validate(row, from_attributes=True) for row in page.items]
    return Page(items=items, next_cursor=page.next_cursor)


@router.post("/{message_id}/retry")
def retry_message(message_id: int, session: Session, by: CurrentActor, now: Now) -> MessageView:
    """A message that was given up is sent once more."""
    return MessageView.model_validate(actions.retry_message(session, message_id, by=by, now=now))


@router.delete("/{message_id}", status_code=204)
def drop_message(message_id: int, session: Session, by: CurrentActor, now: Now) -> None:
    """A message that was given up goes."""
    actions.drop_message(session, message_id, by=by, now=now)
