"""A schedule in words: "Every 3 months on the last working day, 7 days ahead".

Pure: what speaks the reader's language is passed in. Each phrase begins where the one before it ends, so that a
translator sees whole phrases and never a lone preposition.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from app.core.i18n import N_
from app.plans.rules.periods import month_length
from app.plans.rules.rule import Rule
from app.plans.rules.schedule import Schedule
from app.plans.rules.speech import Speech, join
from app.plans.rules.trace import stands_for_month_end
from app.plans.rules.trigger_words import trigger_words

WEEKDAYS = (
    N_("Monday"), N_("Tuesday"), N_("Wednesday"), N_("Thursday"), N_("Friday"), N_("Saturday"), N_("Sunday"),
)  # fmt: skip
MONTHS = (
    N_("January"), N_("February"), N_("March"), N_("April"), N_("May"), N_("June"), N_("July"), N_("August"),
    N_("September"), N_("October"), N_("November"), N_("December"),
)  # fmt: skip
DAYS = (
    N_("1st"), N_("2nd"), N_("3rd"), N_("4th"), N_("5th"), N_("6th"), N_("7th"), N_("8th"), N_("9th"), N_("10th"),
    N_("11th"), N_("12th"), N_("13th"), N_("14th"), N_("15th"), N_("16th"), N_("17th"), N_("18th"), N_("19th"),
    N_("20th"), N_("21st"), N_("22nd"), N_("23rd"), N_("24th"), N_("25th"), N_("26th"), N_("27th"), N_("28th"),
    N_("29th"), N_("30th"), N_("31st"),
)  # fmt: skip
RANKS = {
    1: N_("the first"), 2: N_("the second"), 3: N_("the third"), 4: N_("the fourth"), 5: N_("the fifth"),
    -1: N_("the last"), -2: N_("the second to last"),
}  # fmt: skip
MOVED = {
    "next": N_("moved to the next working day"),
    "previous": N_("moved to the previous working day"),
    "nearest": N_("moved to the nearest working day"),
    "skip": N_("left out on days off"),
}
MOVED_WITHIN = {
    "next": N_("moved to the next working day of the month"),
    "previous": N_("moved to the previous working day of the month"),
    "nearest": N_("moved to the nearest working day of the month"),
    "skip": MOVED["skip"],
}
WORKING_WEEK = {0, 1, 2, 3, 4}


def describe(schedule: Schedule, say: Speech, anchor: date | None = None) -> str:
    """One sentence without a full stop. With the anchor it names the day that the rule takes from it, and the start."""
    return ", ".join(_phrases(schedule, say, anchor))


def _phrases(schedule: Schedule, say: Speech, anchor: date | None) -> list[str]:
    rule = schedule.rule
    working_day = _as_working_day(schedule)
    day_of = None if schedule.mode == "floating" else anchor  # the day done says the next day, not the anchor
    where = [say.gettext(working_day)] if working_day else _where(rule, say, day_of)
    phrases = [] if rule.freq == "none" else [" ".join([_every(rule, say), *where])]
    note = None if working_day else _month_end(rule, say, day_of)
    if note:
        phrases[0] += f" {note}"
    if schedule.trigger is not None:
        phrases = trigger_words(schedule.trigger, say, phrases[0] if phrases else None)
    if schedule.mode == "floating":
        phrases.append(say.gettext("counted from the day the work was done"))
    phrases += _spread(schedule, say)
    if schedule.season is not None:
        phrases.append(_season(schedule, say))
    if schedule.shift != "none" and not working_day and rule.freq != "working_day":
        moved = MOVED_WITHIN if schedule.shift_within_month else MOVED
        shift = "next" if schedule.mode == "floating" and schedule.shift == "skip" else schedule.shift
        phrases.append(say.gettext(moved[shift]))
    if schedule.lead_days:
        ahead = say.ngettext("%(n)d day ahead", "%(n)d days ahead", schedule.lead_days)
        phrases.append(ahead % {"n": schedule.lead_days})
    if anchor is not None and rule.freq not in ("dates", "none"):
        phrases.append(say.gettext("from %(day)s") % {"day": say.day(anchor)})
    if rule.count is not None:
        phrases.append(say.ngettext("%(n)d time", "%(n)d times", rule.count) % {"n": rule.count})
    if rule.until is not None:
        phrases.append(say.gettext("until %(day)s") % {"day": say.day(rule.until)})
    return phrases


def _spread(schedule: Schedule, say: Speech) -> list[str]:
    if schedule.spread_days < 2:
        return []
    spread = say.ngettext("spread over %(n)d day", "spread over %(n)d days", schedule.spread_days)
    return [spread % {"n": schedule.spread_days}]


def _as_working_day(schedule: Schedule) -> str | None:
    """The last day moved back to a working day is the last working day, and the first moved on is the first."""
    rule = schedule.rule
    if rule.freq != "month" or rule.weekdays or rule.nth_weekdays or rule.set_positions:
        return None
    if (rule.month_days, schedule.shift) == ((-1,), "previous"):
        return N_("on the last working day")
    if (rule.month_days, schedule.shift) == ((1,), "next"):
        return N_("on the first working day")
    return None


def _every(rule: Rule, say: Speech) -> str:
    if rule.freq == "dates":
        return _dates(rule, say)
    n = rule.interval
    every = {
        "day": say.ngettext("Every day", "Every %(n)d days", n),
        "week": say.ngettext("Every week", "Every %(n)d weeks", n),
        "month": say.ngettext("Every month", "Every %(n)d months", n),
        "year": say.ngettext("Every year", "Every %(n)d years", n),
        "working_day": say.ngettext("Every working day", "Every %(n)d working days", n),
    }
    return every[rule.freq] % {"n": n}


def _dates(rule: Rule, say: Speech) -> str:
    shown = [say.day(day) for day in rule.dates[:3]]
    more = len(rule.dates) - len(shown)
    if more:
        others = say.ngettext("%(n)d more date", "%(n)d more dates", more) % {"n": more}
        shown.append(others)
    return say.gettext("On %(days)s") % {"days": join(shown, say)}


def _where(rule: Rule, say: Speech, anchor: date | None) -> list[str]:
    """The days within a period, then its months."""
    found: list[str] = []
    if rule.month_days:
        found.append(
            say.gettext("on %(days)s")
            % {"days": join([_month_day(day, say) for day in _from_first(rule.month_days)], say)}
        )
    if rule.weekdays or rule.nth_weekdays:
        found.append(_on_weekdays(rule, say))
    if rule.set_positions and not _is_working_week_position(rule):
        ranks = join([_rank(position, say) for position in _from_first(rule.set_positions)], say)
        found.append(say.gettext("(of these only %(ranks)s)") % {"ranks": ranks})
    if not found and anchor is not None:
        found += _from_anchor(rule, say, anchor)
    if rule.freq == "year" and rule.nth_weekdays and not rule.months:
        found.append(say.gettext("of the year"))
    if rule.months:
        months = join([say.gettext(MONTHS[month - 1]) for month in sorted(rule.months)], say)
        found.append(say.gettext("in %(months)s") % {"months": months})
    return found


def _from_anchor(rule: Rule, say: Speech, anchor: date) -> list[str]:
    if rule.freq == "week":
        return [say.gettext("on %(weekdays)s") % {"weekdays": say.gettext(WEEKDAYS[anchor.weekday()])}]
    if rule.freq not in ("month", "year"):
        return []
    is_last = stands_for_month_end(rule, anchor)
    if rule.freq == "year" and not rule.months:
        if is_last:
            return [say.gettext("on the last day of %(month)s") % {"month": say.gettext(MONTHS[anchor.month - 1])}]
        day, month = say.gettext(DAYS[anchor.day - 1]), say.gettext(MONTHS[anchor.month - 1])
        return [say.gettext("on the %(day)s of %(month)s") % {"day": day, "month": month}]
    return [say.gettext("on %(days)s") % {"days": _month_day(-1 if is_last else anchor.day, say)}]


def _on_weekdays(rule: Rule, say: Speech) -> str:
    if _is_working_week_position(rule):
        ranks = join([_rank(position, say) for position in _from_first(rule.set_positions)], say)
        return say.gettext("on %(ranks)s weekday (Monday to Friday)") % {"ranks": ranks}
    if rule.freq in ("day", "week") and set(rule.weekdays) == WORKING_WEEK:
        return say.gettext("from Monday to Friday")
    plain = [say.gettext(WEEKDAYS[weekday]) for weekday in sorted(rule.weekdays)]
    if rule.freq in ("day", "week"):
        return say.gettext("on %(weekdays)s") % {"weekdays": join(plain, say)}
    plain = [say.gettext("every %(weekday)s") % {"weekday": name} for name in plain]
    nth = [_nth_weekday(n, weekday, say) for n, weekday in rule.nth_weekdays]
    return say.gettext("on %(days)s") % {"days": join([*plain, *nth], say)}


def _nth_weekday(n: int, weekday: int, say: Speech) -> str:
    name = say.gettext(WEEKDAYS[weekday])
    if n in RANKS:
        return say.gettext("%(rank)s %(weekday)s") % {"rank": say.gettext(RANKS[n]), "weekday": name}
    return say.gettext("the %(weekday)s %(number)s") % {"weekday": name, "number": _rank(n, say)}


def _is_working_week_position(rule: Rule) -> bool:
    return (
        bool(rule.set_positions) and set(rule.weekdays) == WORKING_WEEK and not (rule.nth_weekdays or rule.month_days)
    )


def _month_day(day: int, say: Speech) -> str:
    if day == -1:
        return say.gettext("the last day")
    if day < 0:
        return say.gettext("the %(day)s day from the end") % {"day": say.gettext(DAYS[-day - 1])}
    return say.gettext("the %(day)s") % {"day": say.gettext(DAYS[day - 1])}


def _rank(n: int, say: Speech) -> str:
    if n in RANKS:
        return say.gettext(RANKS[n])
    if n < 0:
        return say.gettext("number %(n)d from the end") % {"n": -n}
    return say.gettext("number %(n)d") % {"n": n}


def _month_end(rule: Rule, say: Speech, anchor: date | None) -> str | None:
    """What becomes of a day that some months lack (S2): worth saying only where there is one."""
    if rule.freq not in ("month", "year") or (rule.weekdays or rule.nth_weekdays):
        return None
    if not rule.month_days and (anchor is None or stands_for_month_end(rule, anchor)):
        return None
    longest = max(rule.month_days or (anchor.day if anchor else 0,))
    months = rule.months or ((anchor.month,) if rule.freq == "year" and anchor else range(1, 13))
    if longest <= min(month_length(2025, month) for month in months):
        return None
    if rule.month_end == "skip":
        return say.gettext("(months without this day are left out)")
    return say.gettext("(in shorter months on the last day)")


def _season(schedule: Schedule, say: Speech) -> str:
    season = schedule.season
    assert season is not None  # noqa: S101 - asked by the caller
    ranges = [
        say.gettext("from the %(first_day)s of %(first_month)s to the %(last_day)s of %(last_month)s")
        % {
            "first_day": say.gettext(DAYS[first[1] - 1]),
            "first_month": say.gettext(MONTHS[first[0] - 1]),
            "last_day": say.gettext(DAYS[last[1] - 1]),
            "last_month": say.gettext(MONTHS[last[0] - 1]),
        }
        for first, last in season.ranges
    ]
    if schedule.mode == "floating" or season.outside == "defer":
        return say.gettext("%(ranges)s (outside it put off to its first day)") % {"ranges": join(ranges, say)}
    return say.gettext("only %(ranges)s") % {"ranges": join(ranges, say)}


def _from_first(numbers: Sequence[int]) -> list[int]:
    """1, 15, -2, -1: those counted from the end come last."""
    return sorted(numbers, key=lambda number: (number < 0, number))
