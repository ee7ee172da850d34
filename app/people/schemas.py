"""What is said of people: the same shapes for JSON and for forms."""

from datetime import UTC, date, datetime
from typing import Annotated, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, SecretStr, StringConstraints, model_validator

from app.core.errors import InvalidInput
from app.core.i18n import N_
from app.core.security import Role

PLAIN = r"^[^\x00-\x1f\x7f]*$"  # one line of text
Name = Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=PLAIN)]
Line = Annotated[str, StringConstraints(max_length=200, pattern=PLAIN)]
Login = Annotated[
    str, StringConstraints(min_length=2, max_length=100, to_lower=True, pattern=r"^[A-Za-z0-9][A-Za-z0-9._@+-]*$")
]
Email = Annotated[str, StringConstraints(max_length=254, pattern=r"^[^@\s\x00-\x1f]+@[^@\s\x00-\x1f]+$")]
Password = Annotated[SecretStr, Field(min_length=1, max_length=200)]
Id = Annotated[int, Field(ge=1, le=2**63 - 1)]
Language = Literal["en", "fr"]
Theme = Literal["auto", "light", "dark"]
TokenScope = Literal["read", "write"]
EARLIEST, LATEST = datetime(1970, 1, 1, tzinfo=UTC), datetime(2199, 12, 31, tzinfo=UTC)
CivilDay = Annotated[date, Field(ge=date(1970, 1, 1), le=date(2199, 12, 31))]
AbsenceKind = Literal["leave", "sickness", "training", "other"]


class Input(BaseModel):
    """What is not asked for is refused: role, owner and the like never slip in (mass assignment)."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)


class View(BaseModel):
    model_config = ConfigDict(from_attributes=True, defer_build=True)


def minutes_of(said: object) -> object:
    """35 or 35:30 in a form is hours; a program gives minutes."""
    hours, _, minutes = said.partition(":") if isinstance(said, str) else ("", "", "")
    if not (hours.isdecimal() and (minutes or "0").isdecimal()):
        return said
    return int(hours) * 60 + int(minutes or 0)


def minutes_from_midnight(said: object) -> object:
    """08:00 in a form is a time on the wall; a program may give minutes."""
    return minutes_of(said) if isinstance(said, str) and ":" in said else said


TimeOfDay = Annotated[Annotated[int, Field(ge=0, le=1439)], BeforeValidator(minutes_from_midnight)]
EndOfDay = Annotated[Annotated[int, Field(ge=0, le=1440)], BeforeValidator(minutes_from_midnight)]


class PersonalInput(Input):
    name: Name = Field(examples=["Chloé Martin"])
    email: Email | None = Field(None, examples=["chloe.martin@example.org"])
    phone: Line | None = None
    language: Language | None = Field(None, description="In which to write to this person; null: the organisation's.")


class PersonInput(PersonalInput):
    weekly_minutes: Annotated[Annotated[int, Field(ge=0, le=168 * 60)] | None, BeforeValidator(minutes_of)] = Field(
        None, examples=[2100], description="Time at work in a week, as a forecast counts it; null: 35 hours."
    )


class PersonView(View):
    id: int
    name: str
    email: str | None
    phone: str | None
    language: str | None
    weekly_minutes: int | None
    archived_at: datetime | None
    version: int


class SignInInput(Input):
    login: Annotated[str, StringConstraints(max_length=200)]
    password: Password


class UserInput(PersonalInput):
    login: Login = Field(examples=["chloe"])
    role: Role = Field(examples=["technician"])


class UserView(View):
    id: int
    person_id: int
    name: str
    email: str | None
    phone: str | None
    language: str | None
    login: str
    role: Role
    is_active: bool
    has_all_sites: bool
    created_at: datetime
    version: int


class NewPasswordInput(Input):
    password: Password = Field(description="12 characters or more.")


class PasswordChange(NewPasswordInput):
    """One's own: whoever finds a browser left open does not know the old one."""

    current_password: Password


