"""What is told of mail: who it is for and how it fares; what it says is between Ronde and the person."""

from datetime import datetime
from typing import Literal

from app.people.schemas import View

MessageState = Literal["queued", "sent", "dead"]


class MessageView(View):
    id: int
    recipient: str
    subject: str
    entity: str | None
    entity_id: int | None
    site_id: int | None
    state: MessageState
    attempts: int
    next_attempt_at: datetime | None
    error: str | None
    created_at: datetime
    sent_at: datetime | None
