"""Runs as they are shown."""

from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict, Field


class RunError(BaseModel):
    target_id: int | None
    error: str


class RunView(BaseModel):
    """One tick that found something to do."""

    model_config = ConfigDict(from_attributes=True)

    id: int
    instance: str = Field(description="Which scheduler, or who asked for it.")
    as_of: datetime
    started_at: datetime
    finished_at: datetime | None
    counts: dict[str, int] = Field(description="Targets looked at, orders made, and cycles by fate.")
    errors: list[RunError]
    withdrawn_at: datetime | None


class WithdrawnRun(RunView):
    """What was taken back: the rows as they were, and how many orders were cancelled."""

    taken_back: list[dict[str, Any]] | None
