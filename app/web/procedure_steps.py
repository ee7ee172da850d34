"""The steps in a draft's form: read in their order, put into another, and shown again."""

from collections.abc import Mapping, Sequence
from typing import Any

from app.procedures.rules.steps import DONE, MEASURED, Step, StepKind
from app.procedures.schemas import StepView
from app.web.forms import key_of

Row = dict[str, Any]
MEASURES = tuple(kind.value for kind in MEASURED)
# Fields that belong to some kinds of steps alone: of the others nothing is taken.
BELONGS = {
    "minimum": MEASURES,
    "maximum": MEASURES,
    "unit": MEASURES,
    "on_failure": (*MEASURES, StepKind.PASS_FAIL.value),
    "choices": (StepKind.CHOICE.value,),
    "meter": (StepKind.READING.value,),
}


def row_of(step: StepView) -> Row:
    """As the form shows it."""
    values = step.model_dump(mode="json", exclude={"id", "position", "only_if_position", "only_if_answer"})
    only_if = f"{step.only_if_position}:{step.only_if_answer}" if step.only_if_position else ""
    limits = {name: _number(getattr(step, name)) for name in ("minimum", "maximum")}
    return values | limits | {"choices": "\n".join(step.choices), "only_if": only_if}


def _number(value: Any) -> str:
    return "" if value is None else f"{value.normalize():f}"


def rows_in(said: dict[str, Any], name: str) -> list[Row]:
    """The blocks `name.0.…`, `name.1.…` of a form, in the order of their numbers."""
    blocks = said.pop(name, {})
    if not isinstance(blocks, Mapping):
        return []
    numbers = sorted((number, key) for key in blocks if (number := key_of(key)) is not None)
    return [dict(blocks[key]) for _number, key in numbers if isinstance(blocks[key], Mapping)]


def said_by(row: Row) -> dict[str, Any]:
    """The step that a block says."""
    kind = str(row.get("kind", ""))
    step = {name: value for name, value in row.items() if kind in BELONGS.get(name, (kind,))}
    position, _, answer = str(step.pop("only_if", "") or "").partition(":")
    condition = {"only_if_position": position, "only_if_answer": answer} if position else {}
    choices = [line.strip() for line in str(step.get("choices", "")).splitlines() if line.strip()]
    return step | condition | {"choices": choices, "is_mandatory": row.get("is_mandatory") == "1"}


def rearranged(rows: Sequence[Row], asked: str) -> list[Row]:
    """`add:2` puts a new step behind the second; `up:2`, `down:2` and `remove:2` say what is done with it.

    Conditions follow the steps that they name; one whose step is gone, or comes later now, is dropped.
    """
    what, _, place = asked.partition(":")
    number = min(key_of(place) or 0, len(rows))
    order = list(range(1, len(rows) + 1))
    fresh = 0
    if what == "add":
        order.insert(number, fresh)
    elif number and what == "remove":
        order.remove(number)
    elif number and what in ("up", "down"):
        order.insert(max(number - 2, 0) if what == "up" else number, order.pop(number - 1))
    places = {was: now for now, was in enumerate(order, 1) if was}
    new: Row = {"kind": "check", "is_mandatory": "1", "section": rows[number - 1].get("section", "") if number else ""}
    return [_followed(rows[was - 1], places, now) if was else new for now, was in enumerate(order, 1)]


def _followed(row: Row, places: Mapping[int, int], own: int) -> Row:
    position, _, answer = str(row.get("only_if") or "").partition(":")
    place = places.get(key_of(position) or 0)
    return row | {"only_if": f"{place}:{answer}" if place is not None and place < own else ""}


def conditions(rows: Sequence[Row], own: int) -> list[tuple[int, str, str]]:
    """What the step in this place (from 1) may hang on: (place, title, outcome) of the steps before it.

    That a step was merely done says little: it is offered where it was chosen elsewhere already.
    """
    chosen = rows[own - 1].get("only_if")
    return [
        (place, str(row.get("title") or ""), outcome)
        for place, row in enumerate(rows[: own - 1], 1)
        for outcome in _outcomes(row)
        if outcome != DONE or chosen == f"{place}:{outcome}"
    ]


def _outcomes(row: Row) -> tuple[str, ...]:
    said = said_by(row)
    named = str(said.get("kind"))
    kind = StepKind(named) if named in set(StepKind) else StepKind.CHECK
    limits = {name: 0 if said.get(name) else None for name in ("minimum", "maximum")}
    return Step(kind, "", choices=tuple(said["choices"]), **limits).outcomes()  # type: ignore[arg-type]
