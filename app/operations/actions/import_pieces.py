"""The pieces of a file are written: in bulk, each with its audit row, its event and its note to the plans."""

from collections import defaultdict
from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, delete, select, update
from sqlalchemy.orm import Session

from app.core.clock import today
from app.core.db import table_of
from app.core.db.bulk import among
from app.core.i18n.folding import fold, fold_all
from app.core.security import Actor, new_secret
from app.equipment.actions.availability import end_downtimes
from app.equipment.actions.tags import give_tags, scope_may_change
from app.equipment.models import FOUND_BY, Downtime, Equipment, EquipmentCategory, EquipmentIdentity
from app.equipment.rules.contradictions import values_after
from app.equipment.rules.identity import Verdict
from app.equipment.rules.registry import DOWN
from app.journal import actions as journal
from app.operations.actions.import_names import NAMING
from app.operations.actions.import_rows import add_rows
from app.operations.queries.registry import EXTERNAL, POSITION, Names, chunks
from app.places.models import Site

PLAIN = (
    "tag", "name", "serial", "rack", "status", "criticality", "commissioned_on", "warranty_until",
    "currency", "remote_host", "remote_url", "notes",
)  # fmt: skip
DEFAULTS: dict[str, Any] = {"status": "in_service", "criticality": "B"}
RETIRED = "retired"


def _model(values: Mapping[str, Any], names: Names) -> int | None:
    model = values.get("model")
    return names.models[fold(values.get("manufacturer") or ""), fold(model)][0] if model else None


def _place(values: Mapping[str, Any], names: Names) -> int | None:
    place = values.get("location")
    return names.locations[fold(values["site"]), fold(place)][0] if place else None


def _person(values: Mapping[str, Any], names: Names) -> int | None:
    person = values.get("person")
    return names.persons[fold(person)][0] if person else None


# Column -> the fields that it follows, and how it is found from them; every name is known by now.
Found = dict[str, tuple[AbstractSet[str], Callable[[Mapping[str, Any], Names], Any]]]
LINKS: Found = {
    "site_id": ({"site"}, lambda values, names: names.sites[fold(values["site"])][0]),
    "category_id": ({"category"}, lambda values, names: names.categories[fold(values["category"])][0]),
    "model_id": ({"model", "manufacturer"}, _model),
    "location_id": ({"location", "site"}, _place),
    "person_id": ({"person"}, _person),
}
OWN: Found = {
    "purchase_cost_minor": ({"purchase_cost"}, lambda values, _: values.get("purchase_cost")),
    "sort_name": ({"name"}, lambda values, _: fold(values["name"]) if values.get("name") else None),
    "search_text": (set(FOUND_BY), lambda values, _: fold_all(*(values.get(name) for name in FOUND_BY))),
}


def register(
    session: Session, verdicts: Sequence[Verdict], names: Names, *, spoken_for: Container[str], by: Actor, now: datetime
) -> dict[int, tuple[int, str]]:
    """New pieces; answers with id and tag by line. No tag of the file, folded, is given to another row of it."""
    if not verdicts:
        return {}
    rows = new_rows(verdicts, names, now)
    _give_missing_tags(session, rows, spoken_for)
    _say_when_retired(session, rows, now)
    add_rows(session, table_of(Equipment), rows)
    ids: dict[str, int] = {}
    for chunk in chunks([row["tag"] for row in rows]):
        found = session.execute(select(Equipment.tag, Equipment.id).where(among(session, Equipment.tag, chunk)))
        ids |= {tag: row_id for tag, row_id in found}  # noqa: C416 - rows, typed as pairs
    _keep_identities(session, ((ids[row["tag"]], verdict) for row, verdict in zip(rows, verdicts, strict=True)))
    scope_may_change(session, ids.values(), now=now)
    told: list[tuple[int, int | None, dict[str, Any]]]
    told = [(ids[row["tag"]], row["site_id"], {"tag": [None, row["tag"]]}) for row in rows]
    journal.record_changes(session, "created", "equipment", told, by=by, now=now)
    return {verdict.row.line: (ids[row["tag"]], row["tag"]) for row, verdict in zip(rows, verdicts, strict=True)}


def new_rows(verdicts: Iterable[Verdict], names: Names, now: datetime) -> list[dict[str, Any]]:
    """What a row names is looked up once for all rows that name the same."""
    blank = dict.fromkeys((*PLAIN, *LINKS, *OWN, "qr_token")) | DEFAULTS
    blank |= {"custom_fields": "{}", "created_at": now, "updated_at": now, "version": 1}
    linked: dict[tuple[str | None, ...], dict[str, Any]] = {}
    rows = []
    for verdict in verdicts:
        values = verdict.row.values
        named = tuple(values.get(name) for name in NAMING)
        if named not in linked:
            linked[named] = blank | {column: find(values, names) for column, (_, find) in LINKS.items()}
        row = linked[named] | {name: values[name] for name in PLAIN if name in values}
        row |= {column: find(values, names) for column, (_, find) in OWN.items()}
        row["qr_token"] = new_secret()
        rows.append(row)
    return rows


