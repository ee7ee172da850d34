"""The RFC 5545 RRULE subset of S4, in and out.

What comes in keeps RFC meaning: a day that a month lacks is skipped. Ronde's own clamp leaves as
`BYMONTHDAY=28,...,d;BYSETPOS=-1` (other days before it as positions 1, 2, ...) and is recognised when it comes back.
"""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import replace
from datetime import date

from app.core.i18n import N_
from app.plans.rules.errors import RuleError
from app.plans.rules.periods import month_length
from app.plans.rules.rule import Freq, MonthEnd, Rule, check_rule

_FREQS: dict[str, Freq] = {"DAILY": "day", "WEEKLY": "week", "MONTHLY": "month", "YEARLY": "year"}
_NAMES: dict[str, str] = {freq: name for name, freq in _FREQS.items()}
_DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_KNOWN = {"FREQ", "INTERVAL", "BYDAY", "BYMONTHDAY", "BYMONTH", "BYSETPOS", "WKST", "COUNT", "UNTIL"}
_TEXT_MAX = 1_000

_INSTEAD = {
    "BYWEEKNO": N_("BYWEEKNO is not supported: use BYMONTH and BYDAY."),
    "BYYEARDAY": N_("BYYEARDAY is not supported: use BYMONTH and BYMONTHDAY."),
    "BYHOUR": N_("Times of day are not supported: a rule gives days. Leave BYHOUR out."),
    "BYMINUTE": N_("Times of day are not supported: a rule gives days. Leave BYMINUTE out."),
    "BYSECOND": N_("Times of day are not supported: a rule gives days. Leave BYSECOND out."),
    "DTSTART": N_("Give the RRULE alone; its start is the plan's own start date."),
    "EXDATE": N_("Give the RRULE alone; to leave a date out, skip it on the plan."),
    "RDATE": N_("Give the RRULE alone; for single dates use a list of dates."),
}


def parse_rrule(text: str, month_end: MonthEnd | None = None) -> Rule:
    """Raise RuleError, saying what to use instead, for whatever lies outside the subset.

    A month end of one's own is taken as it is; without one the text means what RFC 5545 says.
    """
    parts = _parts(text)
    freq = _FREQS.get(parts.get("FREQ", ""))
    if freq is None:
        raise RuleError("rrule_freq", N_("FREQ must be DAILY, WEEKLY, MONTHLY or YEARLY."), "rrule")
    plain, nth = _weekdays(parts.get("BYDAY", ""))
    rule = Rule(
        freq,
        interval=_number("INTERVAL", parts.get("INTERVAL", "1")),
        weekdays=plain,
        nth_weekdays=nth,
        month_days=_numbers("BYMONTHDAY", parts),
        months=_numbers("BYMONTH", parts),
        set_positions=_numbers("BYSETPOS", parts),
        week_start=_weekday("WKST", parts.get("WKST", "MO")),
        count=_number("COUNT", parts["COUNT"]) if "COUNT" in parts else None,
        until=_until(parts["UNTIL"]) if "UNTIL" in parts else None,
        month_end=month_end or "skip",
    )
    _refuse_what_does_not_fit(rule)
    check_rule(rule)
    return rule if month_end else _recognised(rule)


def _parts(text: str) -> dict[str, str]:
    parts: dict[str, str] = {}
    line = text.strip()
    if line.upper().startswith("RRULE:"):
        line = line[6:]
    if len(line) > _TEXT_MAX:
        raise RuleError("rrule_too_long", N_("This rule is too long."), "rrule")
    for row in line.upper().splitlines():  # a whole event, pasted
        _refuse_by_name(re.split(r"[:;=\s]", row.strip(), maxsplit=1)[0])
    for part in line.rstrip(";").split(";"):
        name, _, value = (piece.strip().upper() for piece in part.partition("="))
        _refuse_by_name(name)
        if name not in _KNOWN or not value:
            raise RuleError("rrule_unknown_part", N_("%(part)s is no part of a rule."), "rrule", part=part.strip()[:40])
        if name in parts:
            raise RuleError("rrule_repeated_part", N_("%(part)s is given twice."), "rrule", part=name)
        parts[name] = value
    return parts


def _refuse_by_name(name: str) -> None:
    if name in _INSTEAD:
        raise RuleError("rrule_unsupported", _INSTEAD[name], "rrule")


def _number(name: str, text: str) -> int:
    if not re.fullmatch(r"[+-]?[0-9]{1,6}", text):
        raise RuleError("rrule_number", N_("%(part)s needs whole numbers."), "rrule", part=name)
    return int(text)


def _numbers(name: str, parts: dict[str, str]) -> tuple[int, ...]:
    texts = parts[name].split(",") if name in parts else []
    return tuple(sorted({_number(name, text.strip()) for text in texts}))


def _weekday(name: str, text: str) -> int:
    if text not in _DAYS:
        raise RuleError("rrule_weekday", N_("%(part)s needs the days MO, TU, WE, TH, FR, SA, SU."), "rrule", part=name)
    return _DAYS.index(text)


def _weekdays(text: str) -> tuple[tuple[int, ...], tuple[tuple[int, int], ...]]:
    plain: set[int] = set()
    nth: set[tuple[int, int]] = set()
    for part in filter(None, (piece.strip() for piece in text.split(","))):
        ordinal, day = part[:-2], _weekday("BYDAY", part[-2:])
        if ordinal:
            nth.add((_number("BYDAY", ordinal), day))
        else:
            plain.add(day)
    return tuple(sorted(plain)), tuple(sorted(nth))


