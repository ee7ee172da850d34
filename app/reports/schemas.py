"""What is asked of a forecast, and how it is told."""

from datetime import date
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from app.plans.schemas.inputs import Kind

Part = Literal["team", "site", "kind"]


class ForecastQuery(BaseModel):
    """Whole weeks, which begin on Mondays; a day in the past means this week."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True)

    first_on: Annotated[
        date | None, Field(alias="from", description="A day of the first week; today's by default.")
    ] = None
    weeks: Annotated[int, Field(ge=1, le=104)] = 52
    site_id: int | None = None
    team_id: int | None = None
    kind: Kind | None = None
    group_by: Part = "team"


class WeekLoad(BaseModel):
    """One week: work that falls due, open orders included, against what the people can do.

    Orders of which nobody has estimated the time are counted in `unestimated`, and as no minutes.
    """

    first_on: date
    orders: int
    minutes: int
    unestimated: int
    capacity_minutes: int


class GroupLoad(BaseModel):
    """A team, site or kind; `key` is null for work that no team has."""

    key: int | str | None
    name: str | None
    orders: list[int]
    minutes: list[int]


class ForecastView(BaseModel):
    """Work to come by week. What is late counts in the week of today; floating plans as if each was done when due."""

    first_on: date
    group_by: Part
    people: Annotated[int, Field(description="Whose hours are the capacity.")]
    weeks: list[WeekLoad]
    groups: list[GroupLoad]
