"""One step, what may be answered to it, and what a version refuses."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from app.core.errors import FieldError
from app.core.i18n import N_


class StepKind(StrEnum):
    CHECK = "check"
    PASS_FAIL = "pass_fail"  # noqa: S105 - a step is passed, nobody lets anybody pass
    NUMBER = "number"
    TEXT = "text"
    CHOICE = "choice"
    READING = "reading"
    PHOTO = "photo"


class OnFailure(StrEnum):
    """What a failed step asks for: nothing, a look at it, or an order that follows."""

    NONE = "none"
    FLAG = "flag"
    FOLLOW_UP = "follow_up"


DONE, PASSED, FAILED = "done", "passed", "failed"
MEASURED = (StepKind.NUMBER, StepKind.READING)


@dataclass(frozen=True, slots=True)
class Step:
    """A choice is answered by one of `choices`, a reading by the value of the item's meter called `meter`.

    `only_if` names an earlier step by its position (from 1) and the outcome on which this one applies.
    """

    kind: StepKind
    title: str
    section: str | None = None
    text: str | None = None
    is_mandatory: bool = True
    minimum: Decimal | None = None
    maximum: Decimal | None = None
    unit: str | None = None
    choices: tuple[str, ...] = ()
    meter: str | None = None
    on_failure: OnFailure = OnFailure.NONE
    only_if_position: int | None = None
    only_if_answer: str | None = None

    @property
    def has_limits(self) -> bool:
        return self.minimum is not None or self.maximum is not None

    @property
    def can_fail(self) -> bool:
        return self.kind is StepKind.PASS_FAIL or (self.kind in MEASURED and self.has_limits)

    def outcomes(self) -> tuple[str, ...]:
        """What a later step's condition may name."""
        if self.kind is StepKind.CHOICE:
            return self.choices
        return (PASSED, FAILED) if self.can_fail else (DONE,)


def is_failed(step: Step, answer: Decimal | str) -> bool:
    """Out of its limits, or said to have failed. `answer`: a number where one is measured, otherwise a word."""
    if isinstance(answer, Decimal):
        is_low = step.minimum is not None and answer < step.minimum
        return is_low or (step.maximum is not None and answer > step.maximum)
    return step.kind is StepKind.PASS_FAIL and answer == FAILED


def outcome_of(step: Step, answer: Decimal | str) -> str:
    """The word that a condition is compared with."""
    if step.kind is StepKind.CHOICE:
        return str(answer)
    if not step.can_fail:
        return DONE
    return FAILED if is_failed(step, answer) else PASSED


def problems_of(steps: Sequence[Step]) -> list[FieldError]:
    """All that is wrong with a version's steps, at `steps/<index>/<field>`."""
    return [
        FieldError(f"steps/{index}/{field}", code, message)
        for index, step in enumerate(steps)
        for field, code, message in (*_of_kind(step), *_of_condition(step, index, steps))
    ]


def _of_kind(step: Step) -> Iterator[tuple[str, str, str]]:
    if step.kind is StepKind.CHOICE:
        if len({choice.casefold() for choice in step.choices}) < max(len(step.choices), 2):
            yield "choices", "too_few", N_("Give two choices or more, each different.")
    elif step.choices:
        yield "choices", "not_a_choice", N_("Only a choice has answers to choose from.")
    if step.kind not in MEASURED and (step.has_limits or step.unit is not None):
        yield "minimum", "not_a_number", N_("Only a number or a reading has limits and a unit.")
    elif step.minimum is not None and step.maximum is not None and step.minimum > step.maximum:
        yield "maximum", "below_minimum", N_("The upper limit lies below the lower one.")
    if step.kind is StepKind.READING and step.meter is None:
        yield "meter", "required", N_("Name the meter that is read.")
    elif step.kind is not StepKind.READING and step.meter is not None:
        yield "meter", "not_a_reading", N_("Only a reading names a meter.")
    if step.on_failure is not OnFailure.NONE and not step.can_fail:
        yield "on_failure", "cannot_fail", N_("This step cannot fail: make it pass or fail, or give it limits.")


def _of_condition(step: Step, index: int, steps: Sequence[Step]) -> Iterator[tuple[str, str, str]]:
    if step.only_if_position is None:
        if step.only_if_answer is not None:
            yield "only_if_position", "required", N_("Say which step has this answer.")
        return
    if not 1 <= step.only_if_position <= index:
        yield "only_if_position", "not_earlier", N_("A condition looks back: name an earlier step.")
    elif step.only_if_answer not in steps[step.only_if_position - 1].outcomes():
        yield "only_if_answer", "impossible", N_("That step is never answered so.")
