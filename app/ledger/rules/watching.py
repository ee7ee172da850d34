"""While something holds (S29): hysteresis, readings in a row, quiet afterwards; corrected or not, an episode is one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from app.core.errors import InvalidInput
from app.core.i18n import N_
from app.meters.rules.values import Kind, Scale, number_of, read_value, scaled
from app.plans.rules.errors import RuleError
from app.plans.rules.trigger import Trigger

INSTANT = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Seen:
    """One reading; `on` is the site's day."""

    id: int
    at: datetime
    value: int
    on: date


@dataclass(frozen=True, slots=True)
class Watch:
    """How far a target has looked: `through_at` is the instant of its last reading.

    `opened_at` is when the last episode began, None where it turned out not to have; what holds up to `covered_until`
    belongs to those that were told, however readings are corrected: it brings no second order.
    """

    is_open: bool = False
    streak: int = 0
    cool_until: datetime | None = None
    through_at: datetime | None = None
    opened_at: datetime | None = None
    covered_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Bounds:
    """A condition in a meter's own scale."""

    is_above: bool
    threshold: int
    back_at: int | None
    readings: int
    cool_down: timedelta

    def holds(self, value: int) -> bool:
        return value >= self.threshold if self.is_above else value <= self.threshold

    def is_over(self, value: int) -> bool:
        if self.back_at is None:
            return not self.holds(value)
        return value <= self.back_at if self.is_above else value >= self.back_at


def bounds_of(trigger: Trigger, scale: Scale) -> Bounds:
    """Raises RuleError where the meter does not know what the plan names."""
    threshold = _value(trigger.threshold, scale, "trigger/threshold")
    if threshold is None:
        raise RuleError("threshold_missing", N_("Give the value from which it holds."), "trigger/threshold")
    return Bounds(
        is_above=trigger.side == "above",
        threshold=threshold,
        back_at=_value(trigger.back_at, scale, "trigger/back_at"),
        readings=trigger.readings,
        cool_down=timedelta(hours=trigger.cool_down_hours),
    )


def _value(said: str | None, scale: Scale, field: str) -> int | None:
    if said is None:
        return None
    try:
        if scale.kind is Kind.STATE:
            return read_value(said, scale)
        number = number_of(said)
        value = None if number is None else scaled(number, scale.decimals)
    except InvalidInput:
        value = None
    if value is None:
        raise RuleError("not_on_this_meter", N_("The meter does not show “%(value)s”."), field, value=said)
    return value


def look(bounds: Bounds, watch: Watch, seen: Iterable[Seen]) -> tuple[Watch, tuple[Seen, ...]]:
    """Look at readings in the order of time; answers with those that open an episode."""
    opened: list[Seen] = []
    for reading in seen:
        if watch.through_at is not None and reading.at <= watch.through_at:
            continue
        watch = replace(watch, through_at=reading.at)
        if watch.is_open:
            if bounds.is_over(reading.value):
                covered = max(watch.covered_until or reading.at, reading.at)
                quiet = reading.at + bounds.cool_down
                watch = replace(watch, is_open=False, streak=0, cool_until=quiet, covered_until=covered)
            continue
        streak = watch.streak + 1 if bounds.holds(reading.value) else 0
        watch = replace(watch, streak=streak)
        if streak < bounds.readings:
            continue
        if watch.covered_until is not None and reading.at <= watch.covered_until:
            watch = replace(watch, is_open=True, opened_at=reading.at)
        elif watch.cool_until is None or reading.at >= watch.cool_until:
            opened.append(reading)
            watch = replace(watch, is_open=True, opened_at=reading.at)
    return watch, tuple(opened)


def look_again(bounds: Bounds, watch: Watch, corrected_at: datetime, run_up: Iterable[Seen]) -> Watch:
    """From where to look again after a correction, or a reading that came late.

    `run_up` are the readings before it, one fewer than make a row.

    What lies before the last episode stays as it was judged.
    """
    if watch.through_at is None or corrected_at > watch.through_at:
        return watch
    if watch.opened_at is not None and corrected_at < watch.opened_at:
        return watch
    covered = watch.through_at if watch.is_open else watch.covered_until
    if watch.opened_at is not None and corrected_at > watch.opened_at:
        return replace(
            watch, is_open=True, streak=0, cool_until=None, through_at=watch.opened_at, covered_until=covered
        )
    streak = 0
    for reading in run_up:
        streak = streak + 1 if bounds.holds(reading.value) else 0
    return replace(
        watch,
        is_open=False,
        streak=streak,
        cool_until=None,
        through_at=corrected_at - INSTANT,
        opened_at=None,
        covered_until=covered,
    )
