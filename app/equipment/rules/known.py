"""What the registry holds, as an import compares a file with it."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal

from app.core.i18n.folding import fold

Basis = Literal["external_id", "tag", "serial", "name", "position"]


@dataclass(frozen=True, slots=True)
class Known:
    """A piece of the registry, as a row would say it. A tag that Ronde gave gives way to one that a person chose."""

    id: int
    values: Mapping[str, Any]
    has_given_tag: bool = False


@dataclass(frozen=True)
class Registry:
    """What an import compares with, by each way of recognising a piece. Names and serials may belong to several."""

    by_external_id: Mapping[str, Known] = field(default_factory=dict)
    by_tag: Mapping[str, Known] = field(default_factory=dict)
    by_serial: Mapping[str, Sequence[Known]] = field(default_factory=dict)
    by_name: Mapping[tuple[str, str], Sequence[Known]] = field(default_factory=dict)
    by_position: Mapping[str, Known] = field(default_factory=dict)
    # Tags (folded) and ids of pieces that the actor doesn't see, or that are archived.
    hidden: AbstractSet[tuple[Basis, str]] = frozenset()

    @cached_property
    def counted(self) -> AbstractSet[int]:
        return {known.id for known in self.by_position.values()}


def by_each_way(
    pieces: Iterable[Known],
    external: Mapping[str, Known],
    positions: Mapping[str, Known],
    hidden: AbstractSet[tuple[Basis, str]],
) -> Registry:
    by_tag: dict[str, Known] = {}
    by_serial: defaultdict[str, list[Known]] = defaultdict(list)
    by_name: defaultdict[tuple[str, str], list[Known]] = defaultdict(list)
    for known in pieces:
        values = known.values
        by_tag[fold(values["tag"])] = known
        if values["serial"]:
            by_serial[fold(values["serial"])].append(known)
        if values["name"]:
            by_name[fold(values["site"]), fold(values["name"])].append(known)
    return Registry(external, by_tag, by_serial, by_name, positions, hidden)
