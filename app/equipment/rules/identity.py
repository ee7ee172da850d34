"""Which piece a row speaks of, and what the file would therefore do to the registry.

Identity: external id, tag, serial; then site and name where that is unique in the file; else site, location, rack and
type with an ordinal among identical rows, which is a guess and is shown as one. Run twice, a file changes nothing;
run again with tags and serials filled in, it gives them to the pieces that it made.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from app.core.errors import FieldError
from app.core.i18n import N_
from app.core.i18n.folding import fold
from app.equipment.rules.importing import ImportRow
from app.equipment.rules.known import Basis, Known, Registry

PLACE = ("site", "location", "rack", "manufacturer", "model")
FIRM: tuple[Basis, ...] = ("external_id", "tag", "serial")
NO_DIFFERENCES: Mapping[str, tuple[Any, Any]] = {}
# What other rows speak of, with their lines: a "piece", "firm" by tag or external id, "leaving" its name or site.
Taken = dict[tuple[str, Any], Any]
Outcome = Literal["create", "change", "unchanged", "refuse"]


@dataclass(frozen=True, slots=True)
class Claim:
    """By what a row is recognised in its file; its tag, folded.

    `name` with its site, where no other row bears it or nothing else is.
    """

    basis: Basis
    tag: str | None = None
    position: str | None = None
    name: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """What becomes of a row. `position` is kept with a piece that was recognised by where it stands."""

    row: ImportRow
    outcome: Outcome
    basis: Basis | None = None
    known: Known | None = None
    differences: Mapping[str, tuple[Any, Any]] = field(default_factory=lambda: NO_DIFFERENCES)
    errors: tuple[FieldError, ...] = ()
    position: str | None = None

    @property
    def is_guess(self) -> bool:
        return self.basis == "position" and self.outcome != "refuse"


def judge(rows: Sequence[ImportRow], claims: Sequence[Claim], registry: Registry) -> list[Verdict]:
    """A verdict for each row, in order."""
    taken: Taken = {}
    firm = [_firm(row, claim, registry) for row, claim in zip(rows, claims, strict=True)]
    for row, pieces in zip(rows, firm, strict=True):
        for known in pieces:
            taken["firm", known.id] = row.line
            if any(_differs(name, row.values[name], known) for name in ("site", "name") if name in row.values):
                taken["leaving", known.id] = row.line
    return [_judge(row, claim, pieces, registry, taken) for row, claim, pieces in zip(rows, claims, firm, strict=True)]


def claims_of(rows: Sequence[ImportRow]) -> list[Claim]:
    keys = [_name_key(row) for row in rows]
    names = Counter(keys)
    ordinals: defaultdict[str, int] = defaultdict(int)
    claims = []
    for row, key in zip(rows, keys, strict=True):
        values = row.values
        name = key if names[key] == 1 else None
        tag = fold(values["tag"]) if "tag" in values else None
        basis = next((way for way in FIRM if way in values), "name" if name else "position")
        if basis != "position":
            claims.append(Claim(basis, tag, None, name))
            continue
        place = "|".join(fold(values.get(part, "")) for part in PLACE)
        ordinals[place] += 1
        claims.append(Claim(basis, tag, f"{place}|#{ordinals[place]}", key))
    return claims


def _name_key(row: ImportRow) -> tuple[str, str] | None:
    name, site = row.values.get("name"), row.values.get("site")
    return (fold(site), fold(name)) if name and site else None


def _judge(row: ImportRow, claim: Claim, firm: Sequence[Known], registry: Registry, taken: Taken) -> Verdict:
    errors = (*row.errors, *_claimed_twice(row, claim, taken))
    if errors:
        return Verdict(row, "refuse", claim.basis, errors=errors)
    basis, candidates = (claim.basis, firm) if firm else _candidates(row, claim, registry, taken)
    if len(candidates) > 1:
        return Verdict(row, "refuse", basis, errors=(_ambiguous(basis, candidates),))
    if not candidates:
        missing = (*_missing(row), *_hidden(row, claim, registry))
        return Verdict(row, "refuse" if missing else "create", basis, errors=missing, position=claim.position)
    known = candidates[0]
    if (again := taken.setdefault(("piece", known.id), row.line)) != row.line:
        return Verdict(row, "refuse", basis, known, errors=(_same_as(basis, again),))
    differences = {
        name: (known.values.get(name), value) for name, value in row.values.items() if _differs(name, value, known)
    }
    differences |= {name: (kept, None) for name in row.empty if (kept := known.values.get(name)) is not None}
    if "site" in differences or "name" in differences:
        taken["leaving", known.id] = row.line
    if not differences:
        return Verdict(row, "unchanged", basis, known, position=claim.position)
    return Verdict(row, "change", basis, known, differences, position=claim.position)


def _claimed_twice(row: ImportRow, claim: Claim, taken: Taken) -> Sequence[FieldError]:
    """Tags and external ids are one piece's; a serial is, too, where nothing better tells pieces apart."""
    errors = []
    claims: tuple[tuple[Basis, Any], ...]
    claims = ("position", claim.position), ("tag", claim.tag), ("external_id", row.values.get("external_id"))
    for name, value in claims:
        if value is not None and (line := taken.setdefault((name, value), row.line)) != row.line:
            errors.append(_same_as(name, line))
    if "serial" in row.values and (line := _line_of_serial(row, claim, taken)):
        errors.append(_same_as("serial", line))
    return errors


