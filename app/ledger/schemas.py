"""The ledger as it is asked for and shown."""

from datetime import date, datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from app.plans.schemas import CycleView, PlanView

Fate = Literal["generated", "waiting", "suppressed", "merged", "skipped", "missed", "cancelled"]


class OccurrenceFilter(BaseModel):
    plan_id: int | None = None
    target_id: int | None = None
    equipment_id: int | None = None
    fate: Fate | None = None
    due_from: date | None = None
    due_before: date | None = None


class OccurrenceView(BaseModel):
    """A row of the ledger: one cycle, or `count` consecutive ones with one fate."""

    id: int
    target_id: int
    plan_id: int
    plan_code: str
    plan_title: str
    number: int
    equipment_id: int | None
    tag: str | None
    name: str | None
    location_id: int | None
    place: str | None
    site_id: int
    site_name: str
    cycle_key: str
    raw_due_on: date
    due_on: date
    scheduled_on: Annotated[date | None, Field(description="The day to which a person moved it.")]
    last_due_on: date
    count: int
    counts: dict[str, int] | None
    window_first_on: date
    window_last_on: date
    fate: str
    reason: str | None
    because_key: str | None
    because_target_id: int | None = Field(None, description="Where the cycle is one of another plan of the family.")
    because_plan_title: str | None = None
    is_flagged: bool
    decided_at: datetime


class CatchUpAnswer(BaseModel):
    """S21: whether a date that passed while nothing ran is to be made up for."""

    model_config = ConfigDict(extra="forbid")

    is_wanted: bool


class DroppedException(BaseModel):
    """What a person had decided about a date that a new version no longer has (S36)."""

    target_id: int
    item: str
    due_on: date
    kind: Literal["skip", "move"]
    moved_on: date | None
    reason: str


class EditedPlanView(PlanView):
    """A plan with its new version."""

    dropped_exceptions: Annotated[
        list[DroppedException], Field(description="Skips and moves of dates that the new version no longer has.")
    ]


class Explanation(BaseModel):
    """S44: how a date came about and what became of it, machine-readable and in the reader's language."""

    cycle_key: str | None
    due_on: date | None
    scheduled_on: Annotated[date | None, Field(description="The day to which a person moved it.")] = None
    fate: str | None
    trace: list[dict[str, Any]]
    sentences: list[str]


class Preview(BaseModel):
    """What a form would make: nothing is written."""

    words: str
    rrule: str | None
    cycles: list[CycleView]
    warnings: list[str]
    target_count: int
