"""What would change, and what wants attention, as it is told."""

from datetime import date
from typing import Annotated, Literal

from pydantic import BaseModel, Field

from app.ledger.schemas import DroppedException


class MovedDate(BaseModel):
    was: date
    becomes: date
    items: int


class ItemsChange(BaseModel):
    """Items that are alike: `target_id` is one of them. Of the dates the first few; the numbers count all."""

    target_id: int
    plan_id: int
    plan_title: str
    name: str
    site: str
    items: int
    appear: list[date]
    disappear: list[date]
    moves: list[MovedDate]
    appear_count: int
    disappear_count: int
    move_count: int


class MovedOrder(BaseModel):
    was: date
    becomes: date
    orders: int


class OrdersConcerned(BaseModel):
    """Open orders of the items looked at: what `update` and `regenerate` would do to those that nobody has started."""

    not_started: int
    started: int
    moves: list[MovedOrder] = []


class MadeUp(BaseModel):
    due_on: date
    orders: int


class ChangePreview(BaseModel):
    """What would change from today to `last_on` (S34, S36). Nothing of it is written.

    The dates are counted over the items looked at: all of them, unless `looked_at` is less than `items`.
    """

    first_on: date
    last_on: date
    items: int
    looked_at: int
    entering: int = 0
    leaving: int = 0
    appear: int = 0
    disappear: int = 0
    moved: int = 0
    missed: int = Field(0, description="Dates that passed during a pause, and would be recorded as missed.")
    made_up: Annotated[
        list[MadeUp],
        Field(description="Orders that `is_caught_up` would make at once, by the date missed (S38)."),
    ] = []
    changes: list[ItemsChange] = []
    orders: OrdersConcerned | None = None
    dropped_exceptions: Annotated[
        list[DroppedException], Field(description="Skips and moves of dates that would be none any more.")
    ] = []


AttentionKind = Literal[
    "scheduler_silent",
    "clock_ahead",
    "error",
    "unassigned_urgent",
    "escalated",
    "waiting_order",
    "unanswered_request",
    "catch_up",
    "flagged",
    "reading_overdue",
    "proposal",
    "loan",
    "no_items",
    "ended",
    "paused",
    "item_paused",
    "long_lead",
]


class AttentionEntry(BaseModel):
    """Something that stopped, or is about to. `id` is unique within its kind; `page` is where it is put right."""

    kind: AttentionKind
    id: int
    what: str
    since_on: date | None
    why: str
    todo: str
    page: str
    plan_id: int | None = None
    target_id: int | None = None
    occurrence_id: int | None = None
    work_order_id: int | None = None
    equipment_id: int | None = None
    run_id: int | None = None
    site_id: int | None = None


class AttentionCount(BaseModel):
    count: Annotated[int, Field(description="No more than 100 are counted.")]
