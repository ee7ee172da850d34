"""A past case, as it is told beside an order like it."""

from datetime import date
from typing import Literal

from pydantic import Field

from app.people.schemas import View

Near = Literal["model_and_mode", "category_and_mode", "model", "category", "words"]


class HeldView(View):
    """Of `count` cures of that kind that are `days` old at least, `held` saw no repeat failure within these days."""

    days: int
    count: int
    held: int


class CaseView(View):
    """A resolved order: what was seen, what cured it, and how often that held on pieces of the same category."""

    order_id: int
    number: str
    title: str
    near: Near
    equipment_id: int | None
    tag: str | None
    model: str | None
    site: str
    done_on: date
    failure_mode: str | None
    failure_mode_name: str | None = Field(None, description="In the reader's language, also of a code of the house.")
    failure_cause: str | None
    observed: str | None
    kind: str
    restoration: str | None
    method_note: str | None
    explanation: str | None
    minutes_spent: int | None
    parts: list[str]
    failed_again_on: date | None
    held: list[HeldView]
