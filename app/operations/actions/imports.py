"""A file of equipment into the registry: first what would happen, row by row, then the same in bulk.

1. The table is read and its columns named. 2. Names are matched with those of the house. 3. Each row is judged against
the pieces it may speak of. 4. Names that are missing are made. 5. Pieces are written in a handful of statements.
A refused row stops no other. Run twice, nothing changes.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from app.core.db import table_of
from app.core.errors import FieldError
from app.core.i18n import N_
from app.core.i18n.folding import fold, fold_all
from app.core.security import Actor, Permission, new_secret, require
from app.equipment.actions.tags import give_tags, scope_may_change
from app.equipment.models import FOUND_BY, Equipment, EquipmentCategory, EquipmentIdentity
from app.equipment.rules.columns import columns_of
from app.equipment.rules.identity import Verdict, judge, positions
from app.equipment.rules.importing import ImportRow, read_rows
from app.equipment.rules.tables import read_table
from app.journal.models import AuditEntry, OutboxEvent
from app.operations.actions.import_names import make_names, missing_names
from app.operations.queries.registry import EXTERNAL, POSITION, Names, as_known, chunks, known_names, registry_of
from app.operations.schemas import ImportReport, line_of

PLAIN = (
    "tag", "name", "serial", "rack", "status", "criticality", "commissioned_on", "warranty_until",
    "currency", "remote_host", "remote_url", "notes",
)  # fmt: skip
DEFAULTS = {"status": "in_service", "criticality": "B"}


@dataclass(frozen=True, slots=True)
class Prepared:
    verdicts: Sequence[Verdict]
    names: Names
    ignored: tuple[str, ...]


def import_equipment(session: Session, data: bytes, *, is_dry_run: bool, by: Actor, now: datetime) -> ImportReport:
    """Raises InvalidInput or TooLarge for a file that can't be read; a row that can't be taken is in the report."""
    require(by, Permission.PLAN)
    prepared = prepare(session, data, by=by)
    kept = [verdict for verdict in prepared.verdicts if verdict.outcome in ("create", "change")]
    created = missing_names([verdict.row for verdict in kept], prepared.names)
    lines = [line_of(verdict) for verdict in prepared.verdicts]
    if not is_dry_run:
        make_names(session, [verdict.row for verdict in kept], prepared.names, by=by, now=now)
        new = [verdict for verdict in kept if verdict.outcome == "create"]
        tags = register(session, new, prepared.names, by=by, now=now)
        change(session, [verdict for verdict in kept if verdict.known], prepared.names, by=by, now=now)
        for line in lines:
            if line.line in tags:
                line.equipment_id, line.tag = tags[line.line]
    return ImportReport(
        is_dry_run=is_dry_run,
        counts=dict.fromkeys(("create", "change", "unchanged", "refuse"), 0)
        | Counter(v.outcome for v in prepared.verdicts),
        created=created,
        ignored_columns=list(prepared.ignored),
        lines=lines,
    )


def prepare(session: Session, data: bytes, *, by: Actor) -> Prepared:
    table = read_table(data)
    columns, ignored = columns_of(table[0])
    rows = read_rows(table, columns)
    names = known_names(session, rows, by=by)
    rows = [check_site(as_known(row, names), names, by) for row in rows]
    registry = registry_of(session, rows, positions=positions(rows), by=by)
    return Prepared(judge(rows, registry), names, ignored)


def check_site(row: ImportRow, names: Names, by: Actor) -> ImportRow:
    """Who is limited to some sites neither makes new ones nor learns which others exist."""
    site = row.values.get("site")
    if by.site_ids is None or site is None or fold(site) in names.sites:
        return row
    error = FieldError("site", "unknown_site", N_("This site does not exist."))
    return ImportRow(row.line, row.values, (*row.errors, error))


def register(
    session: Session, verdicts: Sequence[Verdict], names: Names, *, by: Actor, now: datetime
) -> dict[int, tuple[int, str]]:
    """New pieces; answers with id and tag by line."""
    if not verdicts:
        return {}
    rows = [new_row(verdict, names, now) for verdict in verdicts]
    _give_missing_tags(session, rows)
    session.execute(insert(table_of(Equipment)), rows)
    ids: dict[str, int] = {}
    for chunk in chunks([row["tag"] for row in rows]):
        found = session.execute(select(Equipment.tag, Equipment.id).where(Equipment.tag.in_(chunk)))
        ids |= {tag: row_id for tag, row_id in found}  # noqa: C416 - rows, typed as pairs
    _keep_identities(session, ((ids[row["tag"]], verdict) for row, verdict in zip(rows, verdicts, strict=True)))
    scope_may_change(session, ids.values(), now=now)
    told = [(ids[row["tag"]], row["site_id"], {"tag": [None, row["tag"]]}) for row in rows]
    _record(session, "created", told, by=by, now=now)
    return {verdict.row.line: (ids[row["tag"]], row["tag"]) for row, verdict in zip(rows, verdicts, strict=True)}


def change(session: Session, verdicts: Sequence[Verdict], names: Names, *, by: Actor, now: datetime) -> None:
    told: list[tuple[int, int, dict[str, Any]]] = []
    rows: list[dict[str, Any]] = []
    for verdict in verdicts:
        if verdict.known is None:
            continue
        merged = {**verdict.known.values, **verdict.row.values}
        if "site" in verdict.differences and "location" not in verdict.row.values:
            merged["location"] = None
        columns = columns_from(merged, names)
        columns["search_text"] = fold_all(*(merged.get(name) for name in FOUND_BY))
        rows.append({"id": verdict.known.id, "updated_at": now, **columns})
        changes = {name: [_json(before), _json(after)] for name, (before, after) in verdict.differences.items()}
        told.append((verdict.known.id, columns["site_id"], changes))
    for row in rows:
        session.execute(
            update(Equipment)
            .where(Equipment.id == row.pop("id"))
            .values(**row, version=Equipment.version + 1)
            .execution_options(synchronize_session=False)
        )
    _keep_identities(session, ((v.known.id, v) for v in verdicts if v.known and "external_id" in v.differences))
    scope_may_change(session, (equipment_id for equipment_id, _, _ in told), now=now)
    _record(session, "changed", told, by=by, now=now)


def new_row(verdict: Verdict, names: Names, now: datetime) -> dict[str, Any]:
    return columns_from(DEFAULTS | dict(verdict.row.values), names) | {
        "qr_token": new_secret(),
        "custom_fields": {},
        "created_at": now,
        "updated_at": now,
        "retired_on": now.date() if verdict.row.values.get("status") == "retired" else None,
        "version": 1,
    }


def columns_from(values: dict[str, Any], names: Names) -> dict[str, Any]:
    """A row's words as columns; every name is known by now."""
    columns = {name: values.get(name) for name in PLAIN}
    site = fold(values["site"])
    columns["site_id"] = names.sites[site][0]
    columns["category_id"] = names.categories[fold(values["category"])][0]
    model, place, person = values.get("model"), values.get("location"), values.get("person")
    columns["model_id"] = names.models[fold(values.get("manufacturer") or ""), fold(model)][0] if model else None
    columns["location_id"] = names.locations[fold(names.sites[site][1]), fold(place)][0] if place else None
    columns["person_id"] = names.persons[fold(person)][0] if person else None
    columns["purchase_cost_minor"] = values.get("purchase_cost")
    return columns


