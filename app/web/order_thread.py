"""The steps of an order as its page shows them: words, the rule of limits, what was read before."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Session

from app.core.i18n import gettext
from app.core.i18n.formats import number
from app.core.security import Actor, Permission
from app.interventions.queries.steps import Doing, Thread, precautions_of, thread_of
from app.meters.rules.values import number_of
from app.procedures.queries.steps import Section
from app.procedures.rules.steps import DONE, FAILED, MEASURED, PASSED, Step, StepKind
from app.web.limits import Rule, limit_words, rule_of, side_of
from app.workorders.models import WorkOrder


@dataclass(frozen=True, slots=True)
class StepShown:
    """`side` says where a measured value lies: low, in, high; empty where nothing was measured against limits."""

    doing: Doing
    step: Step
    words: str
    limits: str
    rule: Rule | None
    side: str
    former: list[tuple[str, Any]]
    is_word: bool


def thread_shown(session: Session, order: WorkOrder, *, by: Actor) -> dict[str, Any]:
    """What the order's template needs for its steps."""
    thread = thread_of(session, order)
    precautions = precautions_of(session, thread)
    return {
        "thread": thread,
        "steps_shown": shown_thread(thread),
        "safety": [row.safety_notes for row in precautions if row.safety_notes],
        "tools": [row.tools for row in precautions if row.tools],
        "found": "minor" if any(doing.is_flagged for doing in thread.steps) else None,
        "is_doing": order.is_open and by.has(Permission.WORK),
    }


def shown_thread(thread: Thread) -> list[tuple[Section, list[StepShown]]]:
    return [(section, [step_shown(doing) for doing in own]) for section, own in thread.sections]


def step_shown(doing: Doing) -> StepShown:
    step = doing.asked.step
    values = [value for row in doing.former if (value := measured(step, row.value)) is not None]
    now = measured(step, doing.result.value) if doing.result is not None else None
    is_word = step.kind is StepKind.READING and not step.has_limits and step.unit is None  # a meter may show a word
    return StepShown(
        doing,
        step,
        answer_words(step, doing.result.value) if doing.result is not None else "",
        limit_words(step) if step.has_limits else "",
        rule_of(step, now, values),
        side_of(step, now) if now is not None and step.has_limits else "",
        [(answer_words(step, row.value), row.answered_at) for row in doing.former],
        is_word,
    )


def measured(step: Step, value: str | None) -> Decimal | None:
    return number_of(value) if step.kind in MEASURED and value is not None else None


def answer_words(step: Step, value: str | None) -> str:
    """58 %, Conforms, Done, a text as it was written; empty for a photo."""
    found = measured(step, value)
    if found is not None:
        digits = max(0, -int(found.as_tuple().exponent))
        return number(found, digits) + (f"\N{NO-BREAK SPACE}{step.unit}" if step.unit else "")
    words = {PASSED: gettext("Conforms"), FAILED: gettext("Does not conform"), DONE: gettext("Done")}
    return (words.get(value, value) if value in words and not step.choices else value) or ""
