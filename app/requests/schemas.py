"""What is said of requests: the same shapes for JSON and for forms."""

from datetime import date, datetime
from typing import Annotated, Literal, Self

from pydantic import Field, StringConstraints, computed_field, model_validator
from typing_extensions import TypedDict

from app.core.errors import InvalidInput
from app.core.i18n import N_
from app.people.schemas import Email, Id, Input, Language, Line, Name, View
from app.requests.rules import Feedback, State, Status, Urgency, request_number
from app.workorders.schemas import Day, ItemInput, Kind, Minutes, Moment, Priority, Text, Type

Words = Annotated[
    str, StringConstraints(min_length=1, max_length=2_000, pattern=r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f]*$")
]
Channel = Literal["portal", "phone", "mail"]
# A form's own number, made with the page: the same form sent twice is one request.
Once = Annotated[str, StringConstraints(min_length=20, max_length=100, pattern=r"^[A-Za-z0-9_-]+$")]


class AskInput(Input):
    """What anybody says of a problem; the item is known from where they stand."""

    text: Words = Field(examples=["The printer on the second floor eats the paper"])
    urgency: Urgency = Urgency.HINDERS
    since_at: Moment | None = Field(None, description="Since when it is so, where they say it; null: since they ask.")


class StrangerInput(AskInput):
    """By somebody without an account: who they are is theirs to say or not."""

    contact_name: Name | None = None
    contact_email: Email | None = None
    contact_phone: Line | None = None
    once: Once | None = None


class RequestInput(ItemInput, AskInput):
    """Taken down by a technician for somebody; who asks for themselves is the person concerned, by the portal."""

    channel: Channel = "phone"
    person_id: Id | None = Field(None, description="The person concerned, where they are known.")
    contact_name: Name | None = Field(None, examples=["Chloé Martin"])
    contact_email: Email | None = None
    contact_phone: Line | None = None
    language: Language | None = Field(None, description="In which to answer; null: the person's, else the house's.")
    once: Once | None = Field(None, description="A form's own number: the same one sent twice is one request.")


class RequestPatch(Input):
    """JSON Merge Patch (RFC 7396): what was misheard is put right before it is decided. The words stay theirs."""

    equipment_id: Id | None = None
    location_id: Id | None = None
    urgency: Urgency | None = None
    since_at: Moment | None = None
    contact_name: Name | None = None
    contact_email: Email | None = None
    contact_phone: Line | None = None


class AcceptInput(Input):
    """The order that is made; what is left out is taken from the request."""

    title: Name | None = Field(None, description="Null: the first line of what the person said.")
    kind: Kind = "repair"
    type: Type = "corrective"
    instructions: Text | None = None
    priority: Priority | None = Field(None, description="Null: by the urgency.")
    due_on: Day | None = Field(None, description="Null: by the urgency.")
    team_id: Id | None = None
    assignee_id: Id | None = None
    estimate_minutes: Minutes | None = None
    answer: Words | None = Field(None, description="A message to the person.")


class RejectInput(Input):
    reason: Words = Field(description="The person reads it.", examples=["This printer is leased: call its supplier"])


class DuplicateInput(Input):
    """Of another request, or of an open order: the person follows that one."""

    request_id: Id | None = None
    order_id: Id | None = None

    @model_validator(mode="after")
    def one_of(self) -> Self:
        if (self.request_id is None) == (self.order_id is None):
            raise InvalidInput("one_of", N_("Choose the other request, or the order."))
        return self


class MessageInput(Input):
    text: Words


class FeedbackInput(Input):
    feedback: Feedback
    text: Words | None = None
    asks_again: bool = Field(False, description="Not solved: send it in again, as a request that follows this one.")


class RequestRow(TypedDict):
    """A line of the list."""

    id: int
    state: str
    status: str
    channel: str
    urgency: str
    text: str
    contact_name: str | None
    equipment_id: int | None
    location_id: int | None
    tag: str | None
    item: str | None
    place: str | None
    site_id: int
    site: str
    duplicate_of_id: int | None
    order_id: int | None
    feedback: str | None
    created_at: datetime
    version: int
    number: Annotated[str, Field(json_schema_extra={"readOnly": True})]


class RequestView(View):
    id: int
    state: State
    status: Status = Field(description="How far it is, by its order, or by the one that it is a duplicate of.")
    channel: Channel
    equipment_id: int | None
    location_id: int | None
    site_id: int
    text: str
    urgency: Urgency
    since_at: datetime | None = Field(description="Since when it is so, where the person says it.")
    person_id: int | None
    contact_name: str | None
    contact_email: str | None
    contact_phone: str | None
    language: Language
    reason: str | None = Field(description="Why it was rejected.")
    duplicate_of_id: int | None
    order_id: int | None = Field(description="The order that it became, or that there was already.")
    follow_up_of_id: int | None = Field(description="The request that was not solved.")
    decided_at: datetime | None
    feedback: Feedback | None = Field(description="The person's answer afterwards.")
    feedback_text: str | None
    feedback_at: datetime | None
    created_at: datetime
    version: int

    @computed_field  # type: ignore[prop-decorator]
    @property
    def number(self) -> str:
        return request_number(self.id)


class MessageView(View):
    id: int
    is_from_person: bool
    user_name: str
    text: str
    created_at: datetime


class StopView(View):
    """One stop of what happened: received, accepted, rejected, planned, due, started, on_hold, done, not_done, asked,
    answered.
    """

    kind: str
    at: datetime | None
    day: date | None
    text: str | None
    who: str | None


class FeedbackView(View):
    request: RequestView
    follow_up_id: int | None