def _give_missing_tags(session: Session, rows: Iterable[dict[str, Any]]) -> None:
    untagged: dict[int, list[dict[str, Any]]] = {}
    for row in rows:
        if row["tag"] is None:
            untagged.setdefault(row["category_id"], []).append(row)
    prefixes = dict(
        session.execute(
            select(EquipmentCategory.id, EquipmentCategory.tag_prefix).where(EquipmentCategory.id.in_(untagged))
        ).all()
    )
    for category_id, waiting in untagged.items():
        for row, tag in zip(waiting, give_tags(session, prefixes[category_id], len(waiting)), strict=True):
            row["tag"] = tag


def _keep_identities(session: Session, pieces: Iterable[tuple[int, Verdict]]) -> None:
    rows = []
    for equipment_id, verdict in pieces:
        if external := verdict.row.values.get("external_id"):
            rows.append({"equipment_id": equipment_id, "source": EXTERNAL, "value": external})
        if verdict.position and verdict.outcome == "create":
            rows.append({"equipment_id": equipment_id, "source": POSITION, "value": verdict.position})
    if rows:
        session.execute(insert(table_of(EquipmentIdentity)), rows)


def _record(
    session: Session, action: str, told: Sequence[tuple[int, int, dict[str, Any]]], *, by: Actor, now: datetime
) -> None:
    if not told:
        return
    event = {"kind": f"equipment.{action}", "entity": "equipment", "created_at": now}
    session.execute(
        insert(table_of(OutboxEvent)),
        [event | {"entity_id": row_id, "site_id": site_id} for row_id, site_id, _ in told],
    )
    entry = {"at": now, "user_id": by.user_id, "user_name": by.name, "action": action, "entity": "equipment"}
    session.execute(
        insert(table_of(AuditEntry)),
        [entry | {"entity_id": row_id, "site_id": site_id, "changes": changes} for row_id, site_id, changes in told],
    )


def _json(value: Any) -> Any:
    return value if value is None or isinstance(value, str | int) else str(value)
