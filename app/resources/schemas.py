"""What is said of time, parts, costs and people: the same shapes for JSON and for forms."""

from datetime import date, datetime
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from app.core.errors import InvalidInput
from app.core.i18n import N_
from app.equipment.schemas import Minor
from app.parts.schemas import Quantity
from app.people.schemas import Id, Input, Line, Name, View
from app.workorders.schemas import Day, Text


class TimeInput(Input):
    """Time worked without a timer."""

    minutes: Annotated[int, Field(ge=1, le=1440)]
    worked_on: Day | None = Field(None, description="Null: today, at the site.")
    person_id: Id | None = Field(None, description="Null: whoever says so.")
    note: Line | None = None


class TimeCorrection(Input):
    """A timer that was forgotten; 0 where nothing was worked."""

    minutes: Annotated[int, Field(ge=0, le=1440)]
    note: Line | None = None


class TimeView(View):
    id: int
    person_id: int
    source: Literal["timer", "entered"]
    worked_on: date
    started_at: datetime | None
    ended_at: datetime | None
    minutes: int | None = Field(description="Null while the timer runs.")
    note: str | None
    version: int


class PartUseInput(Input):
    part_id: Id
    quantity: Quantity = 1


class PartReturnInput(Input):
    """How many went back to the shelf unused."""

    quantity: Quantity


class PartUsageView(View):
    id: int
    part_id: int
    quantity: int
    returned: int
    unit_cost_minor: int | None
    currency: str
    used_at: datetime
    user_name: str


class CostLineInput(Input):
    """In the organisation's currency."""

    kind: Literal["outside", "other"] = "outside"
    label: Name = Field(examples=["Travel and two hours, invoice 2026-118"])
    amount_minor: Minor
    supplier_id: Id | None = None


class CostLineView(View):
    id: int
    kind: Literal["outside", "other"]
    label: str
    amount_minor: int
    currency: str
    supplier_id: int | None
    created_at: datetime
    user_name: str


class CostsView(View):
    """In minor units of `currency`; `unrated` minutes have no hourly rate and cost nothing here.

    `others`: what was paid in other currencies, in minor units of each; no rates of exchange are kept.
    """

    currency: str
    minutes: int
    unrated: int
    labour: int
    parts: int
    outside: int
    other: int
    total: int
    others: dict[str, int]


class HelperInput(Input):
    person_id: Id


class HandOverInput(Input):
    """To a person, a team or a supplier, with what they have to know."""

    assignee_id: Id | None = None
    team_id: Id | None = None
    supplier_id: Id | None = None
    note: Text

    @model_validator(mode="after")
    def to_somebody(self) -> Self:
        if self.assignee_id is None and self.team_id is None and self.supplier_id is None:
            raise InvalidInput.at("assignee_id", "required", N_("Say who takes it: a person, a team or a supplier."))
        return self


class RateInput(Input):
    """What an hour costs, in the organisation's currency; null: nobody has said."""

    hourly_rate_minor: Minor | None


class RateView(View):
    id: int
    name: str
    hourly_rate_minor: int | None


class RatesView(View):
    """A person's own rate comes before the one of the site where the work is done."""

    currency: str
    sites: list[RateView]
    persons: list[RateView]
