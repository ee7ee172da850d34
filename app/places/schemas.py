"""What is said of places: the same shapes for JSON and for forms."""

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, Field, StringConstraints, model_validator

from app.core.errors import InvalidInput
from app.core.i18n import N_
from app.people.schemas import CivilDay, Id, Input, Language, Login, Name, Password, UserInput, UserView, View
from app.places.rules import refuse_unknown_zone, to_weekday_names

Code = Annotated[
    str, StringConstraints(min_length=1, max_length=30, to_upper=True, pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$")
]
Address = Annotated[str, StringConstraints(max_length=500, pattern=r"^[^\x00-\x09\x0b\x0c\x0e-\x1f\x7f]*$")]
Zone = Annotated[str, StringConstraints(max_length=64), AfterValidator(refuse_unknown_zone)]
Country = Annotated[str, StringConstraints(min_length=2, max_length=2, to_upper=True)]
Region = Annotated[str, StringConstraints(min_length=1, max_length=20)]
Weekday = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
WORKING_WEEK: list[Weekday] = ["monday", "tuesday", "wednesday", "thursday", "friday"]


class CustomerInput(Input):
    code: Code = Field(examples=["ACME"])
    name: Name = Field(examples=["Acme SA"])


class CustomerView(View):
    id: int
    code: str
    name: str
    archived_at: datetime | None
    version: int


class CalendarInput(Input):
    code: Code = Field(examples=["FR"])
    name: Name = Field(examples=["France"])
    weekdays: list[Weekday] = Field(WORKING_WEEK, min_length=1, max_length=7, description="The days worked.")
    country: Country | None = Field(None, examples=["FR"], description="ISO 3166-1, for its public holidays.")
    region: Region | None = Field(None, examples=["6AE"], description="A part of the country with holidays of its own.")


class CalendarDaysInput(Input):
    """A run of days that differ from the rule."""

    kind: Literal["closure", "opening", "blackout", "allowed"] = Field(
        description="Closed; open against the rule; change freeze; the only days on which work may fall."
    )
    first_on: CivilDay
    last_on: CivilDay
    name: Name = Field(examples=["Summer closing"])

    @model_validator(mode="after")
    def in_order(self) -> "CalendarDaysInput":
        if self.last_on < self.first_on:
            raise InvalidInput("wrong_order", N_("The last day lies before the first."))
        return self


class CalendarDaysView(View):
    id: int
    kind: str
    first_on: date
    last_on: date
    name: str


class CalendarView(View):
    id: int
    code: str
    name: str
    weekdays: Annotated[
        list[Weekday], BeforeValidator(lambda kept: to_weekday_names(kept) if isinstance(kept, str) else kept)
    ]
    country: str | None
    region: str | None
    days: list[CalendarDaysView]
    archived_at: datetime | None
    version: int


class SiteInput(Input):
    code: Code = Field(examples=["LYO"])
    name: Name = Field(examples=["Lyon"])
    customer_id: Id | None = None
    time_zone: Zone | None = Field(None, examples=["Europe/Paris"], description="IANA name; null: the organisation's.")
    calendar_id: Id | None = Field(None, description="Null: the organisation's.")
    address: Address | None = None
    allows_anonymous_requests: bool = Field(
        False, description="Whoever scans a label here may report a problem without an account."
    )


class SiteView(View):
    id: int
    code: str
    name: str
    customer_id: int | None
    time_zone: str
    calendar_id: int
    address: str | None
    allows_anonymous_requests: bool
    archived_at: datetime | None
    version: int


class LocationInput(Input):
    name: Name = Field(examples=["Server room"])
    parent_id: Id | None = None
    calendar_id: Id | None = Field(None, description="Where work is done on other days than at the site.")


class NewLocationInput(LocationInput):
    site_id: Id


class LocationView(View):
    id: int
    site_id: int
    parent_id: int | None
    name: str
    path: str = Field(examples=["Building A > Server room"])
    calendar_id: int | None
    archived_at: datetime | None
    version: int


class ScopeInput(Input):
    """What an account may see. Administrators see every site."""

    has_all_sites: bool = False
    site_ids: list[Id] = Field([], max_length=500)
    customer_ids: list[Id] = Field([], max_length=500, description="All sites of these customers, later ones too.")


class MemberInput(UserInput, ScopeInput):
    """An account and what it may see."""


class NewMemberInput(MemberInput):
    password: Password = Field(description="12 characters or more.")


class MemberView(UserView):
    site_ids: list[int]
    customer_ids: list[int]


class SetupInput(Input):
    """The first administrator and where the house is."""

    organisation: Name
    name: Name
    login: Login
    password: Password
    language: Language
    country: Country
    time_zone: Zone


class OrganisationView(View):
    name: str
    language: Language
    country: str
    time_zone: str
    currency: str
    is_demonstration: bool
