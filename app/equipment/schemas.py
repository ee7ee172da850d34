"""What is said of equipment: the same shapes for JSON and for forms."""

import re
from datetime import date, datetime
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, StringConstraints

from app.core.errors import InvalidInput
from app.core.i18n import N_
from app.equipment.rules.registry import Criticality, Status
from app.people.schemas import PLAIN, Email, Id, Input, Line, Name, View

Tag = Annotated[
    str, StringConstraints(min_length=1, max_length=100, pattern=r"^[^\x00-\x20\x7f]+( [^\x00-\x20\x7f]+)*$")
]
Code = Annotated[str, StringConstraints(min_length=1, max_length=50, pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]*$")]
Maker = Annotated[str, StringConstraints(max_length=200, pattern=PLAIN)]


def refuse_other_links(value: str) -> str:
    """Only what a browser fetches: `javascript:` and the like would run in the page."""
    if not re.fullmatch(r"https?://[^\s\x00-\x1f]+", value):
        raise InvalidInput("not_a_link", N_("Enter a link that starts with https:// or http://."))
    return value


def refuse_implausible(value: date) -> date:
    if not 1970 <= value.year <= 2200:
        raise InvalidInput("implausible_date", N_("This date is too far away."))
    return value


Day = Annotated[date, AfterValidator(refuse_implausible)]
Link = Annotated[str, StringConstraints(max_length=500), AfterValidator(refuse_other_links)]
Notes = Annotated[str, StringConstraints(max_length=5_000)]
Currency = Annotated[str, StringConstraints(to_upper=True, pattern=r"^[A-Za-z]{3}$")]
Minor = Annotated[int, Field(ge=0, le=10**14, description="In minor units: 184000 is 1,840.00.")]
FailureCodeText = Annotated[str, StringConstraints(max_length=50, pattern=r"^[a-z0-9][a-z0-9_]*$")]
Months = Annotated[int, Field(ge=1, le=1200)]


class CategoryInput(Input):
    code: Code = Field(examples=["ups"])
    name: Name = Field(examples=["Uninterruptible power supply"])
    name_fr: Name | None = Field(None, examples=["Onduleur"])
    parent_id: Id | None = None
    tag_prefix: Annotated[str, StringConstraints(to_upper=True, pattern=r"^[A-Za-z0-9]{1,8}$")] | None = Field(
        None, description="Starts the tags that Ronde gives; null: the first letters of the name.", examples=["UPS"]
    )
    expected_life_months: Months | None = None
    is_immaterial: bool = Field(False, description="A backup job, a mail server, a licence.")


class CategoryPatch(CategoryInput):
    """JSON Merge Patch (RFC 7396): what is absent stays, null empties."""

    code: Code | None = None  # type: ignore[assignment]
    name: Name | None = None  # type: ignore[assignment]
    is_immaterial: bool | None = None  # type: ignore[assignment]


class CategoryView(View):
    id: int
    code: str
    name: str
    name_fr: str | None
    parent_id: int | None
    tag_prefix: str
    expected_life_months: int | None
    is_immaterial: bool
    archived_at: datetime | None
    version: int


class FailureCodeInput(Input):
    """A code of one's own, with its names; or one that Ronde knows, which the category says applies to it."""

    category_id: Id | None = Field(None, description="Null: for all equipment.")
    kind: Literal["mode", "mechanism", "cause"]
    code: FailureCodeText = Field(examples=["paper_jam"])
    name: Name | None = Field(None, examples=["Paper jam"])
    name_fr: Name | None = Field(None, examples=["Bourrage papier"])
    follows: list[FailureCodeText] = Field(
        [], max_length=40, description="Modes that a mechanism goes with, mechanisms that a cause goes with; none: all."
    )


class FailureCodePatch(Input):
    """JSON Merge Patch (RFC 7396): what is absent stays, null empties. What a code is does not change."""

    name: Name | None = None
    name_fr: Name | None = None
    follows: list[FailureCodeText] | None = Field(None, max_length=40)


class FailureCodeView(View):
    id: int
    category_id: int | None
    kind: str
    code: str
    name: str | None
    name_fr: str | None
    follows: list[str]
    archived_at: datetime | None
    version: int


class FailureWordView(View):
    """A code that a report can name for a piece. `is_common`: offered first."""

    kind: str
    code: str
    name: str
    follows: list[str] = Field(description="What of the list before it goes with it; empty: everything.")
    is_common: bool


class SupplierInput(Input):
    name: Name = Field(examples=["Électro Rhône"])
    email: Email | None = None
    phone: Line | None = None


class SupplierPatch(SupplierInput):
    """JSON Merge Patch (RFC 7396): what is absent stays, null empties."""

    name: Name | None = None  # type: ignore[assignment]


class SupplierView(View):
    id: int
    name: str
    email: str | None
    phone: str | None
    archived_at: datetime | None
    version: int


class DowntimeView(View):
    id: int
    from_at: datetime
    until_at: datetime | None = Field(description="Null: it still does not serve.")
    is_planned: bool
    source: Literal["told", "derived"]
    order_id: int | None
    restored_by_order_id: int | None


class ModelInput(Input):
    manufacturer: Maker = Field("", examples=["Eaton"])
    reference: Name = Field(examples=["5PX 3000"])
    category_id: Id | None = None
    end_of_support_on: date | None = None
    replacement_cost_minor: Minor | None = None
    currency: Currency | None = None


class ModelPatch(ModelInput):
    """JSON Merge Patch (RFC 7396): what is absent stays, null empties."""

    manufacturer: Maker | None = None  # type: ignore[assignment]
    reference: Name | None = None  # type: ignore[assignment]


class ModelView(View):
    id: int
    manufacturer: str
    reference: str
    category_id: int | None
    end_of_support_on: date | None
    replacement_cost_minor: int | None
    currency: str | None
    archived_at: datetime | None
    version: int


class EquipmentInput(Input):
    """A piece as somebody registers or edits it. An empty tag asks Ronde for one."""

    tag: Tag | None = Field(None, examples=["OND-LYO-01"])
    name: Name | None = Field(None, examples=["Onduleur principal"])
    serial: Line | None = Field(None, examples=["GA08K12345"])
    category_id: Id
    model_id: Id | None = None
    site_id: Id
    location_id: Id | None = None
    rack: Line | None = Field(None, examples=["A03"])
    calendar_id: Id | None = Field(None, description="Where it is worked on by other days than its place (S33).")
    parent_id: Id | None = None
    criticality: Criticality = Criticality.B
    status: Status = Status.IN_SERVICE
    commissioned_on: Day | None = None
    warranty_until: Day | None = None
    supplier_id: Id | None = Field(None, description="Who sold it, and answers for its warranty.")
    purchase_cost_minor: Minor | None = None
    currency: Currency | None = None
    person_id: Id | None = Field(None, description="Who uses it.")
    notes: Notes | None = Field(None, description="Configuration for its site.")
    remote_host: Line | None = None
    remote_url: Link | None = None


class EquipmentPatch(EquipmentInput):
    """JSON Merge Patch (RFC 7396): what is absent stays, null empties."""

    category_id: Id | None = None  # type: ignore[assignment]
    site_id: Id | None = None  # type: ignore[assignment]
    criticality: Criticality | None = None  # type: ignore[assignment]
    status: Status | None = None  # type: ignore[assignment]


class EquipmentRow(View):
    """A line of the list."""

    id: int
    tag: str
    name: str | None
    serial: str | None
    status: str
    criticality: str
    category_id: int
    category: str
    manufacturer: str | None
    model: str | None
    site_id: int
    site: str
    location: str | None
    rack: str | None
    updated_at: datetime


class EquipmentView(View):
    id: int
    tag: str
    name: str | None
    serial: str | None
    category_id: int
    model_id: int | None
    site_id: int
    location_id: int | None
    rack: str | None
    calendar_id: int | None
    parent_id: int | None
    criticality: str
    status: str
    commissioned_on: date | None
    warranty_until: date | None
    supplier_id: int | None
    purchase_cost_minor: int | None
    currency: str | None
    person_id: int | None
    notes: str | None
    remote_host: str | None
    remote_url: str | None
    replaced_by_id: int | None
    replaces_id: int | None = Field(None, description="The piece whose place it took.")
    on_loan_for_id: int | None
    retired_on: date | None
    retired_note: str | None
    external_ids: list[str] = Field([], description="How other systems name it.", examples=[["netbox-1234"]])
    custom_fields: dict[str, Any]
    created_at: datetime
    updated_at: datetime
    archived_at: datetime | None
    version: int