def _give_missing_tags(session: Session, rows: Iterable[dict[str, Any]], spoken_for: Container[str]) -> None:
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
        tags = give_tags(session, prefixes[category_id], len(waiting), spoken_for=spoken_for)
        for row, tag in zip(waiting, tags, strict=True):
            row["tag"] = tag
            row["search_text"] = fold_all(*(row[name] for name in FOUND_BY))


def change(session: Session, verdicts: Sequence[Verdict], names: Names, *, by: Actor, now: datetime) -> None:
    """Only what differs is written; rows that change the same columns go together."""
    told: list[tuple[int, int | None, dict[str, Any]]] = []
    rows: list[dict[str, Any]] = []
    for verdict in verdicts:
        if verdict.known is not None:
            values = values_after(verdict)
            site_id = LINKS["site_id"][1](values, names)
            row = changed_columns(values, verdict.differences.keys(), names)
            rows.append({"row_id": verdict.known.id, "site_id": site_id, "updated_at": now, **row})
            changes = {name: [_json(before), _json(after)] for name, (before, after) in verdict.differences.items()}
            told.append((verdict.known.id, site_id, changes))
    _say_when_retired(session, rows, now)
    _end_downtimes(session, rows, now)
    alike: defaultdict[tuple[str, ...], list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        alike[tuple(row)].append(row)
    table = table_of(Equipment)
    for together in alike.values():
        written = update(table).where(table.c.id == bindparam("row_id")).values(version=table.c.version + 1)
        session.execute(written, together)
    _keep_identities(session, ((v.known.id, v) for v in verdicts if v.known and "external_id" in v.differences))
    scope_may_change(session, (equipment_id for equipment_id, _, _ in told), now=now)
    journal.record_changes(session, "changed", "equipment", told, by=by, now=now)


def changed_columns(values: Mapping[str, Any], differing: AbstractSet[str], names: Names) -> dict[str, Any]:
    plain = {name: values[name] for name in PLAIN if name in differing}
    return plain | {
        column: find(values, names) for column, (fields, find) in (LINKS | OWN).items() if fields & differing
    }


def _say_when_retired(session: Session, rows: Sequence[dict[str, Any]], now: datetime) -> None:
    """The day at the site; nothing, where a piece comes back."""
    stated = [row for row in rows if "status" in row]
    site_ids = {row["site_id"] for row in stated if row["status"] == RETIRED}
    zones = (
        dict(session.execute(select(Site.id, Site.time_zone).where(Site.id.in_(site_ids))).all()) if site_ids else {}
    )
    for row in stated:
        row["retired_on"] = today(now, zones[row["site_id"]]) if row["status"] == RETIRED else None


def _end_downtimes(session: Session, rows: Sequence[dict[str, Any]], now: datetime) -> None:
    """What a file says to serve again, or to be gone, is down no more, as where a person says so."""
    up = [row["row_id"] for row in rows if "status" in row and row["status"] not in DOWN]
    for chunk in chunks(up):
        still = select(Downtime.equipment_id).where(
            Downtime.until_at.is_(None), among(session, Downtime.equipment_id, chunk)
        )
        for equipment_id in sorted(set(session.scalars(still))):
            end_downtimes(session, equipment_id, now, order_id=None)


def _keep_identities(session: Session, pieces: Iterable[tuple[int, Verdict]]) -> None:
    """A piece has one name in the other tool: a new one takes the place of the old."""
    rows, renamed = [], []
    for equipment_id, verdict in pieces:
        if external := verdict.row.values.get("external_id"):
            rows.append({"equipment_id": equipment_id, "source": EXTERNAL, "value": external})
            renamed += [equipment_id] if verdict.known and verdict.known.values.get("external_id") else []
        if verdict.position and verdict.outcome == "create":
            rows.append({"equipment_id": equipment_id, "source": POSITION, "value": verdict.position})
    for chunk in chunks(renamed):
        kept = EquipmentIdentity.source == EXTERNAL, among(session, EquipmentIdentity.equipment_id, chunk)
        session.execute(delete(EquipmentIdentity).where(*kept).execution_options(synchronize_session=False))
    add_rows(session, table_of(EquipmentIdentity), rows)


def _json(value: Any) -> Any:
    return value if value is None or isinstance(value, str | int) else str(value)
