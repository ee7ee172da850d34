"""Which piece a row speaks of, and what the file would therefore do to the registry.

Identity: external id, tag, serial; then site and name where that is unique in the file; else site, location, rack and
type with an ordinal among identical rows, which is a guess and is shown as one. Run twice, a file changes nothing.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from typing import Any, Literal

from app.core.errors import FieldError
from app.core.i18n import N_
from app.core.i18n.folding import fold
from app.equipment.rules.importing import ImportRow

Basis = Literal["external_id", "tag", "serial", "name", "position"]
Outcome = Literal["create", "change", "unchanged", "refuse"]


@dataclass(frozen=True, slots=True)
class Known:
    """A piece of the registry, as a row would say it."""

    id: int
    values: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Registry:
    """What an import compares with, by each way of recognising a piece. Names and serials may belong to several."""

    by_external_id: Mapping[str, Known] = field(default_factory=dict)
    by_tag: Mapping[str, Known] = field(default_factory=dict)
    by_serial: Mapping[str, Sequence[Known]] = field(default_factory=dict)
    by_name: Mapping[tuple[str, str], Sequence[Known]] = field(default_factory=dict)
    by_position: Mapping[str, Known] = field(default_factory=dict)
    hidden: AbstractSet[tuple[Basis, str]] = (
        frozenset()
    )  # tags and ids of pieces that the actor doesn't see, or that are archived


@dataclass(frozen=True, slots=True)
class Verdict:
    """What becomes of a row. `position` is kept with a piece that was recognised by where it stands."""

    row: ImportRow
    outcome: Outcome
    basis: Basis | None = None
    known: Known | None = None
    differences: Mapping[str, tuple[Any, Any]] = field(default_factory=dict)
    errors: tuple[FieldError, ...] = ()
    position: str | None = None

    @property
    def is_guess(self) -> bool:
        return self.basis == "position"


def judge(rows: Iterable[ImportRow], registry: Registry) -> list[Verdict]:
    """A verdict for each row, in order."""
    rows = list(rows)
    names = Counter(_name_key(row) for row in rows)
    ordinals: defaultdict[str, int] = defaultdict(int)
    taken: dict[tuple[str, Any], int] = {}
    verdicts: list[Verdict] = []
    for row in rows:
        basis, position = _basis(row, names, ordinals)
        verdicts.append(_judge(row, basis, position, registry, taken))
    return verdicts


def positions(rows: Iterable[ImportRow]) -> list[str]:
    """Where the rows stand that nothing better identifies."""
    return [verdict.position for verdict in judge(rows, Registry()) if verdict.position]


def _name_key(row: ImportRow) -> tuple[str, str] | None:
    name, site = row.values.get("name"), row.values.get("site")
    return (fold(site), fold(name)) if name and site else None


def _basis(
    row: ImportRow, names: Mapping[tuple[str, str] | None, int], ordinals: dict[str, int]
) -> tuple[Basis, str | None]:
    values = row.values
    for basis in ("external_id", "tag", "serial"):
        if basis in values:
            return basis, None
    if (key := _name_key(row)) is not None and names[key] == 1:
        return "name", None
    place = "|".join(fold(values.get(part, "")) for part in ("site", "location", "rack", "manufacturer", "model"))
    ordinals[place] += 1
    return "position", f"{place}|#{ordinals[place]}"


def _judge(
    row: ImportRow,
    basis: Basis,
    position: str | None,
    registry: Registry,
    taken: dict[tuple[str, Any], int],
) -> Verdict:
    errors = [*row.errors, *_claimed_twice(row, basis, position, taken)]
    if errors:
        return Verdict(row, "refuse", basis, errors=tuple(errors))
    candidates = _candidates(row, basis, position, registry)
    if len(candidates) > 1:
        return Verdict(row, "refuse", basis, errors=(_ambiguous(basis, candidates),))
    if not candidates:
        missing = (*_missing(row), *_hidden(row, position, registry))
        return Verdict(row, "refuse" if missing else "create", basis, errors=missing, position=position)
    known = candidates[0]
    if (again := taken.setdefault(("piece", known.id), row.line)) != row.line:
        return Verdict(row, "refuse", basis, known, errors=(_same_as(basis, again),))
    differences = {
        name: (known.values.get(name), value)
        for name, value in row.values.items()
        if not _is_alike(name, known.values.get(name), value)
    }
    return Verdict(row, "change" if differences else "unchanged", basis, known, differences, position=position)


def _claimed_twice(
    row: ImportRow, basis: Basis, position: str | None, taken: dict[tuple[str, Any], int]
) -> Iterable[FieldError]:
    """Tags and external ids are one piece's; a serial is, too, where nothing better tells pieces apart."""
    claims: list[tuple[Basis, Any]] = [("position", position)] if position else []
    claims += [(name, fold(row.values[name])) for name in ("external_id", "tag") if name in row.values]
    if basis == "serial":
        claims.append(("serial", (fold(row.values.get("model", "")), fold(row.values["serial"]))))
    for name, value in claims:
        line = taken.setdefault((name, value), row.line)
        if line != row.line:
            yield _same_as(name, line)


