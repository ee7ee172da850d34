"""A schedule in flat fields, or its rule as an RRULE (S4); the date engine's own form is made from it."""

from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Literal, Self, get_args

from pydantic import BaseModel, ConfigDict, Field

from app.core.errors import InvalidInput
from app.core.i18n import N_
from app.meters.schemas import Number
from app.people.schemas import PLAIN
from app.plans.rules.calendar import WorkCalendar
from app.plans.rules.errors import RuleError
from app.plans.rules.policy import SPREAD_MAX, CatchUp, Late, Mode, Overlap, Schedule, WhenIdle, check_schedule
from app.plans.rules.rrule import parse_rrule
from app.plans.rules.rule import Freq, MonthEnd, Rule
from app.plans.rules.schedule import fixed_cycles, floating_cycle
from app.plans.rules.season import Outside, Season
from app.plans.rules.shift import Shift
from app.plans.rules.trigger import COOL_DOWN_MAX, READINGS_MAX, Side, Trigger, TriggerKind

Weekday = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
WEEKDAYS: tuple[Weekday, ...] = get_args(Weekday)
YearDay = Annotated[str, Field(pattern=r"^(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$", examples=["04-01"])]
RULE_FIELDS = (
    "freq", "interval", "weekdays", "month_days", "nth_weekdays", "months", "set_positions", "week_start", "count",
    "until", "dates", "month_end",
)  # fmt: skip


class NthWeekday(BaseModel):
    """`{"nth": -1, "weekday": "friday"}` is the last Friday."""

    nth: Annotated[int, Field(ge=-53, le=53)]
    weekday: Weekday


class SeasonRange(BaseModel):
    """Both days included; a last day before the first crosses New Year."""

    first: YearDay
    last: YearDay


class SeasonFields(BaseModel):
    ranges: Annotated[list[SeasonRange], Field(min_length=1, max_length=12)]
    outside: Outside = "skip"


