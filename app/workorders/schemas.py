"""What is said of work orders: the same shapes for JSON and for forms."""

from datetime import UTC, date, datetime
from typing import Annotated, Any, Literal, Self

from pydantic import AwareDatetime, Field, StringConstraints, computed_field, model_validator
from typing_extensions import TypedDict

from app.core.errors import InvalidInput
from app.core.i18n import N_
from app.people.schemas import Id, Input, Name, View
from app.workorders.rules.resolution import (
    Detection,
    Diagnosis,
    Finding,
    Method,
    ResolutionKind,
    Restoration,
)
from app.workorders.rules.states import State, allowed_transitions, order_number

# No control characters, which not every database can hold, and no instant that UTC cannot say.
Text = Annotated[
    str, StringConstraints(max_length=5_000, min_length=1, pattern=r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f]*$")
]
Day = Annotated[date, Field(ge=date(1970, 1, 1), le=date(2199, 12, 31))]
Moment = Annotated[AwareDatetime, Field(ge=datetime(1970, 1, 1, tzinfo=UTC), le=datetime(2199, 12, 31, tzinfo=UTC))]
Minutes = Annotated[int, Field(ge=0, le=100_000)]
Type = Literal["preventive", "corrective", "improvement"]
Priority = Literal["low", "normal", "high", "urgent"]
Kind = Literal[
    "cleaning",
    "inspection",
    "repair",
    "replacement",
    "upgrade",
    "installation",
    "calibration",
    "training",
    "assistance",
]
HoldReason = Literal["parts", "vendor", "access", "change_window", "user_absent", "other"]


class ItemInput(Input):
    """An item is one piece of equipment or one place."""

    equipment_id: Id | None = None
    location_id: Id | None = None

    @model_validator(mode="after")
    def one_item(self) -> Self:
        if (self.equipment_id is None) == (self.location_id is None):
            raise InvalidInput("one_item", N_("Choose a piece of equipment, or a place."))
        return self


class WorkOrderInput(ItemInput):
    """An order made by hand."""

    title: Name = Field(examples=["Replace the fan of the switch"])
    kind: Kind = "repair"
    type: Type = "corrective"
    instructions: Text | None = None
    priority: Priority = "normal"
    due_on: Day
    team_id: Id | None = None
    assignee_id: Id | None = None
    estimate_minutes: Minutes | None = None
    parent_id: Id | None = None
    procedure_id: Id | None = Field(None, description="How it is done: its version in force now is kept.")


class WorkOrderPatch(Input):
    """JSON Merge Patch (RFC 7396). The dates of an order that a plan made are the plan's."""

    title: Name | None = None
    instructions: Text | None = None
    priority: Priority | None = None
    team_id: Id | None = None
    assignee_id: Id | None = None
    estimate_minutes: Minutes | None = None
    scheduled_start_at: Moment | None = None


class ReasonInput(Input):
    reason: Text | None = None


class HoldInput(Input):
    reason: HoldReason
    note: Text | None = None
    until: Day | None = Field(None, description="When it is expected to go on, such as a part's delivery.")


class CommentInput(Input):
    text: Text


class WorkOrderRow(TypedDict):
    """A line of the list."""

    id: int
    title: str
    kind: str
    type: str
    state: str
    priority: str
    due_on: date
    window_last_on: date | None
    equipment_id: int | None
    location_id: int | None
    tag: str | None
    item: str | None
    site_id: int
    site: str
    place: str | None
    assignee_id: int | None
    assignee: str | None
    estimate_minutes: int | None
    escalation_level: int
    version: int
    number: Annotated[str, Field(json_schema_extra={"readOnly": True})]


class TemporaryFixRow(TypedDict):
    """A fault that is fixed for now; `follow_up_id` is the open order for the lasting fix, null where none is open."""

    id: int
    number: Annotated[str, Field(json_schema_extra={"readOnly": True})]
    title: str
    equipment_id: int | None
    location_id: int | None
    tag: str | None
    item: str | None
    site_id: int
    site: str
    place: str | None
    done_on: date
    since_on: Annotated[date, Field(description="When the first of the fixes that follow one another was made.")]
    curative_due_on: date
    observed: str | None
    follow_up_id: int | None


class ResolutionView(View):
    kind: ResolutionKind
    not_done_reason: str | None
    finding: Finding
    method: Method
    method_note: str | None
    diagnosis: Diagnosis | None
    observed: str | None
    failure_mode: str | None
    failure_mechanism: str | None
    failure_cause: str | None
    detection: Detection | None
    restoration: Restoration | None
    curative_due_on: date | None
    down_from: datetime | None
    down_until: datetime | None
    is_downtime_planned: bool
    minutes_spent: int | None
    explanation: str | None
    is_warranty_claim: bool
    signed_by: str | None
    signed_at: datetime | None
    signature_file_id: int | None = Field(description="Among the order's files.")
    done_on: date
    recorded_at: datetime


class WorkOrderView(View):
    id: int
    title: str
    type: str
    kind: str
    instructions: str | None
    equipment_id: int | None
    location_id: int | None
    site_id: int
    origin: str
    plan_id: int | None
    occurrence_id: int | None
    parent_id: int | None
    procedure_version_id: int | None
    priority: str
    state: State
    due_on: date
    window_first_on: date | None
    window_last_on: date | None
    scheduled_start_at: datetime | None
    team_id: int | None
    assignee_id: int | None
    supplier_id: int | None
    estimate_minutes: int | None
    requires_photo: bool
    requires_signature: bool
    hold_reason: str | None
    hold_until: date | None
    ended_reason: str | None
    reopen_count: int
    escalation_level: int = Field(description="The highest level that it went up to; 0: none.")
    created_at: datetime
    asked_at: datetime | None = Field(description="Since when it is so, or was first asked for; null: `created_at`.")
    released_at: datetime | None
    started_at: datetime | None
    done_on: date | None
    completed_at: datetime | None
    closed_at: datetime | None
    resolution: ResolutionView | None = None
    version: int

    @computed_field  # type: ignore[prop-decorator]
    @property
    def number(self) -> str:
        return order_number(self.id)

    @computed_field  # type: ignore[prop-decorator]
    @property
    def allowed_transitions(self) -> list[str]:
        return allowed_transitions(self.state)


class EventView(View):
    at: datetime
    user_name: str
    kind: str
    from_state: str | None
    to_state: str | None
    reason: str | None
    changes: dict[str, Any] | None


class CommentView(View):
    id: int
    user_name: str
    text: str
    created_at: datetime


class FileView(View):
    id: int
    name: str
    media_type: str
    size: int
    created_at: datetime
