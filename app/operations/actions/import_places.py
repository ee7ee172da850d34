"""Places that a file names: "Building A > Floor 2 > Server room", every missing step, level after level."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.db import table_of
from app.core.i18n.folding import fold
from app.core.security import Actor
from app.equipment.rules.importing import ImportRow
from app.journal import actions as journal
from app.operations.actions.import_rows import add_rows
from app.operations.queries.registry import Names, chunks
from app.places.models import Location
from app.places.rules import BETWEEN, path_of

Key = tuple[str, str]
Step = tuple[str, Key | None, str]  # the site, the place above, the name


def location_key(row: ImportRow) -> Key:
    return fold(row.values["site"]), fold(row.values["location"])


def make_locations(session: Session, rows: Iterable[ImportRow], names: Names, *, by: Actor, now: datetime) -> None:
    """As many statements as the tree is deep; `names` knows the places afterwards."""
    for steps in _missing_steps(rows, names):
        made = [_location(step, names, now) for step in steps.values()]
        add_rows(session, table_of(Location), made)
        ids = _ids_of(session, made)
        told: list[tuple[int, int | None, dict[str, Any]]] = []
        for key, location in zip(steps, made, strict=True):
            row_id, path = ids[location["site_id"], location["path"]], location["path"]
            names.locations[key] = row_id, path
            told.append((row_id, location["site_id"], {"path": [None, path]}))
        journal.record_changes(session, "created", "location", told, by=by, now=now)


def _missing_steps(rows: Iterable[ImportRow], names: Names) -> list[dict[Key, Step]]:
    """By depth; a place that is written in several ways is named as it was first."""
    levels: list[dict[Key, Step]] = []
    for row in rows:
        if "location" not in row.values or "site" not in row.values or location_key(row) in names.locations:
            continue
        site, above = row.values["site"], None
        walked: list[str] = []
        for depth, step in enumerate(row.values["location"].split(BETWEEN)):
            walked.append(step)
            key = fold(site), fold(BETWEEN.join(walked))
            if depth == len(levels):
                levels.append({})
            if key not in names.locations:
                levels[depth].setdefault(key, (site, above, step))
            above = key
    return [level for level in levels if level]


def _location(step: Step, names: Names, now: datetime) -> dict[str, Any]:
    site, above, name = step
    parent_id, parent_path = names.locations[above] if above else (None, None)
    path = path_of(parent_path, name)
    return {
        "site_id": names.sites[fold(site)][0],
        "parent_id": parent_id,
        "name": name,
        "path": path,
        "search_text": fold(path),
        "created_at": now,
        "version": 1,
    }


def _ids_of(session: Session, made: Sequence[dict[str, Any]]) -> dict[tuple[int, str], int]:
    found: dict[tuple[int, str], int] = {}
    for chunk in chunks(made):
        rows = session.execute(
            select(Location.site_id, Location.path, Location.id).where(
                Location.site_id.in_({location["site_id"] for location in chunk}),
                Location.path.in_([location["path"] for location in chunk]),
            )
        )
        found |= {(site_id, path): row_id for site_id, path, row_id in rows}
    return found
