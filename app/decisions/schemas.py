"""What a person says about the dates of one item, and what became of it."""

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from app.plans.schemas.inputs import LINE

Why = Annotated[str, Field(min_length=1, max_length=500, pattern=LINE)]
CycleKey = Annotated[str, Field(min_length=1, max_length=80, pattern=LINE, examples=["D:2027-03-01"])]


class Reason(BaseModel):
    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    reason: Why


class CycleNow(Reason):
    """S35: the next date's work is wanted today."""

    cycle_key: Annotated[
        CycleKey | None, Field(description="The date that is meant: refused where it is no longer the next one.")
    ] = None


class CycleSkip(Reason):
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
    is_merged: Annotated[
        bool, Field(description="The order is one of a plan of higher rank, with this work in it.")
    ] = False
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


class Resumption(BaseModel):
    """S38: what was due during the pause is missed unless it is asked for: then the latest date gets its order."""

    model_config = ConfigDict(extra="forbid")

    is_caught_up: bool = False
