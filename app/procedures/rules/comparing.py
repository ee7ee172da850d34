"""What differs between two versions of a procedure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from difflib import SequenceMatcher
from typing import Any, Literal

from app.procedures.rules.steps import Step

What = Literal["same", "changed", "added", "removed"]
COMPARED = tuple(spec.name for spec in fields(Step))


@dataclass(frozen=True, slots=True)
class Difference:
    """One step in both versions, or in one alone; positions from 1. `changes`: field -> (before, after)."""

    what: What
    before: int | None
    after: int | None
    is_moved: bool = False
    changes: Mapping[str, tuple[Any, Any]] = field(default_factory=dict)


def compared(before: Sequence[Step], after: Sequence[Step]) -> list[Difference]:
    """In the order of `after`, what was removed where it stood. A step is known again by its title, wherever it went;
    a title that was written anew in its place, for a step of the same kind, is a change of that step.
    """
    pairs, moved = _paired(before, after)
    places = {old: new for new, old in pairs.items()}
    found: list[Difference] = []
    told = 0  # of the steps before, so many are told of
    for new in range(1, len(after) + 1):
        old = pairs.get(new)
        if new not in moved:
            ahead = (pairs[each] for each in range(new, len(after) + 1) if each in pairs and each not in moved)
            upto = next(ahead, len(before) + 1)
            found += _removed(range(told + 1, upto), places)
            told = max(told, upto - 1)
        if old is None:
            found.append(Difference("added", None, new))
            continue
        changes = _changes(before[old - 1], after[new - 1], places)
        found.append(Difference("changed" if changes else "same", old, new, new in moved, changes))
    return found + _removed(range(told + 1, len(before) + 1), places)


def _removed(olds: range, places: Mapping[int, int]) -> list[Difference]:
    return [Difference("removed", old, None) for old in olds if old not in places]


def _paired(before: Sequence[Step], after: Sequence[Step]) -> tuple[dict[int, int], set[int]]:
    """Position after -> position before; and those of the former that stand elsewhere now."""
    old_titles, new_titles = [_known_by(step) for step in before], [_known_by(step) for step in after]
    pairs: dict[int, int] = {}
    blocks = SequenceMatcher(a=old_titles, b=new_titles, autojunk=False).get_opcodes()
    for tag, first, last, new_first, new_last in blocks:
        if tag == "equal":
            pairs.update(zip(range(new_first + 1, new_last + 1), range(first + 1, last + 1), strict=True))
    moved = _moved(old_titles, new_titles, pairs)
    pairs |= moved
    gone = set(pairs.values())
    for tag, first, last, new_first, new_last in blocks:
        if tag == "replace":
            olds = [old for old in range(first + 1, last + 1) if old not in gone]
            news = [new for new in range(new_first + 1, new_last + 1) if new not in pairs]
            for old, new in zip(olds, news, strict=False):
                if before[old - 1].kind is after[new - 1].kind:
                    pairs[new] = old
    return pairs, set(moved)


def _moved(olds: Sequence[str], news: Sequence[str], pairs: Mapping[int, int]) -> dict[int, int]:
    gone = set(pairs.values())
    left: dict[str, list[int]] = {}
    for old, title in enumerate(olds, 1):
        if old not in gone:
            left.setdefault(title, []).append(old)
    found: dict[int, int] = {}
    for new, title in enumerate(news, 1):
        if new not in pairs and left.get(title):
            found[new] = left[title].pop(0)
    return found


def _known_by(step: Step) -> str:
    return " ".join(step.title.casefold().split())


def _changes(old: Step, new: Step, places: Mapping[int, int]) -> dict[str, tuple[Any, Any]]:
    """A condition that names the same step at its new place has not changed."""
    changes = {
        name: (getattr(old, name), getattr(new, name)) for name in COMPARED if getattr(old, name) != getattr(new, name)
    }
    if old.only_if_position is not None and places.get(old.only_if_position) == new.only_if_position:
        changes.pop("only_if_position", None)
    return changes
