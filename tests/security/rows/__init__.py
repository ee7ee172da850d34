"""The authorization table: one row per route, who may call it and what a complete call looks like.

A route without a row fails the build, and so does a row without a route. To add routes, add rows to the file of your
area (`ROWS`, found by itself):

    "POST /api/v1/sites": Row("house_manager", body={"code": "BDX", "name": "Bordeaux"}),

- The first value is the *least* of `LEVELS` that may call it. `signed_in` is any role; `manager` is one of some sites,
  `house_manager` one of all. Everybody above may, too; everybody below is refused.
- Path parameters are filled by name from the world (`tests/security/world.py`): add yours there, an own and a foreign
  id. A parameter in `SHARED` belongs to no site; for every other one the foreign row must look as if it did not exist.
- `body` must be complete, so that the least role succeeds: a 422 would hide a missing check of permission. It is sent
  as JSON to /api, as a form elsewhere; `{site_id}` in a text is filled like a path parameter, also `files` and `query`.
- `allowed` names statuses other than success with which an allowed call may end (409 for a calendar in use).
- `If-Match: "1"` is sent along with every unsafe call to /api.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib import import_module
from pkgutil import iter_modules
from typing import Any

LEVELS = ("public", "signed_in", "technician", "manager", "house_manager", "admin")


@dataclass(frozen=True)
class Row:
    least: str
    body: Any = None
    query: str = ""
    files: Mapping[str, tuple[str, bytes]] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    allowed: frozenset[int] | set[int] = frozenset()
    own: Mapping[str, str] = field(default_factory=dict)  # path parameter -> name in the world, where they differ


def all_rows() -> dict[str, Row]:
    rows: dict[str, Row] = {}
    for module in iter_modules(__path__):
        found: dict[str, Row] = import_module(f"{__name__}.{module.name}").ROWS
        assert not rows.keys() & found.keys(), f"two rows: {rows.keys() & found.keys()}"
        rows |= found
    return rows
