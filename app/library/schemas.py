"""What is said of the library: its entries, what loading one would make, what was loaded."""

from datetime import date, datetime
from typing import Annotated, Any, Literal

from pydantic import Field, StringConstraints

from app.ledger.schemas import Preview
from app.people.schemas import CivilDay, Id, Input, Language, View
from app.procedures.schemas import Comparison, StepInput

Standing = Literal["not_loaded", "current", "update", "compare"]
Covers = Literal["pieces", "places"]
Ids = Annotated[list[Id], Field(max_length=500)]
Key = Annotated[str, StringConstraints(pattern=r"^[a-z0-9-]{1,40}$")]


class LoadInput(Input):
    """Which of an entry's plans to make, on what, in which language. Nothing chosen: the procedure alone."""

    language: Language | None = Field(None, description="Null: the reader's own.")
    plans: list[Key] = Field([], max_length=20, description="Keys of the entry's plans.")
    category_ids: Ids = Field([], description="What the plans look after, with all below them.")
    location_ids: Ids = Field([], description="Places that the plans look after themselves, such as a server room.")
    start_on: CivilDay | None = Field(None, description="The first date; null: a week from today.")
    is_active: bool = Field(False, description="False: loaded at rest, for a person to look at and resume.")


class DecideInput(Input):
    """A newer edition: its text becomes the draft of the next version, or one's own stays."""

    take: bool


class PlanTemplateView(View):
    key: str
    title: str
    words: str = Field(description="When, in one sentence.")
    priority: str


class LoadedPlanView(View):
    key: str
    plan_id: int
    plan_title: str
    is_edited: bool
    dates: str = Field(description="Its dates as they are, in words.")
    newer: str | None = Field(description="What a newer edition says of its dates, where it says something else.")
    changes: dict[str, list[Any]] = Field(description="What that edition says otherwise: field to [before, after].")


class LoadedView(View):
    language: str
    edition: int
    procedure_id: int
    procedure_code: str
    loaded_at: datetime
    loaded_by_name: str
    is_edited: bool
    plans: list[LoadedPlanView]


class EntryRow(View):
    """`standing`: not loaded; current; `update`: a newer edition can be taken as a draft; `compare`: it was edited."""

    code: str
    title: str
    kind: str
    covers: Covers
    edition: int
    estimate_minutes: int
    step_count: int
    plans: list[PlanTemplateView]
    standing: Standing
    procedure_id: int | None


class EntryView(EntryRow):
    safety_notes: str | None
    tools: str | None
    steps: list[StepInput]
    suggested_category_ids: list[int]
    loaded: LoadedView | None
    comparison: Comparison | None = Field(description="What this edition says otherwise than the version in force.")


class PlannedView(View):
    key: str
    title: str
    start_on: date
    preview: Preview


class LoadPreview(View):
    """What loading would make: nothing is written."""

    procedure: str | None = Field(description="Null: it is there already, and stays.")
    plans: list[PlannedView]
    commissioning: int = Field(description="Categories whose new pieces get an order for it.")


class Made(View):
    procedure_id: int
    plan_ids: list[int]
    task_ids: list[int]
