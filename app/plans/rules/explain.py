"""A trace in words (S44): from the rule to the day on which the order is made."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from app.core.i18n import N_
from app.plans.rules.calendar import WorkCalendar
from app.plans.rules.speech import Speech, join
from app.plans.rules.trace import TraceStep, reason_dict
from app.plans.rules.trigger_words import METER_STEPS, meter_sentence
from app.plans.rules.words import DAYS, WEEKDAYS

_OUTCOMES = {
    "next": N_("%(reason)s: moved to the next working day, %(on)s."),
    "previous": N_("%(reason)s: moved to the previous working day, %(on)s."),
    "nearest": N_("%(reason)s: moved to the nearest working day, %(on)s."),
    "skip": N_("%(reason)s: moved to the next working day, %(on)s."),  # floating plans never skip (S31)
}
_NAMED = {
    "holiday": N_("%(day)s is a public holiday (%(name)s)"),
    "closure": N_("%(day)s is closed (%(name)s)"),
    "blackout": N_("%(day)s lies in a change freeze (%(name)s)"),
}
_UNNAMED = {
    "holiday": N_("%(day)s is a public holiday"),
    "closure": N_("%(day)s is closed"),
    "blackout": N_("%(day)s lies in a change freeze"),
    "outside_window": N_("%(day)s lies outside the allowed windows"),
}
_SHORT = {
    "holiday": N_("public holiday"),
    "closure": N_("closing day"),
    "blackout": N_("change freeze"),
    "outside_window": N_("outside the allowed windows"),
}
MOVED = N_("%(who)s moved it from %(was)s to %(on)s: %(reason)s")
SKIPPED = N_("%(who)s skipped %(was)s: %(reason)s")


def trace_sentences(trace: Sequence[TraceStep], say: Speech) -> list[str]:
    """One sentence a step, in the order in which the date came about."""
    return [meter_sentence(step, say) if step["step"] in METER_STEPS else _sentence(step, say) for step in trace]


def _sentence(step: TraceStep, say: Speech) -> str:
    kind = step["step"]
    days = {
        name: say.day(date.fromisoformat(str(day))) for name, day in step.items() if name in ("anchor", "was", "on")
    }
    if kind == "rule":
        return say.gettext("Counted from %(anchor)s, the rule gives %(on)s.") % days
    if kind == "clamp":
        wanted = DAYS[step["day"] - 1]
        return say.gettext("This month has no %(wanted)s: its last day is taken.") % {"wanted": say.gettext(wanted)}
    if kind in ("spread", "exception"):
        return _item_sentence(step, days, say)
    if kind == "season":
        out = N_("%(was)s is out of season: put off to %(on)s.") if "on" in step else N_("%(was)s is out of season.")
        return say.gettext(out) % days
    if kind == "lead":
        made = say.ngettext(
            "The order is made %(n)d day before, on %(on)s.",
            "The order is made %(n)d days before, on %(on)s.",
            step["days"],
        )
        return made % {"n": step["days"], **days}
    return _calendar_sentence(step, say)


def _item_sentence(step: TraceStep, days: dict[str, str], say: Speech) -> str:
    """What concerns this item alone (S35, S40)."""
    if step["step"] == "spread":
        later = say.ngettext(
            "Spread over the items: %(n)d day later for this one, on %(on)s.",
            "Spread over the items: %(n)d days later for this one, on %(on)s.",
            step["days"],
        )
        return later % {"n": step["days"], **days}
    moved = MOVED if step["reason"] else N_("%(who)s moved it from %(was)s to %(on)s.")
    said = moved if "on" in step else SKIPPED
    return say.gettext(said) % {**days, "who": step["who"], "reason": step["reason"]}


def _calendar_sentence(step: TraceStep, say: Speech) -> str:
    reason = _reason(step["why"], step["was"], say)
    if step["step"] == "skip":
        return say.gettext("%(reason)s: left out.") % {"reason": reason}
    if step["step"] == "flag":
        return say.gettext("%(reason)s, and no working day lies within 31 days: the date stays.") % {"reason": reason}
    outcome, on = _OUTCOMES[step["shift"]], say.day(date.fromisoformat(step["on"]))
    moved = say.gettext(outcome) % {"reason": reason, "on": on}
    passed = [reason_words(why, say) for why in step.get("passed", ())]
    if not passed:
        return moved
    return f"{moved} " + say.gettext("In between: %(reasons)s.") % {"reasons": join(passed, say)}


def refusal(calendar: WorkCalendar, day: date, say: Speech) -> str | None:
    """Why a calendar refuses a day, in words."""
    why = reason_dict(calendar.why_not(day))
    return _reason(why, day.isoformat(), say) if why else None


def _reason(why: dict[str, Any], was: str, say: Speech) -> str:
    day = date.fromisoformat(was)
    kind, name = why.get("kind", "weekday"), _name(why, say)
    if kind == "weekday":
        weekday = say.gettext(WEEKDAYS[day.weekday()])
        return say.gettext("%(day)s is a %(weekday)s") % {"day": say.day(day), "weekday": weekday}
    if name and kind in _NAMED:
        return say.gettext(_NAMED[kind]) % {"day": say.day(day), "name": name}
    return say.gettext(_UNNAMED[kind]) % {"day": say.day(day)}


def _name(why: dict[str, Any], say: Speech) -> str | None:
    name = why.get("name_fr") if say.language == "fr" else None
    return name or why.get("name")


def reason_words(why: dict[str, Any], say: Speech) -> str:
    """As short as it gets: the name of a holiday, closure or freeze, else its kind."""
    kind = _SHORT[why["kind"]]
    return _name(why, say) or say.gettext(kind)


def move_note(trace: Sequence[TraceStep], say: Speech) -> str | None:
    """Why a date is not the rule's own, beside it in a list of dates; None where it is."""
    by_person = next((step for step in trace if step["step"] == "exception"), None)
    if by_person is not None:
        moved = N_("moved by %(who)s: %(reason)s") if by_person["reason"] else N_("moved by %(who)s")
        said = moved if "on" in by_person else N_("skipped by %(who)s: %(reason)s")
        return say.gettext(said) % {"who": by_person["who"], "reason": by_person["reason"]}
    for step in trace:
        if step["step"] in ("shift", "skip", "flag"):
            was = date.fromisoformat(step["was"])
            is_weekday = step["why"].get("kind", "weekday") == "weekday"
            first = say.gettext(WEEKDAYS[was.weekday()]) if is_weekday else reason_words(step["why"], say)
            later = [reason_words(why, say) for why in step.get("passed", ())]
            return " → ".join([first, *later])
        if step["step"] == "season":
            return say.gettext("out of season")
    return None
