"""A file that contradicts itself: one row takes from a piece what another row knows it by.

Read a second time, such a file would say something else, and change something again. The row that takes is refused, so
that what is imported twice changes nothing.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from app.core.errors import FieldError
from app.core.i18n import N_
from app.core.i18n.folding import fold
from app.equipment.rules.identity import PLACE, Claim, Verdict, judge
from app.equipment.rules.importing import ImportRow
from app.equipment.rules.known import Known, Registry, by_each_way
from app.equipment.rules.registry import is_given

# A change of these may decide which piece a row speaks of.
TELLING = frozenset({"tag", "external_id", "serial", "name", "status", *PLACE})
MOVING = ("create", "change")
ROUNDS = 4  # the guilty are looked for; then all suspects are taken


def judge_file(rows: Sequence[ImportRow], claims: Sequence[Claim], registry: Registry) -> list[Verdict]:
    """A verdict for each row, in order; imported again, none of them would change anything."""
    said, left = list(rows), ROUNDS
    refused: dict[int, Verdict] = {}
    while True:
        verdicts = judge(said, claims, registry)
        suspects = [i for i, v in enumerate(verdicts) if v.outcome == "change" and TELLING & v.differences.keys()]
        if not suspects:
            return verdicts
        after = _after(registry, verdicts)
        again = judge(said, claims, after)
        restless = [i for i, verdict in enumerate(again) if verdict.outcome in MOVING]
        if refused:  # each of them meets what it met, or it would no longer be refused
            bare = judge(rows, claims, after)
            restless += [i for i, v in refused.items() if bare[i].outcome in MOVING and _piece(bare[i]) != _piece(v)]
        if not restless:
            return verdicts
        left -= 1
        guilty = _guilty(suspects, restless, verdicts, again) if left else dict.fromkeys(suspects, restless[0])
        for i, other in guilty.items():
            refused[i] = verdicts[i]
            said[i] = replace(said[i], errors=(*said[i].errors, _contradiction(verdicts[i], rows[other].line)))


def _after(registry: Registry, verdicts: Sequence[Verdict]) -> Registry:
    """The registry with the file in it."""
    pieces = {known.id: known for known in registry.by_tag.values()}
    external, positions = dict(registry.by_external_id), dict(registry.by_position)
    for verdict in verdicts:
        if verdict.outcome not in MOVING:
            continue
        known = _made(verdict)
        pieces[known.id] = known
        if verdict.known and "external_id" in verdict.differences:
            external.pop(verdict.known.values.get("external_id") or "", None)
        if named := verdict.row.values.get("external_id"):
            external[named] = known
        if verdict.position and verdict.outcome == "create":
            positions[verdict.position] = known
    return by_each_way(
        pieces.values(),
        {name: pieces[known.id] for name, known in external.items()},
        {place: pieces[known.id] for place, known in positions.items()},
        registry.hidden,
    )


def _piece(verdict: Verdict) -> int | None:
    return verdict.known.id if verdict.known else None


def _made(verdict: Verdict) -> Known:
    """What a row leaves; a new piece without a tag gets one that nobody else has."""
    values = values_after(verdict)
    if verdict.known:
        is_own = "tag" not in verdict.differences and verdict.known.has_given_tag
        return Known(verdict.known.id, values, is_own or is_given(values["tag"], values.get("tag_prefix") or ""))
    new = {"tag": f"\0{verdict.row.line}", "serial": None, "name": None}
    return Known(-verdict.row.line, new | values, has_given_tag="tag" not in values)


def values_after(verdict: Verdict) -> dict[str, Any]:
    """A place belongs to its site and a maker to its model: they do not outlive a change of it."""
    kept = dict(verdict.known.values) if verdict.known else {}
    if "site" in verdict.differences:
        kept["location"] = None
    if "model" in verdict.differences:
        kept["manufacturer"] = None
    cleared = {name: None for name, (_, after) in verdict.differences.items() if after is None}
    return kept | dict(verdict.row.values) | cleared


def _guilty(
    suspects: Sequence[int], restless: Sequence[int], verdicts: Sequence[Verdict], again: Sequence[Verdict]
) -> dict[int, int]:
    """Rows that change what a restless one means, each with that one: its piece, else one of the same words."""
    by_piece = {_piece(verdicts[i]): i for i in suspects}
    by_word: dict[tuple[str, str], int] = {}
    for i in suspects:
        before = {name: values[0] for name, values in verdicts[i].differences.items()}
        by_word |= dict.fromkeys((*_words(before), *_words(verdicts[i].row.values)), i)
    guilty: dict[int, int] = {}
    for i in restless:
        found = [by_piece[piece] for v in (verdicts[i], again[i]) if (piece := _piece(v)) and piece in by_piece]
        found = found or [by_word[word] for word in _words(verdicts[i].row.values) if word in by_word]
        guilty |= dict.fromkeys(found, i)
    return guilty or dict.fromkeys(suspects, restless[0])


def _words(values: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for name in ("tag", "serial", "external_id", "name"):
        if value := values.get(name):
            yield name, fold(value)


def _contradiction(verdict: Verdict, line: int) -> FieldError:
    changed = next(name for name in verdict.differences if name in TELLING)
    return FieldError(
        changed,
        "contradiction",
        N_("Line %(line)s knows a piece by what this line changes. Correct one of the two."),
        {"line": line},
    )
