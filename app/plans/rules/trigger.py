"""What a meter does to a plan: every so many units (S25, S26), or while something holds (S29)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from decimal import Decimal
from typing import Any, Literal, Self, get_args

from app.core.i18n import N_
from app.meters.rules.values import DECIMALS_MAX, VALUE_MAX, number_of
from app.plans.rules.errors import RuleError

TriggerKind = Literal["counter", "condition"]
Side = Literal["above", "below"]
READINGS_MAX = 100
COOL_DOWN_MAX = 8_760  # hours: a year


@dataclass(frozen=True, slots=True)
class Trigger:
    """The meter is the one called `meter` on each item. Numbers are in its unit, however many decimals it has.

    Counter: due at `start_at` + k x `every` of the lifetime total, or `every` after the work was done. Condition: an
    episode begins when `readings` in a row lie at `threshold` or beyond, and ends when one is back at `back_at`.
    """

    kind: TriggerKind
    meter: str
    unit: str = ""  # for words
    every: Decimal | None = None
    start_at: Decimal = Decimal(0)
    is_estimated: bool = False  # orders come from the estimate too, not from readings alone (S27)
    side: Side = "above"
    threshold: str | None = None  # a number, or the word of a state
    back_at: str | None = None  # None: as soon as it is not beyond the threshold any more
    readings: int = 1
    cool_down_hours: int = 0

    def to_dict(self) -> dict[str, Any]:
        """JSON-able; fields that say nothing are left out."""
        data: dict[str, Any] = {"kind": self.kind, "meter": self.meter}
        for spec in fields(self)[2:]:
            value = getattr(self, spec.name)
            if value != spec.default:
                data[spec.name] = f"{value.normalize():f}" if isinstance(value, Decimal) else value
        return data

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        values = dict(data)
        for name in ("every", "start_at"):
            if values.get(name) is not None:
                values[name] = Decimal(values[name])
        return cls(**values)


def check_trigger(trigger: Trigger | None, mode: str, *, has_dates: bool) -> None:
    """Raise RuleError, naming the first field that is wrong."""
    if trigger is None:
        if has_dates:
            return
        raise RuleError("nothing_says_when", N_("A plan without dates needs a meter that says when."), "freq")
    for name, choices in (("kind", TriggerKind), ("side", Side)):
        if getattr(trigger, name) not in get_args(choices):
            raise RuleError("out_of_range", N_("This value does not exist."), f"trigger/{name}")
    if not trigger.meter.strip():
        raise RuleError("meter_missing", N_("Say what the meter is called."), "trigger/meter")
    if has_dates and trigger.kind == "condition":
        raise RuleError(
            "condition_and_dates", N_("A condition goes without dates: choose “no dates” as the unit."), "freq"
        )
    if has_dates and mode == "fixed":
        raise RuleError(
            "meter_and_dates",
            N_("Time or meter, whichever comes first, counts from the day the work was done: choose floating."),
            "mode",
        )
    if trigger.kind == "counter":
        _check_counter(trigger)
    else:
        _check_condition(trigger, mode)


def _check_counter(trigger: Trigger) -> None:
    if trigger.every is None or not Decimal(10) ** -DECIMALS_MAX <= trigger.every <= VALUE_MAX:
        raise RuleError("every_missing", N_("Give the number of units after which the work is due."), "trigger/every")
    if abs(trigger.start_at) > VALUE_MAX:
        raise RuleError("out_of_range", N_("This value does not exist."), "trigger/start_at")


def _check_condition(trigger: Trigger, mode: str) -> None:
    if mode == "floating":
        raise RuleError("condition_is_fixed", N_("A condition counts from no date: choose fixed."), "mode")
    if trigger.threshold is None:
        raise RuleError("threshold_missing", N_("Give the value from which it holds."), "trigger/threshold")
    if not 1 <= trigger.readings <= READINGS_MAX:
        raise RuleError(
            "readings_out_of_range", N_("Between 1 and %(most)d readings in a row."), "trigger/readings",
            most=READINGS_MAX,
        )  # fmt: skip
    if not 0 <= trigger.cool_down_hours <= COOL_DOWN_MAX:
        raise RuleError(
            "cool_down_out_of_range", N_("Between 0 and %(most)d hours."), "trigger/cool_down_hours", most=COOL_DOWN_MAX
        )
    threshold, back_at = (number_of(said or "") for said in (trigger.threshold, trigger.back_at))
    if threshold is not None and back_at is not None:
        is_beyond = back_at >= threshold if trigger.side == "above" else back_at <= threshold
        if is_beyond:
            raise RuleError(
                "hysteresis_reversed",
                N_("The value at which it ends lies on the good side of the one from which it holds."),
                "trigger/back_at",
            )
