"""The flat recurrence rule that a plan version stores (S2, S3, S4), and what is refused about it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date
from typing import Any, Literal, Self

from app.core.i18n import N_
from app.plans.rules.errors import RuleError

Freq = Literal["day", "week", "month", "year", "working_day", "dates", "none"]  # none: a meter says when
MonthEnd = Literal["clamp", "skip", "last_day"]


@dataclass(frozen=True, slots=True)
class Rule:
    """Weekdays count from Monday = 0; -1 is the last (day, n-th, position).

    Month days, months, weekdays and the rest narrow or widen a period as the BY… parts of RFC 5545 do; without them
    the anchor's own day counts. `month_end` says what becomes of a day that a short month lacks (S2): `clamp` takes
    its last day, `skip` none; `last_day` clamps too, and an anchor on a last day stands for every month's last day.
    """

    freq: Freq
    interval: int = 1
    weekdays: tuple[int, ...] = ()
    month_days: tuple[int, ...] = ()
    nth_weekdays: tuple[tuple[int, int], ...] = ()  # (ordinal, weekday)
    months: tuple[int, ...] = ()
    set_positions: tuple[int, ...] = ()
    week_start: int = 0
    count: int | None = None
    until: date | None = None
    dates: tuple[date, ...] = ()  # for freq "dates": ascending
    month_end: MonthEnd = "clamp"

    def to_dict(self) -> dict[str, Any]:
        """JSON-able; fields that say nothing are left out."""
        data: dict[str, Any] = {"freq": self.freq}
        for spec in fields(self)[1:]:
            value = getattr(self, spec.name)
            if value != spec.default:
                data[spec.name] = _plain(value)
        return data

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        values = dict(data)
        for name in ("weekdays", "month_days", "months", "set_positions"):
            values[name] = tuple(values.get(name, ()))
        values["nth_weekdays"] = tuple((nth, weekday) for nth, weekday in values.get("nth_weekdays", ()))
        values["dates"] = tuple(sorted({_day(day) for day in values.get("dates", ())}))
        if values.get("until") is not None:
            values["until"] = _day(values["until"])
        return cls(**values)


def _plain(value: object) -> object:
    if isinstance(value, date):
        return value.isoformat()
    return [_plain(part) for part in value] if isinstance(value, tuple) else value


def _day(value: str | date) -> date:
    return value if isinstance(value, date) else date.fromisoformat(value)


# The longest interval, and the parts that each unit understands (RFC 5545, 3.3.10, less what S4 refuses).
_UNITS: dict[str, tuple[int, frozenset[str]]] = {
    "day": (36_500, frozenset({"weekdays", "month_days", "months"})),
    "week": (5_200, frozenset({"weekdays", "months"})),
    "month": (1_200, frozenset({"weekdays", "month_days", "nth_weekdays", "months", "set_positions"})),
    "year": (100, frozenset({"weekdays", "month_days", "nth_weekdays", "months", "set_positions"})),
    "working_day": (1_000, frozenset()),
    "dates": (1, frozenset({"dates"})),
    "none": (1, frozenset()),
}
_PARTS = ("weekdays", "month_days", "nth_weekdays", "months", "set_positions", "dates")
COUNT_MAX = 10_000
DATES_MAX = 1_000


def check_rule(rule: Rule) -> None:
    """Raise RuleError, naming the first field that is wrong. That it ever matches is seen by expanding it."""
    if rule.freq not in _UNITS:
        raise RuleError("unknown_unit", N_("This unit is not known."), "freq")
    longest, parts = _UNITS[rule.freq]
    if not 1 <= rule.interval <= longest:
        raise RuleError(
            "interval_out_of_range", N_("The interval lies between 1 and %(longest)d."), "interval", longest=longest
        )
    for part in _PARTS:
        if getattr(rule, part) and part not in parts:
            raise RuleError("part_does_not_fit", N_("This does not go with the chosen unit."), part)
    _check_numbers(rule)
    _check_end(rule)
    if rule.freq == "year" and rule.month_days and not rule.months:
        raise RuleError("months_missing", N_("A day of the month in a yearly rule needs its months."), "months")
    if rule.set_positions and not (rule.weekdays or rule.month_days or rule.nth_weekdays):
        raise RuleError("positions_of_nothing", N_("A position needs the days that it counts."), "set_positions")
    if rule.freq == "dates" and not 1 <= len(rule.dates) <= DATES_MAX:
        raise RuleError("dates_missing", N_("Give between 1 and %(most)d dates."), "dates", most=DATES_MAX)
    if any(later <= earlier for earlier, later in zip(rule.dates, rule.dates[1:], strict=False)):
        raise RuleError("dates_out_of_order", N_("Give each date once, in order."), "dates")


def _check_numbers(rule: Rule) -> None:
    most = 53 if rule.freq == "year" and not rule.months else 5
    sound = {
        "weekdays": all(0 <= weekday <= 6 for weekday in rule.weekdays),
        "month_days": all(1 <= abs(day) <= 31 for day in rule.month_days),
        "nth_weekdays": all(1 <= abs(nth) <= most and 0 <= weekday <= 6 for nth, weekday in rule.nth_weekdays),
        "months": all(1 <= month <= 12 for month in rule.months),
        "set_positions": all(1 <= abs(position) <= 366 for position in rule.set_positions),
        "week_start": 0 <= rule.week_start <= 6,
        "month_end": rule.month_end in ("clamp", "skip", "last_day"),
    }
    for name, is_sound in sound.items():
        if not is_sound:
            raise RuleError("out_of_range", N_("This value does not exist."), name)


def _check_end(rule: Rule) -> None:
    if rule.count is None:
        return
    if rule.until is not None:
        raise RuleError("two_ends", N_("Give a number of times or a last day, not both."), "until")
    if rule.freq == "working_day":
        raise RuleError(
            "count_of_working_days", N_("A rule in working days ends on a day: a calendar may change."), "count"
        )
    if not 1 <= rule.count <= COUNT_MAX:
        raise RuleError(
            "count_out_of_range", N_("The number of times lies between 1 and %(most)d."), "count", most=COUNT_MAX
        )
