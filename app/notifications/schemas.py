"""What is told of mail: who it is for and how it fares; and the intervention report."""

from datetime import date, datetime
from typing import Literal

from pydantic import Field

from app.people.schemas import Email, Input, Language, View

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


class SendingInput(Input):
    to: Email | None = Field(None, description="One of the people concerned; null: the first of them.")
    language: Language | None = Field(None, description="Null: theirs.")


class ConcernedView(View):
    name: str
    email: str | None
    language: str | None


class ReportLineView(View):
    section: str | None
    title: str
    value: str | None
    unit: str | None
    is_failed: bool
    note: str | None


class ReportPartView(View):
    name: str
    quantity: int


class ReportView(View):
    """What the person concerned is told."""

    order_id: int
    number: str
    title: str
    concerned: list[ConcernedView]
    workers: list[str]
    done_on: date
    kind: str
    finding: str
    explanation: str | None
    restoration: str | None
    curative_due_on: date | None
    minutes: int | None
    steps: list[ReportLineView]
    parts: list[ReportPartView]
    photo_ids: list[int] = Field(description="Among the order's files.")
    signed_by: str | None
    signed_at: datetime | None
    signature_file_id: int | None
    language: str = Field(description="That of the person concerned.")
