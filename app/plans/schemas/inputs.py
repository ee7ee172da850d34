"""What a person or a program says about a plan."""

from collections.abc import Collection
from datetime import date
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field

from app.plans.rules.policy import Schedule
from app.plans.schemas.schedule import ScheduleFields

Kind = Literal["cleaning", "inspection", "repair", "replacement", "upgrade", "installation", "calibration", "training"]
Priority = Literal["low", "normal", "high", "urgent"]
AnchorPolicy = Literal["plan", "commissioning", "entry"]
OpenOrdersChoice = Literal["keep", "update", "regenerate"]
AnchorChoice = Literal["keep", "last_done", "start"]
Ids = Annotated[list[int], Field(max_length=10_000)]
LINE = r"^[^\x00-\x1f\x7f]*$"  # no control characters, which not every database can hold
TEXT = r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f]*$"


class Scope(BaseModel):
    """What a plan covers (S39): pieces and places by name; else what (categories, models) and where (sites, places).

    A piece must be of one of the categories or models, if any is given, and stand at one of the sites or in one of the
    places, if any is given. Categories and places include what is below them.
    """

    equipment_ids: Ids = []
    item_location_ids: Annotated[Ids, Field(description="Places that are looked after themselves.")] = []
    category_ids: Ids = []
    model_ids: Ids = []
    site_ids: Ids = []
    within_location_ids: Ids = []


class PlanFields(ScheduleFields, Scope):
    title: Annotated[str, Field(min_length=1, max_length=200, pattern=LINE)]
    kind: Kind
    instructions: Annotated[str | None, Field(max_length=20_000, pattern=TEXT)] = None
    procedure_id: Annotated[
        int | None, Field(description="How it is done: an order keeps the version in force when it is made.")
    ] = None
    estimate_minutes: Annotated[int | None, Field(ge=1, le=60_000)] = None
    priority: Priority = "normal"
    team_id: int | None = None
    assignee_id: int | None = None
    requires_photo: bool = False
    requires_signature: bool = False
    start_on: Annotated[date, Field(description="The anchor: the first date, and the day that later ones follow (S1).")]
    anchor_policy: Annotated[AnchorPolicy, Field(description="Where each item's dates count from.")] = "plan"
    family_id: Annotated[int | None, Field(description="Plans that meet on one item (S24).")] = None
    rank: Annotated[
        int | None, Field(ge=1, le=99, description="In the family: dates are merged into those of a higher rank.")
    ] = None


class PlanInput(PlanFields):
    code: Annotated[
        str | None, Field(min_length=1, max_length=40, pattern=LINE, description="Given by Ronde where absent.")
    ] = None
    site_id: Annotated[int | None, Field(description="A plan of one site; null for the whole house.")] = None
    rrule: Annotated[
        str | None, Field(max_length=1_000, description="The rule as an RFC 5545 RRULE, instead of its fields.")
    ] = None

    def schedule(self) -> Schedule:
        fields = {name: getattr(self, name) for name in ScheduleFields.model_fields}
        return ScheduleFields.model_construct(**fields).to_schedule(self.rrule)

    def plain(self) -> Self:
        """The same with its rule in fields and each id once; raises InvalidInput where there is no such rule."""
        ids = {name: sorted(set(getattr(self, name))) for name in Scope.model_fields}
        return self.model_copy(update={"rrule": None, **dict(ScheduleFields.of(self.schedule())), **ids})


class PlanEdit(PlanInput):
    """A new version. Orders that are not started are kept, brought up to date, or cancelled and made anew (S36)."""

    open_orders: OpenOrdersChoice = "keep"
    anchor: Annotated[
        AnchorChoice | None,
        Field(description="S37: each item keeps its anchor, counts from the work last done, or from `start_on`."),
    ] = None


_ANCHORING = {"start_on", "anchor_policy"}
_DATING = _ANCHORING | ScheduleFields.model_fields.keys()


def dates_anew(changed: Collection[str], anchor: AnchorChoice | None) -> AnchorChoice | None:
    """S37: whether these changed fields give each item new dates, and where they count from; None: they stay."""
    if anchor is None:
        anchor = "keep" if _ANCHORING.isdisjoint(changed) else "start"
    return None if anchor == "keep" and _DATING.isdisjoint(changed) else anchor


class PlanPatch(BaseModel):
    """JSON Merge Patch (RFC 7396) of the fields of a plan, with `open_orders` and `anchor`."""

    model_config = ConfigDict(extra="allow", json_schema_extra={"example": {"lead_days": 14, "open_orders": "update"}})

    def merged(self, current: PlanInput) -> dict[str, Any]:
        given = dict(self.__pydantic_extra__ or {})
        before = current.model_dump(mode="json", exclude={"rrule"})
        # Null takes a field back to what it is where nobody says anything.
        return {name: value for name, value in (before | given).items() if value is not None}


class Pause(BaseModel):
    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    reason: Annotated[str, Field(min_length=1, max_length=500, pattern=LINE)]
    until: date | None = None


class TargetEdit(BaseModel):
    """S22, S37: the work last done on an item, and where its dates count from."""

    model_config = ConfigDict(extra="forbid")

    last_done_on: date | None = None
    anchor: Annotated[
        Literal["keep", "last_done", "date"], Field(description="A floating plan always counts from `last_done_on`.")
    ] = "keep"
    anchor_on: Annotated[date | None, Field(description="For `date`.")] = None
