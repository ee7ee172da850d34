"""What is said of an intervention: the same shapes for JSON and for forms."""

from base64 import b64decode
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Self

from pydantic import BeforeValidator, Field, StringConstraints, model_validator

from app.core.errors import InvalidInput
from app.core.i18n import N_
from app.equipment.schemas import FailureCodeText
from app.people.schemas import Id, Input, Name, View
from app.procedures.rules.steps import OnFailure, StepKind
from app.workorders.rules.resolution import (
    Detection,
    Diagnosis,
    Finding,
    Method,
    ResolutionKind,
    Restoration,
)
from app.workorders.schemas import Day, ItemInput, Kind, Minutes, Moment, Text, Type, WorkOrderView


class SignatureInput(Input):
    """Of the person concerned: drawn on a screen, or their name with a word that they agreed."""

    name: Name = Field(examples=["Chloé Martin"])
    image: Annotated[str, StringConstraints(max_length=400_000)] | None = Field(
        None, description="A PNG in base64; a data URL is taken too."
    )
    is_confirmed: bool = Field(False, description="Without an image: this person was there and agrees.")

    @model_validator(mode="after")
    def says_something(self) -> Self:
        if self.image is None and not self.is_confirmed:
            raise InvalidInput.at("name", "not_signed", N_("Draw the signature, or tick that the person agrees."))
        return self

    def png(self) -> bytes | None:
        """Raises InvalidInput where it is none."""
        if self.image is None:
            return None
        try:
            data = b64decode(self.image.removeprefix("data:image/png;base64,"), validate=True)
        except ValueError:
            data = b""
        if not data.startswith(b"\x89PNG\r\n\x1a\n"):
            raise InvalidInput.at("signature/image", "not_png", N_("The signature is a PNG image in base64."))
        return data


def none_if_empty(said: object) -> object:
    """A form whose fields for it are all empty says nothing of it."""
    return said or None


class CompletionInput(Input):
    """The intervention report. `kind` null means the usual one for the order: a cleaning was cleaned."""

    kind: ResolutionKind | None = None
    not_done_reason: Text | None = None
    finding: Finding = Finding.NONE
    method: Method = Method.PROCEDURE
    method_note: Text | None = None
    diagnosis: Diagnosis | None = None
    observed: Text | None = None
    failure_mode: FailureCodeText | None = None
    failure_mechanism: FailureCodeText | None = None
    failure_cause: FailureCodeText | None = None
    detection: Detection | None = None
    restoration: Restoration | None = None
    curative_due_on: Day | None = None
    down_from: Moment | None = None
    down_until: Moment | None = None
    is_downtime_planned: bool = False
    minutes_spent: Minutes | None = None
    explanation: Text | None = Field(None, description="For the person concerned, in their words.")
    is_warranty_claim: bool = False
    signature: Annotated[SignatureInput | None, BeforeValidator(none_if_empty)] = Field(
        None, description="Where the order asks for one, or the person likes."
    )
    done_on: Day | None = Field(None, description="Null: today, at the site.")
    follow_ups: list[Id] | None = Field(
        None,
        max_length=200,
        description="Failed steps, by their ids, for which the order that they propose is made; null: all of them.",
    )

    @model_validator(mode="after")
    def consistent(self) -> Self:
        if self.down_from and self.down_until and self.down_until < self.down_from:
            raise InvalidInput.at("down_until", "before_start", N_("The end lies before the start."))
        return self


class LogInput(ItemInput, CompletionInput):
    """Work that is already done: "log what I just did"."""

    title: Name = Field(examples=["Toner replaced, user shown how"])
    work_kind: Kind = Field("assistance", description="Kind of work, as a plan has it.")
    type: Type = "corrective"
    is_counted: bool = Field(False, description="Count it for the next due date of the plan of this kind.")

    @model_validator(mode="after")
    def is_work(self) -> Self:
        if self.kind is ResolutionKind.NOT_DONE:
            raise InvalidInput("nothing_done", N_("What was not done cannot be logged."))
        return self


class LoggedView(View):
    """The order that the work was recorded on; `offered_due_on`: "count it for that date?" (S9)."""

    order: WorkOrderView
    offered_due_on: date | None


def as_text(said: object) -> object:
    """A number is taken as it is written."""
    return str(said) if isinstance(said, int | float | Decimal) and not isinstance(said, bool) else said


Answered = Annotated[Text | None, BeforeValidator(as_text, json_schema_input_type=str | float | None)]


class AnswerInput(Input):
    """What was found at one step. A photo was attached to the order before, or comes along in a form."""

    value: Answered = Field(
        None,
        examples=["21.5"],
        description="A number; `done` for a check; `passed` or `failed`; one of the choices; a text. Null without "
        "`file_id` takes the answer back.",
    )
    note: Text | None = None
    file_id: Id | None = None


class ProcedureChoice(Input):
    procedure_id: Id = Field(description="How the order is done: its version in force now is kept.")


class StepResultView(View):
    value: str | None
    outcome: str
    is_failed: bool
    note: str | None
    file_id: int | None
    reading_id: int | None
    answered_at: datetime
    user_name: str


class FormerView(View):
    order_id: int
    value: str | None
    is_failed: bool
    answered_at: datetime


class StepView(View):
    """One step of an order, with its answer and the last ones on the same item."""

    id: int
    number: int
    procedure: str
    section: str | None
    title: str
    text: str | None
    kind: StepKind
    is_mandatory: bool
    minimum: Decimal | None
    maximum: Decimal | None
    unit: str | None
    choices: list[str]
    meter: str | None
    on_failure: OnFailure
    applies: bool = Field(description="False while its condition is not met: it is not to be done.")
    result: StepResultView | None
    former: list[FormerView]


class StepsView(View):
    done: int
    total: int
    missing: list[int] = Field(description="Ids of mandatory steps without an answer.")
    steps: list[StepView]