class ProfileInput(Input):
    """What people decide about themselves."""

    language: Language | None = None
    theme: Theme | None = None
    phone: Line | None = None


class TeamInput(Input):
    name: Name = Field(examples=["Field team"])
    member_ids: list[Id] = Field([], max_length=500, description="Persons, not users.")


class TeamView(View):
    id: int
    name: str
    member_ids: list[int]
    archived_at: datetime | None
    version: int


class SkillInput(Input):
    name: Name = Field(examples=["Printers"])


class SkillView(View):
    id: int
    name: str
    archived_at: datetime | None
    version: int


class HeldSkill(View):
    """`level`: 1 learns it, 2 does it alone, 3 teaches it; null: nobody has said."""

    model_config = ConfigDict(extra="forbid", from_attributes=True)

    skill_id: Id
    level: Annotated[int, Field(ge=1, le=3)] | None = None


class HeldSkillsView(View):
    """`version` is the person's."""

    person_id: int
    skills: list[HeldSkill]
    version: int


class HeldSkillsInput(Input):
    skills: Annotated[list[HeldSkill], Field(max_length=200)]


class DaysInput(Input):
    """Whole days, the first and the last included."""

    first_on: CivilDay
    last_on: CivilDay

    @model_validator(mode="after")
    def ends_after_it_begins(self) -> Self:
        if self.last_on < self.first_on:
            raise InvalidInput.at("last_on", "ends_before_it_begins", N_("The last day lies before the first."))
        return self


class AbsenceEdit(DaysInput):
    kind: AbsenceKind = "leave"
    note: Line | None = None


class AbsenceInput(AbsenceEdit):
    person_id: Id


class AbsenceView(View):
    id: int
    person_id: int
    person: str
    kind: AbsenceKind
    first_on: date
    last_on: date
    note: str | None
    version: int


class OnCallInput(Input):
    """A weekly rotation; weeks begin on the weekday of `starts_on`, at the time of `handover` in the rota's zone."""

    time_zone: Annotated[str, StringConstraints(max_length=64)] = Field(examples=["Europe/Paris"])
    starts_on: CivilDay
    handover: TimeOfDay = Field(480, description="Minutes from midnight, or 08:00.")
    opens: TimeOfDay = Field(480, description="From then, on days worked, the team itself answers.")
    closes: EndOfDay = Field(1080, description="Until then.")
    person_ids: Annotated[list[Id], Field(min_length=1, max_length=104)] = Field(description="Who follows whom.")


class SwapInput(DaysInput):
    person_id: Id
    note: Line | None = None


class SwapView(View):
    id: int
    person_id: int
    first_on: date
    last_on: date
    note: str | None


class DutyView(View):
    person_id: int
    person: str
    from_at: datetime
    until_at: datetime


class OnCallView(View):
    """`person_id` is on call at `at`; null before the rota starts. Minutes count from midnight."""

    team_id: int
    time_zone: str
    starts_on: date
    handover: int
    opens: int
    closes: int
    person_ids: list[int]
    swaps: list[SwapView]
    at: datetime
    person_id: int | None
    duties: list[DutyView]
    version: int


class ApiTokenInput(Input):
    name: Name = Field(examples=["Monitoring"])
    scopes: list[TokenScope] = Field(["read"], min_length=1, max_length=2, description="`write` includes `read`.")
    expires_in_days: Annotated[int, Field(ge=1, le=730)] = 90


class ApiTokenView(View):
    id: int
    name: str
    prefix: str = Field(description="How the secret begins, to tell tokens apart.")
    scopes: Annotated[list[TokenScope], BeforeValidator(lambda kept: kept.split() if isinstance(kept, str) else kept)]
    created_at: datetime
    expires_at: datetime | None
    last_used_at: datetime | None
    revoked_at: datetime | None


class NewApiTokenView(ApiTokenView):
    token: str = Field(description="The secret itself: shown this once.")
