"""Schedules, dates and fates in the reader's words."""

from collections.abc import Sequence
from datetime import date
from functools import partial
from typing import Any

from app.core.i18n import current_language, gettext, ngettext
from app.core.i18n.formats import number, short_day, tiny_day
from app.plans.rules.calendar import WorkCalendar
from app.plans.rules.errors import RuleError
from app.plans.rules.explain import move_note, refusal, trace_sentences
from app.plans.rules.rrule import to_rrule
from app.plans.rules.schedule import Cycle, Schedule
from app.plans.rules.speech import Speech
from app.plans.rules.trigger_words import METER_STEPS, estimate_note
from app.plans.rules.words import describe
from app.plans.schemas import CycleView

with_weekday, plain = partial(short_day, year=True), partial(tiny_day, year=True)


def speech(day: Any = with_weekday) -> Speech:
    return Speech(gettext, ngettext, day, current_language(), number)


def words_of(schedule: Schedule, anchor_on: date) -> str:
    """One sentence: "Every 6 months on the 1st, moved to the next working day, 14 days ahead"."""
    return describe(schedule, speech(plain), anchor_on)


def rrule_of(schedule: Schedule, start_on: date) -> str | None:
    try:
        return to_rrule(schedule.rule, start_on)
    except RuleError:
        return None  # a list of dates, working days: RFC 5545 cannot say it


def sentences_of(trace: Sequence[Any]) -> list[str]:
    return trace_sentences(trace, speech())


def cycle_view(cycle: Cycle) -> CycleView:
    steps: Sequence[Any] = cycle.trace
    # A change freeze is somebody's decision, a holiday is not: the former is worth a look.
    reasons = [why for step in steps if "why" in step for why in (step["why"], *step.get("passed", ()))]
    return CycleView(
        cycle_key=cycle.key,
        raw_due_on=cycle.raw_due_on,
        due_on=cycle.due_on,
        scheduled_on=cycle.scheduled_on,
        generate_on=cycle.generate_on,
        window_first_on=cycle.window_first_on,
        window_last_on=cycle.window_last_on,
        is_skipped=cycle.outcome != "due",
        is_flagged=cycle.is_flagged,
        is_conflict=cycle.is_flagged or any(why.get("kind") == "blackout" for why in reasons),
        note=", ".join(filter(None, (move_note(cycle.trace, speech()), estimate_note(cycle.trace, speech())))),
        is_by_meter=bool(steps) and steps[0]["step"] in METER_STEPS,
    )


def not_worked(calendar: WorkCalendar, on: date) -> str | None:
    """Why nobody works on a day; None where somebody does."""
    why = refusal(calendar, on, speech())
    return why and gettext("Nobody works on that day: %(reason)s.") % {"reason": why}
