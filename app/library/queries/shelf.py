"""The entries as they ship: files beside the code, read once."""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from app.core.errors import NotFound
from app.core.i18n import N_
from app.library.rules.entries import Entry, entry_of


@cache
def catalogue() -> Mapping[str, Entry]:
    """By code."""
    content = sorted((files("app.library.rules") / "content").iterdir(), key=lambda file: file.name)
    entries = [entry_of(tomllib.loads(file.read_text("utf-8"))) for file in content if file.name.endswith(".toml")]
    return {entry.code: entry for entry in entries}


def get_entry(code: str) -> Entry:
    found = catalogue().get(code)
    if found is None:
        raise NotFound("no_entry", N_("The library has no entry of this name."))
    return found
