"""What is said of parts: the same shapes for JSON and for forms."""

from datetime import datetime
from typing import Annotated

from pydantic import Field, StringConstraints, computed_field

from app.equipment.schemas import Currency, Minor
from app.parts.rules import MovementKind, is_low
from app.people.schemas import Id, Input, Line, Name, View

MOST = 1_000_000
Notes = Annotated[str, StringConstraints(max_length=2_000, pattern=r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f]*$")]
Reference = Annotated[Name, Field(max_length=100, examples=["CR-1220"])]
Unit = Annotated[Name, Field(max_length=20, examples=["piece", "m"])]
Stock = Annotated[int, Field(ge=0, le=MOST)]
Quantity = Annotated[int, Field(ge=1, le=MOST)]


class PartInput(Input):
    """Stock is changed by what comes and goes, not here."""

    reference: Reference
    name: Name = Field(examples=["Button cell CR1220"])
    unit: Unit = "piece"
    threshold: Stock | None = Field(None, description="At this stock it is to be ordered; null: nobody watches it.")
    unit_cost_minor: Minor | None = None
    currency: Currency | None = Field(None, description="Null: the organisation's.")
    shelf: Line | None = Field(None, examples=["B2, third drawer"])
    notes: Notes | None = None


class PartView(View):
    id: int
    reference: str
    name: str
    unit: str
    stock: int
    threshold: int | None
    unit_cost_minor: int | None
    currency: str
    shelf: str | None
    notes: str | None
    archived_at: datetime | None
    version: int

    @computed_field  # type: ignore[prop-decorator]
    @property
    def is_low(self) -> bool:
        return is_low(self.stock, self.threshold)


class ReceiptInput(Input):
    """What has arrived; with what one costs now, where that changed."""

    quantity: Quantity
    unit_cost_minor: Minor | None = None
    note: Line | None = None


class CountInput(Input):
    """What lies on the shelf."""

    stock: Stock
    note: Line | None = None


class MovementView(View):
    id: int
    part_id: int
    kind: MovementKind
    quantity: int
    stock: int
    order_id: Id | None
    note: str | None
    at: datetime
    user_name: str
