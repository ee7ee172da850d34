"""The ledger as it is asked for and shown."""

from datetime import date, datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from app.plans.schemas import CycleView, PlanView
from app.plans.schemas.inputs import LINE

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


Why = Annotated[str, Field(min_length=1, max_length=500, pattern=LINE)]
CycleKey = Annotated[str, Field(min_length=1, max_length=80, pattern=LINE, examples=["D:2027-03-01"])]


class CycleNow(BaseModel):
    """S35: the next date's work is wanted today."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    reason: Why


class CycleSkip(CycleNow):
    """S35: one date is left out."""

    cycle_key: CycleKey


class CycleMove(CycleSkip):
    """S35: one date is moved; a person's day is final, also where nobody works on it."""

    on: date


class CycleDecision(BaseModel):
    """What became of one date: an exception while it lies ahead, or what was done to its order."""

    cycle_key: str
    due_on: date
    scheduled_on: date | None
    is_skipped: bool
    work_order_id: int | None
    exception_id: int | None
    warning: Annotated[str | None, Field(description="In your language, where nobody works on the day chosen.")]


class ExceptionView(BaseModel):
    """What a person decided about a date to come."""

    model_config = ConfigDict(from_attributes=True)

    id: int
    target_id: int
    cycle_key: str
    due_on: date
    kind: Literal["skip", "move"]
    moved_on: date | None
    reason: str
    user_name: str
    created_at: datetime


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


class TargetResume(BaseModel):
    """S38: what was due during the pause is missed unless it is asked for: then the latest date gets its order."""

    model_config = ConfigDict(extra="forbid")

    is_caught_up: bool = False


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
