"""How a date came about, step by step: machine-readable, stored with the occurrence, said by `words` (S44)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, Literal, TypedDict

from app.plans.rules.calendar import Reason, WorkCalendar
from app.plans.rules.periods import month_length
from app.plans.rules.rule import Rule


class TraceStep(TypedDict, total=False):
    """Days are ISO strings and reasons dicts, so that a trace is JSON as it stands.

    rule: anchor, on · clamp: day (the day of the month that was wanted), on · spread: days, on · season: was, on
    (deferred) or only `was` (skipped) · shift: was, on, shift, why, passed · skip: was, why · flag: was, why ·
    exception: was, on (moved) or only `was` (skipped), who, reason · lead: days, on ·
    meter: meter, unit, at (the threshold), shown (the lifetime total), read_on, on · estimate: the same with per_day ·
    condition: meter, unit, side, at, shown, readings, read_on, on. Values are text, in the meter's unit.
    """

    step: Literal[
        "rule",
        "clamp",
        "spread",
        "season",
        "shift",
        "skip",
        "flag",
        "exception",
        "lead",
        "meter",
        "estimate",
        "condition",
    ]
    anchor: str
    was: str
    on: str
    day: int
    days: int
    shift: str
    who: str
    reason: str
    why: dict[str, Any]
    meter: str
    unit: str
    at: str
    shown: str
    read_on: str
    per_day: str
    side: str
    readings: int
    passed: list[dict[str, Any]]  # named reasons of the days jumped over, in the order of the jump


def rule_steps(rule: Rule, anchor: date, raw: date) -> list[TraceStep]:
    steps: list[TraceStep] = [{"step": "rule", "anchor": anchor.isoformat(), "on": raw.isoformat()}]
    wanted = _clamped_from(rule, anchor, raw)
    if wanted is not None:
        steps.append({"step": "clamp", "day": wanted, "on": raw.isoformat()})
    return steps


def lead_step(days: int, on: date) -> TraceStep:
    return {"step": "lead", "days": days, "on": on.isoformat()}


def exception_step(was: date, on: date | None, who: str, reason: str) -> TraceStep:
    step: TraceStep = {"step": "exception", "was": was.isoformat(), "who": who, "reason": reason}
    if on is not None:
        step["on"] = on.isoformat()
    return step


def _clamped_from(rule: Rule, anchor: date, raw: date) -> int | None:
    """The day of the month that `raw` stands for where its month is too short for it (S2), else None."""
    if rule.freq not in ("month", "year") or rule.month_end == "skip" or raw.day < 28:
        return None
    if rule.month_days:
        wanted = rule.month_days
    elif rule.weekdays or rule.nth_weekdays or stands_for_month_end(rule, anchor):
        return None
    else:
        wanted = (anchor.day,)
    length = month_length(raw.year, raw.month)
    if raw.day != length or raw.day in wanted or -1 in wanted:
        return None
    return min((day for day in wanted if day > length), default=None)


def stands_for_month_end(rule: Rule, anchor: date) -> bool:
    """S2, `last_day`: an anchor on the last day of its month means the last day of every month."""
    return rule.month_end == "last_day" and anchor.day == month_length(anchor.year, anchor.month)


def shift_step(calendar: WorkCalendar, was: date, on: date, shift: str) -> TraceStep:
    step: TraceStep = {"step": "shift", "was": was.isoformat(), "on": on.isoformat(), "shift": shift}
    step["why"] = reason_dict(calendar.why_not(was))
    passed = _passed(calendar, was, on)
    if passed:
        step["passed"] = passed
    return step


def _passed(calendar: WorkCalendar, was: date, on: date) -> list[dict[str, Any]]:
    """Holidays, closures and blackouts jumped over beyond the first day's own, each once; weekends need no naming."""
    first = calendar.why_not(was)
    way = timedelta(days=1 if on > was else -1)
    found: list[dict[str, Any]] = []
    day = was + way
    while day != on:
        reason = calendar.why_not(day)
        if reason is not None and reason != first and reason.kind != "weekday":
            named = reason_dict(reason, day if reason.kind == "holiday" else None)
            if named not in found:
                found.append(named)
        day += way
    return found


def reason_dict(reason: Reason | None, day: date | None = None) -> dict[str, Any]:
    """Both names are stored: what the trace says of the past must not change with a library."""
    if reason is None:
        return {}
    data = {"kind": reason.kind, "name": reason.name, "name_fr": reason.name_fr, "on": day.isoformat() if day else None}
    return {name: value for name, value in data.items() if value is not None}
