"""Which past cases come first, and how often what cured them held."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import IntEnum
from math import log2

HORIZONS = (30, 90)  # days without a repeat failure (domain.md, KPIs: repeat failure in 30 days)


class Nearness(IntEnum):
    """The best that a case has in common with what is asked about; less is nearer."""

    MODEL_AND_MODE = 0
    CATEGORY_AND_MODE = 1
    MODEL = 2
    CATEGORY = 3
    WORDS = 4


@dataclass(frozen=True, slots=True)
class Asked:
    """What is known of the trouble at hand."""

    words: tuple[str, ...] = ()
    named: int = 0  # so many of them, the first ones, are its name; the rest describe it
    model_id: int | None = None
    category_id: int | None = None
    failure_mode: str | None = None


@dataclass(frozen=True, slots=True)
class Candidate:
    order_id: int
    model_id: int | None
    category_id: int | None
    failure_mode: str | None
    words: frozenset[str]


def nearness(asked: Asked, case: Candidate) -> Nearness:
    same_model = asked.model_id is not None and case.model_id == asked.model_id
    same_category = asked.category_id is not None and case.category_id == asked.category_id
    if asked.failure_mode and case.failure_mode == asked.failure_mode and (same_model or same_category):
        return Nearness.MODEL_AND_MODE if same_model else Nearness.CATEGORY_AND_MODE
    if same_model:
        return Nearness.MODEL
    return Nearness.CATEGORY if same_category else Nearness.WORDS


def weights(words: Collection[str], counts: Mapping[str, int], most: int) -> dict[str, float]:
    """A rare word says more than a common one. Counts stop at `most`: what is that common says the least."""
    return {word: log2(2 + most / (1 + min(counts.get(word, 0), most))) for word in words}


def ranked(asked: Asked, cases: Iterable[Candidate], weight: Mapping[str, float]) -> list[Candidate]:
    """The nearest first; of those alike, the one with more of the words, then the latest.

    One that has nothing in common is left out: a word at least, or the failure mode. Beyond the same kind of piece, one
    word out of many is chance: half of the name's weight is asked for.
    """
    enough = sum(weight.get(word, 1.0) for word in asked.words[: asked.named]) / 2

    def shared(case: Candidate) -> float:
        return sum(weight.get(word, 1.0) for word in asked.words if word in case.words)

    def is_alike(case: Candidate) -> bool:
        near = nearness(asked, case)
        if near <= Nearness.CATEGORY_AND_MODE:
            return True
        return shared(case) > 0 and (near < Nearness.WORDS or shared(case) >= enough)

    def place(case: Candidate) -> tuple[int, float, int]:
        return nearness(asked, case), -round(shared(case), 6), -case.order_id

    return sorted(filter(is_alike, cases), key=place)


@dataclass(frozen=True, slots=True)
class Outcome:
    """A failure that was cured, and the day of the next one on the same piece."""

    done_on: date
    failed_again_on: date | None


@dataclass(frozen=True, slots=True)
class Held:
    """Of `count` cures that are `days` old at least, `held` saw no repeat failure within these days."""

    days: int
    count: int
    held: int


def held(outcomes: Collection[Outcome], on: date) -> list[Held]:
    """For each horizon. A cure younger than it is not counted: it could only speak well of itself."""

    def old_enough(days: int) -> Callable[[Outcome], bool]:
        return lambda cure: cure.done_on + timedelta(days=days) <= on

    def lasted(cure: Outcome, days: int) -> bool:
        return cure.failed_again_on is None or cure.failed_again_on > cure.done_on + timedelta(days=days)

    found = []
    for days in HORIZONS:
        grown = list(filter(old_enough(days), outcomes))
        found.append(Held(days, len(grown), sum(lasted(cure, days) for cure in grown)))
    return found
