"""What is said of a piece that is retired or replaced."""

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import BaseModel, Field, StringConstraints, field_validator

from app.core.errors import InvalidInput
from app.core.i18n import N_
from app.equipment.schemas import Day, EquipmentPatch
from app.people.schemas import PLAIN, Id, Input, Name, View
from app.workorders.schemas import Kind, Minutes, Text

NEVER_EMPTY = ("category_id", "site_id", "criticality")
Sentence = Annotated[str, StringConstraints(min_length=1, max_length=500, pattern=PLAIN)]


How = Literal["recycled", "sold", "donated", "returned", "destroyed", "kept"]


class DisposalInput(Input):
    """What became of a retired piece; its certificate is uploaded beside it."""

    how: How
    disposed_on: Day | None = None
    note: Sentence | None = Field(None, description="By whom, under which number.")


class DisposalView(View):
    equipment_id: int
    how: str
    disposed_on: date | None
    note: str | None
    certificate: str | None = Field(None, description="The name of the file that proves it.")
    recorded_at: datetime
    version: int


class LoanInput(Input):
    """A piece of the stock that stands in for this one while it is repaired."""

    equipment_id: Id = Field(description="The piece that is lent.")
    order_id: Id | None = Field(None, description="The order that the repair is done on.")
    note: Sentence | None = None


class LoanView(View):
    id: int
    equipment_id: int
    for_equipment_id: int
    order_id: int | None
    note: str | None
    lent_at: datetime
    lent_by: str
    returned_at: datetime | None
    returned_by: str | None


class CommissioningTaskInput(Input):
    """One of a category's defaults: an order that is made when a piece is put into service."""

    kind: Kind = "installation"
    title: Name = Field(examples=["Set it up for its site"])
    title_fr: Name | None = Field(None, examples=["Configuration pour le site"])
    instructions: Text | None = None
    procedure_id: Id | None = None
    days_after: Annotated[int, Field(ge=0, le=365, description="Due so many days after commissioning.")] = 0
    estimate_minutes: Minutes | None = None
    team_id: Id | None = None


class CommissioningTaskPatch(CommissioningTaskInput):
    """JSON Merge Patch (RFC 7396): what is absent stays, null empties."""

    kind: Kind | None = None  # type: ignore[assignment]
    title: Name | None = None  # type: ignore[assignment]
    days_after: Annotated[int, Field(ge=0, le=365)] | None = None  # type: ignore[assignment]


class CommissioningTaskView(View):
    id: int
    category_id: int
    position: int
    kind: str
    title: str
    title_fr: str | None
    instructions: str | None
    procedure_id: int | None
    days_after: int
    estimate_minutes: int | None
    team_id: int | None
    archived_at: datetime | None
    version: int


class CommissionedView(BaseModel):
    """The orders that were made for a piece by its category's defaults; asked again, the same."""

    order_ids: list[int]


class ChainLink(View):
    id: int
    tag: str
    name: str | None
    serial: str | None
    status: str
    commissioned_on: date | None
    retired_on: date | None
    warranty_until: date | None
    purchase_cost_minor: int | None
    currency: str | None


class ChainView(BaseModel):
    """`position`: who held this place, the oldest first. `serial`: other records that bear the same serial number."""

    position: list[ChainLink]
    serial: list[ChainLink]


class RetirementInput(Input):
    """S41: why a piece is retired, what becomes of it, and which of its open orders are cancelled; the others stay."""

    reason: Sentence
    disposal: Sentence | None = Field(None, description="Sold, recycled, sent back: by whom, with which certificate.")
    how: How | None = Field(None, description="Recorded as its disposal.")
    disposed_on: Day | None = None
    cancel_order_ids: list[Id] = Field([], max_length=1_000)

    def disposal_said(self) -> DisposalInput | None:
        return DisposalInput(how=self.how, disposed_on=self.disposed_on, note=self.disposal) if self.how else None

    def note(self) -> str:
        return "\n".join(part for part in (self.reason, self.disposal) if part)


class SuccessorInput(Input):
    """S42: a piece of the registry takes the place of another or, where none is named, one that is registered now."""

    reason: Sentence
    disposal: Sentence | None = Field(None, description="What becomes of the old one.")
    equipment_id: Id | None = Field(None, description="One that is there already, in stock for instance.")
    new: EquipmentPatch | None = Field(None, description="A new one: what is not said is as on the old one.")
    commissioned_on: Day | None = Field(None, description="When it was put into service; null: today.")
    how: How | None = Field(None, description="Recorded as the old one's disposal.")
    disposed_on: Day | None = None
    order_id: Id | None = Field(None, description="The order that asks for it: done with this, equipment replaced.")
    is_commissioned: bool = Field(False, description="Make the orders of its category's commissioning defaults.")

    @field_validator("new")
    @classmethod
    def lacks_nothing(cls, new: EquipmentPatch | None) -> EquipmentPatch | None:
        said = new.model_dump(exclude_unset=True) if new else {}
        for name in NEVER_EMPTY:
            if said.get(name, "") is None:
                raise InvalidInput.at(name, "required", N_("This is needed."))
        return new

    def retirement(self) -> RetirementInput:
        return RetirementInput(reason=self.reason, disposal=self.disposal, how=self.how, disposed_on=self.disposed_on)
