"""Families of plans (S24)."""

from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from app.plans.schemas.inputs import LINE

Title = Annotated[str, Field(min_length=1, max_length=200, pattern=LINE)]
Code = Annotated[str, Field(min_length=1, max_length=40, pattern=LINE)]
Tolerance = Annotated[int, Field(ge=0, le=366, description="Days between two due dates that one order does for.")]


class FamilyInput(BaseModel):
    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    title: Title
    code: Annotated[Code | None, Field(description="Given by Ronde where absent.")] = None
    tolerance_days: Tolerance = 7


class FamilyPatch(BaseModel):
    """JSON Merge Patch (RFC 7396): what is absent stays."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    title: Title | None = None
    code: Code | None = None
    tolerance_days: Tolerance | None = None


class FamilyPlan(BaseModel):
    id: int
    code: str
    title: str
    rank: int
    words: str


class FamilyView(BaseModel):
    """With its plans, the highest rank first."""

    id: int
    code: str
    title: str
    tolerance_days: int
    plans: list[FamilyPlan]
    created_at: datetime
    archived_at: datetime | None
    version: int
