"""Which steps apply, given what was answered so far."""

from collections.abc import Mapping, Sequence

from app.procedures.rules.steps import Step


def applying(steps: Sequence[Step], outcomes: Mapping[int, str]) -> set[int]:
    """Positions (from 1) of the steps to be done; `outcomes` says what was answered, by position.

    A step whose condition looks at one that does not apply, or is not answered yet, does not apply either: an answer
    that was given before the step ceased to apply counts for nothing.
    """
    found: set[int] = set()
    for position, step in enumerate(steps, 1):
        before = step.only_if_position
        if before is None or (before in found and outcomes.get(before) == step.only_if_answer):
            found.add(position)
    return found


def unanswered(steps: Sequence[Step], outcomes: Mapping[int, str]) -> list[int]:
    """Positions of the mandatory steps that apply and were not answered."""
    applies = applying(steps, outcomes)
    return [
        position
        for position, step in enumerate(steps, 1)
        if step.is_mandatory and position in applies and position not in outcomes
    ]
