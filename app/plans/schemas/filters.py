"""What lists can be asked for; each field is a query parameter of the API."""

from typing import Annotated, Literal

from pydantic import BaseModel, Field

from app.plans.schemas.inputs import Kind

State = Literal["active", "paused", "ended", "error"]


class PlanFilter(BaseModel):
    q: Annotated[str | None, Field(max_length=200, description="Part of title or code.")] = None
    state: State | None = None
    kind: Kind | None = None
    site_id: int | None = None
    is_archived: bool = False


class TargetFilter(BaseModel):
    plan_id: int | None = None
    equipment_id: int | None = None
    location_id: int | None = None
    site_id: int | None = None
    state: State | None = None
