"""What is said of an intervention: the same shapes for JSON and for forms."""

from datetime import date
from typing import Self

from pydantic import Field, model_validator

from app.core.errors import InvalidInput
from app.core.i18n import N_
from app.people.schemas import Input, Name, View
from app.workorders.rules.resolution import (
    Detection,
    Diagnosis,
    FailureCause,
    FailureMechanism,
    FailureMode,
    Finding,
    Method,
    ResolutionKind,
    Restoration,
)
from app.workorders.schemas import Day, ItemInput, Kind, Minutes, Moment, Text, Type, WorkOrderView


class CompletionInput(Input):
    """The intervention report. `kind` null means the usual one for the order: a cleaning was cleaned."""

    kind: ResolutionKind | None = None
    not_done_reason: Text | None = None
    finding: Finding = Finding.NONE
    method: Method = Method.PROCEDURE
    method_note: Text | None = None
    diagnosis: Diagnosis | None = None
    observed: Text | None = None
    failure_mode: FailureMode | None = None
    failure_mechanism: FailureMechanism | None = None
    failure_cause: FailureCause | None = None
    detection: Detection | None = None
    restoration: Restoration | None = None
    curative_due_on: Day | None = None
    down_from: Moment | None = None
    down_until: Moment | None = None
    is_downtime_planned: bool = False
    minutes_spent: Minutes | None = None
    explanation: Text | None = Field(None, description="For the person concerned, in their words.")
    is_warranty_claim: bool = False
    done_on: Day | None = Field(None, description="Null: today, at the site.")

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
