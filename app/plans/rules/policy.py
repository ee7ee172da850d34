"""What a plan version says: the rule, and what is done about calendar, season, lead, overlap and lateness."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import date, timedelta
from typing import Any, Literal, Self, get_args

from app.core.i18n import N_
from app.plans.rules.errors import RuleError
from app.plans.rules.rule import Rule, check_rule
from app.plans.rules.season import Season, check_season
from app.plans.rules.shift import Shift
from app.plans.rules.trigger import Trigger, check_trigger

Mode = Literal["fixed", "floating"]
Overlap = Literal["suppress", "stack", "replace", "remind"]
CatchUp = Literal["latest", "all", "none", "ask"]
Late = Literal["keep", "skip"]
WhenIdle = Literal["skip", "continue"]
DAYS_MAX = 3_660  # of lead, gap and tolerance
SPREAD_MAX = 366  # days


@dataclass(frozen=True, slots=True)
class Schedule:
    """Fixed: the next cycle is the rule's next slot, whatever the completion; floating: day done + interval (S8).

    With a trigger a meter says when: alone, where the rule's unit is `none`, or whichever comes first (S25).
    """

    rule: Rule
    mode: Mode = "fixed"
    shift: Shift = "none"
    shift_within_month: bool = False
    season: Season | None = None
    lead_days: int = 0
    overlap: Overlap = "suppress"
    catch_up: CatchUp = "latest"
    late: Late = "keep"
    when_idle: WhenIdle = "skip"  # the piece is in stock or out of order (S41)
    min_gap_percent: int = 25
    min_gap_days: int | None = None  # given days win over percentages
    tolerance_before_days: int | None = None  # default: 20 % of the interval
    tolerance_after_days: int | None = None  # default: 10 % of the interval, at least one day
    spread_days: int = 0  # the dates of the items lie on so many days in a row (S40)
    offset_days: int = 0  # of one item, from the first of them: never a part of what a version says
    trigger: Trigger | None = None

    def to_dict(self) -> dict[str, Any]:
        """JSON-able; fields that say nothing are left out."""
        data: dict[str, Any] = {"rule": self.rule.to_dict()}
        if self.season is not None:
            data["season"] = self.season.to_dict()
        if self.trigger is not None:
            data["trigger"] = self.trigger.to_dict()
        for spec in fields(self):
            value = getattr(self, spec.name)
            if spec.name not in (*data, "offset_days") and value != spec.default:
                data[spec.name] = value
        return data

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        values = dict(data) | {"rule": Rule.from_dict(data["rule"])}
        if values.get("season") is not None:
            values["season"] = Season.from_dict(values["season"])
        if values.get("trigger") is not None:
            values["trigger"] = Trigger.from_dict(values["trigger"])
        return cls(**values)


def check_schedule(schedule: Schedule) -> None:
    """Raise RuleError, naming the first field that is wrong."""
    check_rule(schedule.rule)
    if schedule.season is not None:
        check_season(schedule.season)
    rule = schedule.rule
    check_trigger(schedule.trigger, schedule.mode, has_dates=rule.freq != "none")
    has_days = rule.weekdays or rule.month_days or rule.nth_weekdays or rule.months or rule.dates
    if schedule.mode == "floating" and has_days:
        raise RuleError(
            "floating_takes_an_interval",
            N_("A floating plan counts a plain interval from the day the work was done; choose fixed for given days."),
            "mode",
        )
    for name, choices in (
        ("mode", Mode), ("shift", Shift), ("overlap", Overlap), ("catch_up", CatchUp), ("late", Late),
        ("when_idle", WhenIdle),
    ):  # fmt: skip
        if getattr(schedule, name) not in get_args(choices):
            raise RuleError("out_of_range", N_("This value does not exist."), name)
    least = {"lead_days": 0, "min_gap_days": 0, "tolerance_before_days": 0, "tolerance_after_days": 1}
    for name, lowest in least.items():
        days = getattr(schedule, name)
        if days is not None and not lowest <= days <= DAYS_MAX:
            raise RuleError(
                "days_out_of_range", N_("Give between %(least)d and %(most)d days."), name, least=lowest, most=DAYS_MAX
            )
    if not 0 <= schedule.spread_days <= SPREAD_MAX:
        raise RuleError(
            "days_out_of_range",
            N_("Give between %(least)d and %(most)d days."),
            "spread_days",
            least=0,
            most=SPREAD_MAX,
        )
    if not 0 <= schedule.min_gap_percent <= 100:
        raise RuleError("percent_out_of_range", N_("A percentage lies between 0 and 100."), "min_gap_percent")


# Primes: numbers in a row are dealt out evenly, and a database reckons the same as Python.
SPREAD_ITEM, SPREAD_PLAN, SPREAD_ROUND = 7_919, 104_729, 65_521


def spread_of(schedule: Schedule, plan_id: int, item_id: int) -> Schedule:
    """S40: the schedule as it holds for one item of a plan, the same on every machine and for ever."""
    if schedule.spread_days < 2:
        return schedule
    dealt = (item_id * SPREAD_ITEM + plan_id * SPREAD_PLAN) % SPREAD_ROUND
    return replace(schedule, offset_days=dealt % schedule.spread_days)


def min_gap(schedule: Schedule, interval: int) -> int:
    """Days (S10, S14b), rounded down (S3)."""
    return interval * schedule.min_gap_percent // 100 if schedule.min_gap_days is None else schedule.min_gap_days


def window(schedule: Schedule, due_on: date, interval: int) -> tuple[date, date]:
    """The days in which the work is in time, both included: by default 20 % of the interval before, 10 % after."""
    before, after = schedule.tolerance_before_days, schedule.tolerance_after_days
    before = interval * 20 // 100 if before is None else before
    after = max(1, interval * 10 // 100) if after is None else after
    return days_from(due_on, -before), days_from(due_on, after)


def days_from(day: date, days: int) -> date:
    """`day` plus days, kept inside the calendar (years 1 to 9999)."""
    try:
        return day + timedelta(days=days)
    except OverflowError:
        return date.max if days > 0 else date.min


def anchor_of(policy: str, plan_anchor: date, commissioned_on: date | None, today: date) -> tuple[date, bool]:
    """The anchor and whether it is due itself (S1); a piece without a commissioning date counts from its entry."""
    if policy == "plan":
        return plan_anchor, True
    return (commissioned_on or today if policy == "commissioning" else today), False