def _until(text: str) -> date:
    """A date, or the day of a date-time: a rule knows no time of day."""
    if re.fullmatch(r"[0-9]{8}(T[0-9]{6}Z?)?", text):
        with suppress(ValueError):
            return date(int(text[:4]), int(text[4:6]), int(text[6:8]))
    raise RuleError("rrule_until", N_("UNTIL needs a date such as 20271231."), "rrule")


def _refuse_what_does_not_fit(rule: Rule) -> None:
    """Combinations that the RFC excludes, or that are refused because libraries disagree about them."""
    if rule.set_positions and rule.freq in ("day", "week"):
        raise RuleError("rrule_setpos", N_("BYSETPOS goes with MONTHLY or YEARLY: with WEEKLY use BYDAY."), "rrule")
    if rule.nth_weekdays and rule.freq in ("day", "week"):
        raise RuleError("rrule_ordinal", N_("An ordinal such as 2MO goes with MONTHLY or YEARLY."), "rrule")
    if rule.month_days and rule.freq == "week":
        raise RuleError("rrule_weekly_day", N_("BYMONTHDAY does not go with WEEKLY: use DAILY or MONTHLY."), "rrule")
    if rule.freq == "year" and rule.month_days and not rule.months:
        raise RuleError("rrule_months_missing", N_("YEARLY with BYMONTHDAY needs BYMONTH; or use MONTHLY."), "rrule")


def _recognised(rule: Rule) -> Rule:
    """The clamp that `to_rrule` writes, read back; `clamp` too where no month is ever too short for the rule."""
    if rule.month_days and rule.set_positions and not (rule.weekdays or rule.nth_weekdays):
        before, last = rule.month_days[: len(rule.set_positions) - 1], rule.month_days[-1]
        is_one_per_month = rule.freq == "month" or len(rule.months) == 1
        if is_one_per_month and last >= 28 and _run(before, last) == (rule.month_days, rule.set_positions):
            return replace(rule, month_days=tuple(sorted({*before, last})), set_positions=(), month_end="clamp")
    if _by_anchor(rule) or max(rule.month_days, default=0) > 28:
        return rule
    return replace(rule, month_end="clamp")


def to_rrule(rule: Rule, anchor: date) -> str:
    """The RRULE that gives the same days from DTSTART = anchor; RuleError where there is none."""
    if rule.freq not in _NAMES:
        raise RuleError("rrule_inexpressible", N_("This rule has no RRULE."), "rule")
    rule = _without_clamp(_without_last_day(rule, anchor), anchor)
    days = [f"{nth}{_DAYS[weekday]}" for nth, weekday in rule.nth_weekdays] + [_DAYS[day] for day in rule.weekdays]
    parts = {
        "FREQ": _NAMES[rule.freq],
        "INTERVAL": str(rule.interval) if rule.interval > 1 else "",
        "BYMONTH": ",".join(map(str, rule.months)),
        "BYMONTHDAY": ",".join(map(str, rule.month_days)),
        "BYDAY": ",".join(days),
        "BYSETPOS": ",".join(map(str, rule.set_positions)),
        "WKST": _DAYS[rule.week_start] if rule.week_start else "",
        "COUNT": str(rule.count or ""),
        "UNTIL": rule.until.strftime("%Y%m%d") if rule.until else "",
    }
    return ";".join(f"{name}={value}" for name, value in parts.items() if value)


def _by_anchor(rule: Rule) -> bool:
    return rule.freq in ("month", "year") and not (rule.month_days or rule.weekdays or rule.nth_weekdays)


def _without_last_day(rule: Rule, anchor: date) -> Rule:
    is_month_end = anchor.day == month_length(anchor.year, anchor.month)
    if rule.month_end != "last_day" or not (_by_anchor(rule) and is_month_end):
        return rule
    months = rule.months or ((anchor.month,) if rule.freq == "year" else ())
    return replace(rule, month_days=(-1,), months=months, month_end="skip")


def _without_clamp(rule: Rule, anchor: date) -> Rule:
    """Days above the shortest month's length become a run from 28 whose last is taken (S4)."""
    days = (anchor.day,) if _by_anchor(rule) else tuple(sorted(rule.month_days))
    months = rule.months or ((anchor.month,) if rule.freq == "year" else tuple(range(1, 13)))
    shortest = min(month_length(2025, month) for month in months)  # 2025: February has 28 days
    if rule.month_end == "skip" or max(days, default=0) <= shortest:
        return rule
    before = tuple(day for day in days if day <= 28)
    is_mixed = rule.weekdays or rule.nth_weekdays or rule.set_positions or rule.freq == "day" or days[0] < 0
    if is_mixed or len(days) - len(before) > 1 or (len(months) > 1 and rule.freq == "year" and rule.interval > 1):
        raise RuleError("rrule_inexpressible", N_("This rule has no RRULE."), "rule")
    if rule.freq == "year" and len(months) > 1:
        rule = replace(rule, freq="month")  # a position counts within the period, which must then be the month
    run, positions = _run(before, days[-1])
    return replace(rule, months=months if rule.freq == "year" else rule.months, month_days=run, set_positions=positions)


def _run(before: tuple[int, ...], last: int) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Month days and positions that take `before` as they are and `last` clamped."""
    return tuple(sorted({*before, *range(28, last + 1)})), (-1, *range(1, len(before) + 1))