def _line_of_serial(row: ImportRow, claim: Claim, taken: Taken) -> int:
    """The line that claimed this serial of, as far as they say, this model; 0: none. One of both has nothing better."""
    model, has_only_serial = fold(row.values.get("model", "")), claim.basis == "serial"
    claimed = taken.setdefault(("serial", fold(row.values["serial"])), {})
    for (other, had_only_serial), line in claimed.items():
        if (has_only_serial or had_only_serial) and (model == other or not model or not other):
            return int(line)
    claimed.setdefault((model, has_only_serial), row.line)
    return 0


def _same_as(basis: Basis, line: int) -> FieldError:
    return FieldError(basis, "same_as_line", N_("This is the same piece as on line %(line)s."), {"line": line})


def _candidates(row: ImportRow, claim: Claim, registry: Registry, taken: Taken) -> tuple[Basis, Sequence[Known]]:
    """The pieces that a row without a known tag or external id may speak of, by the first way that finds one.

    A tag or a serial that nobody knows yet may have been filled in since: the next way is tried, and a piece is taken
    unless it contradicts the row.
    """
    if "serial" in row.values:
        pieces = registry.by_serial.get(fold(row.values["serial"]), ())
        fitting = (known for known in pieces if _may_be(row, known, "model", "tag", "external_id"))
        if found := _current(fitting, () if claim.basis == "serial" else ("piece", "firm"), taken):
            return "serial", found
    named = registry.by_name.get(claim.name, ()) if claim.name else ()
    if claim.position:
        counted = registry.by_position.get(claim.position)
        return "position", [counted] if counted else _standing_there(row, named, registry, taken)
    fitting = (known for known in named if _may_be(row, known, "serial", "tag", "external_id"))
    found = _current(fitting, ("leaving",) if claim.basis == "name" else ("piece", "firm"), taken)
    return ("name" if found else claim.basis), found


def _firm(row: ImportRow, claim: Claim, registry: Registry) -> Sequence[Known]:
    """The pieces that bear the row's external id or tag: one, unless the row says two things at once."""
    external = row.values.get("external_id")
    named = registry.by_external_id.get(external) if external else None
    tagged = registry.by_tag.get(claim.tag) if claim.tag else None
    if named and tagged and named.id != tagged.id:
        return named, tagged
    found = named or tagged
    return (found,) if found else ()


def _may_be(row: ImportRow, known: Known, *names: str) -> bool:
    """Makers give serials, so one serial of two different models is two pieces; a row's other tag is another piece."""
    for name in names:
        said, kept = row.values.get(name), known.values.get(name)
        if said and kept and fold(said) != fold(kept) and not (name == "tag" and known.has_given_tag):
            return False
    return True


def _current(pieces: Iterable[Known], but: Sequence[str], taken: Taken) -> Sequence[Known]:
    """A name outlives its bearer: who is retired gives way to who is not. What other rows have `taken` so is theirs."""
    found = [known for known in pieces if not any((way, known.id) in taken for way in but)]
    return [known for known in found if known.values.get("status") != "retired"] or found


def _standing_there(row: ImportRow, named: Sequence[Known], registry: Registry, taken: Taken) -> Sequence[Known]:
    """A piece whose name was its own until a second one came: the next that stands where the row says."""
    for known in named:
        is_free = known.id not in registry.counted and ("piece", known.id) not in taken
        if is_free and all(
            fold(row.values.get(name) or "") == fold(known.values.get(name) or "") for name in PLACE if name != "site"
        ):
            return [known]
    return ()


def _ambiguous(basis: Basis, candidates: Sequence[Known]) -> FieldError:
    tags = ", ".join(sorted(str(known.values.get("tag")) for known in candidates))
    return FieldError(
        basis, "ambiguous", N_("Several pieces could be meant: %(tags)s. Give the tag."), {"tags": tags[:200]}
    )


def _missing(row: ImportRow) -> tuple[FieldError, ...]:
    """A new piece needs to stand somewhere and to be something."""
    missing = [name for name in ("site", "category") if name not in row.values]
    return tuple(FieldError(name, "required", N_("A new piece needs this.")) for name in missing)


def _hidden(row: ImportRow, claim: Claim, registry: Registry) -> Iterable[FieldError]:
    claims: tuple[tuple[Basis, Any], ...]
    claims = ("tag", claim.tag), ("external_id", row.values.get("external_id")), ("position", claim.position)
    for basis, value in claims:
        if (basis, value) in registry.hidden:
            yield FieldError(basis, f"{basis}_used", N_("This is already another piece's."))


def _differs(name: str, said: Any, known: Known) -> bool:
    """Names of people, places and makers are known whatever their case or accents; the rest is taken as written."""
    kept = known.values.get(name)
    if kept == said:
        return False
    return not (name in NAMED and isinstance(kept, str) and isinstance(said, str) and fold(kept) == fold(said))


NAMED = frozenset({"category", "manufacturer", "model", "customer", "site", "location", "person", "tag"})