def _same_as(basis: Basis, line: int) -> FieldError:
    return FieldError(basis, "same_as_line", N_("This is the same piece as on line %(line)s."), {"line": line})


def _candidates(row: ImportRow, basis: Basis, position: str | None, registry: Registry) -> Sequence[Known]:
    """All pieces that the row may speak of; an external id that is new falls back on tag and serial."""
    values = row.values
    found: dict[int, Known] = {}
    if "external_id" in values and (known := registry.by_external_id.get(values["external_id"])):
        found[known.id] = known
    if "tag" in values and (known := registry.by_tag.get(fold(values["tag"]))):
        found[known.id] = known
    if not found and "serial" in values:
        pieces = registry.by_serial.get(fold(values["serial"]), ())
        found |= {known.id: known for known in pieces if _may_be(row, known)}
    if basis == "name" and (key := _name_key(row)) is not None:
        found |= {known.id: known for known in registry.by_name.get(key, ())}
    if position and (known := registry.by_position.get(position)):
        found[known.id] = known
    return list(found.values())


def _may_be(row: ImportRow, known: Known) -> bool:
    """Makers give serials, so one serial of two different models is two pieces; a row's other tag is another piece."""
    for name in ("model", "tag", "external_id"):
        said, kept = row.values.get(name), known.values.get(name)
        if said and kept and fold(said) != fold(kept):
            return False
    return True


def _ambiguous(basis: Basis, candidates: Sequence[Known]) -> FieldError:
    tags = ", ".join(sorted(str(known.values.get("tag")) for known in candidates))
    return FieldError(
        basis, "ambiguous", N_("Several pieces could be meant: %(tags)s. Give the tag."), {"tags": tags[:200]}
    )


def _missing(row: ImportRow) -> tuple[FieldError, ...]:
    """A new piece needs to stand somewhere and to be something."""
    missing = [name for name in ("site", "category") if name not in row.values]
    return tuple(FieldError(name, "required", N_("A new piece needs this.")) for name in missing)


def _hidden(row: ImportRow, position: str | None, registry: Registry) -> Iterable[FieldError]:
    claims: tuple[tuple[Basis, Any], ...] = (
        ("tag", row.values.get("tag")),
        ("external_id", row.values.get("external_id")),
        ("position", position),
    )
    for basis, value in claims:
        if (basis, value) in registry.hidden:
            yield FieldError(basis, f"{basis}_used", N_("This is already another piece's."))


def _is_alike(name: str, kept: Any, said: Any) -> bool:
    """Names of people, places and makers are known whatever their case or accents; the rest is taken as written."""
    if isinstance(kept, str) and isinstance(said, str) and name in NAMED:
        return fold(kept) == fold(said)
    return bool(kept == said)


NAMED = frozenset({"category", "manufacturer", "model", "customer", "site", "location", "person", "tag", "external_id"})
