"""What is said of meters and readings: the same shapes for JSON, forms and files."""

from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, PlainSerializer, PlainValidator, StringConstraints, model_validator

from app.core.errors import InvalidInput
from app.core.i18n import N_
from app.meters.rules.values import DECIMALS_MAX, Kind, number_of, scaled
from app.people.schemas import PLAIN, Id, Input, Line, Name, View

ROWS_MAX = 10_000
SAID_MAX = 100
SCALED = ("roll_over_at", "lifetime_offset", "least", "most")


def as_number(said: Any) -> Any:
    """People write 12 345,5."""
    number = number_of(said) if isinstance(said, str) else None
    return said if number is None else number


def as_said(value: Any) -> Decimal | str:
    """What was read, a number or a word, for the meter to judge: a row that makes no sense stops no other."""
    if isinstance(value, str) and len(value) <= SAID_MAX:
        return value.strip()
    if isinstance(value, Decimal | int | float) and not isinstance(value, bool):
        return Decimal(str(value))
    raise InvalidInput("not_a_number", N_("Write the number that the meter shows."))


Number = Annotated[Decimal, BeforeValidator(as_number), PlainSerializer(float, return_type=float, when_used="json")]
Said = Annotated[Decimal | str, PlainValidator(as_said, json_schema_input_type=float | str)]
Unit = Annotated[str, StringConstraints(max_length=30, pattern=PLAIN)]
Reason = Annotated[str, StringConstraints(min_length=1, max_length=500, pattern=PLAIN)]


class MeterInput(Input):
    """A counter needs no bounds; a gauge may have `least` and `most`, beyond which a reading is refused as absurd."""

    equipment_id: Id
    name: Name = Field(examples=["Pages printed"])
    kind: Kind = Field(Kind.COUNTER, description="A counter runs on, a gauge goes up and down, a state is a word.")
    unit: Unit = Field("", examples=["pages"])
    decimals: Annotated[int, Field(ge=0, le=DECIMALS_MAX)] = 0
    roll_over_at: Number | None = Field(None, description="Counter: follows its highest value, 100000 for five digits.")
    lifetime_offset: Number = Field(Decimal(0), description="Counter: what had been run before its zero.")
    least: Number | None = None
    most: Number | None = None
    states: list[Name] = Field([], max_length=20, description="State: its words, from good to bad.")
    max_age_hours: Annotated[int, Field(ge=1, le=87_600)] | None = Field(
        None, description="Without a reading for so long, one is overdue (S29)."
    )

    @model_validator(mode="after")
    def fits_together(self) -> "MeterInput":
        if self.kind is Kind.STATE and len({state.casefold() for state in self.states}) < 2:
            raise InvalidInput.at("states", "too_few", N_("Name two states or more, from good to bad."))
        if self.least is not None and self.most is not None and self.least > self.most:
            raise InvalidInput.at("most", "below_least", N_("The highest value lies below the lowest."))
        if self.roll_over_at is not None and self.roll_over_at <= 0:
            raise InvalidInput.at("roll_over_at", "not_positive", N_("Enter a number above zero."))
        for name in SCALED:
            value = getattr(self, name)
            if value is not None and scaled(value, self.decimals) is None:
                raise InvalidInput.at(name, "too_large", N_("This number is too large."))
        return self

    def columns(self) -> dict[str, Any]:
        """As the table keeps it: what does not belong to the kind is left out."""
        values = self.model_dump()
        is_counter, is_state = self.kind is Kind.COUNTER, self.kind is Kind.STATE
        for name in SCALED:
            belongs = not is_state and (is_counter or name in ("least", "most"))
            values[name] = scaled(values[name], self.decimals) if belongs and values[name] is not None else None
        values["lifetime_offset"] = values["lifetime_offset"] or 0
        return values | {"decimals": 0 if is_state else self.decimals, "states": self.states if is_state else []}


class UseView(View):
    """Average use and its basis (S27)."""

    per_day: float
    readings: int
    since: datetime


class MeterView(View):
    id: int
    equipment_id: int
    name: str
    kind: Kind
    unit: str
    decimals: int
    roll_over_at: Number | None
    lifetime_offset: Number
    least: Number | None
    most: Number | None
    states: list[str]
    max_age_hours: int | None
    last_value: Number | str | None = Field(description="The newest reading; a word for a state.")
    last_total: Number | None = Field(description="Counter: what has been run in all, replaced counters included.")
    last_read_at: datetime | None
    overdue_at: datetime | None = Field(description="From when a reading is missing (S29).")
    use: UseView | None = Field(None, description="On a single counter: average use of the last 90 days (S27).")
    archived_at: datetime | None
    version: int


class ReadingInput(Input):
    """A value of one meter, named by its id or by the piece's tag and its own name."""

    meter_id: Id | None = None
    tag: Line | None = Field(None, description="The piece's tag, with `meter`.", examples=["IMP-0001"])
    meter: Line | None = Field(None, description="The meter's name on it.", examples=["Pages printed"])
    value: Said = Field(description="A number; a word for a state.", examples=[12345])
    read_at: datetime | None = Field(None, description="Null: now. Without an offset it is the site's own time (S5).")


class OneReadingInput(Input):
    value: Said = Field(description="A number; a word for a state.", examples=[12345])
    read_at: datetime | None = Field(None, description="Null: now. Without an offset it is the site's own time (S5).")


class ReadingsInput(Input):
    readings: list[ReadingInput] = Field(min_length=1, max_length=ROWS_MAX)


class RowError(View):
    pointer: str = Field(examples=["/readings/3/value"])
    code: str
    detail: str


class ReadingsReport(View):
    """Rows that were refused stopped no other; the same reading sent again is `unchanged`."""

    recorded: int
    unchanged: int
    refused: int
    errors: list[RowError]


class ReplacementInput(Input):
    """The counter was exchanged: its last value, if it could still be read, and what the new one shows."""

    last_value: Said | None = None
    first_value: Said = Decimal(0)
    replaced_at: datetime | None = Field(None, description="Null: now. Without an offset it is the site's own time.")


class CorrectionInput(Input):
    """`value` null: it was no reading of this meter at all."""

    value: Said | None = None
    reason: Reason = Field(examples=["Two digits were swapped"])


class ReadingView(View):
    id: int
    meter_id: int
    read_at: datetime
    value: Number | str
    total: Number | None = Field(description="Counter: the lifetime total then.")
    is_restart: bool = Field(description="The first value of a new counter.")
    source: str
    user_name: str
    reason: str | None = Field(description="Why it corrects another.")
    correction_of_id: int | None
    superseded_at: datetime | None = Field(description="It was corrected or withdrawn then, and counts no more.")
