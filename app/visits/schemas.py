"""What is said of visits: the same shapes for JSON and for forms."""

from datetime import date, datetime
from typing import Annotated, Literal, Self

from pydantic import Field, computed_field, model_validator

from app.core.errors import InvalidInput
from app.core.i18n import N_
from app.people.schemas import Id, Input, Name, View
from app.workorders.schemas import Day, Minutes, Text

MOST_ORDERS = 200
OrderIds = Annotated[list[Id], Field(max_length=MOST_ORDERS)]


class VisitInput(Input):
    """Orders that are named, or all of a site (or of a place there and below) that are due by that day."""

    title: Name | None = Field(None, description="Null: the site's name.")
    day_on: Day
    order_ids: OrderIds = Field(default_factory=list)
    site_id: Id | None = Field(None, description="Where no order is named: all of this site.")
    location_id: Id | None = Field(None, description="Where no order is named: all of this place and below.")
    team_id: Id | None = None
    person_id: Id | None = None

    @model_validator(mode="after")
    def says_which_orders(self) -> Self:
        if not self.order_ids and self.site_id is None and self.location_id is None:
            raise InvalidInput.at("order_ids", "required", N_("Choose orders, or a site."))
        return self


class VisitEdit(Input):
    title: Name
    day_on: Day
    team_id: Id | None = None
    person_id: Id | None = None


class OrdersInput(Input):
    order_ids: Annotated[list[Id], Field(min_length=1, max_length=MOST_ORDERS)]


class StopMove(Input):
    order_id: Id
    direction: Literal["up", "down"]


class NothingFound(OrdersInput):
    """Done, and nothing was found: each order gets a report of its own."""

    minutes_each: Minutes | None = None
    observed: Text | None = None
    done_on: Day | None = None


class DoneView(View):
    """What became of one order."""

    order_id: int
    number: str
    is_done: bool
    why: str | None = Field(description="What keeps it from being done this way.")


class StopView(View):
    order_id: int
    number: str
    position: int
    title: str
    kind: str
    type: str
    state: str
    priority: str
    due_on: date
    tag: str | None
    item: str | None
    place: str | None
    rack: str | None
    estimate_minutes: int | None
    is_open: bool


class VisitRow(View):
    id: int
    title: str
    site_id: int
    site: str
    day_on: date
    team_id: int | None
    person_id: int | None
    person: str | None
    state: str
    origin: str
    total: int
    done: int
    version: int


class VisitView(VisitRow):
    started_at: datetime | None
    stopped_at: datetime | None
    orders: list[StopView]

    @computed_field  # type: ignore[prop-decorator]
    @property
    def next_order_id(self) -> int | None:
        """The first one that is open."""
        return next((stop.order_id for stop in self.orders if stop.is_open), None)


class BundledView(View):
    team_ids: list[int]
