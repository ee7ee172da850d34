"""Several procedures on one order: their steps one after the other, and what two of them ask is asked once."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from app.procedures.rules.steps import OnFailure, Step

STRICTER = (OnFailure.NONE, OnFailure.FLAG, OnFailure.FOLLOW_UP)


@dataclass(frozen=True, slots=True)
class Placed:
    """A step as the order has it: from which procedure and which of its positions (from 1); conditions name the order's
    own positions.
    """

    step: Step
    procedure: int
    position: int


def merged(procedures: Sequence[Sequence[Step]]) -> list[Placed]:
    """In the order given. A step that says the same as one of a procedure before is left out, unless that one applies
    less often; the one that stays is mandatory if either is, and follows the stricter failure. What a procedure itself
    says twice, before and after some work, stays twice.
    """
    found: list[Placed] = []
    said: dict[Step, list[int]] = {}
    for procedure, steps in enumerate(procedures):
        at: dict[int, int] = {}  # position in its procedure -> position in the order
        for position, own in enumerate(steps, 1):
            step = own if own.only_if_position is None else replace(own, only_if_position=at[own.only_if_position])
            same = next(
                (
                    place
                    for place in said.get(_gist(step), [])
                    if place not in at.values()
                    and found[place - 1].procedure != procedure
                    and _covers(found[place - 1].step, step)
                ),
                None,
            )
            if same is None:
                found.append(Placed(step, procedure, position))
                said.setdefault(_gist(step), []).append(len(found))
            else:
                kept = found[same - 1]
                found[same - 1] = replace(kept, step=_stricter(kept.step, step))
            at[position] = same or len(found)
    return found


def _gist(step: Step) -> Step:
    """What is asked, whichever section asks it and however strictly."""
    return replace(
        step,
        title=" ".join(step.title.casefold().split()),
        section=None,
        is_mandatory=True,
        on_failure=OnFailure.NONE,
        only_if_position=None,
        only_if_answer=None,
    )


def _covers(kept: Step, other: Step) -> bool:
    """Whether `kept` is asked whenever `other` would be."""
    same = (other.only_if_position, other.only_if_answer)
    return kept.only_if_position is None or (kept.only_if_position, kept.only_if_answer) == same


def _stricter(kept: Step, other: Step) -> Step:
    on_failure = max(kept.on_failure, other.on_failure, key=STRICTER.index)
    return replace(kept, is_mandatory=kept.is_mandatory or other.is_mandatory, on_failure=on_failure)
