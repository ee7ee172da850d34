"""What is said of procedures: the same shapes for JSON and for forms."""

from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any, Literal, Self

from pydantic import BeforeValidator, Field, PlainSerializer, StringConstraints, computed_field, model_validator

from app.core.errors import InvalidInput
from app.meters.schemas import as_number
from app.people.schemas import Id, Input, Line, Name, View
from app.procedures.rules.comparing import What
from app.procedures.rules.steps import OnFailure, Step, StepKind, problems_of

STEPS_MAX, CHOICES_MAX, PARTS_MAX = 120, 20, 50
TEXT = r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f]*$"
Text = Annotated[str, StringConstraints(min_length=1, max_length=5_000, pattern=TEXT)]
Code = Annotated[str, StringConstraints(min_length=1, max_length=40, pattern=r"^[^\x00-\x1f\x7f]*$")]
Choice = Annotated[str, StringConstraints(min_length=1, max_length=100, pattern=r"^[^\x00-\x1f\x7f]*$")]
Unit = Annotated[str, StringConstraints(min_length=1, max_length=30, pattern=r"^[^\x00-\x1f\x7f]*$")]
Limit = Annotated[
    Decimal,
    BeforeValidator(as_number),
    Field(ge=-(10**12), le=10**12, decimal_places=6, allow_inf_nan=False),
    PlainSerializer(float, return_type=float, when_used="json"),
]
Kind = Literal[
    "cleaning", "inspection", "repair", "replacement", "upgrade", "installation", "calibration", "training",
    "assistance",
]  # fmt: skip
SuggestionState = Literal["open", "taken", "refused"]
VersionState = Literal["draft", "published", "retired"]


class StepInput(Input):
    """One step. A condition names an earlier step by its place (from 1), and its answer: `passed` or `failed` of what
    can fail, `done` of what is only done, one of the choices of a choice.
    """

    title: Name = Field(examples=["Temperature of the cold aisle"])
    kind: StepKind = StepKind.CHECK
    section: Line | None = Field(None, description="The heading that it stands under.")
    text: Text | None = Field(None, description="How it is done.")
    is_mandatory: bool = True
    minimum: Limit | None = Field(None, examples=[18])
    maximum: Limit | None = Field(None, examples=[24])
    unit: Unit | None = Field(None, examples=["°C"])
    choices: list[Choice] = Field([], max_length=CHOICES_MAX)
    meter: Name | None = Field(None, description="Reading: the name of the item's meter.")
    on_failure: OnFailure = OnFailure.NONE
    only_if_position: Annotated[int, Field(ge=1, le=STEPS_MAX)] | None = None
    only_if_answer: Choice | None = None

    def step(self) -> Step:
        return Step(**self.model_dump(exclude={"choices"}), choices=tuple(self.choices))


class PartInput(Input):
    part_id: Id
    quantity: Annotated[int, Field(ge=1, le=10_000)] = 1


class DraftInput(Input):
    """All that a version says; what is left out is empty."""

    safety_notes: Text | None = None
    tools: Text | None = None
    estimate_minutes: Annotated[int, Field(ge=1, le=60_000)] | None = None
    note: Text | None = Field(None, description="What is new in this version.")
    steps: list[StepInput] = Field([], max_length=STEPS_MAX)
    parts: list[PartInput] = Field([], max_length=PARTS_MAX)

    @model_validator(mode="after")
    def makes_sense(self) -> Self:
        if problems := problems_of([step.step() for step in self.steps]):
            first = problems[0]
            raise InvalidInput(first.code, first.message, fields=problems)
        return self


class PublishInput(Input):
    """Orders that exist keep their version; with `update`, those that nobody has begun get the new one."""

    open_orders: Literal["keep", "update"] = "keep"


class ProcedureInput(DraftInput):
    """A new procedure, with its first draft."""

    title: Name = Field(examples=["Clean a server"])
    code: Code | None = Field(None, description="Given by Ronde where absent.")
    kind: Kind | None = None


class ProcedurePatch(Input):
    """JSON Merge Patch (RFC 7396) of what is the same in all versions."""

    title: Name | None = None
    code: Code | None = None
    kind: Kind | None = None


class StepView(View):
    id: int
    position: int
    title: str
    kind: StepKind
    section: str | None
    text: str | None
    is_mandatory: bool
    minimum: Limit | None
    maximum: Limit | None
    unit: str | None
    choices: list[str]
    meter: str | None
    on_failure: OnFailure
    only_if_position: int | None
    only_if_answer: str | None

    def input(self) -> StepInput:
        return StepInput.model_construct(**self.model_dump(include=set(StepInput.model_fields)))


class PartView(View):
    part_id: int
    reference: str
    name: str
    unit: str
    quantity: int


class VersionRow(View):
    number: int
    state: VersionState
    note: str | None
    created_at: datetime
    created_by_name: str
    published_at: datetime | None = Field(description="Null on a retired version: a draft that was given up.")
    published_by_name: str | None


class VersionView(VersionRow):
    id: int
    procedure_id: int
    safety_notes: str | None
    tools: str | None
    estimate_minutes: int | None
    steps: list[StepView]
    parts: list[PartView]


class ProcedureRow(View):
    id: int
    code: str
    title: str
    kind: str | None
    current_number: int | None
    estimate_minutes: int | None = Field(description="Of the version in force.")
    step_count: int
    has_draft: bool
    open_suggestions: int
    archived_at: datetime | None
    version: int


class ProcedureView(View):
    """With its version in force, and the draft of the next one."""

    id: int
    code: str
    title: str
    kind: str | None
    current_number: int | None
    current: VersionView | None
    draft: VersionView | None
    created_at: datetime
    archived_at: datetime | None
    version: int


class StepDifference(View):
    """`before` and `after` are the step's places in the two versions; `changes`: field -> [before, after]."""

    what: What
    title: str
    before: int | None
    after: int | None
    is_moved: bool
    changes: dict[str, list[Any]]


class Comparison(View):
    before: int
    after: int
    changes: dict[str, list[Any]] = Field(description="Of the version itself: field -> [before, after].")
    steps: list[StepDifference]


class SuggestionInput(Input):
    text: Annotated[str, StringConstraints(min_length=1, max_length=2_000, pattern=TEXT)] = Field(
        examples=["Say which filter: there are two behind the cover."]
    )
    step_id: Id | None = Field(None, description="Null: about the procedure as a whole.")


class Answer(Input):
    answer: Annotated[str, StringConstraints(min_length=1, max_length=2_000, pattern=TEXT)] | None = None


class SuggestionView(View):
    """`state`: open; taken, into the version `taken_in`, in force once that is published; refused, with an answer."""

    id: int
    procedure_id: int
    procedure_code: str
    procedure_title: str
    version_number: int
    step_id: int | None
    step_position: int | None
    step_title: str | None
    order_id: int | None
    text: str
    user_name: str
    created_at: datetime
    state: SuggestionState
    answer: str | None
    decided_by_name: str | None
    decided_at: datetime | None
    taken_in: int | None
    taken_in_state: VersionState | None
    version: int

    @computed_field  # type: ignore[prop-decorator]
    @property
    def is_in_force(self) -> bool:
        return self.state == "taken" and self.taken_in_state != "draft"
