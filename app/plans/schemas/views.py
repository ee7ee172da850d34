"""Plans and what they cover, as they are shown."""

from datetime import date, datetime
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from app.plans.schemas.inputs import PlanFields


class PlanView(PlanFields):
    """A plan with its version in force."""

    model_config = ConfigDict(extra="ignore")

    id: int
    code: str
    site_id: int | None
    state: str
    reason: str | None
    paused_until: date | None
    number: int
    rrule: str | None
    words: str
    target_count: int
    next_due_on: date | None
    created_at: datetime
    archived_at: datetime | None
    version: int


class PlanRow(BaseModel):
    id: int
    code: str
    title: str
    kind: str
    state: str
    reason: str | None
    site_id: int | None
    number: int
    words: str
    target_count: int
    next_due_on: date | None
    version: int


class VersionView(BaseModel):
    """One version, and what it changed: field -> [before, after]."""

    number: int
    created_at: datetime
    created_by: int | None
    created_by_name: str | None
    title: str
    words: str
    changes: dict[str, list[Any]]


class TargetView(BaseModel):
    id: int
    plan_id: int
    plan_code: str
    plan_title: str
    mode: str
    meter: str | None = None
    equipment_id: int | None
    tag: str | None
    name: str | None
    location_id: int | None
    place: str | None
    site_id: int
    site_name: str
    state: str
    reason: str | None
    pause_reason: Annotated[str | None, Field(description="Of a pause of this item alone.")]
    paused_until: date | None
    paused_by: str | None
    enrolled_on: date
    anchor_on: date
    last_done_on: date | None
    counter: int
    settled_through: date | None
    next_due_on: date | None


class CycleView(BaseModel):
    """A date to come: computed, not recorded. `note` says in words what the calendar did to it."""

    cycle_key: str
    raw_due_on: date
    due_on: date
    scheduled_on: Annotated[date | None, Field(description="The day to which a person moved it.")]
    generate_on: date
    window_first_on: date
    window_last_on: date
    is_skipped: bool
    is_flagged: bool
    is_conflict: bool
    is_by_meter: bool = False
    note: str
