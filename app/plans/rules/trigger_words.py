"""A meter's part of a plan in words, and of the story of a date (S44)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from app.core.i18n import N_
from app.meters.rules.values import number_of
from app.plans.rules.speech import Speech
from app.plans.rules.trace import TraceStep
from app.plans.rules.trigger import Trigger

METER_STEPS = frozenset({"meter", "estimate", "condition"})
_HOLDS = {
    "above": N_("When “%(meter)s” is at %(at)s or above"),
    "below": N_("When “%(meter)s” is at %(at)s or below"),
}
_HELD = {
    "above": N_("“%(meter)s” showed %(shown)s on %(read_on)s: at or above %(at)s."),
    "below": N_("“%(meter)s” showed %(shown)s on %(read_on)s: at or below %(at)s."),
}


def trigger_words(trigger: Trigger, say: Speech, dates: str | None) -> list[str]:
    """The first phrases of a plan's sentence; `dates` is what its rule says, where it has one (S25)."""
    if trigger.kind == "condition":
        return _condition(trigger, say)
    every = say.gettext("Every %(amount)s of “%(meter)s”") % {
        "amount": with_unit(trigger.every, trigger.unit, say), "meter": trigger.meter,
    }  # fmt: skip
    if dates is not None:
        return [say.gettext("%(dates)s or %(amount)s of “%(meter)s”, whichever comes first") % {
            "dates": dates, "amount": with_unit(trigger.every, trigger.unit, say), "meter": trigger.meter,
        }]  # fmt: skip
    phrases = [every]
    if trigger.start_at:
        phrases.append(say.gettext("counted from %(at)s") % {"at": with_unit(trigger.start_at, trigger.unit, say)})
    if trigger.is_estimated:
        phrases.append(say.gettext("also by estimate"))
    return phrases


def _condition(trigger: Trigger, say: Speech) -> list[str]:
    at = with_unit(trigger.threshold, trigger.unit, say)
    phrases = [say.gettext(_HOLDS[trigger.side]) % {"meter": trigger.meter, "at": at}]
    if trigger.readings > 1:
        times = say.ngettext("%(n)d reading in a row", "%(n)d readings in a row", trigger.readings)
        phrases.append(times % {"n": trigger.readings})
    if trigger.back_at is not None:
        back = with_unit(trigger.back_at, trigger.unit, say)
        phrases.append(say.gettext("over once it is back at %(at)s") % {"at": back})
    if trigger.cool_down_hours:
        hours = say.ngettext("then quiet for %(n)d hour", "then quiet for %(n)d hours", trigger.cool_down_hours)
        phrases.append(hours % {"n": trigger.cool_down_hours})
    return phrases


def estimate_note(trace: Sequence[TraceStep], say: Speech) -> str | None:
    """The basis of an estimate, beside it in a list of dates; None where the date is none (S27)."""
    if not trace or trace[0]["step"] != "estimate":
        return None
    per_day = with_unit(trace[0]["per_day"], trace[0].get("unit", ""), say)
    return say.gettext("an estimate, at %(per_day)s a day") % {"per_day": per_day}


def meter_sentence(step: TraceStep, say: Speech) -> str:
    unit = step.get("unit", "")
    said = {
        "meter": step["meter"],
        "at": with_unit(step["at"], unit, say),
        "shown": with_unit(step["shown"], unit, say),
        "read_on": say.day(date.fromisoformat(step["read_on"])),
        "on": say.day(date.fromisoformat(step["on"])),
    }
    if step["step"] == "condition":
        held = _HELD[step["side"]]
        told = say.gettext(held) % said
        if step["readings"] > 1:
            times = say.ngettext("For %(n)d reading in a row.", "For %(n)d readings in a row.", step["readings"])
            told = f"{told} {times % {'n': step['readings']}}"
        return told
    if step["step"] == "meter":
        return say.gettext("“%(meter)s” reached %(at)s: %(shown)s were read on %(read_on)s.") % said
    said["per_day"] = with_unit(step["per_day"], unit, say)
    return say.gettext(
        "“%(meter)s” showed %(shown)s on %(read_on)s; at %(per_day)s a day it reaches %(at)s on %(on)s: an estimate."
    ) % said  # fmt: skip


def with_unit(value: Decimal | str | None, unit: str, say: Speech) -> str:
    """A number as the reader writes it, with its unit; the word of a state as it stands."""
    number = number_of(value if isinstance(value, Decimal) else str(value))
    shown = str(value) if number is None else say.number(number)
    return f"{shown}\N{NO-BREAK SPACE}{unit}" if unit else shown
