"""An entry of the library: a procedure and the plans that go by it, in two languages (content/*.toml).

What must be said in both languages is `{ en = …, fr = … }`; everything else holds for both. Times, limits and units are
the same whoever reads. An edition is raised with each change of a text or a limit.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

LANGUAGES = ("en", "fr")
PLAN_OWN = frozenset({"key", "title"})


class BrokenEntry(ValueError):
    """A file of the library says too little, or says it in one language."""


@dataclass(frozen=True, slots=True)
class Entry:
    """`fits`: words of the categories that it is meant for; `covers`: pieces or places."""

    code: str
    edition: int
    kind: str
    covers: str
    fits: tuple[str, ...]
    data: Mapping[str, Any]

    def title(self, language: str) -> str:
        return str(self.data["title"][language])

    @property
    def is_commissioned(self) -> bool:
        """Done when a piece is put into service, rather than by a plan."""
        return bool(self.data.get("is_commissioned"))

    @property
    def plan_keys(self) -> list[str]:
        return [plan["key"] for plan in self.data.get("plans", [])]


def entry_of(data: Mapping[str, Any]) -> Entry:
    """Raises BrokenEntry where a text lacks a language."""
    lacking = [path for path, value in _texts(data, "") if set(value) != set(LANGUAGES) or not all(value.values())]
    if lacking:
        raise BrokenEntry(f"{data.get('code')}: not in both languages: {', '.join(lacking)}")
    uneven = [path for path, value in _texts(data, "") if len({_length(text) for text in value.values()}) > 1]
    if uneven:
        raise BrokenEntry(f"{data['code']}: lists of different lengths: {', '.join(uneven)}")
    own = {name: data[name] for name in ("code", "edition", "kind", "covers")}
    return Entry(**own, fits=tuple(data["fits"]), data=data)


def _length(text: str | list[str]) -> int:
    return len(text) if isinstance(text, list) else -1


def _texts(value: Any, path: str) -> list[tuple[str, Mapping[str, Any]]]:
    if isinstance(value, list):
        return [found for place, part in enumerate(value) for found in _texts(part, f"{path}/{place}")]
    if not isinstance(value, Mapping):
        return []
    if not value.keys().isdisjoint(LANGUAGES):
        return [(path, value)]
    return [found for name, part in value.items() for found in _texts(part, f"{path}/{name}")]


def said(value: Any, language: str) -> Any:
    """The same in one language."""
    if isinstance(value, list):
        return [said(part, language) for part in value]
    if not isinstance(value, Mapping):
        return value
    if value.keys() == set(LANGUAGES):
        return value[language]
    return {name: said(part, language) for name, part in value.items()}


def procedure_of(entry: Entry, language: str, parts_word: str) -> dict[str, Any]:
    """As a procedure's draft takes it. Parts are said among the tools: what stock calls them is the house's own."""
    data = said(entry.data, language)
    tools = [data["tools"]] if data.get("tools") else []
    if data.get("parts"):
        tools.append(f"{parts_word} {' ; '.join(data['parts']) if language == 'fr' else '; '.join(data['parts'])}")
    return {
        "title": data["title"],
        "kind": data["kind"],
        "safety_notes": data.get("safety"),
        "tools": "\n".join(tools) or None,
        "estimate_minutes": data["estimate_minutes"],
        "steps": data["steps"],
    }


def plan_of(entry: Entry, key: str, language: str) -> dict[str, Any]:
    """As a plan takes it, but for what it covers and when it begins."""
    data = said(entry.data, language)
    plan = next(plan for plan in data["plans"] if plan["key"] == key)
    own = {name: value for name, value in plan.items() if name not in PLAN_OWN}
    return own | {
        "title": plan.get("title", data["title"]),
        "kind": data["kind"],
        "estimate_minutes": data["estimate_minutes"],
    }


def digest_of(values: Mapping[str, Any]) -> str:
    """Of all that was loaded: whatever differs later was edited since."""
    text = json.dumps(values, sort_keys=True, ensure_ascii=False, default=str)
    return hashlib.sha256(text.encode()).hexdigest()


def standing(*, edition: int, latest: int, digest: str, now_digest: str, has_draft: bool) -> str:
    """What can be done about a loaded text: `current`; `update` (as a new draft); `compare` where somebody edited it.

    A draft in the making is somebody's edit too.
    """
    if latest <= edition:
        return "current"
    return "update" if digest == now_digest and not has_draft else "compare"


def fitting(entry: Entry, names: Mapping[int, str]) -> list[int]:
    """The categories whose folded code or names hold one of the entry's words."""
    return [key for key, name in names.items() if any(word in name for word in entry.fits)]
