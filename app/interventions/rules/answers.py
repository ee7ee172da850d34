"""An answer to a step: read as it was typed, judged by the step's limits."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from app.core.errors import InvalidInput
from app.core.i18n import N_
from app.core.i18n.folding import fold
from app.meters.rules.values import number_of
from app.procedures.rules.conditions import applying, unanswered
from app.procedures.rules.steps import DONE, FAILED, PASSED, Step, StepKind, is_failed, outcome_of


@dataclass(frozen=True, slots=True)
class Answer:
    """`value` as it is kept: a number without needless signs, a word, a text; None for a photo."""

    value: str | None
    outcome: str
    is_failed: bool


def read_answer(step: Step, said: str | None) -> Answer:
    """Raises InvalidInput at `value`. Out of limits is no error: it is what was found."""
    if step.kind is StepKind.PHOTO:
        return Answer(None, DONE, is_failed=False)
    if not said:
        raise InvalidInput.at("value", "required", N_("This is needed."))
    if step.kind in (StepKind.NUMBER, StepKind.READING):
        number = number_of(said)
        if number is None and step.kind is StepKind.READING and not step.has_limits:
            return judged(step, said)  # a meter may show a word, and says itself which
        if number is None:
            raise InvalidInput.at("value", "not_a_number", N_("Write a number, such as 21.5."))
        return judged(step, number)
    words = words_of(step)
    if words is not None and said not in words:
        raise InvalidInput.at("value", "not_an_answer", N_("Choose one of the answers."))
    return judged(step, said)


def words_of(step: Step) -> Sequence[str] | None:
    """The words that a step takes; None where it takes any text."""
    if step.kind is StepKind.CHECK:
        return (DONE,)
    if step.kind is StepKind.PASS_FAIL:
        return (PASSED, FAILED)
    return step.choices if step.kind is StepKind.CHOICE else None


def judged(step: Step, answer: Decimal | str) -> Answer:
    kept = written(answer) if isinstance(answer, Decimal) else answer
    return Answer(kept, outcome_of(step, answer), is_failed(step, answer))


def written(number: Decimal) -> str:
    """12.50 is kept as 12.5, and never as 1.25E+1."""
    text = f"{number:f}"
    return (text.rstrip("0").rstrip(".") if "." in text else text) or "0"


def series_of(step: Step) -> str:
    """By what the same thing is found on an item's earlier orders: the meter, or the step's title."""
    return fold(step.meter or step.title)[:200]


@dataclass(frozen=True, slots=True)
class Progress:
    """Of the steps that apply; `missing` are the numbers of the mandatory ones without an answer."""

    done: int
    total: int
    missing: list[int]


def progress_of(steps: Sequence[Step], outcomes: Mapping[int, str]) -> Progress:
    """Steps in the order's own numbering, from 1."""
    applies = applying(steps, outcomes)
    return Progress(len(applies & outcomes.keys()), len(applies), unanswered(steps, outcomes))
