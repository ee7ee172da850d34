"""What is asked of a forecast and of a simulation, and how they are told."""

from datetime import date
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from app.core.errors import InvalidInput
from app.core.i18n import N_
from app.people.schemas import Id
from app.plans.schemas.inputs import Kind, PlanInput

Part = Literal["team", "site", "kind"]


class ForecastQuery(BaseModel):
    """Whole weeks, which begin on Mondays; a day in the past means this week."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True)

    first_on: Annotated[
        date | None, Field(alias="from", description="A day of the first week; today's by default.")
    ] = None
    weeks: Annotated[int, Field(ge=1, le=104)] = 52
    site_id: Id | None = None
    team_id: Id | None = None
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
    """Work to come by week. What is late counts in the week of today; floating plans as if each was done when due.

    Plans that go by a counter are projected at its average use (S27).
    """

    first_on: date
    group_by: Part
    people: Annotated[int, Field(description="Whose hours are the capacity.")]
    weeks: list[WeekLoad]
    groups: list[GroupLoad]


class Supposed(BaseModel):
    model_config = ConfigDict(extra="forbid")


class PlanSupposed(Supposed):
    """A plan as it would be: instead of plan `plan_id`, or a new one beside the others where it is null.

    What the plans of its family make of it counts too (S24).
    """

    plan_id: Id | None = None
    plan: PlanInput


class EquipmentSupposed(Supposed):
    """Pieces that would enter today, of a category or of a model, at a site."""

    count: Annotated[int, Field(ge=1, le=100_000)]
    category_id: Id | None = None
    model_id: Id | None = None
    site_id: Id


class AbsenceSupposed(Supposed):
    """A person, or everybody of a team, away on these days: wholly, or for some minutes of each day that is worked."""

    person_id: Id | None = None
    team_id: Id | None = None
    first_on: date
    last_on: date
    minutes_per_day: Annotated[int | None, Field(ge=1, le=1440)] = None

    @model_validator(mode="after")
    def is_of_somebody(self) -> Self:
        if (self.person_id is None) == (self.team_id is None):
            raise InvalidInput.at("person_id", "one_of", N_("Say who is away: a person or a team."))
        if self.last_on < self.first_on:
            raise InvalidInput.at("last_on", "ends_before_it_begins", N_("The last day lies before the first."))
        return self


class Simulation(Supposed):
    """What if? Nothing of it is written."""

    forecast: ForecastQuery = ForecastQuery()
    plans: Annotated[list[PlanSupposed], Field(max_length=20)] = []
    equipment: Annotated[list[EquipmentSupposed], Field(max_length=50)] = []
    absences: Annotated[list[AbsenceSupposed], Field(max_length=200)] = []


class SimulationView(BaseModel):
    """The weeks as they are and as they would be, side by side."""

    today: ForecastView
    then: ForecastView
    covered: Annotated[list[int], Field(description="For each of `equipment`: how many plans would cover it.")]


class Due(BaseModel):
    """An open order, or a date to come that has none yet (`order` null)."""

    due_on: date
    order: str | None
    plan: str | None
    title: str
    item: str
    site: str