class TriggerFields(BaseModel):
    """A meter says when (S25 to S29): every so many units, or while a condition holds. Numbers are in its unit."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    kind: Annotated[TriggerKind, Field(description="`counter`: every so many units; `condition`: while it holds.")]
    meter: Annotated[
        str, Field(min_length=1, max_length=200, pattern=PLAIN, description="What it is called on each item.")
    ]
    unit: Annotated[str, Field(max_length=30, pattern=PLAIN, description="For words alone.")] = ""
    every: Annotated[Number | None, Field(description="Counter: units from one time to the next.")] = None
    start_at: Annotated[Number, Field(description="Fixed counter: the lifetime total that steps count from.")] = (
        Decimal(0)
    )
    is_estimated: Annotated[bool, Field(description="Orders come from the estimate too (S27).")] = False
    side: Side = "above"
    threshold: Annotated[
        str | None,
        Field(
            max_length=100, pattern=PLAIN, description="Condition: it holds from there on; a number or a state's word."
        ),
    ] = None
    back_at: Annotated[
        str | None, Field(max_length=100, pattern=PLAIN, description="It is over once it is back there.")
    ] = None
    readings: Annotated[int, Field(ge=1, le=READINGS_MAX, description="In a row, before it holds.")] = 1
    cool_down_hours: Annotated[int, Field(ge=0, le=COOL_DOWN_MAX, description="Quiet after one is over.")] = 0

    def to_trigger(self) -> Trigger:
        return Trigger(**{name: getattr(self, name) for name in TriggerFields.model_fields})


class ScheduleFields(BaseModel):
    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    mode: Annotated[
        Mode, Field(description="`fixed`: from the calendar; `floating`: from the day the work was done.")
    ] = "fixed"
    freq: Freq = "month"
    interval: Annotated[int, Field(ge=1, le=36_500)] = 1
    weekdays: Annotated[list[Weekday], Field(max_length=7)] = []
    month_days: Annotated[list[int], Field(max_length=31, description="-1 is the last day.")] = []
    nth_weekdays: Annotated[list[NthWeekday], Field(max_length=40)] = []
    months: Annotated[list[int], Field(max_length=12)] = []
    set_positions: Annotated[list[int], Field(max_length=20)] = []
    week_start: Weekday = "monday"
    count: Annotated[int | None, Field(ge=1, le=10_000)] = None
    until: date | None = None
    dates: Annotated[list[date], Field(max_length=1_000)] = []
    month_end: Annotated[MonthEnd, Field(description="A day that a short month lacks (31 February).")] = "clamp"
    shift: Annotated[Shift, Field(description="What becomes of a day that is not worked.")] = "none"
    shift_within_month: bool = False
    season: SeasonFields | None = None
    lead_days: Annotated[
        int, Field(ge=0, le=3_660, description="The order appears this many days before it is due.")
    ] = 0
    overlap: Overlap = "suppress"
    catch_up: CatchUp = "latest"
    late: Late = "keep"
    when_idle: Annotated[WhenIdle, Field(description="Dates on which the piece is in stock or out of order (S41).")] = (
        "skip"
    )
    min_gap_percent: Annotated[int, Field(ge=0, le=100)] = 25
    min_gap_days: Annotated[int | None, Field(ge=0, le=3_660)] = None
    tolerance_before_days: Annotated[int | None, Field(ge=0, le=3_660)] = None
    tolerance_after_days: Annotated[int | None, Field(ge=1, le=3_660)] = None
    spread_days: Annotated[
        int, Field(ge=0, le=SPREAD_MAX, description="The items' dates lie on so many days in a row (S40); 0: on one.")
    ] = 0
    trigger: TriggerFields | None = None

    def to_schedule(self, rrule: str | None = None) -> Schedule:
        """Checked; a refusal names the field."""
        try:
            schedule = Schedule(
                rule=parse_rrule(rrule) if rrule else self._rule(), season=self._season(), **self._policy()
            )
            check_schedule(schedule)
        except RuleError as error:
            raise invalid_rule(error) from None
        if schedule.catch_up == "all" and schedule.overlap != "stack":
            raise InvalidInput.at(
                "catch_up", "catch_up_all_needs_stack", N_("Catching up on every date needs orders that may stack up.")
            )
        return schedule

    def _rule(self) -> Rule:
        values = {name: getattr(self, name) for name in RULE_FIELDS}
        return Rule.from_dict(
            values
            | {
                "weekdays": sorted({WEEKDAYS.index(day) for day in self.weekdays}),
                "nth_weekdays": [(nth.nth, WEEKDAYS.index(nth.weekday)) for nth in self.nth_weekdays],
                "week_start": WEEKDAYS.index(self.week_start),
            }
        )

    def _season(self) -> Season | None:
        if self.season is None:
            return None
        ranges = tuple((_year_day(each.first), _year_day(each.last)) for each in self.season.ranges)
        return Season(ranges, self.season.outside)

    def _policy(self) -> dict[str, Any]:
        own = ScheduleFields.model_fields.keys() - {*RULE_FIELDS, "season", "trigger"}
        return {name: getattr(self, name) for name in own} | {"trigger": self.trigger and self.trigger.to_trigger()}

    @classmethod
    def values_of(cls, schedule: Schedule) -> dict[str, Any]:
        """The fields that would make this schedule."""
        rule = schedule.rule
        values: dict[str, Any] = {name: getattr(rule, name) for name in RULE_FIELDS}
        for name in ("month_days", "months", "set_positions", "dates"):
            values[name] = list(values[name])
        values["weekdays"] = [WEEKDAYS[day] for day in rule.weekdays]
        values["nth_weekdays"] = [{"nth": nth, "weekday": WEEKDAYS[day]} for nth, day in rule.nth_weekdays]
        values["week_start"] = WEEKDAYS[rule.week_start]
        season = schedule.season
        values["season"] = season and {
            "ranges": [{"first": _text(first), "last": _text(last)} for first, last in season.ranges],
            "outside": season.outside,
        }
        trigger = schedule.trigger
        values["trigger"] = trigger and {name: getattr(trigger, name) for name in TriggerFields.model_fields}
        return values | {name: getattr(schedule, name) for name in ScheduleFields.model_fields.keys() - values.keys()}

    @classmethod
    def of(cls, schedule: Schedule) -> Self:
        return cls.model_validate(cls.values_of(schedule))


def invalid_rule(error: RuleError) -> InvalidInput:
    return InvalidInput.at(error.field or "freq", error.code, error.message, **error.params)


def refuse_impossible(schedule: Schedule, calendar: WorkCalendar | None, anchor: tuple[date, bool]) -> None:
    """Raises InvalidInput where no date ever satisfies the schedule (S15)."""
    anchor_on, is_due = anchor
    try:
        if schedule.mode == "floating":
            floating_cycle(schedule, calendar, anchor_on, 1, base_is_due=is_due)
        else:
            next(fixed_cycles(schedule, calendar, anchor_on, None, is_due), None)
    except RuleError as error:
        raise invalid_rule(error) from None


def _year_day(text: str) -> tuple[int, int]:
    return int(text[:2]), int(text[3:])


def _text(day: tuple[int, int]) -> str:
    return f"{day[0]:02}-{day[1]:02}"
