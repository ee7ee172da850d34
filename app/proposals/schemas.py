"""What is said of proposals and of the ladder's rules: the same shapes for JSON and for forms."""

from datetime import date, datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field, computed_field

from app.people.schemas import Id, Input, View
from app.proposals.rules.ladder import Kind, Test
from app.workorders.rules.states import order_number
from app.workorders.schemas import Day, Priority, Text

Count = Annotated[int, Field(ge=0, le=1_000)]
Days = Annotated[int, Field(ge=1, le=3_650)]


class AcceptInput(Input):
    """The order that is made: due in a week, by nobody in particular, unless said."""

    due_on: Day | None = None
    priority: Priority = "normal"
    team_id: Id | None = None
    assignee_id: Id | None = None
    instructions: Text | None = Field(None, description="Added to the evidence.")


class RetuningInput(Input):
    """What becomes of the plan's orders that nobody has started (S36)."""

    open_orders: Literal["keep", "update", "regenerate"] = "keep"


class RefusalInput(Input):
    reason: Text


class LadderRuleInput(Input):
    """`threshold` in orders for findings, failures and repairs; in percent for cost and age; in days for support."""

    threshold: Count
    window_days: Days | None = Field(None, description="Null: the piece's whole life.")
    again_after: Annotated[int, Field(ge=1, le=100)] = Field(
        1, description="Orders of new evidence that let it propose again after a decision."
    )
    cool_down_days: Annotated[int, Field(ge=0, le=3_650)] = 30
    is_automatic: bool = Field(False, description="The order is made at once, without a manager's word.")
    is_active: bool = True


class LadderRuleView(View):
    """A rule as it holds for a category; `from_category_id` says whose it is, null with `is_default`: everybody's."""

    test: Test
    kind: Kind
    threshold: int
    window_days: int | None
    again_after: int
    cool_down_days: int
    is_automatic: bool
    is_active: bool
    is_default: bool = False
    from_category_id: int | None = None
    version: int = Field(0, description="Of the rule that was set here; 0 where it is another's, or the default.")


class ProposalRow(View):
    id: int
    kind: Kind
    state: str
    rule: str
    equipment_id: int | None
    plan_id: int | None
    site_id: int | None
    tag: str | None = None
    item: str | None = None
    plan: str | None = None
    why: str = Field("", description="The first sentence of the evidence, in the reader's language.")
    created_at: datetime
    decided_at: datetime | None
    version: int


class ProposalView(View):
    """`sentences`: the evidence in the reader's language; `evidence`: the same as data."""

    id: int
    kind: Kind
    state: str
    rule: str
    equipment_id: int | None
    plan_id: int | None
    site_id: int | None
    evidence: dict[str, Any]
    sentences: list[str] = Field([], description="The evidence in words.")
    is_automatic: bool
    created_at: datetime
    updated_at: datetime
    decided_at: datetime | None
    decided_by_name: str | None
    reason: str | None
    order_id: int | None
    plan_version_id: int | None
    version: int

    @computed_field  # type: ignore[prop-decorator]
    @property
    def order_number(self) -> str | None:
        return order_number(self.order_id) if self.order_id is not None else None


class RungView(BaseModel):
    """How far one rule is from its threshold on a piece. `value` null: it cannot be said (no cost, no life known)."""

    test: Test
    kind: Kind
    value: int | None
    threshold: int
    window_days: int | None
    is_reached: bool
    sentence: str
    order_ids: list[int]


class LadderView(BaseModel):
    equipment_id: int
    rungs: list[RungView]
    open_proposals: list[ProposalRow]


class ReliabilityView(BaseModel):
    """Figures of one piece over a period (EN 15341). Times in minutes, money in minor units; null: undefined."""

    equipment_id: int
    from_on: date
    until_on: date
    in_service_minutes: int
    down_minutes: int
    planned_down_minutes: int
    failures: int
    repeat_failures: Annotated[int, Field(description="Of one mode within 30 days of the one before.")]
    mtbf_minutes: int | None
    mttr_minutes: int | None
    active_repair_minutes: int | None
    availability_permille: int | None
    corrective_cost_minor: Annotated[int, Field(description="In `currency`, the one of the replacement value.")]
    other_corrective_costs: Annotated[dict[str, int], Field(description="By currency; not in the share.")]
    replacement_value_minor: int | None
    currency: str | None
    cost_share_percent: int | None
    cycles: Annotated[int, Field(description="Preventive cycles whose window ended in the period.")]
    cycles_in_window: int
    compliance_percent: int | None
