"""What is said of rules of assignment and of escalation, and how their outcome is told."""

from datetime import date, datetime
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from app.core.errors import InvalidInput
from app.core.i18n import N_
from app.people.schemas import Id, Input, Name, View
from app.workorders.schemas import Kind, Priority, Text

Strategy = Literal["person", "team", "least_loaded", "site_round", "on_call"]
Cause = Literal["overdue", "not_started"]
Origin = Literal["occurrence", "request", "follow_up", "alert", "escalation", "manual"]
Level = Annotated[int, Field(ge=1, le=3)]


class AssignmentRuleInput(Input):
    """What is null matches all orders, a category its sub-categories too. The first that finds somebody decides."""

    name: Name = Field(examples=["Printers to the field team"])
    kind: Kind | None = None
    category_id: Id | None = None
    site_id: Id | None = None
    priority: Priority | None = None
    origin: Origin | None = None
    strategy: Strategy = Field(
        "least_loaded", description="`site_round`: whose account is limited to sites, this one too."
    )
    team_id: Id | None = None
    person_id: Id | None = None
    skill_id: Id | None = Field(None, description="Whoever gets it must have this skill.")
    reassigns_absent: bool = Field(False, description="Give its orders to somebody else when the person is away.")

    @model_validator(mode="after")
    def names_whom_it_means(self) -> Self:
        if self.strategy == "person" and self.person_id is None:
            raise InvalidInput.at("person_id", "required", N_("Say who gets these orders."))
        if self.strategy == "team" and self.team_id is None:
            raise InvalidInput.at("team_id", "required", N_("Say which team gets these orders."))
        return self


class AssignmentRuleView(View):
    id: int
    position: int
    name: str
    kind: str | None
    category_id: int | None
    site_id: int | None
    priority: str | None
    origin: str | None
    strategy: Strategy
    team_id: int | None
    person_id: int | None
    skill_id: int | None
    reassigns_absent: bool
    archived_at: datetime | None
    version: int


class MoveInput(Input):
    direction: Literal["up", "down"]


class DecisionView(View):
    """`rule_id` null: nobody was found, and the sentences tell what was tried."""

    order_id: int
    number: str
    title: str
    rule_id: int | None
    team_id: int | None
    person_id: int | None
    person: str | None
    explanation: list[str]


class AwayOrderView(View):
    """An open order whose person is away on the day of the work."""

    order_id: int
    number: str
    title: str
    site_id: int
    due_on: date
    person_id: int
    person: str
    away_until: date
    is_reassigned: bool = Field(description="The rule that gave it will give it to somebody else.")


class EscalationRuleInput(Input):
    """Who is told when an order is late; with `assigns` they get it."""

    level: Level
    cause: Cause
    after_minutes: Annotated[int, Field(ge=0, le=525_600)] = Field(
        description="After the due day, or since it is ready."
    )
    priority: Priority | None = None
    team_id: Id | None = Field(None, description="Orders of this team.")
    site_id: Id | None = Field(None, description="Orders at this site.")
    to_team_id: Id | None = None
    to_person_id: Id | None = None
    assigns: bool = False

    @model_validator(mode="after")
    def tells_somebody(self) -> Self:
        if self.to_team_id is None and self.to_person_id is None:
            raise InvalidInput.at("to_person_id", "required", N_("Say who is told: a person or a team."))
        if self.cause == "not_started" and self.priority is None:
            raise InvalidInput.at(
                "priority", "required", N_("Say for which priority: not every order is begun at once.")
            )
        return self


class EscalationRuleView(View):
    id: int
    level: int
    cause: Cause
    after_minutes: int
    priority: str | None
    team_id: int | None
    site_id: int | None
    to_team_id: int | None
    to_person_id: int | None
    assigns: bool
    archived_at: datetime | None
    version: int


class EscalationInput(Input):
    """An order is sent up by hand; whoever is named gets it."""

    level: Level
    to_team_id: Id | None = None
    to_person_id: Id | None = None
    note: Text = Field(examples=["The firmware needs the supplier’s tool"])


class EscalationView(View):
    id: int
    order_id: int
    level: int
    cause: Literal["overdue", "not_started", "by_hand"]
    rule_id: int | None
    to_team_id: int | None
    to_team: str | None
    to_person_id: int | None
    to_person: str | None
    note: str | None
    at: datetime
    by_name: str
    acknowledged_at: datetime | None
    acknowledged_by: str | None
