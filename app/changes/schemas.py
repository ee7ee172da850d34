"""What is said of a piece that is retired or replaced."""

from typing import Annotated

from pydantic import Field, StringConstraints, field_validator

from app.core.errors import InvalidInput
from app.core.i18n import N_
from app.equipment.schemas import Day, EquipmentPatch
from app.people.schemas import PLAIN, Id, Input

NEVER_EMPTY = ("category_id", "site_id", "criticality")
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
    commissioned_on: Day | None = Field(None, description="When it was put into service; null: today.")

    @field_validator("new")
    @classmethod
    def lacks_nothing(cls, new: EquipmentPatch | None) -> EquipmentPatch | None:
        said = new.model_dump(exclude_unset=True) if new else {}
        for name in NEVER_EMPTY:
            if said.get(name, "") is None:
                raise InvalidInput.at(name, "required", N_("This is needed."))
        return new

    def retirement(self) -> RetirementInput:
        return RetirementInput(reason=self.reason, disposal=self.disposal)
