"""What is said of a piece that is retired or replaced."""

from datetime import date
from typing import Annotated

from pydantic import Field, StringConstraints

from app.equipment.schemas import EquipmentPatch
from app.people.schemas import PLAIN, Id, Input

Sentence = Annotated[str, StringConstraints(min_length=1, max_length=500, pattern=PLAIN)]


class RetirementInput(Input):
    """S41: why a piece is retired, what becomes of it, and which of its open orders are cancelled; the others stay."""

    reason: Sentence
    disposal: Sentence | None = Field(None, description="Sold, recycled, sent back: by whom, with which certificate.")
    cancel_order_ids: list[Id] = Field([], max_length=1_000)

    def note(self) -> str:
        return "\n".join(part for part in (self.reason, self.disposal) if part)


class SuccessorInput(Input):
    """S42: a piece of the registry takes the place of another or, where none is named, one that is registered now."""

    reason: Sentence
    disposal: Sentence | None = Field(None, description="What becomes of the old one.")
    equipment_id: Id | None = Field(None, description="One that is there already, in stock for instance.")
    new: EquipmentPatch | None = Field(None, description="A new one: what is not said is as on the old one.")
    commissioned_on: date | None = Field(None, description="When it was put into service; null: today.")

    def retirement(self) -> RetirementInput:
        return RetirementInput(reason=self.reason, disposal=self.disposal)
